import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readLines, zone } from './read-lines.ts';

const journalRemote = '/lib/systemd/systemd-journal-remote';
const has = (command: string) => spawnSync(command, ['--version']).error === undefined;

const said = [
  '(VI_1) Entering MASTER STATE',
  '  indented: [brackets] (and) "quotes"',
  'Zürich 日本',
  'colours \u001b[31m red',
];

it.runIf(has('rsyslogd') && has('logger'))(
  'reads what rsyslogd writes, in its three formats',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-rsyslog-'));
    const socket = join(folder, 'log');
    const templates = ['RSYSLOG_TraditionalFileFormat', 'RSYSLOG_FileFormat', 'RSYSLOG_SyslogProtocol23Format'];
    const files = templates.map((template) => join(folder, template));
    const configuration = [
      `module(load="imuxsock" SysSock.Use="off")`,
      `input(type="imuxsock" Socket="${socket}" UsePIDFromSystem="off")`,
      ...templates.map((template, i) => `action(type="omfile" file="${files[i]}" template="${template}")`),
    ];
    writeFileSync(join(folder, 'rsyslog.conf'), `${configuration.join('\n')}\n`);
    const zoneName = 'America/St_Johns';
    const daemon = spawn('rsyslogd', ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')], {
      stdio: 'ignore',
      env: { ...process.env, TZ: zoneName },
    });
    try {
      await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true);
      const before = Math.floor(Date.now() / 1000);
      for (const message of said) {
        execFileSync('logger', ['-u', socket, '--id=4711', '-t', 'Keepalived_vrrp', '--', message], {
          env: { ...process.env, TZ: zoneName },
        });
      }
      const last = files[2]!;
      await expect
        .poll(() => existsSync(last) && readFileSync(last, 'utf8').split('\n').length, { timeout: 20_000 })
        .toBe(said.length + 1);
      const after = Date.now() / 1000;
      for (const file of files) {
        await expect
          .poll(() => readFileSync(file, 'utf8').split('\n').length, { timeout: 20_000 })
          .toBe(said.length + 1);
        const { lines } = readLines(readFileSync(file), { zone: zone(zoneName), reference: after });
        expect(lines.map(({ host, tag, pid }) => [host, tag, pid])).toEqual(
          said.map(() => [hostname(), 'Keepalived_vrrp', 4711]),
        );
        expect(lines.map(({ message }) => message.trim())).toEqual(
          said.map((message) => message.trim().replace('\u001b', '#033')),
        );
        for (const { time } of lines) {
          expect(time!.seconds).toBeGreaterThanOrEqual(before);
          expect(time!.seconds).toBeLessThanOrEqual(after);
        }
      }
    } finally {
      daemon.kill();
      rmSync(folder, { recursive: true });
    }
  },
);

it.runIf(has('journalctl') && has(journalRemote))('reads what journalctl prints, in every form of a line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-journal-'));
  try {
    const journal = join(folder, 'a.journal');
    const fields = (message: string) =>
      [
        '__REALTIME_TIMESTAMP=1795176000123456',
        '__MONOTONIC_TIMESTAMP=1234567890',
        '_BOOT_ID=0123456789abcdef0123456789abcdef',
        '_HOSTNAME=lb1',
        'SYSLOG_IDENTIFIER=Keepalived_vrrp',
        '_PID=4711',
        `MESSAGE=${message}`,
      ].join('\n');
    execFileSync(journalRemote, [`--output=${journal}`, '-'], {
      input: `${said.map(fields).join('\n\n')}\n\n`,
      stdio: 'pipe',
    });
    const forms = {
      ...{
        json: 6,
        short: 0,
        'short-precise': 6,
        'short-iso': 0,
        'short-iso-precise': 6,
        'short-full': 0,
        'with-unit': 0,
      },
      ...{ 'short-unix': 6, 'short-monotonic': null, 'short-delta': null },
    };
    const zoneName = 'America/St_Johns';
    for (const [form, digits] of Object.entries(forms)) {
      const output = execFileSync('journalctl', ['--file', journal, '-o', form, '--no-pager', '--all'], {
        env: { ...process.env, TZ: zoneName },
      });
      const { lines } = readLines(output, { zone: zone(zoneName), reference: 1795176000 });
      const time =
        digits === null ? null : { seconds: 1795176000, nanoseconds: digits === 0 ? 0 : 123_456_000, digits };
      expect(
        lines.map(({ host, tag, pid, message }) => [host, tag, pid, message.trim()]),
        form,
      ).toEqual(said.map((message) => ['lb1', 'Keepalived_vrrp', 4711, message.trim()]));
      expect(
        lines.map((line) => line.time),
        form,
      ).toEqual(said.map(() => time));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
