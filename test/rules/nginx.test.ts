import { expect, test } from 'vitest';
import { fixtures } from './fixtures.ts';
import { judgeFixture } from './judged.ts';
import type { NginxFixture } from './judged-nginx.ts';

test('a certificate that expired, and is another one on the other node, is one finding', async () => {
  const expired = fixtures
    .find(({ code }) => code === 'HAD502')
    ?.fires.find(({ name }) => name === 'it expired on the backup');
  const { findings } = await judgeFixture(expired?.on ?? { lb1Files: {} });
  expect(findings.filter(({ code }) => code === 'HAD502').map(({ message }) => message)).toEqual([
    '/etc/nginx/ssl/shop.pem on lb2 expired on 2026-11-01 (shop.example.com); lb1 has another, valid until 2027-06-01',
  ]);
});

/** A pair in which the timeout of one file differs; lb1 copies what lies in some paths. */
function synchronised(confPaths: string, exclude = ''): NginxFixture {
  const files = (timeout: number) => ({
    '/etc/nginx/nginx.conf': 'events {}\nhttp { include conf.d/*.conf; }\n',
    '/etc/nginx/conf.d/a.conf': `keepalive_timeout ${timeout};`,
  });
  return {
    lb1Files: {
      ...files(1),
      '/etc/nginx-sync.conf': `NODES="lb2"\nCONFPATHS="${confPaths}"\nEXCLUDE="${exclude}"\n`,
    },
    lb2Files: files(2),
  };
}

async function remedies(fixture: NginxFixture): Promise<string[]> {
  const { findings } = await judgeFixture(fixture);
  return findings.filter(({ code }) => code === 'HAD501').map(({ remedy }) => remedy);
}

test('what nginx-sync.sh copies is mended by it', async () => {
  for (const paths of ['/etc/nginx/nginx.conf /etc/nginx/conf.d', '/etc/nginx/', '/etc/nginx/conf.d/a.conf', ''])
    expect(await remedies(synchronised(paths))).toEqual(['on lb1: nginx-sync.sh, once it has the right configuration']);
});

test('what lies outside of its CONFPATHS is not', async () => {
  for (const paths of ['/etc/nginx/nginx.conf', '/etc/nginx/conf', '/etc/nginx/conf.d/a.conf.d'])
    expect(await remedies(synchronised(paths))).toEqual([
      '/etc/nginx/conf.d/a.conf is not in CONFPATHS of /etc/nginx-sync.conf on lb1: add it and run nginx-sync.sh, or copy it by hand; what is meant to differ: EXCLUDE',
    ]);
});

test('what it leaves out on purpose is no finding', async () => {
  expect(await remedies(synchronised('/etc/nginx', 'a.conf'))).toEqual([]);
});

test('no secret of nginx.conf stands in a finding', async () => {
  const text = (secret: string) => `events {}
http { server { listen 80; location / {
  proxy_set_header Authorization "Basic x;${secret}";
  set $api_token ${secret};
  proxy_pass http://user:${secret}@app;
} } }
`;
  const { findings } = await judgeFixture({
    lb1Files: { '/etc/nginx/nginx.conf': text('hunter2') },
    lb2Files: { '/etc/nginx/nginx.conf': text('swordfish') },
  });
  expect(findings.map(({ code }) => code)).toContain('HAD501');
  expect(JSON.stringify(findings)).not.toMatch(/hunter2|swordfish/);
});
