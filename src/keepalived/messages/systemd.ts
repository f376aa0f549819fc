import type { LogEvent } from '../../model/log.ts';

type DaemonEvent = Extract<LogEvent, { kind: 'daemon' }>;
type ManagerChange = Extract<LogEvent, { kind: 'network-manager' }>['change'];

/** `Starting …`, `Stopped …`: jobs of units, by their description, and from systemd 251 by their name before it. */
const job = /^(Starting|Started|Stopping|Stopped|Reloading|Reloaded) ([^\n]{1,200}?)\.*$/;
const daemonActions: ReadonlyMap<string, DaemonEvent['action']> = new Map([
  ['Starting', 'starting'],
  ['Started', 'started'],
  ['Stopping', 'stopping'],
  ['Stopped', 'stopped'],
  ['Reloading', 'reloading'],
  ['Reloaded', 'reloaded'],
]);
const managerChanges: ReadonlyMap<string, ManagerChange> = new Map([
  ['Started', 'started'],
  ['Stopped', 'stopped'],
  ['Reloaded', 'reloaded'],
]);

/** The units of Debian, Red Hat and SUSE, and of nginx-ha-keepalived; of systemd-networkd and NetworkManager. */
const keepalivedUnit =
  /^(?:keepalived[\w@.-]{0,40}\.service - |keepalived\b|Keepalive Daemon|LVS and VRRP High Availability)/i;
const otherUnit = /exporter|prometheus|metrics/i;
const networkdUnit = /^(?:systemd-networkd\.service - )?Network (?:Configuration|Service)$/;
const networkManagerUnit = /^(?:NetworkManager\.service - )?Network Manager$/;

/** `keepalived.service: …`; systemd before 230 wrote `Unit keepalived.service …` and `keepalived.service …`. */
const aboutUnit = /^(?:Unit )?keepalived[\w@.-]{0,40}\.service:? /;
const exited = /^[Mm]ain process exited, code=(exited|killed|dumped), status=(\d{1,5})(?:\/(\w{1,20}))?/;
const restarting =
  /^(?:Scheduled restart job|Service [^.]{1,60}scheduling restart|holdoff time over, scheduling restart)/;
const outOfMemory = /^A process of this unit has been killed by the OOM killer/;
const killing = /^Killing process \d{1,10} \(keepalived\) with signal SIG(\w{1,10})/;

/** What systemd says of the units that matter; `message` is one of the tag `systemd`. */
export function parseSystemd(message: string): LogEvent | null {
  const unit = aboutUnit.exec(message);
  if (unit !== null) return aboutKeepalived(message.slice(unit[0].length), message);
  const [, verb = '', name = ''] = job.exec(message) ?? [];
  const action = daemonActions.get(verb);
  const change = managerChanges.get(verb);
  if (action !== undefined && keepalivedUnit.test(name) && !otherUnit.test(name)) return daemon(action, message);
  if (change !== undefined) {
    if (networkdUnit.test(name)) return manager('systemd-networkd', change, message);
    if (networkManagerUnit.test(name)) return manager('NetworkManager', change, message);
  }
  if (/^Failed to start /.test(message) && keepalivedUnit.test(message.slice(16)) && !otherUnit.test(message))
    return daemon('died', message);
  return null;
}

function aboutKeepalived(text: string, message: string): LogEvent | null {
  const [, code, status = '', name = null] = exited.exec(text) ?? [];
  if (code === 'exited') return daemon(status === '0' ? 'stopped' : 'died', message, Number(status));
  if (code !== undefined) return daemon('died', message, null, name ?? status);
  const [, signal] = killing.exec(text) ?? [];
  if (signal !== undefined) return daemon('died', message, null, signal);
  if (outOfMemory.test(text)) return daemon('died', message, null, 'KILL');
  return restarting.test(text) ? daemon('respawned', message) : null;
}

function daemon(
  action: DaemonEvent['action'],
  detail: string,
  status: number | null = null,
  signal: string | null = null,
): LogEvent {
  return { kind: 'daemon', action, by: 'systemd', process: 'keepalived', version: null, status, signal, detail };
}

function manager(program: 'systemd-networkd' | 'NetworkManager', change: ManagerChange, detail: string): LogEvent {
  return { kind: 'network-manager', program, change, interface: null, detail };
}

/** The machine goes down; `message` is one of the tag `systemd-logind`. */
export function parseLogind(message: string): LogEvent | null {
  const isEnd = /^System is (?:rebooting|powering down|halting)/.test(message);
  return isEnd ? { kind: 'system', action: 'shutdown', detail: message } : null;
}
