import type { LogLine, Rejection, VrrpState } from './log.ts';
import type { Timestamp } from './time.ts';

/** Why an instance changed its state, by its own node's log. */
export type StateReason =
  | 'startup'
  | 'advert-timeout'
  | 'higher-priority-advert'
  | 'equal-priority-higher-address'
  | 'priority-zero-received'
  | 'script'
  | 'interface'
  | 'tracked-file'
  | 'tracked-process'
  | 'sync-group'
  | 'shutdown'
  | 'reload'
  | 'forced-election'
  | 'unknown';

/** What brought a failover about, by all logs together. */
export type CauseKind =
  | 'check-script-failed'
  | 'check-script-recovered'
  | 'daemon-stopped'
  | 'daemon-died'
  | 'node-or-network-lost'
  | 'interface-down'
  | 'interface-up'
  | 'priority-changed'
  | 'preemption'
  | 'rejected-adverts'
  | 'scheduler-stall'
  | 'manual-failover'
  | 'sync-group'
  | 'config-reload'
  | 'startup'
  | 'unknown';

/** A line of a node's log that shows something. */
export interface LogRef {
  readonly node: string;
  readonly line: LogLine;
}

/** An instance of one node entered a state. `time` is on the clock of all nodes, null where the log has none. */
export interface StateTransition extends LogRef {
  readonly time: Timestamp | null;
  readonly instance: string;
  /** The sync group that took it along. */
  readonly group: string | null;
  /** null where the log begins later. */
  readonly from: VrrpState | null;
  readonly to: VrrpState;
  readonly reason: StateReason;
  /** The address of the router that the reason is about. */
  readonly peer: string | null;
}

export interface Cause {
  readonly kind: CauseKind;
  /** One sentence without its full stop. */
  readonly text: string;
  readonly evidence: readonly LogRef[];
}

/** The mastership of an instance went from one node to another. Times are on the clock of all nodes. */
export interface Failover {
  readonly instance: string;
  /** A node, or an address where that router's log was not read; null out of nobody. */
  readonly from: string | null;
  /** null where nobody took over, as far as the logs tell. */
  readonly to: string | null;
  readonly start: Timestamp | null;
  readonly end: Timestamp | null;
  /** Seconds without a master, and with two; null where the logs do not tell. */
  readonly vacantSeconds: number | null;
  readonly overlapSeconds: number | null;
  /** Both are still master as the logs end. */
  readonly isOpen: boolean;
  /** The old master was at work when the new one stopped hearing it. */
  readonly wasAlive: boolean;
  /** The new master gave way to the old one afterwards. */
  readonly fellBack: boolean;
  readonly cause: Cause;
}

/** For drawing: `at` is seconds on the clock of all nodes; `state` null where nothing is known from then on. */
export interface LaneChange {
  readonly at: number;
  readonly state: VrrpState | null;
}

/** An instance as one node's log tells it. */
export interface InstanceHistory {
  readonly node: string;
  readonly instance: string;
  /** As the log ends; null where it never says. */
  readonly state: VrrpState | null;
  readonly since: Timestamp | null;
  /** What told it. */
  readonly line: LogLine;
  readonly entered: Readonly<Partial<Record<VrrpState, number>>>;
  readonly seconds: Readonly<Partial<Record<VrrpState, number>>>;
  readonly lane: readonly LaneChange[];
  /** States that lasted less than so many seconds may be missing in `lane`; 0: none are. */
  readonly laneGapSeconds: number;
}

/** One node's log as a whole. */
export interface NodeHistory {
  readonly node: string;
  readonly files: readonly string[];
  readonly lines: number;
  readonly matched: number;
  /** As the log has them. */
  readonly first: Timestamp | null;
  readonly last: Timestamp | null;
  /** Seconds to add to this node's times. */
  readonly offsetSeconds: number;
  /** keepalived's, as it last started: `2.2.7`; null where the log does not say. */
  readonly version: string | null;
  /** keepalived logs with -D; null where nothing tells. */
  readonly isDetailed: boolean | null;
  /** Lines like keepalived's that are not understood. */
  readonly unknown: number;
}

/** An instance that became master again and again: its worst stretch. */
export interface Flapping {
  readonly node: string;
  readonly instance: string;
  readonly count: number;
  /** From the first to the last time. */
  readonly seconds: number;
  /** How long it stayed master, in the median. */
  readonly dwellSeconds: number | null;
  readonly first: StateTransition;
  readonly last: StateTransition;
}

/** keepalived did not run for so long. */
export interface Stall extends LogRef {
  readonly seconds: number | null;
}

/** Adverts that a node did not take, of one kind and sender. */
export interface RejectedAdverts {
  readonly node: string;
  readonly instance: string | null;
  readonly reason: Rejection;
  readonly peer: string | null;
  readonly count: number;
  readonly first: LogRef;
  readonly last: LogRef;
  /** Of 2.3.3 and later, which logs it once: it stands until the state or the master changes. */
  readonly isLoggedOnce: boolean | null;
  /** Nothing in the log ends it. */
  readonly stands: boolean;
}

/** A check that failed on a node, over the whole log. */
export interface CheckHistory {
  readonly node: string;
  readonly what: 'script' | 'process' | 'file' | 'bfd';
  readonly name: string;
  /** It tests for the manual failover file, by its name. */
  readonly isManualFailover: boolean;
  readonly failures: number;
  /** `exit 1`, `signal 9`, `timed out`, `not run`: each once, as they came first. */
  readonly outcomes: readonly string[];
  /** The longest failure that ended, in seconds. */
  readonly longestSeconds: number | null;
  /** Its last word was a failure. */
  readonly isFailing: boolean;
  readonly first: LogRef;
  readonly last: LogRef;
  /** What its failures led to: a change of priority, or of state. */
  readonly ledTo: readonly CheckEffect[];
}

/** A failed check changed the priority of an instance, or brought it into FAULT (`to` is null then). */
export interface CheckEffect extends LogRef {
  readonly instance: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** An instance that entered FAULT, over the whole log. */
export interface Faults {
  readonly node: string;
  readonly instance: string;
  readonly count: number;
  /** Each came with a start of keepalived, and ended within a minute. */
  readonly isStartOnly: boolean;
  readonly isStanding: boolean;
  /** `chk_nginx failed`, `interface eth0 is down`; null where the log does not say. */
  readonly why: string | null;
  readonly last: StateTransition;
  readonly evidence: readonly LogRef[];
}

/** Two masters, and after that spell no gratuitous ARP of the one that stayed. */
export interface StaleArp {
  readonly instance: string;
  readonly winner: string;
  readonly loser: string;
  readonly overlapSeconds: number;
  readonly end: StateTransition;
}

/** A notify script's word against keepalived's. */
export interface NotifyRace {
  readonly node: string;
  readonly instance: string;
  /** `last-word`: it differs as the log ends. `order`: two came in the other order. `stop`: STOP was not understood. */
  readonly kind: 'last-word' | 'order' | 'stop';
  readonly notified: string;
  readonly state: VrrpState;
  readonly evidence: readonly LogRef[];
}

/** The notify script that moves an Elastic IP ran, and logged its values; null: empty, since an AWS step failed. */
export interface ElasticIpRun extends LogRef {
  /** On the clock of all nodes. */
  readonly time: Timestamp | null;
  readonly instance: string | null;
  readonly state: string | null;
  /** This node's EC2 instance, the other's, and the one that held the address when the script looked. */
  readonly own: string | null;
  readonly other: string | null;
  readonly holder: string | null;
  /** The names of its variables that are empty. */
  readonly empty: readonly string[];
}

/** Two clocks, compared by what one node caused on the other. */
export interface ClockDifference {
  readonly node: string;
  readonly reference: string;
  /** Seconds to add to `node`'s times. */
  readonly offsetSeconds: number;
  /** How many pairs of cause and effect say so. */
  readonly pairs: number;
  /** An effect comes before its cause. */
  readonly isReversed: boolean;
  readonly cause: LogRef;
  readonly effect: LogRef;
}

/** An address that went from the interface while its instance stayed master. */
export interface RemovedVip extends LogRef {
  readonly instance: string | null;
  readonly address: string;
  readonly interface: string | null;
}

/** A complaint about the configuration. */
export interface ConfigComplaint extends LogRef {
  readonly file: string | null;
  readonly configLine: number | null;
  readonly instance: string | null;
  readonly detail: string;
  readonly count: number;
}

/** What the logs of all nodes say, on one clock. */
export interface Timeline {
  readonly nodes: readonly NodeHistory[];
  /** In the order of time, as far as they were kept. */
  readonly transitions: readonly StateTransition[];
  readonly transitionCount: number;
  readonly failovers: readonly Failover[];
  readonly failoverCount: number;
  readonly instances: readonly InstanceHistory[];
  /** What counts as flapping: so often master within so many seconds. */
  readonly flapCount: number;
  readonly flapSeconds: number;
  readonly flapping: readonly Flapping[];
  readonly stalls: readonly Stall[];
  readonly rejections: readonly RejectedAdverts[];
  readonly checks: readonly CheckHistory[];
  readonly faults: readonly Faults[];
  readonly staleArps: readonly StaleArp[];
  /** Some node's log shows when gratuitous ARPs are sent, so that their absence means something. */
  readonly showsArps: boolean;
  readonly notifyRaces: readonly NotifyRace[];
  /** In the order of time, of each node the last ones. */
  readonly elasticIpRuns: readonly ElasticIpRun[];
  readonly clockDifferences: readonly ClockDifference[];
  readonly removedVips: readonly RemovedVip[];
  readonly complaints: readonly ConfigComplaint[];
}
