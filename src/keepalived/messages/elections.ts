import type { LogEvent } from '../../model/log.ts';
import { type Row, row } from './format.ts';

type Compared = Extract<LogEvent, { kind: 'advert-compared' }>;

/** Adverts sent, heard and missed, and what they do to the election. */
export const electionRows: readonly Row[] = [
  row('election', '2.0.10-', '(%s) Receive advertisement timeout', (instance) => ({
    kind: 'advert-timeout',
    instance,
  })),
  row('election', '2.0.0-', '(%s) Backup received priority 0 advertisement', zeroReceived),
  row('election', '2.0.0-', '(%s) Master received priority 0 message', zeroReceived),
  row('election', '2.0.10-', '(%s) sent 0 priority', (instance) => ({ kind: 'priority-zero-sent', instance })),

  row(
    'election',
    '2.0.0-',
    '(%s) Master received advert from %a with higher priority %d, ours %d',
    (instance, peer, theirs, ours) => compared(instance, 'higher', { peer, theirs, ours }),
  ),
  row(
    'election',
    '2.0.0-',
    '(%s) Master received advert from %a with same priority %d but higher IP address than ours',
    (instance, peer, theirs) => compared(instance, 'equal', { peer, theirs, ours: theirs }),
  ),
  row(
    'election',
    '2.0.0-',
    '(%s) Received advert from %a with lower priority %d, ours %d%*',
    (instance, peer, theirs, ours, rest) =>
      compared(instance, 'lower', { peer, theirs, ours, forcesElection: rest.endsWith('forcing new election') }),
  ),
  row('election', '2.0.0-', '(%s) received lower priority (%d) advert from %a - discarding', (instance, theirs, peer) =>
    compared(instance, 'lower', { peer, theirs, role: 'BACKUP' }),
  ),
  row('election', '2.0.10-2.0.20', '(%s) Master received priority 0 or lower priority advert', (instance) =>
    compared(instance, 'lower', {}),
  ),
  row(
    'election',
    '1.4.5-1.4.5',
    '(%s) Master received advert with higher priority %d, ours %d',
    (instance, theirs, ours) => compared(instance, 'higher', { theirs, ours }),
  ),
  row(
    'election',
    '1.4.5-1.4.5',
    '(%s) Master received advert with same priority %d but higher IP address than ours (%a)',
    (instance, theirs, peer) => compared(instance, 'equal', { peer, theirs, ours: theirs }),
  ),
  // These versions say higher of an equal priority, too.
  row('election', '1.3.2-1.3.9', '(%s) Received advert with higher priority %d, ours %d', (instance, theirs, ours) =>
    compared(instance, theirs === ours ? 'equal' : 'higher', { theirs, ours }),
  ),
  row(
    'election',
    '1.3.2-1.4.5',
    '(%s) Received advert with lower priority %d, ours %d, forcing new election',
    (instance, theirs, ours) => compared(instance, 'lower', { theirs, ours, forcesElection: true }),
  ),
  row('election', '1.2.7-1.2.19', '(%s) Received higher prio advert', (instance) => compared(instance, 'higher', {})),
  row('election', '1.2.24-1.2.24', '(%s) Received higher prio advert %d', (instance, theirs) =>
    compared(instance, 'higher', { theirs }),
  ),
  row('election', '1.2.7-1.2.19', '(%s) Received lower prio advert, forcing new election', (instance) =>
    compared(instance, 'lower', { forcesElection: true }),
  ),
  row('election', '1.2.24-1.2.24', '(%s) Received lower prio advert %d, forcing new election', (instance, theirs) =>
    compared(instance, 'lower', { theirs, forcesElection: true }),
  ),
  row('election', '1.2.7-1.4.5', '(%s) forcing a new MASTER election', (instance) => ({
    kind: 'election-forced',
    instance,
  })),

  row('election', '2.3.3-', '(%s) master set to %a', (instance, peer) => ({
    kind: 'master-is',
    instance,
    peer,
    previous: null,
  })),
  row('election', '2.3.3-', '(%s) master changed from %a to %a', (instance, previous, peer) => ({
    kind: 'master-is',
    instance,
    peer,
    previous,
  })),

  row('election', '2.0.10-', '(%s) start preempt delay (%f)', (instance, seconds) => delay(instance, 'start', seconds)),
  row('election', '1.2.19-2.0.0', '(%s) start preempt delay(%d)', (instance, seconds) =>
    delay(instance, 'start', seconds),
  ),
  row('election', '2.0.0-', '(%s) stop preempt delay', (instance) => delay(instance, 'stop', null)),
  row('election', '1.2.19-1.4.5', '(%s) reset preempt delay', (instance) => delay(instance, 'reset', null)),

  row('priority', '1.3.2-', '(%s) Changing effective priority from %d to %d', (instance, from, to) => ({
    kind: 'priority',
    instance,
    from,
    to,
  })),
  row('priority', '2.0.20-', '(%s) Setting effective priority to %d', priorityIs),
  row('priority', '1.2.7-1.2.24', '(%s) Effective priority = %d', priorityIs),
  row('election', '2.3.3-', '(%s) Restoring our priority to %d since %s', priorityIs),

  row(
    'advert',
    '2.0.0-2.1.5',
    '(%s) advertisement interval updated from %d to %d milli-sec from higher priority master',
    interval,
  ),
  row('advert', '2.2.0-', '(%s) advertisement interval updated from %dms to %dms by %s', interval),
  row(
    'advert',
    '2.0.0-2.1.5',
    '(%s) advertisement interval updated to %d milli-sec from %d milli-sec',
    (instance, to, from) => interval(instance, from, to),
  ),
  row(
    'advert',
    '1.2.24-1.4.5',
    '(%s) advertisement interval updated to %d milli-sec from higher priority master',
    (instance, to) => interval(instance, null, to),
  ),
  row('advert', '1.2.19-1.4.5', '(%s) advertisement interval updated to %d milli-sec', (instance, to) =>
    interval(instance, null, to),
  ),
  row('advert', '2.2.0-', '(%s) changing advert interval from %dms to locally configured %dms', interval),
  row('advert', '2.0.20-2.1.5', '(%s) advertisement interval changed: mine=%d milli-sec, rcved=%d milli-sec', interval),
  row('advert', '2.0.20-2.1.5', '(%s) using locally configured advertisement interval (%d milli-sec)', (instance, to) =>
    interval(instance, null, to),
  ),
  // VRRPv3: a backup adopts the master's interval, and rejects nothing.
  row(
    'advert',
    '2.3.3-',
    "(%s) advertisement interval mismatch ours = %d centi-sec rcv'd=%d centi-sec",
    (instance, ours, theirs) => interval(instance, ours * 10, theirs * 10),
  ),
  row(
    'advert',
    '1.2.19-1.2.19',
    'advertisement interval mismatch: mine=%d milli-sec, rcved=%d milli-sec',
    (ours, theirs) => interval(null, ours, theirs),
  ),

  row('advert', '1.2.24-', '(%s) Cant send advert to %a (%s)', notSent),
  row('advert', '1.2.13-1.2.19', '(%s) Cant sent advert to %a (%s)', notSent),
  row('advert', '2.0.20-', '(%s) send advert error %d (%s)', (instance, _errno, detail) =>
    notSent(instance, null, detail),
  ),

  row('advert', '1.2.7-1.4.5', 'bogus VRRP packet received on %w !!!', (name) => ({
    kind: 'advert-dropped',
    instance: null,
    interface: name,
  })),
  row('advert', '1.2.7-1.4.5', '(%s) Dropping received VRRP packet...', dropped),
  row('advert', '1.2.7-1.4.5', '(%s) ignoring received advertisment...', dropped),
];

function zeroReceived(instance: string): LogEvent {
  return { kind: 'priority-zero-received', instance };
}

function compared(
  instance: string,
  than: Compared['than'],
  { peer = null, theirs = null, ours = null, role = 'MASTER', forcesElection = false }: Partial<Compared>,
): LogEvent {
  return { kind: 'advert-compared', instance, peer, than, theirs, ours, role, forcesElection };
}

function delay(instance: string, action: 'start' | 'stop' | 'reset', seconds: number | null): LogEvent {
  return { kind: 'preempt-delay', instance, action, seconds };
}

function priorityIs(instance: string, to: number): LogEvent {
  return { kind: 'priority', instance, from: null, to };
}

function interval(instance: string | null, fromMilliseconds: number | null, toMilliseconds: number): LogEvent {
  const fromSeconds = fromMilliseconds === null ? null : fromMilliseconds / 1000;
  return { kind: 'interval', instance, fromSeconds, toSeconds: toMilliseconds / 1000 };
}

function notSent(instance: string, peer: string | null, detail: string): LogEvent {
  return { kind: 'advert-not-sent', instance, peer, detail };
}

function dropped(instance: string): LogEvent {
  return { kind: 'advert-dropped', instance, interface: null };
}
