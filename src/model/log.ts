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

/**
 * What one line says about VRRP. `instance` and `group` are names of keepalived.conf; `peer` is an address; seconds are
 * seconds. What the line's form does not tell is null.
 */
export type LogEvent =
  | {
      readonly kind: 'state';
      readonly instance: string;
      readonly to: VrrpState;
      readonly isInitial: boolean;
      readonly detail: string | null;
    }
  /** `Transition to MASTER STATE` of 1.x: `Entering MASTER STATE` follows one interval later. */
  | { readonly kind: 'state-announced'; readonly instance: string; readonly to: VrrpState }
  | { readonly kind: 'group-state'; readonly group: string; readonly to: VrrpState; readonly detail: string | null }
  | { readonly kind: 'group-syncing'; readonly group: string; readonly to: VrrpState }
  | { readonly kind: 'advert-timeout'; readonly instance: string }
  | { readonly kind: 'priority-zero-received'; readonly instance: string; readonly peer: string | null }
  | { readonly kind: 'priority-zero-sent'; readonly instance: string }
  /** An advert heard and compared: `theirs` and `ours` are priorities. */
  | {
      readonly kind: 'advert-compared';
      readonly instance: string;
      readonly peer: string | null;
      readonly than: 'higher' | 'equal' | 'lower';
      readonly theirs: number | null;
      readonly ours: number | null;
      readonly role: 'MASTER' | 'BACKUP' | null;
    }
  | { readonly kind: 'election-forced'; readonly instance: string; readonly peer: string | null }
  | {
      readonly kind: 'preempt-delay';
      readonly instance: string;
      readonly action: 'start' | 'stop' | 'reset';
      readonly seconds: number | null;
    }
  | { readonly kind: 'master-is'; readonly instance: string; readonly peer: string; readonly previous: string | null }
  | {
      readonly kind: 'advert-rejected';
      readonly instance: string | null;
      readonly reason: Rejection;
      readonly peer: string | null;
      readonly detail: string;
    }
  | { readonly kind: 'advert-not-sent'; readonly instance: string | null; readonly detail: string }
  | { readonly kind: 'priority'; readonly instance: string; readonly from: number | null; readonly to: number }
  /** A track script's (or process's, file's) result. `status` is its exit code. */
  | {
      readonly kind: 'check';
      readonly what: 'script' | 'process' | 'file' | 'interface' | 'bfd';
      readonly name: string;
      readonly instance: string | null;
      readonly outcome: 'succeeded' | 'failed' | 'timed-out' | 'not-run';
      readonly status: number | null;
      readonly signal: number | null;
      readonly detail: string | null;
    }
  | { readonly kind: 'interface'; readonly name: string; readonly change: 'up' | 'down' | 'added' | 'deleted' }
  | {
      readonly kind: 'garp';
      readonly instance: string | null;
      readonly address: string | null;
      readonly interface: string | null;
    }
  | { readonly kind: 'vips'; readonly instance: string; readonly action: 'set' | 'removed' }
  | {
      readonly kind: 'address';
      readonly address: string;
      readonly interface: string | null;
      readonly action: 'assigned' | 'deassigned';
    }
  | { readonly kind: 'stall'; readonly seconds: number | null; readonly detail: string }
  | {
      readonly kind: 'daemon';
      readonly action: 'started' | 'stopping' | 'stopped' | 'reloading' | 'died' | 'respawned';
      readonly by: 'keepalived' | 'systemd';
      readonly version: string | null;
      readonly detail: string;
    }
  | {
      readonly kind: 'config-complaint';
      readonly file: string | null;
      readonly configLine: number | null;
      readonly detail: string;
    }
  /** What a notify script logged of itself: nginx-ha-keepalived's, or the one that moves the Elastic IP. */
  | {
      readonly kind: 'notify';
      readonly instance: string | null;
      readonly state: string | null;
      readonly detail: string;
      readonly parameters: Readonly<Record<string, string>> | null;
    }
  | {
      readonly kind: 'system';
      readonly action: 'boot' | 'shutdown' | 'suspended' | 'out-of-memory' | 'network-manager';
      readonly detail: string;
    }
  /** Like keepalived's, and not in the table. */
  | { readonly kind: 'unknown' };

/** An event, and the line that told it. */
export interface LoggedEvent {
  readonly line: LogLine;
  readonly event: LogEvent;
}
