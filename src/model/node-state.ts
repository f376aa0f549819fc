import type { NetworkInterface, Process } from './host.ts';
import type { VrrpState } from './log.ts';
import type { Timestamp } from './time.ts';
import type { Wire } from './wire.ts';

/** What keepalived.data or keepalived.json says of one instance, when it was written. */
export interface DumpedState {
  readonly instance: string;
  readonly state: VrrpState;
  readonly effectivePriority: number | null;
  /** The master that it knows, where it is not itself. */
  readonly master: string | null;
}

/** The last transition of an instance that a log tells. */
export interface LoggedState {
  readonly instance: string;
  readonly state: VrrpState;
  readonly time: Timestamp | null;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The file that nginx-ha-keepalived's notify script writes: `STATE=MASTER`. */
export interface StateFile {
  readonly path: string;
  readonly state: string | null;
  readonly written: Timestamp | null;
}

/** What could not be read of a node, and why. */
export interface Unread {
  readonly what: string;
  readonly reason: string;
}

/** The state of one node, as it was when it was read. A part that was not read is null. */
export interface NodeState {
  readonly node: string;
  /** Why nothing at all could be read. */
  readonly unreachable: string | null;
  /** The node's clock when it was read, and how many seconds it is ahead of ours. */
  readonly readAt: Timestamp | null;
  readonly clockAheadSeconds: number | null;
  readonly interfaces: readonly NetworkInterface[] | null;
  readonly processes: readonly Process[] | null;
  readonly dump: {
    readonly file: string;
    readonly written: Timestamp | null;
    readonly instances: readonly DumpedState[];
  } | null;
  readonly logged: readonly LoggedState[] | null;
  readonly stateFiles: readonly StateFile[] | null;
  /** What the node heard, and for how long. */
  readonly heard: { readonly wire: Wire; readonly seconds: number } | null;
  readonly unread: readonly Unread[];
}
