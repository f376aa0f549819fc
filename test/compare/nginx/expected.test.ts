import { expect, test } from 'vitest';
import { matchesPath, withExpected } from '../../../src/compare/nginx/expected.ts';
import { parseNginxSync } from '../../../src/nginx/sync.ts';
import { drift } from './configs.ts';

const listen = 'http / server shop.example.com:443 / listen *:443';

test.each([
  ['http/server */listen', listen, true],
  ['http / server * / listen', listen, true],
  ['http/server */listen *:443', listen, true],
  ['http/server shop.example.com:443', listen, true],
  ['*/listen', listen, true],
  ['http/server */server_name', listen, false],
  ['server */listen', listen, false],
  ['http/server */list', listen, false],
  ['*/location /api/*', 'http / server a:80 / location /api / proxy_pass', true],
  ['', listen, false],
])('%s fits %s: %s', (pattern, path, fits) => {
  expect(matchesPath(pattern, path)).toBe(fits);
});

test('patterns and paths of any length take no time to speak of', () => {
  expect(matchesPath(`${'*a'.repeat(2000)}b`, 'a'.repeat(40_000))).toBe(false);
});

test('nginx-sync.conf, as the shell reads it', () => {
  const sync = parseNginxSync(
    `# export NODES="none"\nexport NODES="lb2 lb3"\nCONFPATHS='/etc/nginx/nginx.conf /etc/nginx/conf.d'\nexport EXCLUDE="default.conf own/"\n`,
  );
  expect(sync).toMatchObject({ nodes: ['lb2', 'lb3'], paths: ['/etc/nginx/nginx.conf', '/etc/nginx/conf.d'] });
  expect(sync.excludes('/etc/nginx/conf.d/default.conf')).toBe(true);
  expect(sync.excludes('/etc/nginx/own/a.conf')).toBe(true);
  expect(sync.excludes('/etc/nginx/conf.d/notdefault.conf')).toBe(false);
});

test('each expected change says why', () => {
  const files = (file: string, timeout: string) => ({
    'nginx.conf': `events {}\nhttp { keepalive_timeout ${timeout}; include conf.d/*.conf; ssl_certificate ${timeout}.pem; }`,
    'conf.d/default.conf': `root ${file};`,
  });
  const changes = withExpected(drift(files('/a', '1'), files('/b', '2')), {
    ignorePaths: ['http/keepalive_timeout'],
    sync: parseNginxSync('EXCLUDE="default.conf"'),
    isSameContent: (a, b) => a === '1.pem' && b === '2.pem',
  });
  expect(changes.map(({ path, expected }) => `${path}: ${expected}`).sort()).toEqual([
    'http / keepalive_timeout: --ignore-path http/keepalive_timeout',
    'http / root: EXCLUDE in /etc/nginx-sync.conf',
    'http / ssl_certificate: the files hold the same',
  ]);
});
