import { spawn } from 'node:child_process';
import { ChildBytes, type ChildEnd } from '../bytes/child.ts';
import { type LogFile, UnreadableLog } from './log-file.ts';

/** Who logs what matters: matches of journalctl(1), any of which lets an entry through. */
const matches = [
  '_COMM=keepalived',
  '_SYSTEMD_UNIT=keepalived.service',
  'UNIT=keepalived.service',
  'UNIT=systemd-networkd.service',
  'UNIT=NetworkManager.service',
  'SYSLOG_IDENTIFIER=Keepalived_vrrp',
  'SYSLOG_IDENTIFIER=Keepalived',
  'SYSLOG_IDENTIFIER=nginx-ha-keepalived',
  'SYSLOG_IDENTIFIER=nginx-ha-notify',
  'SYSLOG_IDENTIFIER=NetworkManager',
  'SYSLOG_IDENTIFIER=systemd-networkd',
  'SYSLOG_IDENTIFIER=systemd-logind',
  'SYSLOG_IDENTIFIER=systemd-sleep',
  '_TRANSPORT=kernel',
];

export const journalName = 'journal';

export interface JournalOptions {
  /** Seconds since the epoch. */
  readonly since: number | null;
  readonly until: number | null;
  /** Goes on with what is written later. */
  readonly follow?: boolean;
}

/** For journalctl(1), to print what matters. */
export function journalArguments({ since, until, follow = false }: JournalOptions): readonly string[] {
  return [
    ...['--output=json', '--no-pager'],
    ...(since === null ? [] : [`--since=@${Math.floor(since)}`]),
    ...(until === null ? [] : [`--until=@${Math.ceil(until)}`]),
    ...(follow ? ['--follow', '--no-tail'] : []),
    ...matches.flatMap((match) => ['+', match]).slice(1),
  ];
}

/** The journal of this machine, as journalctl prints it. */
export function journalLog(options: JournalOptions): LogFile {
  const argv = journalArguments(options);
  return {
    name: journalName,
    modifiedSeconds: null,
    size: null,
    open: async () => new ChildBytes(spawn('journalctl', argv, { stdio: ['ignore', 'pipe', 'pipe'] }), verdict),
    path: null,
    peek: null,
    isNumbered: false,
  };
}

function verdict({ status, isMissing, complaint }: ChildEnd): UnreadableLog | null {
  if (isMissing) return new UnreadableLog('there is no command journalctl here');
  const refusal = journalRefusal(complaint);
  if (refusal !== null || status === 0) return refusal;
  return new UnreadableLog(`journalctl failed: ${complaint.trim().split('\n')[0] || `exit code ${status}`}`);
}

/** What journalctl complains of where it does not show all that there is; null where that is nothing. */
export function journalRefusal(complaint: string): UnreadableLog | null {
  if (/not seeing messages from other users|insufficient permissions/i.test(complaint)) {
    return new UnreadableLog('permission denied', 'run it as root, or as a member of the group systemd-journal');
  }
  return /^No journal files were found/m.test(complaint) ? new UnreadableLog('there are no files of it') : null;
}
