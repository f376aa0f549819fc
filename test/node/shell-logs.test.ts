import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lastTransitions, readLogs } from '../../src/commands/shared/node-logs.ts';
import { openNodeLogs } from '../../src/commands/shared/open-logs.ts';
import { parseMessage, tellingTexts } from '../../src/keepalived/messages/parse.ts';
import type { ShellNode } from '../../src/node/shell-node.ts';
import { openSsh } from '../../src/node/ssh.ts';
import { haDoctor } from '../commands/run.ts';
import { sshdMissing, startSshd, type TestSshd } from './sshd.ts';

const missing = sshdMissing();
if (missing !== null) console.log(`logs over ssh are not tested: ${missing}`);

let folder: string;
let sshd: TestSshd;
beforeAll(async () => {
  if (missing !== null) return;
  sshd = await startSshd();
});
afterAll(() => sshd?.stop());
beforeEach((context) => {
  if (missing !== null) return context.skip();
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-shell-logs-'));
  chmodSync(folder, 0o755);
  sshd.exec(`mount --bind ${folder} /var/log; mount -t tmpfs none /run/log 2>/dev/null; true`);
  return () => {
    sshd.exec('umount /var/log');
    rmSync(folder, { recursive: true });
  };
});

const noise = (count: number) => 'Nov 20 12:00:00 lb1 nginx[9]: keepalive link status of a backend\n'.repeat(count);
const entry = (day: number, message: string, tag = 'Keepalived_vrrp[7]') =>
  `Nov ${day} 12:00:00 lb1 ${tag}: ${message}\n`;

function write(name: string, content: string | Uint8Array, day = 20, mode = 0o644): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  const time = Date.UTC(2026, 10, day, 20) / 1000;
  utimesSync(path, time, time);
  return path;
}

const open = (user = 'root') => openSsh(`${user}@node`, 'lb1', sshd.ssh);

async function read(node: ShellNode, since: number | null = null) {
  const wanted = { texts: tellingTexts, interpret: parseMessage, zone: null, year: null, since, until: null };
  const source = await openNodeLogs(node, { ...wanted, follow: false });
  const told: string[] = [];
  const end = await source.run({
    event: ({ file, line }, { kind }) => told.push(`${file}:${line} ${kind}`),
    batch: () => {},
  });
  const { roundTrips } = node;
  await node.close();
  return { ...end, told, roundTrips };
}

const named = (node: ShellNode) =>
  ({
    name: 'lb1',
    isOwnName: true,
    port: node,
    live: node,
    configPath: '',
    file: null,
    isLive: true,
    cluster: null,
  }) as const;

describe('the logs of a node by ssh', { timeout: 60_000 }, () => {
  test('are those lines that matter, with their numbers, in two round trips', async () => {
    write('syslog', noise(70_000) + entry(20, '(VI_1) Entering MASTER STATE') + noise(5000));
    write('syslog.1', entry(19, '(VI_1) Entering BACKUP STATE') + noise(3), 19);
    write('syslog.2.gz', gzipSync(noise(2) + entry(18, '(VI_1) Entering FAULT STATE')), 18);
    write('nginx.log', entry(18, '(VI_1) Entering MASTER STATE'));
    expect(await read(open())).toMatchObject({
      told: ['/var/log/syslog.2.gz:3 state', '/var/log/syslog.1:1 state', '/var/log/syslog:70001 state'],
      lines: 75_001 + 4 + 3,
      problems: [],
      roundTrips: 2,
    });
    const recent = await read(open(), Date.UTC(2026, 10, 19, 6) / 1000);
    expect(recent.told).toEqual(['/var/log/syslog.1:1 state', '/var/log/syslog:70001 state']);
  });

  test('have the times of the node’s own zone, and end where it logged last', async () => {
    write('messages', entry(20, '(VI_1) Entering MASTER STATE') + 'Nov 20 12:30:00 lb1 cron[2]: later\n');
    sshd.exec(`echo Asia/Kolkata > ${join(folder, 'zone')}; mount --bind ${join(folder, 'zone')} /etc/timezone`);
    const { first, last } = await read(open());
    sshd.exec('umount /etc/timezone');
    expect([first?.seconds, last?.seconds]).toEqual([
      Date.UTC(2026, 10, 20, 6, 30) / 1000,
      Date.UTC(2026, 10, 20, 7) / 1000,
    ]);
  });

  test('of keepalived alone are read whole, as its lines name no program', async () => {
    write('keepalived.log', 'Fri Nov 20 12:00:00 2026: (VI_1) Changing effective priority from 100 to 50\n'.repeat(2));
    expect((await read(open())).told).toEqual([
      '/var/log/keepalived.log:1 priority',
      '/var/log/keepalived.log:2 priority',
    ]);
  });

  test('tell the last transition of each instance', async () => {
    write('syslog', entry(19, '(VI_1) Entering MASTER STATE') + entry(20, '(VI_1) Entering BACKUP STATE') + noise(3));
    const node = open();
    const { timeline, problems } = await readLogs([named(node)], null);
    await node.close();
    expect(problems).toEqual(new Map());
    expect(lastTransitions(timeline, 'lb1')).toMatchObject([
      { instance: 'VI_1', state: 'BACKUP', file: '/var/log/syslog', line: 2, text: '(VI_1) Entering BACKUP STATE' },
    ]);
    expect(timeline.transitions.map(({ to }) => to)).toEqual(['MASTER', 'BACKUP']);
  });

  test('need privileges, which sudo may give', async () => {
    const path = write('syslog', entry(20, '(VI_1) Entering MASTER STATE'), 20, 0o640);
    chownSync(path, 0, 4);
    const denied = await read(open('ha-plain'));
    expect(denied.told).toEqual([]);
    expect(denied.problems).toContainEqual({
      source: '/var/log/syslog',
      message: 'cannot open /var/log/syslog: permission denied',
      hint: 'log in as root or a member of the group adm, or let sudo ask for no password',
    });
    expect(await read(open('ha-sudo'))).toMatchObject({ told: ['/var/log/syslog:1 state'], problems: [] });
  });

  test('that cannot be read to their end are read as far as they can', async () => {
    const packed = gzipSync(
      entry(19, '(VI_1) Entering MASTER STATE') + Array.from({ length: 9999 }, (_, i) => Math.sin(i)).join('\n'),
    );
    write('syslog.1.gz', packed.subarray(0, packed.length - 9999), 19);
    write('syslog', entry(20, '(VI_1) Entering BACKUP STATE'));
    const { told, problems } = await read(open());
    expect(told).toEqual(['/var/log/syslog.1.gz:1 state', '/var/log/syslog:1 state']);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^\/var\/log\/syslog\.1\.gz is cut short: gzip: .*unexpected end of file$/),
    ]);
  });

  test('are bounded, and the last of them kept', async () => {
    write('syslog', Array.from({ length: 5000 }, (_, i) => entry(20, `(VI_1) line ${i + 1}`)).join(''));
    const node = open();
    const search = { program: ['cat'], path: '/var/log/syslog', texts: ['eepalived'] };
    const searched = await node.search({ ...search, limit: 1000 });
    await node.close();
    const lines = Buffer.from(searched.found?.lines ?? [])
      .toString()
      .split('\n')
      .filter(Boolean);
    expect(searched.found).toMatchObject({ isCut: true, status: 0 });
    // The first, those that fit, and the last once more.
    expect(lines[0]).toMatch(/^1:.*line 1$/);
    expect(lines.length).toBeLessThan(20);
    for (const line of lines)
      expect(line).toMatch(/^(\d+):Nov 20 12:00:00 lb1 Keepalived_vrrp\[7\]: \(VI_1\) line \1$/);
    expect(lines.at(-1)).toMatch(/^5000:/);
  });

  test('may hold anything', async () => {
    const hostile = [
      '\0'.repeat(5000),
      '\xff\xfe',
      '\n-\n',
      '\n=124\n',
      '\n-',
      '\x1b[2J',
      '7:',
      'x'.repeat(3_000_000),
      '',
    ];
    write(
      'syslog',
      Buffer.from(`${hostile.join(' Keepalived\n')}\n-\n${entry(20, '(VI_1) Entering MASTER STATE')}-\n=9`, 'latin1'),
    );
    const { told, problems } = await read(open());
    expect(told.at(-1)).toBe('/var/log/syslog:16 state');
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/longer than 262144 bytes and is not read$/),
    ]);
  });

  test('are nobody’s where there are none', async () => {
    expect((await read(open())).problems.map(({ message }) => message)).toEqual([
      'neither the journal nor /var/log of lb1 tells of keepalived',
    ]);
    expect((await read(openSsh('nobody-at-all@node', 'lb1', sshd.ssh))).problems.map(({ message }) => message)).toEqual(
      [expect.stringMatching(/^cannot reach lb1: .*Permission denied/)],
    );
  });

  test('leave nothing behind when they are read no more', async () => {
    const running = () => /tail -f -n 9|grep -anF -e x/.test(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }));
    write('syslog', 'x\n');
    const node = open();
    const endless = { program: ['tail', '-f', '-n', '9'], path: '/var/log/syslog', texts: ['x'], limit: 9 };
    const searching = node.search(endless);
    await expect.poll(running, { timeout: 10_000 }).toBe(true);
    await node.close();
    await searching;
    await expect.poll(running, { timeout: 10_000 }).toBe(false);
  });

  test('are read by the command, beside those that lie here', async () => {
    write('syslog', entry(20, '(VI_1) Entering MASTER STATE'));
    const here = join(folder, 'here.log');
    writeFileSync(here, 'Nov 20 12:00:09 lb2 Keepalived_vrrp[7]: (VI_1) Entering BACKUP STATE\n');
    const env = { PATH: `${dirname(sshd.ssh)}:${process.env['PATH']}` };
    const { stdout, stderr, exitCode } = await haDoctor(['logs', '--json', here, 'lb1=ssh:root@node'], { env });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(JSON.parse(stdout).transitions).toMatchObject([
      { node: 'lb1', to: 'MASTER', file: '/var/log/syslog' },
      { node: 'lb2', to: 'BACKUP', file: here },
    ]);
    const followed = await haDoctor(['logs', '--follow', 'root@node'], { env });
    expect(followed).toMatchObject({ stdout: '', exitCode: 2 });
    expect(followed.stderr).toMatch(/^ha-doctor: error: cannot follow the logs of other nodes\n/);
  });
});
