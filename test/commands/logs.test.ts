import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFlap } from '../../src/commands/logs/arguments.ts';
import { parseMoment } from '../../src/commands/shared/moment.ts';
import { root } from './built.ts';
import { haDoctor, shell } from './run.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-logs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const story = (name: string, node: string) => readFileSync(join(root, `logs/${name}/${node}/var/log/syslog`), 'utf8');

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

interface Document {
  transitions: { node: string; instance: string; to: string; time: string | null }[];
  failovers: { from: string | null; to: string | null; cause: { kind: string; text: string } }[];
  nodes: { node: string; lines: number; offset: number }[];
  errors: { source: string; message: string }[];
}

async function tell(...args: string[]): Promise<Document & { exitCode: number | null; stderr: string }> {
  const { stdout, stderr, exitCode } = await haDoctor(['logs', '--json', ...args]);
  return { ...(JSON.parse(stdout) as Document), exitCode, stderr };
}

const kinds = ({ failovers }: Document) => failovers.map(({ from, to, cause }) => `${from} > ${to} ${cause.kind}`);

describe('nodes', () => {
  const both = ['null > lb1 startup', 'lb1 > lb2 check-script-failed', 'lb2 > lb1 check-script-recovered'];

  test('two files are two nodes, by the host of their lines', async () => {
    const lb1 = write('one.log', story('failover-check-fails', 'lb1'));
    const lb2 = write('two.log', story('failover-check-fails', 'lb2'));
    expect(kinds(await tell(lb1, lb2))).toEqual(both);
  });

  test('one file with the lines of both is two nodes', async () => {
    const lines = ['lb1', 'lb2'].flatMap((node) => story('failover-check-fails', node).split('\n').filter(Boolean));
    const merged = write('central.log', `${lines.sort().join('\n')}\n`);
    const told = await tell(merged);
    expect(kinds(told)).toEqual(both);
    expect(told.nodes.map(({ node }) => node)).toEqual(['lb1', 'lb2']);
  });

  test('of one host name in one file are one, which is said', async () => {
    const alike = ['lb1', 'lb2'].flatMap((node, pid) =>
      story('failover-check-fails', node)
        .split('\n')
        .filter(Boolean)
        .map((line) => line.replace(` ${node} `, ' lb ').replace(/_vrrp\[\d+\]/, `_vrrp[${pid + 1}]`)),
    );
    const { stderr, exitCode } = await tell(write('alike.log', `${alike.sort().join('\n')}\n`));
    expect(stderr).toMatch(
      /^ha-doctor: warning: two keepalived daemons log in turn as lb \(pids [12] and [12]\): two nodes of one name, told as one\n$/,
    );
    expect(exitCode).not.toBe(2);
  });

  test('whose log is named twice, or with its rotation, are read once', async () => {
    const log = write('lb1.log', story('failover-check-fails', 'lb1'));
    const rotated = write('lb1.log.1', 'Nov 19 12:00:00 lb1 Keepalived_vrrp[7]: (VI_1) Entering BACKUP STATE\n');
    const { lines } = (await tell(log)).nodes[0]!;
    for (const args of [
      [log, log],
      [rotated, log],
      [log, `${folder}/./lb1.log.1`, log],
    ])
      expect((await tell(...args)).nodes.map((node) => [node.node, node.lines])).toEqual([['lb1', lines]]);
  });

  test('of the same host name are told apart by their files', async () => {
    const alike = (node: string) => story('failover-check-fails', node).replaceAll(` ${node} `, ' localhost ');
    const told = await tell(write('a.log', alike('lb1')), write('b.log', alike('lb2')));
    expect(told.nodes.map(({ node }) => node)).toEqual(['localhost', 'localhost (b.log)']);
    expect(told.failovers.map(({ cause }) => cause.kind)).toEqual([
      'startup',
      'check-script-failed',
      'check-script-recovered',
    ]);
  });

  test('a line without a host is of the host before', async () => {
    const bare = story('failover-kill', 'lb1').replace(/^(\S+) lb1 (Keepalived_vrrp)/gm, '$1 $2');
    const told = await tell(write('bare.log', bare));
    expect(told.nodes.map(({ node }) => node)).toEqual(['lb1']);
  });

  test('a rotation that is named beside its log is not read twice', async () => {
    const text = story('failover-kill', 'lb1');
    const half = text.indexOf('\n', text.length / 2) + 1;
    mkdirSync(join(folder, 'rotated'));
    const old = write('rotated/syslog.1', text.slice(0, half));
    const log = write('rotated/syslog', text.slice(half));
    const told = await tell(old, log);
    expect(told.nodes.map(({ node, lines }) => [node, lines])).toEqual([['lb1', text.split('\n').length - 1]]);
    expect(told.transitions.map(({ to }) => to)).toEqual(['BACKUP', 'MASTER', 'BACKUP', 'MASTER']);
  });

  test('whose clock is off are corrected', async () => {
    const late = story('failover-check-fails', 'lb2').replace(
      /T21:29:(\d\d)/g,
      (_, second) => `T21:28:${String(Number(second)).padStart(2, '0')}`,
    );
    const told = await tell(write('lb1.log', story('failover-check-fails', 'lb1')), write('late.log', late));
    expect(kinds(told)).toEqual(both);
    expect(told.nodes[1]?.offset).toBeCloseTo(60, 1);
  });
});

describe('time', () => {
  test('stdin', async () => {
    const input = new TextEncoder().encode(story('failover-kill', 'lb2'));
    const { stdout } = await haDoctor(['logs', '-', '--json'], { input });
    expect((JSON.parse(stdout) as Document).transitions.map(({ to }) => to)).toEqual(['BACKUP', 'MASTER', 'BACKUP']);
  });

  test('followed over what is written later, a line a transition, until Ctrl-C', async () => {
    const text = story('failover-kill', 'lb2');
    const half = text.indexOf('(VI_1) Receive advertisement timeout');
    const cut = text.lastIndexOf('\n', half) + 1;
    const log = write('growing.log', text.slice(0, cut));
    const run = shell(`"\${HA_DOCTOR[@]}" logs -f --json ${log} & pid=$!; sleep 6; kill -INT $pid; wait $pid`);
    await delay(2500);
    appendFileSync(log, text.slice(cut));
    const { stdout } = await run;
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; to?: string });
    expect(lines.map(({ type, to }) => to ?? type)).toEqual(['BACKUP', 'MASTER', 'BACKUP', 'summary']);
  });
});

describe('bad input gives one line, exit code 2, and what could be read', () => {
  test.each([
    ['empty', '', /empty\.log is empty/],
    ['binary', Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256), /binary\.log/],
  ])('%s', async (name, content, message) => {
    const { stdout, stderr, exitCode } = await haDoctor(['logs', write(`${name}.log`, content)]);
    expect(stdout).toBe('');
    expect(stderr.split('\n').filter((line) => line.includes('error:'))).toHaveLength(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(exitCode).toBe(2);
  });

  test('a gzip that was cut short', async () => {
    const whole = gzipSync(story('failover-kill', 'lb1'));
    const told = await tell(write('cut.log.gz', whole.subarray(0, Math.floor(whole.length * 0.9))));
    expect(told.transitions.length).toBeGreaterThan(0);
    expect(told.errors).toHaveLength(1);
    expect(told.exitCode).toBe(2);
  });

  test('a line without end, and hostile names', async () => {
    const hostile = `2026-11-20T21:00:00+00:00 lb1 Keepalived_vrrp[1]: (\x1b[31mVI\u202e) Entering MASTER STATE\n`;
    const file = write('hostile.log', `${hostile}${'x'.repeat(3_000_000)}\n${story('failover-kill', 'lb1')}`);
    const { stdout, exitCode } = await haDoctor(['logs', file]);
    for (const character of ['\x1b', '\u202e']) expect(stdout).not.toContain(character);
    expect(stdout).toContain('VI_1');
    expect(exitCode).toBe(2);
  });

  test('a link to nowhere, beside a log that is well', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link.log'));
    const told = await tell(join(folder, 'link.log'), write('well.log', story('failover-kill', 'lb1')));
    expect(told.transitions).toHaveLength(4);
    expect(told.exitCode).toBe(2);
  });
});

describe('--since and --until', () => {
  const now = new Date(2026, 10, 20, 17, 30, 15);
  const local = (...parts: [number, number, number, number?, number?, number?]) => new Date(...parts).getTime() / 1000;
  test.each<[string, number]>([
    ['2026-11-20 16:00', local(2026, 10, 20, 16)],
    ['2026-11-20 16:00:05', local(2026, 10, 20, 16, 0, 5)],
    ['2026-11-20', local(2026, 10, 20)],
    ['16:00', local(2026, 10, 20, 16)],
    ['2026-11-20T16:00:05.5+01:00', Date.UTC(2026, 10, 20, 15, 0, 5, 500) / 1000],
    ['2026-11-20T16:00:05Z', Date.UTC(2026, 10, 20, 16, 0, 5) / 1000],
    ['2026-11-20 16:00 UTC', Date.UTC(2026, 10, 20, 16) / 1000],
    ['yesterday', local(2026, 10, 19)],
    ['today', local(2026, 10, 20)],
    ['now', now.getTime() / 1000],
    ['-1h', now.getTime() / 1000 - 3600],
    ['1 hour ago', now.getTime() / 1000 - 3600],
    ['2h 30min ago', now.getTime() / 1000 - 9000],
    ['2 days ago', now.getTime() / 1000 - 172_800],
    ['@1605846000', 1_605_846_000],
  ])('%s', (text, seconds) => {
    expect(parseMoment(text, now)).toBe(seconds);
  });

  test.each(['', 'soon', '25:00', '2026-13-01', '1 hour', 'ago', '-', '-1x', '2026-11-20 16', '@', '1'.repeat(400)])(
    'not %s',
    (text) => {
      expect(() => parseMoment(text, now)).toThrow('expected a time');
    },
  );
});

test('--flap takes times and minutes', () => {
  expect(parseFlap('3/10')).toEqual({ count: 3, seconds: 600 });
  for (const text of ['3', '1/10', '3/0', '3/-1', '/', '3/10/2', 'x/y'])
    expect(() => parseFlap(text)).toThrow('expected times');
});

describe('what tells nothing', () => {
  test('is said: a log without keepalived, and a file that is no log', async () => {
    const log = write('sshd.log', 'Nov 20 12:00:00 lb1 sshd[7]: session opened\n');
    const said = await haDoctor(['logs', log]);
    expect(said.stderr).toBe(
      `ha-doctor: warning: ${log} tells nothing of keepalived: it may log elsewhere, or not run\n`,
    );
    expect(said.exitCode).toBe(0);
    const numbers = write('numbers', '1\n2\n3\n');
    const refused = await haDoctor(['logs', numbers]);
    expect(refused).toMatchObject({
      stdout: '',
      stderr: `ha-doctor: error: ${numbers} is no log: none of its lines has a time, or is keepalived's\n`,
      exitCode: 2,
    });
    const program = await haDoctor(['logs', process.execPath]);
    expect(program).toMatchObject({
      stdout: '',
      stderr: `ha-doctor: error: ${process.execPath} is a program, not a log\n`,
      exitCode: 2,
    });
  });
});
