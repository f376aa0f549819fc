import type { Timestamp } from './time.ts';

/** Where a line of a log stands: `line` counts from 1 in `file`, which is named as the person named it. */
export interface LogPlace {
  readonly file: string;
  readonly line: number;
}

/** One line of a log, taken apart as syslog does it. Text is as the file has it: not yet safe for a terminal. */
export interface LogLine extends LogPlace {
  /** null where the line has no time, or none that can be placed on a calendar. */
  readonly time: Timestamp | null;
  /** null where the form has no host name. */
  readonly host: string | null;
  /** The program, without its pid: `Keepalived_vrrp`. Empty where there is none. */
  readonly tag: string;
  readonly pid: number | null;
  readonly message: string;
}

/** The states of a VRRP instance (RFC 9568, section 6.4; FAULT and STOP are keepalived's). */
export type VrrpState = 'INIT' | 'BACKUP' | 'MASTER' | 'FAULT' | 'STOP';

/** Why keepalived did not take an advert. */
export type Rejection =
  | 'password'
  | 'auth-type'
  | 'auth-trailer'
  | 'ah'
  | 'interval'
  | 'version'
  | 'checksum'
  | 'ttl'
  | 'addresses'
  | 'length'
  | 'type'
  | 'unicast-multicast'
  | 'source'
  | 'vrid'
  | 'other';

/** Why an instance is in FAULT: `name` is the script's, interface's, file's or process's. */
export interface FaultCause {
  readonly what: 'script' | 'interface' | 'file' | 'process' | 'bfd' | 'address';
  readonly name: string | null;
}

/**
 * What one line says about VRRP. `instance` and `group` are names of keepalived.conf; `peer` is an address; seconds are
 * seconds. What the line's form does not tell is null. A `detail` is keepalived's own words.
 */
export type LogEvent =
  /**
   * `isInitial`: the first state after a start, where the line says so. FAULT is told more than once, each time with
   * another cause and at last without: a state that is already held is no transition.
   */
  | {
      readonly kind: 'state';
      readonly instance: string;
      readonly to: VrrpState;
      readonly isInitial: boolean;
      readonly cause: FaultCause | null;
    }
  /** `Transition to MASTER STATE` of 1.x: `Entering MASTER STATE` follows one interval later, or does not. */
  | { readonly kind: 'state-announced'; readonly instance: string; readonly to: VrrpState }
  /** A sync group takes its members to a state; `instance` is the one member that takes the others along, if named. */
  | {
      readonly kind: 'group-syncing';
      readonly group: string;
      readonly to: VrrpState;
      readonly instance: string | null;
    }
  | { readonly kind: 'advert-timeout'; readonly instance: string }
  | { readonly kind: 'priority-zero-received'; readonly instance: string }
  | { readonly kind: 'priority-zero-sent'; readonly instance: string }
  /** An advert heard and compared: `theirs` and `ours` are priorities. `equal` is equal priority, and a higher address. */
  | {
      readonly kind: 'advert-compared';
      readonly instance: string;
      readonly peer: string | null;
      readonly than: 'higher' | 'equal' | 'lower';
      readonly theirs: number | null;
      readonly ours: number | null;
      readonly role: 'MASTER' | 'BACKUP' | null;
      readonly forcesElection: boolean;
    }
  /** Up to 1.3, of a backup whose priority has become the higher one. */
  | { readonly kind: 'election-forced'; readonly instance: string }
  | {
      readonly kind: 'preempt-delay';
      readonly instance: string;
      readonly action: 'start' | 'stop' | 'reset';
      readonly seconds: number | null;
    }
  | { readonly kind: 'master-is'; readonly instance: string; readonly peer: string; readonly previous: string | null }
  /**
   * `isLoggedOnce`: of 2.3.3 and later, which says it once and is silent about further ones until the state or the
   * master changes; null where the words are those of older ones, too. Up to 1.2 `instance` is null, and the `advert-dropped` that follows names it.
   */
  | {
      readonly kind: 'advert-rejected';
      readonly instance: string | null;
      readonly reason: Rejection;
      readonly peer: string | null;
      readonly isLoggedOnce: boolean | null;
      readonly detail: string;
    }
  /** What 1.x says after the `advert-rejected` that tells why: first the interface, then the instance. */
  | { readonly kind: 'advert-dropped'; readonly instance: string | null; readonly interface: string | null }
  | {
      readonly kind: 'advert-not-sent';
      readonly instance: string | null;
      readonly peer: string | null;
      readonly detail: string;
    }
  /** The advert interval is now the master's (VRRPv3), or the configured one again. */
  | {
      readonly kind: 'interval';
      readonly instance: string | null;
      readonly fromSeconds: number | null;
      readonly toSeconds: number;
    }
  /** The effective priority. */
  | { readonly kind: 'priority'; readonly instance: string; readonly from: number | null; readonly to: number }
  /**
   * What is tracked gave a result. `status` is its exit code (a file's: its value). `returned` is a single run, of which
   * `rise` and `fall` do not yet make a result.
   */
  | {
      readonly kind: 'check';
      readonly what: 'script' | 'process' | 'file' | 'bfd';
      readonly name: string;
      readonly instance: string | null;
      readonly outcome: 'succeeded' | 'failed' | 'timed-out' | 'not-run' | 'returned';
      readonly status: number | null;
      readonly signal: number | null;
      readonly detail: string | null;
    }
  /** `by`: who saw it; `instance` where keepalived says whom it concerns. */
  | {
      readonly kind: 'interface';
      readonly name: string;
      readonly change: 'up' | 'down' | 'added' | 'deleted';
      readonly by: 'keepalived' | 'kernel' | 'systemd-networkd' | 'NetworkManager';
      readonly instance: string | null;
    }
  /** A gratuitous ARP or unsolicited neighbour advertisement; not sent where it failed. */
  | {
      readonly kind: 'garp';
      readonly instance: string | null;
      readonly address: string | null;
      readonly interface: string | null;
      readonly isSent: boolean;
    }
  | { readonly kind: 'vips'; readonly instance: string; readonly action: 'set' | 'removed' }
  /** An address that came to or went from an interface, as netlink told keepalived. */
  | {
      readonly kind: 'address';
      readonly address: string;
      readonly interface: string | null;
      readonly action: 'assigned' | 'deassigned';
    }
  | { readonly kind: 'stall'; readonly seconds: number | null; readonly detail: string }
  /** `process`: the daemon that was started, or its child that speaks VRRP. */
  | {
      readonly kind: 'daemon';
      readonly action:
        | 'starting'
        | 'started'
        | 'stopping'
        | 'stopped'
        | 'reloading'
        | 'reloaded'
        | 'died'
        | 'respawned';
      readonly by: 'keepalived' | 'systemd' | 'kernel';
      readonly process: 'keepalived' | 'vrrp';
      readonly version: string | null;
      readonly status: number | null;
      readonly signal: string | null;
      readonly detail: string;
    }
  | {
      readonly kind: 'config-complaint';
      readonly file: string | null;
      readonly configLine: number | null;
      readonly instance: string | null;
      readonly detail: string;
    }
  /**
   * What a notify script logged of itself: nginx-ha-keepalived's, or the one that moves the Elastic IP, whose
   * `parameters` are its variables by name (empty where an AWS call failed).
   */
  | {
      readonly kind: 'notify';
      readonly instance: string | null;
      readonly state: string | null;
      readonly detail: string;
      readonly parameters: Readonly<Record<string, string>> | null;
    }
  | {
      readonly kind: 'system';
      readonly action: 'boot' | 'shutdown' | 'suspended' | 'resumed';
      readonly detail: string;
    }
  /** What else manages the interface, and takes its addresses away: it was started, stopped, or changed an address. */
  | {
      readonly kind: 'network-manager';
      readonly program: 'systemd-networkd' | 'NetworkManager';
      readonly change: 'started' | 'stopped' | 'reloaded' | 'address';
      readonly interface: string | null;
      readonly detail: string;
    }
  /** Like keepalived's, and not in the table. */
  | { readonly kind: 'unknown' };

/** An event, and the line that told it. */
export interface LoggedEvent {
  readonly line: LogLine;
  readonly event: LogEvent;
}

/**
 * A log of one node: a file with its rotations, a directory or bundle, a stream, or the journal. `Event` is what the
 * reading was told to see in a line: LogEvent for keepalived's. A source runs once.
 */
export interface LogSource<Event> {
  /** What the output calls it: the path as it was named, `stdin`, `journal`. */
  readonly name: string;
  /** Delivers until the end, with `follow` until `stop()`. What cannot be read is a problem of the end, never an error. */
  run(sink: LogSink<Event>): Promise<LogEnd>;
  /** Ends the run as the end of the log does. May be called at any time, and again. */
  stop(): void;
}

export interface LogSink<Event> {
  /**
   * Called synchronously, oldest file first, for each line that says something. Equal messages may share one `event`
   * object. Neither is reused: both may be kept.
   */
  event(line: LogLine, event: Event): void;
  /** Called after each piece that was read. Nothing more is read until a returned promise is fulfilled. */
  batch(progress: LogProgress): Promise<void> | void;
}

/** How far reading has come. `bytes` are those read off the disk; `bytesInAll` is null where nobody knows. */
export interface LogProgress {
  readonly lines: number;
  readonly bytes: number;
  readonly bytesInAll: number | null;
}

/** What was read of a log. */
export interface LogEnd {
  /** The files that were opened, oldest first, as a person would name them. */
  readonly files: readonly string[];
  readonly lines: number;
  /** Lines that gave an event. */
  readonly matched: number;
  /** The times of the first and the last line that has one, whether it says something or not. */
  readonly first: Timestamp | null;
  readonly last: Timestamp | null;
  /** Why not all was read that there is; empty when all is well. */
  readonly problems: readonly LogProblem[];
  /** What a person should know and that makes nothing wrong of what was delivered. */
  readonly notes: readonly LogProblem[];
}

export interface LogProblem {
  /** The file, as in `files`. */
  readonly source: string;
  readonly message: string;
  readonly hint: string | null;
}
