import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { peakOf } from './memory.ts';
import { isInstalled, median, program, type Times, time } from './processes.ts';
import type { Outcome, Row } from './row.ts';
import { compare } from './speed.ts';

const gigabyte = 1_000_000_000;
const pieceLength = 1 << 20;
const rounds = 3;
const wantedLines = 1_000_000;

const others = [
  'sshd[4102]: Accepted publickey for deploy from 10.0.3.17 port 51234 ssh2: ED25519 SHA256:abcdefghij',
  'CRON[4103]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)',
  'systemd[1]: session-417.scope: Succeeded.',
  'dhclient[612]: DHCPREQUEST for 10.0.0.5 on eth0 to 10.0.0.1 port 67',
  'postfix/smtpd[4107]: connect from unknown[192.0.2.9]',
  'kernel: [12345.678901] audit: type=1400 apparmor="ALLOWED" operation="open"',
];
const repeated = [
  '(VI_1) Received advert from 10.0.0.2 with lower priority 100, ours 150, forcing new election',
  'Sending gratuitous ARP on eth0 for 10.0.0.100',
  '(VI_1) Sending/queueing gratuitous ARPs on eth0 for 10.0.0.100',
  'VRRP_Script(chk_nginx_service) succeeded',
  '(VI_1) Changing effective priority from 150 to 100',
];

/** Logs of a gigabyte: few lines of keepalived among others, and nothing else. */
export function logs(folder: string): Outcome {
  if (spawnSync(program[0], [program[1], 'logs', '--help']).status !== 0) {
    return { rows: [], missing: ['logs: this build has no such command'] };
  }
  const log = join(folder, 'syslog');
  const ours = () => time([...program, 'logs', log]);
  writeLog(log, (line) => (line % 5000 === 4999 ? transition(line / 5000) : others[line % others.length]!));
  const peers: readonly (readonly [name: string, argv: readonly string[], target: number | null])[] = [
    ['grep', ['env', 'LC_ALL=C', 'grep', '-c', 'Keepalived', log], 1],
    ['rg', ['rg', '-c', 'Keepalived', log], null],
    ['lnav', ['lnav', '-n', '-c', ':filter-in Keepalived', log], null],
  ];
  const there = peers.filter(([name]) => isInstalled(name));
  const rows = there.flatMap(([name, argv, target]) =>
    compare({ measure: `1 GB of syslog, 1 line in 5,000 ours: ${name}`, ours, peer: () => time(argv), target }),
  );
  rows.push(peakRow('1 line in 5,000 ours', log, folder, 200));
  rmSync(log);
  const lines = writeLog(log, (line) => ours100(line));
  rows.push(linesPerSecond(lines, Array.from({ length: rounds }, ours)));
  rows.push(peakRow('keepalived alone', log, folder, 250));
  return { rows, missing: peers.filter((peer) => !there.includes(peer)).map(([name]) => `logs: there is no ${name}`) };
}

function ours100(line: number): string {
  return line % 100 === 99 ? transition(line / 100) : `Keepalived_vrrp[1234]: ${repeated[line % repeated.length]}`;
}

function transition(index: number): string {
  return `Keepalived_vrrp[1234]: (VI_1) Entering ${Math.floor(index) % 2 === 0 ? 'MASTER' : 'BACKUP'} STATE`;
}

/** A gigabyte of RFC 3164, forty lines a second; returns how many lines. */
function writeLog(path: string, message: (line: number) => string): number {
  const file = openSync(path, 'w');
  let line = 0;
  for (let written = 0; written < gigabyte; ) {
    let piece = '';
    for (; piece.length < pieceLength; line++) {
      const date = new Date(Date.UTC(2026, 9, 1) + Math.floor(line / 40) * 1000);
      const day = String(date.getUTCDate()).padStart(2);
      const clock = date.toISOString().slice(11, 19);
      piece += `Oct ${day} ${clock} lb1 ${message(line)}\n`;
    }
    written += writeSync(file, piece);
  }
  closeSync(file);
  return line;
}

function peakRow(what: string, log: string, folder: string, limitMegabytes: number): Row {
  const text = peakOf(['logs', log], folder);
  const json = peakOf(['logs', '--json', log], folder);
  return {
    measure: `memory: 1 GB of syslog, ${what}`,
    ours: `${Math.max(text, json).toFixed(0)} MB`,
    peer: `text ${text.toFixed(0)}, json ${json.toFixed(0)}`,
    ratio: '',
    target: `< ${limitMegabytes} MB`,
    met: Math.max(text, json) < limitMegabytes,
  };
}

function linesPerSecond(lines: number, times: readonly Times[]): Row {
  const speed = lines / median(times.map(({ wall }) => wall));
  return {
    measure: '1 GB of keepalived alone, 1 line in 100 a transition',
    ours: `${Math.round(speed).toLocaleString('en')} lines/s`,
    peer: '',
    ratio: '',
    target: `>= ${wantedLines.toLocaleString('en')}`,
    met: speed >= wantedLines,
  };
}
