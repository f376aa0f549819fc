import type { NodeConfiguration, VrrpInstance } from './keepalived.ts';

/** What may fail on a node: a check that it tracks, a network interface, keepalived, or all of it. */
export interface Failure {
  readonly node: string;
  readonly kind: 'check' | 'interface' | 'daemon' | 'node';
  /** Of the check or the interface; empty for daemon and node. */
  readonly name: string;
}

/**
 * Why the master is master, or why there is none. `tie`: both have the same priority, and a backup does not take over
 * from its equal. `tie-higher-address`: so have two that became master at once. `fault`: the other is in FAULT.
 * `only-candidate`: keepalived, or all of the other, does not run. `sync-group`: the members of a group do not agree.
 * `split-brain`: the two do not hear each other, or drop what they hear.
 */
export type ElectionReason =
  | 'highest-priority'
  | 'tie'
  | 'tie-higher-address'
  | 'nopreempt'
  | 'only-candidate'
  | 'fault'
  | 'sync-group'
  | 'split-brain'
  | 'nobody';

/** How a node stands: what it would advertise, or why it takes no part. */
export interface Standing {
  readonly node: string;
  /** Effective priority; null where it takes no part. */
  readonly priority: number | null;
  /** `stopped`: keepalived; `down`: the node, or its only way to be heard. */
  readonly absence: 'fault' | 'stopped' | 'down' | null;
}

/** Where the election ends, with all timers run out. */
export interface Outcome {
  /** The one that is; null where there is none, two, or one that cannot be told. */
  readonly master: string | null;
  readonly masters: readonly string[];
  readonly reason: ElectionReason;
}

/** What comes of failures that happen at once to a healthy, settled pair, and of their repair. */
export interface ElectionRow extends Outcome {
  readonly fails: readonly Failure[];
  readonly standings: readonly Standing[];
  /** Who is master once all is repaired. */
  readonly returns: string | null;
  /** A check fails on the node that leads, and it stays master. */
  readonly isKept: boolean;
}

/** One node's part of a virtual router. */
export interface ElectionSide {
  readonly node: NodeConfiguration;
  readonly instance: VrrpInstance;
}

/** A virtual router, its instance on each node, and who is master when what fails. The first row is: nothing. */
export interface ElectedRouter {
  /** The instance's name on the first node that has it. */
  readonly name: string;
  readonly sides: readonly ElectionSide[];
  readonly rows: readonly ElectionRow[];
}
