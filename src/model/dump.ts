import type { TrackedKind } from './keepalived.ts';
import type { VrrpState } from './log.ts';

/** What an instance tracks, by a dump. */
export interface DumpedTracked {
  readonly kind: TrackedKind;
  readonly name: string;
  /** Of the instance, or of the sync group. */
  readonly weight: number;
  readonly isReversed: boolean;
}

/** One instance in keepalived.data or keepalived.json. What the dump's version or form does not tell is null. */
export interface DumpedInstance {
  readonly instance: string;
  readonly state: VrrpState;
  readonly effectivePriority: number | null;
  /** The master that it knows, where it is not itself. */
  readonly master: string | null;
  readonly version: number | null;
  readonly syncGroup: string | null;
  readonly wantedState: VrrpState | null;
  readonly masterPriority: number | null;
  readonly interface: string | null;
  readonly sourceAddress: string | null;
  readonly vrid: number | null;
  readonly priority: number | null;
  readonly intervalSeconds: number | null;
  readonly accept: boolean | null;
  readonly nopreempt: boolean | null;
  readonly preemptDelaySeconds: number | null;
  /** `none` also for VRRPv3, which has none. The password itself is never kept. */
  readonly authType: 'none' | 'PASS' | 'AH' | null;
  /** `10.77.0.100/24`; without a prefix length for a host address. */
  readonly vips: readonly string[];
  readonly excludedVips: readonly string[];
  /** null where the dump does not list them (keepalived.json). */
  readonly peers: readonly string[] | null;
  readonly tracked: readonly DumpedTracked[];
  /** Seconds since the epoch. */
  readonly lastTransitionSeconds: number | null;
}

/** `vrrp_script` in keepalived.data. */
export interface DumpedScript {
  readonly name: string;
  readonly weight: number | null;
  readonly isReversed: boolean;
  readonly intervalSeconds: number | null;
  /** `GOOD`, `BAD`, `INIT`, …: as keepalived prints it. */
  readonly status: string | null;
}

/** keepalived.data or keepalived.json. */
export interface KeepalivedDump {
  readonly instances: readonly DumpedInstance[];
  /** Empty for keepalived.json. */
  readonly scripts: readonly DumpedScript[];
}

/** The counters of keepalived.stats for one instance, since keepalived started; null where its version has them not. */
export interface InstanceCounters {
  readonly instance: string;
  readonly advertsReceived: number | null;
  readonly advertsSent: number | null;
  readonly becameMaster: number | null;
  readonly releasedMaster: number | null;
  /** Packets refused, by what was wrong. Interval, checksum and version are not counted (2.x). */
  readonly lengthErrors: number | null;
  readonly ttlErrors: number | null;
  readonly typeErrors: number | null;
  readonly intervalErrors: number | null;
  readonly addressListErrors: number | null;
  readonly authTypeErrors: number | null;
  readonly authMismatchErrors: number | null;
  readonly authFailures: number | null;
  readonly priorityZeroReceived: number | null;
  readonly priorityZeroSent: number | null;
}
