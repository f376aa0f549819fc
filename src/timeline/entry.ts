import type { LogEvent, VrrpState } from '../model/log.ts';
import type { LogRef, StateReason } from '../model/timeline.ts';

/** Something that a node's log tells. `at` is seconds since the epoch on that node's own clock. */
export interface Fact<Event extends LogEvent = LogEvent> extends LogRef {
  readonly at: number;
  readonly event: Event;
}

export type FactOf<Kind extends LogEvent['kind']> = Fact<Extract<LogEvent, { kind: Kind }>>;

/** An instance entered a state, and what led to it. */
export interface Change extends LogRef {
  readonly at: number;
  readonly instance: string;
  readonly group: string | null;
  readonly from: VrrpState | null;
  readonly to: VrrpState;
  readonly reason: StateReason;
  readonly peer: string | null;
  readonly signs: Signs;
  /** How it stood when what is told begins: no change. */
  readonly isStanding: boolean;
}

/** What one log said of an instance since its last change of state: the last word of each kind. */
export interface InstanceSigns {
  heard: FactOf<'advert-compared'> | null;
  discarded: FactOf<'advert-compared'> | null;
  priorityZero: FactOf<'priority-zero-received'> | null;
  timeout: FactOf<'advert-timeout'> | null;
  forced: Fact | null;
  announced: FactOf<'state-announced'> | null;
  rejected: FactOf<'advert-rejected'> | null;
  fault: FactOf<'state'> | null;
}

/** What it said of all instances, at any time. */
export interface NodeSigns {
  syncing: FactOf<'group-syncing'> | null;
  check: FactOf<'check'> | null;
  interface: FactOf<'interface'> | FactOf<'address'> | null;
  reload: FactOf<'daemon'> | null;
}

export type Signs = InstanceSigns & NodeSigns;

/** What is merged over the nodes: changes of state, and facts that may have brought them about. */
export type Entry = Change | Fact;

export function isChange(entry: Entry): entry is Change {
  return 'signs' in entry;
}

export function isKind<Kind extends LogEvent['kind']>(fact: Fact, kind: Kind): fact is FactOf<Kind> {
  return fact.event.kind === kind;
}

/** keepalived begins anew. Its VRRP child's own start may be logged behind the child's first words, as systemd's "Started" is. */
export function isStart(event: LogEvent): boolean {
  if (event.kind !== 'daemon') return false;
  const { action, by, process } = event;
  return by === 'keepalived' ? process === 'keepalived' && action === 'started' : action === 'starting';
}

/** The daemon, or its child that speaks VRRP, ended on its own. */
export function isDeath(event: LogEvent): boolean {
  return event.kind === 'daemon' && (event.action === 'died' || event.action === 'respawned');
}
