import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openLocal } from '../../src/node/local.ts';
import type { Reading } from '../../src/node/port.ts';
import type { ShellNode } from '../../src/node/shell-node.ts';
import { isHost, openSsh } from '../../src/node/ssh.ts';
import { sshdMissing, startSshd, type TestSshd } from './sshd.ts';

const missing = sshdMissing();
if (missing !== null) console.log(`ssh is not tested: ${missing}`);

const text = (reading: Reading) =>
  reading.bytes === null ? `${reading.refusal}: ${reading.reason}` : Buffer.from(reading.bytes).toString();

let folder: string;
let sshd: TestSshd;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-shell-'));
  if (missing === null) sshd = await startSshd();
});
afterAll(() => {
  sshd?.stop();
  rmSync(folder, { recursive: true });
});

const places: [string, () => ShellNode][] = [
  ['this machine', () => openLocal('local')],
  ['a node by ssh', () => openSsh('root@node', 'node', sshd.ssh)],
];

describe.each(places)('%s', (place, open) => {
  const here = test.skipIf(place !== 'this machine' && missing !== null);

  here('answers all that is asked at once in one round trip', async () => {
    const node = open();
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256));
    writeFileSync(join(folder, 'bytes'), bytes);
    mkdirSync(join(folder, 'folder'), { recursive: true });
    const [whole, absent, directory, version] = await Promise.all([
      node.readFile(join(folder, 'bytes')),
      node.readFile(join(folder, 'absent')),
      node.readFile(join(folder, 'folder')),
      node.output('date.txt'),
    ]);
    expect(bytes.equals(whole.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(text(absent)).toBe('missing: it does not exist');
    expect(text(directory)).toBe('not-a-file: it is not a file');
    expect(text(version)).toMatch(/^\d+\.\d+\n$/);
    expect(node.roundTrips).toBe(1);
    await node.close();
  });

  here('takes names as data', async () => {
    const names = ["it's", '$(touch pwned)', '`id`', '-rf', 'a b\nc', '"; exit 3; "', '\x1b[2J', '!!', '*'];
    const strange = join(folder, 'strange');
    mkdirSync(strange, { recursive: true });
    for (const name of names) writeFileSync(join(strange, name), `in ${name}`);
    const node = open();
    for (const name of names) expect(text(await node.readFile(join(strange, name)))).toBe(`in ${name}`);
    const listed = await node.list(strange);
    expect(listed.map(({ path }) => path)).toEqual(names.map((name) => join(strange, name)).sort());
    expect(text(await node.readFile('/etc/\0passwd'))).toBe('missing: it does not exist');
    await node.close();
  });

  here('does not take more than it asked for', async () => {
    const node = open();
    writeFileSync(join(folder, 'huge'), '');
    truncateSync(join(folder, 'huge'), 10 * 1024 ** 3);
    writeFileSync(join(folder, 'ten'), '0123456789');
    symlinkSync('/dev/zero', join(folder, `zero-${process.pid}-${place.length}`));
    const [huge, ten, nine, zero] = await Promise.all([
      node.readFile(join(folder, 'huge'), 1_000_000),
      node.readFile(join(folder, 'ten'), 10),
      node.readFile(join(folder, 'ten'), 9),
      node.readFile(join(folder, `zero-${process.pid}-${place.length}`)),
    ]);
    expect(text(huge)).toBe('too-large: it has more than 1000000 bytes');
    expect(text(ten)).toBe('0123456789');
    expect(text(nine)).toBe('too-large: it has more than 9 bytes');
    expect(text(zero)).toBe('not-a-file: it is not a file');
    await node.close();
  });

  here('lists a folder with owner, mode and size', async () => {
    const node = open();
    const listed = join(folder, 'listed');
    mkdirSync(join(listed, 'sub'), { recursive: true });
    writeFileSync(join(listed, 'check'), 'x', { mode: 0o750 });
    const entries = await node.list(listed);
    expect(entries.map(({ path, kind, mode, uid, size }) => ({ path, kind, mode, uid, size }))).toMatchObject([
      { path: join(listed, 'check'), kind: 'file', mode: 0o750, uid: process.getuid?.(), size: 1 },
      { path: join(listed, 'sub'), kind: 'directory' },
    ]);
    expect(await node.list(join(folder, 'absent'))).toEqual([]);
    await node.close();
  });

  here('leaves nothing behind when it is closed in the middle', async () => {
    const node = open();
    // Connected first, so that the script is what is interrupted.
    await node.output('date.txt');
    const asked = node.output('sysctl.txt');
    await delay(60);
    await node.close();
    await asked;
    await delay(1500);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toMatch(/dd bs=1 count=1|sysctl -a/);
  });
});

describe.skipIf(missing !== null)('a capture on a node by ssh', () => {
  const request = { interfaceName: 'lo', filter: 'udp port 9', snapLength: 256 };
  const left = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).match(/tcpdump .*udp port 9/g) ?? [];

  test.each(['root', 'ha-sudo'])('gives packets as pcap and leaves nothing behind (%s)', async (user) => {
    const node = openSsh(`${user}@node`, 'node', sshd.ssh);
    const { packets, ended, stop } = await node.capture(request);
    let bytes = Buffer.alloc(0);
    packets.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
    });
    const socket = createSocket('udp4');
    while (bytes.length < 24 + 16) {
      socket.send('x', 9, '127.0.0.1');
      await delay(50);
    }
    socket.close();
    stop();
    expect(await ended).toBeNull();
    expect(bytes.readUInt32LE(0)).toBe(0xa1b2c3d4);
    await delay(1200);
    expect(left()).toEqual([]);
    await node.close();
  });

  test('ends with the connection', async () => {
    const node = openSsh('ha-sudo@node', 'node', sshd.ssh);
    const { packets, ended } = await node.capture(request);
    packets.resume();
    while (left().length === 0) await delay(50);
    await node.close();
    expect(await ended).not.toBeUndefined();
    await delay(2000);
    expect(left()).toEqual([]);
  });

  test('says why it cannot be', async () => {
    const node = openSsh('ha-plain@node', 'node', sshd.ssh);
    const refused = await node.capture(request);
    refused.packets.resume();
    expect(await refused.ended).toMatch(/permission/);
    const strange = await node.capture({ ...request, interfaceName: 'eth0; touch /tmp/pwned' });
    strange.packets.resume();
    expect(await strange.ended).toMatch(/tcpdump: .*(permission|No such device|name too long)/);
    await node.close();
  });
});

describe.skipIf(missing !== null)('privileges on a node by ssh', () => {
  test('without sudo, what is not readable is denied, and what cannot be known is not called missing', async () => {
    const node = openSsh('ha-plain@node', 'node', sshd.ssh);
    const [shadow, hidden, absent] = await Promise.all([
      node.readFile('/etc/shadow'),
      node.readFile('/root/.hidden/file'),
      node.readFile('/etc/absent/file'),
    ]);
    expect(text(shadow)).toBe('denied: permission denied');
    expect(text(hidden)).toBe('denied: permission denied');
    expect(text(absent)).toBe('missing: it does not exist');
    await node.close();
  });

  test('with sudo, it is read, and said', async () => {
    const node = openSsh('ha-sudo@node', 'node', sshd.ssh);
    const [shadow, passwd, absent, rules] = await Promise.all([
      node.readFile('/etc/shadow'),
      node.readFile('/etc/passwd'),
      node.readFile('/root/.hidden/file'),
      node.output('nft-ruleset.txt'),
    ]);
    expect(shadow).toMatchObject({ refusal: null, viaSudo: true });
    expect(passwd).toMatchObject({ refusal: null, viaSudo: false });
    expect(text(absent)).toBe('missing: it does not exist');
    expect(rules).toMatchObject({ refusal: null, viaSudo: true });
    await node.close();
  });
});

describe.skipIf(missing !== null)('a node that does not answer', () => {
  const asked = async (host: string, program: string) => {
    const node = openSsh(host, host, program);
    const reading = await node.readFile('/etc/hostname');
    await node.close();
    return text(reading);
  };

  test('says why, in ssh’s words', async () => {
    expect(await asked('nobody-at-all@node', sshd.ssh)).toMatch(/^unreachable: .*Permission denied/);
    expect(await asked('root@no-such-host.invalid', 'ssh')).toMatch(/^unreachable: .*(resolve|Name or service)/);
    expect(await asked('root@node', '/nonexistent/ssh')).toBe('unreachable: there is no /nonexistent/ssh command');
  });

  test('a host is no option', () => {
    for (const host of ['-oProxyCommand=id', '', 'a b', 'lb1\n', 'lb1\x1b[2J']) expect(isHost(host)).toBe(false);
    for (const host of ['lb1', 'ops@lb1.example', 'root@10.0.0.1', 'root@2001:db8::1']) expect(isHost(host)).toBe(true);
  });
});
