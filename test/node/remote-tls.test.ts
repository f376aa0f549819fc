import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNginx } from '../../src/commands/shared/nginx.ts';
import { openDirectory } from '../../src/node/directory.ts';
import { openSsh } from '../../src/node/ssh.ts';
import { isInstalled } from '../commands/run.ts';
import { scratch } from '../commands/scratch.ts';
import { sshdMissing, startSshd, type TestSshd } from './sshd.ts';

const missing = sshdMissing() ?? (isInstalled('openssl') ? null : 'there is no openssl');
if (missing !== null) console.log(`certificates of other hosts are not tested: ${missing}`);

const { folder } = scratch();
let sshd: TestSshd;

describe.runIf(missing === null)("another host's certificates and keys", () => {
  beforeAll(async () => {
    sshd = await startSshd();
    const subject = ['-subj', '/CN=shop.example.com', '-days', '30'];
    const files = ['-keyout', join(folder, 'shop.key'), '-out', join(folder, 'shop.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, ...files], {
      stdio: 'ignore',
    });
    writeFileSync(
      join(folder, 'nginx.conf'),
      `events {}\nhttp { server { listen 443 ssl; ssl_certificate ${folder}/shop.pem; ssl_certificate_key ${folder}/shop.key; } }\n`,
    );
  }, 60_000);
  afterAll(() => sshd?.stop());

  test('are told of by the host itself: no key leaves it, and the answer is as good', async () => {
    const heard = join(folder, 'heard');
    const ssh = join(folder, 'ssh-heard');
    // The connection itself (-M) says nothing; what is asked through it is overheard.
    const overheard = `${sshd.ssh} "$@" | tee -a ${heard}; exit "\${PIPESTATUS[0]}"`;
    writeFileSync(ssh, `#!/bin/bash\n[ "$1" != -M ] || exec ${sshd.ssh} "$@"\n${overheard}\n`);
    chmodSync(ssh, 0o755);
    const known = { path: join(folder, 'nginx.conf'), isFile: false, names: [], addresses: null, vips: [] };
    const node = openSsh('root@node', 'lb1', ssh);
    const remote = await readNginx({ port: node, remote: node, isLive: true, ...known }, 0);
    await node.close();
    const copied = await readNginx({ port: openDirectory('/', 'lb1'), remote: null, isLive: true, ...known }, 0);
    expect(remote?.nginx.files.map(({ path }) => path.replace(`${folder}/`, ''))).toEqual(['shop.pem', 'shop.key']);
    expect(remote?.nginx.files).toEqual(copied?.nginx.files);
    expect(remote?.nginx.files[1]?.publicKey).toBe(remote?.nginx.files[0]?.certificate?.publicKey);

    // What came over the wire is base64, a block an answer.
    const blocks = readFileSync(heard, 'latin1').split(/^[0-9a-f]{24} .*$/m);
    const told = blocks.map((block) => Buffer.from(block, 'base64').toString('latin1')).join('\n');
    const [, body = ''] = readFileSync(join(folder, 'shop.key'), 'utf8').split('\n');
    expect(told).toContain('ssl_certificate_key');
    expect(body).toHaveLength(64);
    expect(told).not.toContain(body);
  }, 60_000);
});
