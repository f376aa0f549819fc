import type { VrrpState } from './log.ts';
import type { Family } from './packet.ts';
import type { Timestamp } from './time.ts';

/** Where a state was read, in the order of trust (interface.md, status). */
type StateSource = 'address' | 'advert' | 'dump' | 'log' | 'state-file' | 'elastic-ip' | 'process';

/** What one source says of an instance on a node. */
export interface SourceVoice {
  readonly source: StateSource;
  /** BACKUP also where a source only knows that it is not master; `process` says RUNNING or STOP. */
  readonly says: VrrpState | 'RUNNING';
  /** When that was so; null where the source does not tell. */
  readonly time: Timestamp | null;
  readonly detail: string;
  /** Of the past: a dump or state file that is older than the last transition or the daemon. It then decides nothing. */
  readonly isStale: boolean;
}

/** An instance on one node. */
export interface NodeStatus {
  readonly node: string;
  /** null where the sources do not decide it. */
  readonly state: VrrpState | null;
  readonly priority: { readonly base: number | null; readonly effective: number | null };
  /** Those that the node holds, the excluded ones too. */
  readonly vips: readonly string[];
  readonly excludedVips: readonly string[];
  readonly since: Timestamp | null;
  /** Whether it could be master now; null where that is not known. */
  readonly ready: boolean | null;
  /** Why it could not. */
  readonly notReady: readonly string[];
  /** What would have to be read to know. */
  readonly unsure: readonly string[];
  readonly sources: readonly SourceVoice[];
  /** Why its state is not known. */
  readonly unknown: string | null;
}

export type Verdict = 'one-master' | 'split-brain' | 'no-master' | 'unknown';

/** Who has the Elastic IP that clients use, on AWS. */
export interface HeldElasticIp {
  readonly publicIp: string;
  /** The EC2 instance that has it; null: it is associated with nothing. */
  readonly holder: string | null;
  /** The node that this instance is; null: none of those that were read. */
  readonly node: string | null;
}

/** A virtual router over all nodes. */
export interface InstanceStatus {
  readonly instance: string;
  readonly family: Family;
  readonly vrid: number | null;
  readonly vips: readonly string[];
  readonly verdict: Verdict;
  /** The one node that is master, or the address of another host that was heard to be. */
  readonly master: string | null;
  /** Addresses of hosts that were heard to be master, and are none of the nodes. */
  readonly others: readonly string[];
  /** null where no script moves one, or AWS did not say. */
  readonly elasticIp: HeldElasticIp | null;
  readonly nodes: readonly NodeStatus[];
}
