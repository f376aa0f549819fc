import type { InstanceCounters, KeepalivedDump } from './dump.ts';
import type { NetworkInterface, Process } from './host.ts';
import type { VrrpState } from './log.ts';
import type { Timestamp } from './time.ts';
import type { Wire } from './wire.ts';

/** The last transition of an instance that a log tells. */
export interface LoggedState {
  readonly instance: string;
  readonly state: VrrpState;
  /** On the node's own clock. */
  readonly time: Timestamp | null;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A check whose last word in the log is that it failed. */
export interface FailingCheck {
  /** Of the `vrrp_script`, process, file or BFD instance. */
  readonly name: string;
  /** `exit 1`, `signal 9`, `timed out`; null where the log does not say. */
  readonly outcome: string | null;
  /** On the node's own clock. */
  readonly time: Timestamp | null;
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** A file that keepalived wrote when it was told to, and when. */
interface Written {
  readonly file: string;
  readonly written: Timestamp | null;
}

/** The file that nginx-ha-keepalived's notify script writes: `STATE=MASTER`. */
export interface StateFile {
  readonly path: string;
  readonly state: string | null;
  readonly written: Timestamp | null;
}

/** The Elastic IP of an instance, as AWS has it, and whether this node has it. */
export interface NodeElasticIp {
  readonly instance: string;
  readonly publicIp: string;
  readonly isHeld: boolean;
  /** The EC2 instance that has it; null: it is associated with nothing. */
  readonly holder: string | null;
  readonly askedAt: Timestamp | null;
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
  /** keepalived.data, or keepalived.json. */
  readonly dump: (Written & KeepalivedDump) | null;
  /** keepalived.stats. */
  readonly counters: (Written & { readonly instances: readonly InstanceCounters[] }) | null;
  readonly logged: readonly LoggedState[] | null;
  readonly failingChecks: readonly FailingCheck[] | null;
  readonly stateFiles: readonly StateFile[] | null;
  /** When keepalived.conf, or the youngest file that it includes, was written. */
  readonly configurationWritten: Timestamp | null;
  /** What `nginx -t` printed. */
  readonly nginxTest: string | null;
  /** What the node heard, and for how long. */
  readonly heard: { readonly wire: Wire; readonly seconds: number } | null;
  readonly elasticIp: NodeElasticIp | null;
  readonly unread: readonly Unread[];
}

/** A node of which nothing was read, to be filled with what was. */
export function unreadNode(node: string, unreachable: string | null = null): NodeState {
  return {
    node,
    unreachable,
    readAt: null,
    clockAheadSeconds: null,
    interfaces: null,
    processes: null,
    dump: null,
    counters: null,
    logged: null,
    failingChecks: null,
    stateFiles: null,
    configurationWritten: null,
    nginxTest: null,
    heard: null,
    elasticIp: null,
    unread: [],
  };
}
