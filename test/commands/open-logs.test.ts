import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LogOptions, openLogs } from '../../src/commands/shared/open-logs.ts';
import type { LogEnd, LogLine } from '../../src/model/log.ts';
import { Zone } from '../../src/syslog/zone.ts';

const utc = Zone.named('UTC')!;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-logs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const options: LogOptions<string> = {
  ...{ texts: ['palived'], interpret: (_tag, message) => message, zone: utc },
  ...{ year: null, since: null, until: null, follow: false },
};

function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version']).error === undefined;
}

/** A line of the day, at noon. */
function entry(month: string, day: number, message: string): string {
  return `${month} ${String(day).padStart(2)} 12:00:00 lb1 Keepalived_vrrp[7]: ${message}\n`;
}

/** A file written on that day of 2026 in the evening. */
function write(path: string, content: string | Uint8Array, month = 11, day = 20): string {
  const whole = join(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  const time = Date.UTC(2026, month - 1, day, 20) / 1000;
  utimesSync(whole, time, time);
  return whole;
}

interface Reading extends LogEnd {
  readonly node: string | null;
  readonly said: readonly string[];
  readonly at: readonly LogLine[];
}

async function readAll(name: string, more: Partial<LogOptions<string>> = {}): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const source of await openLogs(name, { ...options, ...more })) {
    const at: LogLine[] = [];
    const end = await source.run({ event: (line) => at.push(line), batch: () => {} });
    readings.push({ ...end, node: source.node, said: at.map(({ message }) => message), at });
  }
  return readings;
}

async function readOne(name: string, more: Partial<LogOptions<string>> = {}): Promise<Reading> {
  const [reading, ...others] = await readAll(name, more);
  if (reading === undefined || others.length > 0) throw new Error(`${others.length + 1} logs`);
  return reading;
}

const day = (month: number, of: number) => Date.UTC(2026, month - 1, of, 12) / 1000;

describe('files', () => {
  it('are read with their rotations, oldest first', async () => {
    const log = write('rotated/syslog', entry('Nov', 20, 'e'));
    write('rotated/syslog.1', entry('Nov', 19, 'd'), 11, 19);
    write('rotated/syslog.2.gz', gzipSync(entry('Nov', 18, 'c')), 11, 18);
    write('rotated/syslog.10.gz', gzipSync(entry('Nov', 10, 'b')), 11, 10);
    write('rotated/syslog.bak', entry('Nov', 1, 'no'));
    write('rotated/syslog-ng.log', entry('Nov', 1, 'no'));
    const { said, files, problems, lines } = await readOne(log);
    expect(said).toEqual(['b', 'c', 'd', 'e']);
    expect(files.map((file) => file.slice(folder.length))).toEqual([
      ...['/rotated/syslog.10.gz', '/rotated/syslog.2.gz', '/rotated/syslog.1', '/rotated/syslog'],
    ]);
    expect({ problems, lines }).toEqual({ problems: [], lines: 4 });
    // One that is named is read alone.
    expect((await readOne(`${log}.1`)).said).toEqual(['d']);
  });

  it('are left out where they lie beyond the span', async () => {
    const log = join(folder, 'rotated/syslog');
    expect((await readOne(log, { since: day(11, 19) })).said).toEqual(['d', 'e']);
    expect((await readOne(log, { until: day(11, 18) })).said).toEqual(['b', 'c']);
    expect((await readOne(log, { since: day(11, 12), until: day(11, 19) - 1 })).said).toEqual(['c']);
  });

  it('may have dates in their names', async () => {
    write('dated/messages-20261108', entry('Nov', 8, 'a'), 11, 8);
    write('dated/messages-20261115.gz', gzipSync(entry('Nov', 15, 'b')), 11, 15);
    const log = write('dated/messages', entry('Nov', 20, 'c'));
    expect((await readOne(log)).said).toEqual(['a', 'b', 'c']);
    write('dated/ka-20261108.log', entry('Nov', 8, 'a'), 11, 8);
    expect((await readOne(write('dated/ka.log', entry('Nov', 20, 'c')))).said).toEqual(['a', 'c']);
  });

  it.runIf(isInstalled('zstd') && isInstalled('xz'))('may be compressed with zstd and xz', async () => {
    for (const [program, suffix] of [
      ['zstd', 'zst'],
      ['xz', 'xz'],
    ] as const) {
      const text = Array.from({ length: 50_000 }, (_, i) => entry('Nov', 19, `${i} of ${program}`)).join('');
      const packed = execFileSync(program, ['-c'], { input: text, maxBuffer: 1e9 });
      const whole = await readOne(write(`packed/a.${suffix}`, packed));
      expect(whole.said.join()).toBe(
        text
          .trim()
          .split('\n')
          .map((line) => line.slice(40))
          .join(),
      );
      const cut = await readOne(write(`packed/b.${suffix}`, packed.subarray(0, packed.length >> 1)));
      expect(cut.problems).toMatchObject([
        { message: expect.stringMatching(/b\.\w+ is cut short: its \w+ data end early$/) },
      ]);
      const damaged = await readOne(write(`packed/c.${suffix}`, Buffer.from(packed).fill(0xff, 20, 4000)));
      expect(damaged.problems).toMatchObject([
        { message: expect.stringMatching(/c\.\w+ is damaged: its \w+ data are corrupt/) },
      ]);
      const twice = await readOne(write(`packed/d.${suffix}`, Buffer.concat([packed, packed])));
      expect(twice.lines).toBe(100_000);
    }
  });

  it('give what can be read of them, and say what cannot', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => entry('Nov', 19, `${i} ${Math.sin(i)}`)).join('');
    const packed = gzipSync(text);
    const cut = await readOne(write('bad/cut.gz', packed.subarray(0, packed.length - 1000)));
    expect(cut.said.length).toBeGreaterThan(15_000);
    expect(cut.problems).toEqual([
      {
        source: join(folder, 'bad/cut.gz'),
        message: `${join(folder, 'bad/cut.gz')} is cut short: its gzip data end early`,
        hint: null,
      },
    ]);
    const message = async (path: string) =>
      (await readOne(path)).problems.map((problem) => problem.message.replaceAll(`${folder}/`, ''));
    expect(await message(write('bad/empty', ''))).toEqual(['bad/empty is empty']);
    expect(await message(join(folder, 'bad/missing'))).toEqual(['cannot open bad/missing: there is no such file']);
    expect(await message(write('bad/journal', 'LPKSHHRH\0\0'))).toEqual([
      'bad/journal is a file of the journal, not a log',
    ]);
    expect(
      await message(
        write(
          'bad/binary',
          Uint8Array.from({ length: 999 }, (_, i) => i % 32),
        ),
      ),
    ).toEqual(['bad/binary is no text, not a log']);
    mkdirSync(join(folder, 'bad/folder'));
    expect(await message(join(folder, 'bad/folder'))).toEqual([
      'cannot open bad/folder: it holds none of var/log/syslog, var/log/messages, var/log/daemon.log, var/log/keepalived.log, commands/journal.json',
    ]);
  });

  it('know the years of logs that were never rotated', async () => {
    const months = ['Nov', 'Feb', 'Jun', 'Dec', 'Mar', 'Nov'].flatMap((month, i) =>
      Array.from({ length: 200 }, () => [month, i] as const),
    );
    const log = write('years', months.map(([month, i]) => entry(month, 19, String(i))).join(''));
    const { at } = await readOne(log);
    const yearOf = (said: string) =>
      new Date(at.find(({ message }) => message === said)!.time!.seconds * 1000).getUTCFullYear();
    expect(['0', '1', '2', '3', '4', '5'].map(yearOf)).toEqual([2024, 2025, 2025, 2025, 2026, 2026]);
  });

  it('end in the year that is named', async () => {
    const log = write('named/syslog', entry('Dec', 31, 'b') + entry('Jan', 1, 'c'));
    write('named/syslog.1', entry('Dec', 30, 'a'));
    const { at } = await readOne(log, { year: 2017 });
    expect(at.map(({ time }) => new Date(time!.seconds * 1000).toISOString().slice(0, 10))).toEqual([
      ...['2016-12-30', '2016-12-31', '2017-01-01'],
    ]);
  });

  it.runIf(process.getuid?.() === 0)('of others are refused in one line', async () => {
    const log = write('secret/syslog', entry('Nov', 20, 'a'));
    write('secret/syslog.1', entry('Nov', 19, 'b'), 11, 19);
    chmodSync(log, 0);
    chmodSync(folder, 0o755);
    const { euid } = { euid: process.geteuid!() };
    process.seteuid!(65_534);
    try {
      const { said, problems } = await readOne(log);
      expect(said).toEqual(['b']);
      expect(problems).toEqual([
        {
          source: log,
          message: `cannot open ${log}: permission denied`,
          hint: 'run it as root, or as a member of the group adm',
        },
      ]);
    } finally {
      process.seteuid!(euid);
    }
  });
});

describe('directories and bundles', () => {
  beforeAll(() => {
    write('lb1/var/log/syslog', entry('Nov', 20, 'b'));
    write('lb1/var/log/syslog.1', entry('Nov', 19, 'a'), 11, 19);
    // The same, told once more.
    write('lb1/var/log/daemon.log', entry('Nov', 20, 'b'));
    write('lb2/var/log/syslog', 'Nov 20 12:00:00 lb2 sshd[7]: nothing of ours\n');
    const fields = { __REALTIME_TIMESTAMP: '1795176000000000', SYSLOG_IDENTIFIER: 'Keepalived_vrrp', MESSAGE: 'c' };
    write('lb2/commands/journal.json', `${JSON.stringify(fields)}\n`);
  });

  it('are the logs of a node', async () => {
    expect(await readOne(join(folder, 'lb1'))).toMatchObject({ node: 'lb1', said: ['a', 'b'], problems: [] });
    const interpret = (tag: string, message: string) => (tag.startsWith('Keepalived') ? message : null);
    expect(await readOne(join(folder, 'lb2'), { interpret })).toMatchObject({ node: 'lb2', said: ['c'], lines: 2 });
    expect(await readOne(join(folder, 'lb1/var/log'))).toMatchObject({ node: 'log', said: ['a', 'b'] });
  });

  it('are read without unpacking them to anywhere', async () => {
    const interpret = (tag: string, message: string) => (tag.startsWith('Keepalived') ? message : null);
    for (const format of ['gnu', 'pax', 'ustar']) {
      const bundle = join(folder, `${format}.tar.gz`);
      execFileSync('tar', ['-czf', bundle, '-C', folder, `--format=${format}`, 'lb1', './lb2']);
      const readings = await readAll(bundle, { interpret });
      expect(readings.map(({ node, said }) => [node, said.join()])).toEqual([
        ['lb1', 'a,b'],
        ['lb2', 'c'],
      ]);
      expect(readings[0]?.files[0]).toBe(`${bundle}:lb1/var/log/syslog.1`);
    }
    const bundle = join(folder, 'root.tgz');
    execFileSync('tar', ['-czf', bundle, '-C', join(folder, 'lb1'), '.']);
    expect(await readOne(bundle)).toMatchObject({ node: 'root', said: ['a', 'b'] });
  });

  it('may have hostile names, which are names', async () => {
    const bundle = join(folder, 'hostile.tgz');
    execFileSync('tar', ['-czf', bundle, '-P', '-C', join(folder, 'lb1'), '--transform=s,^,../../,', 'var/log/syslog']);
    expect((await readOne(bundle)).problems[0]?.message).toMatch(/it holds no var\/log\/syslog/);
    const long = 'x'.repeat(200);
    const deep = join(folder, 'deep.tgz');
    execFileSync('tar', ['-czf', deep, '-C', folder, `--transform=s,^,${long}/,`, 'lb1/var/log/syslog']);
    expect((await readOne(deep)).files).toEqual([`${deep}:${long}/lb1/var/log/syslog`]);
  });

  it('are read as far as they are whole', async () => {
    const noise = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * i * 31) >> 7));
    write('cut/a/var/log/syslog', entry('Nov', 20, 'a'));
    write('cut/b/noise', noise);
    execFileSync('tar', ['-cf', join(folder, 'cut.tar'), '-C', join(folder, 'cut'), 'a', 'b']);
    truncateSync(join(folder, 'cut.tar'), 100_000);
    const { said, problems } = await readOne(join(folder, 'cut.tar'));
    expect({ said, problems: problems.length }).toEqual({ said: ['a'], problems: 1 });
    expect(problems[0]?.message).toBe(`${join(folder, 'cut.tar')}: the archive ends early`);
    expect((await readOne(write('no.tar', 'x'.repeat(5000)))).problems[0]?.message).toMatch(
      /is damaged: it is no tar archive/,
    );
  });
});

describe('following', () => {
  async function follow(log: string, write: (said: readonly string[]) => Promise<void>): Promise<readonly LogLine[]> {
    const [source] = await openLogs(log, { ...options, follow: true });
    const at: LogLine[] = [];
    const said: string[] = [];
    const ended = source!.run({
      event: (line) => {
        at.push(line);
        said.push(line.message);
      },
      batch: () => {},
    });
    try {
      await write(said);
    } finally {
      source!.stop();
    }
    expect((await ended).problems).toEqual([]);
    return at;
  }

  async function until(said: readonly string[], message: string): Promise<void> {
    await expect.poll(() => said, { timeout: 10_000 }).toContain(message);
  }

  it('goes on over a rotation', async () => {
    const log = write('followed/syslog', entry('Nov', 20, 'a'));
    const at = await follow(log, async (said) => {
      await until(said, 'a');
      appendFileSync(log, entry('Nov', 20, 'b').slice(0, 20));
      appendFileSync(log, entry('Nov', 20, 'b').slice(20));
      await until(said, 'b');
      renameSync(log, `${log}.1`);
      // Written by a daemon that has not been told yet.
      appendFileSync(`${log}.1`, entry('Nov', 20, 'c'));
      await until(said, 'c');
      writeFileSync(log, entry('Nov', 20, 'd'));
      await until(said, 'd');
    });
    expect(at.map(({ message, line }) => [message, line])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 1],
    ]);
  });

  it('goes on where the log was copied and truncated', async () => {
    const log = write('truncated/syslog', entry('Nov', 20, 'a') + entry('Nov', 20, 'b'));
    const at = await follow(log, async (said) => {
      await until(said, 'b');
      writeFileSync(log, entry('Nov', 20, 'c'));
      await until(said, 'c');
    });
    expect(at.map(({ message }) => message)).toEqual(['a', 'b', 'c']);
  });
});
