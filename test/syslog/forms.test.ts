import { describe, expect, it } from 'vitest';
import type { Timestamp } from '../../src/model/time.ts';
import { readLine, readLines, zone } from './read-lines.ts';

const said = '(VI_1) Entering MASTER STATE';
const seconds = Date.UTC(2026, 10, 20, 16, 37, 14) / 1000;

function at(nanoseconds = 0, digits = 0): Timestamp {
  return { seconds, nanoseconds, digits };
}

const vrrp = { host: 'lb1', tag: 'Keepalived_vrrp', pid: 1234, message: said };
const own = { host: null, tag: '', pid: null, message: said };

describe('forms of lines', () => {
  it.each([
    ['RFC 3164', `Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['with its priority', `<30>Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['with a year', `Nov 20 2026 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    [
      'an address as host',
      `Nov 20 16:37:14 10.0.0.1 Keepalived_vrrp[1234]: ${said}`,
      at(),
      { ...vrrp, host: '10.0.0.1' },
    ],
    ['IPv6', `Nov 20 16:37:14 fe80::1%eth0 Keepalived_vrrp[1234]: ${said}`, at(), { ...vrrp, host: 'fe80::1%eth0' }],
    [
      'IPv6 that ends in colons',
      `Nov 20 16:37:14 2001:db8:: Keepalived_vrrp[1234]: ${said}`,
      at(),
      { ...vrrp, host: '2001:db8::' },
    ],
    ['no host', `Nov 20 16:37:14 Keepalived_vrrp[1234]: ${said}`, at(), { ...vrrp, host: null }],
    ['a stray space', `Nov 20 16:37:14 Keepalived_vrrp [1234]: ${said}`, at(), { ...vrrp, host: null }],
    ['a stray space behind a host', `Nov 20 16:37:14 lb1 Keepalived_vrrp [1234]: ${said}`, at(), vrrp],
    [
      'a stray space in the tag',
      "Nov 20 16:37:14 nginx -ha-keepalived: Transition to state 'MASTER ' on VRRP instance 'VI_1 '.",
      at(),
      { ...own, tag: 'nginx-ha-keepalived', message: "Transition to state 'MASTER ' on VRRP instance 'VI_1 '." },
    ],
    ['no pid', `Nov 20 16:37:14 lb1 Keepalived_vrrp: ${said}`, at(), { ...vrrp, pid: null }],
    ['no tag', `Nov 20 16:37:14 lb1 ${said}`, at(), { ...own, host: 'lb1' }],
    ['neither host nor tag', `Nov 20 16:37:14 ${said}`, at(), own],
    ['busybox', `Nov 20 16:37:14 lb1 daemon.info Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['logread', `Fri Nov 20 16:37:14 2026 daemon.info Keepalived_vrrp[1234]: ${said}`, at(), { ...vrrp, host: null }],
    ['Chinese', `11月 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['Korean', `11월 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['French', `nov. 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['Russian', `ноя 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['RFC 3339', `2026-11-20T17:37:14.120000+01:00 lb1 Keepalived_vrrp[1234]: ${said}`, at(120_000_000, 6), vrrp],
    ['RFC 3339, west of Greenwich', `2026-11-20T13:07:14-03:30 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['without an offset', `2026-11-20 16:37:14,123 lb1 Keepalived_vrrp[1234]: ${said}`, at(123_000_000, 3), vrrp],
    ['-o short-iso', `2026-11-20T17:37:14+0100 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['-o short-precise', `Nov 20 16:37:14.000001 lb1 Keepalived_vrrp[1234]: ${said}`, at(1000, 6), vrrp],
    ['-o short-full', `Fri 2026-11-20 16:37:14 UTC lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['-o short-unix', `${seconds}.000100 lb1 Keepalived_vrrp[1234]: ${said}`, at(100_000, 6), vrrp],
    ['-o short-monotonic', `[ 1234.567890] lb1 Keepalived_vrrp[1234]: ${said}`, null, vrrp],
    ['-o short-delta', `[ 1234.567890 <    0.000010 >] lb1 Keepalived_vrrp[1234]: ${said}`, null, vrrp],
    ['RFC 5424', `<30>1 2026-11-20T16:37:14.5Z lb1 Keepalived_vrrp 1234 - - ${said}`, at(500_000_000, 1), vrrp],
    [
      'RFC 5424 with structured data',
      `1 2026-11-20T16:37:14Z lb1 Keepalived_vrrp 1234 ID [a@1 b="c \\"] d"][e f="g"] \uFEFF${said}`,
      at(),
      vrrp,
    ],
    ['RFC 5424 of nothing', `<30>1 - - - - - - ${said}`, null, own],
    ['keepalived -l', `Fri Nov 20 16:37:14 2026: ${said}`, at(), own],
    ['with nanoseconds', `Fri Nov 20 16:37:14.123456789 2026: ${said}`, at(123_456_789, 9), own],
    ['without the day', `Fri Nov 16:37:14.123456789 2026: ${said}`, at(123_456_789, 9), own],
    ['without the day, of another month', `Fri Oct 16:37:14.123456789 2026: ${said}`, null, own],
    [
      'a container in the journal',
      `Nov 20 16:37:14 lb1 docker[99]: Fri Nov 20 16:37:14 2026: ${said}`,
      at(),
      { ...own, host: 'lb1' },
    ],
    ['docker logs -t', `2026-11-20T16:37:14.5Z Fri Nov 20 16:37:14 2026: ${said}`, at(500_000_000, 1), own],
    ['Kubernetes', `2026-11-20T16:37:14.5Z stderr F Fri Nov 20 16:37:14 2026: ${said}`, at(500_000_000, 1), own],
    [
      "Docker's file",
      JSON.stringify({ log: `Fri Nov 20 16:37:14 2026: ${said}\n`, stream: 'stderr', time: '2026-11-20T16:37:14.25Z' }),
      at(250_000_000, 2),
      own,
    ],
    ['a repetition', `Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: message repeated 2 times: [ ${said}]`, at(), vrrp],
    ['no time', `Keepalived_vrrp[1234]: ${said}`, null, { ...vrrp, host: null }],
    ['nothing but the message', said, null, own],
    ['a cut beginning', `v 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, null, { ...vrrp, host: null }],
    ['tabs in front', `\t Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}\r`, at(), vrrp],
    ['a byte order mark', `\uFEFFNov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
    ['zeros in front', `\0\0\0Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`, at(), vrrp],
  ])('%s', (_name, line, time, rest) => {
    expect(readLine(line)).toEqual({ file: 'log', line: 1, time, ...rest });
    // As the last of many, too, and without its line feed.
    const { lines } = readLines(`${'Nov 20 16:37:00 lb1 sshd[7]: x\n'.repeat(3)}${line}\n`);
    expect(lines.at(-1)).toEqual({ file: 'log', line: 4, time, ...rest });
  });

  it('reads the journal', () => {
    const entry = {
      __REALTIME_TIMESTAMP: `${seconds + 1}000000`,
      _SOURCE_REALTIME_TIMESTAMP: `${seconds}000042`,
      _HOSTNAME: 'lb1',
      SYSLOG_IDENTIFIER: 'Keepalived_vrrp',
      _PID: '1234',
      MESSAGE: said,
    };
    expect(readLine(JSON.stringify(entry))).toMatchObject({ ...vrrp, time: at(42_000, 6) });
    const bytes = { ...entry, MESSAGE: [...new TextEncoder().encode('\u001b[31mré')] };
    expect(readLine(JSON.stringify(bytes)).message).toBe('\u001b[31mré');
    expect(readLine(JSON.stringify({ ...entry, MESSAGE: null })).message).toBe('');
    expect(readLine(JSON.stringify({ ...entry, MESSAGE: [said, 'again'] })).message).toBe(said);
  });

  it('reads bytes that are no UTF-8', () => {
    const line = Buffer.from('M\xe4r 20 16:37:14 lb1 Keepalived[1]: \xfcber', 'latin1');
    expect(readLine(line)).toMatchObject({ host: 'lb1', message: 'über' });
    expect(readLine(line).time?.seconds).toBe(Date.UTC(2026, 2, 20, 16, 37, 14) / 1000);
  });

  it('leaves out what systemctl status prints above the log', () => {
    const status = [
      '● keepalived.service - Keepalive Daemon (LVS and VRRP)',
      '     Loaded: loaded (/lib/systemd/system/keepalived.service; enabled)',
      '   Main PID: 731 (keepalived)',
      '             ├─731 /usr/sbin/keepalived --dont-fork',
      '',
      `Nov 20 16:37:14 lb1 Keepalived_vrrp[1234]: ${said}`,
    ];
    expect(readLine(status.join('\n')).line).toBe(6);
  });

  it('takes times without an offset as of the zone', () => {
    const line = `Nov 20 17:37:14 lb1 Keepalived_vrrp[1234]: ${said}`;
    expect(readLine(line, { zone: zone('Europe/Berlin') }).time).toEqual(at());
    expect(readLine(line, { zone: zone('+01:00') }).time).toEqual(at());
  });
});
