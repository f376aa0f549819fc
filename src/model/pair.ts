import type { ConfigLine, NodeConfiguration, Secret, VrrpInstance } from './keepalived.ts';

/** What a setting of one node ought to be to the other's: `mirrors` where each names the other, `free` where all is well. */
export type Relation = 'same' | 'differs' | 'mirrors' | 'free';

/** One node's value of a setting. */
export interface ComparedValue {
  /** As a person writes it; null where it is not set. Not yet safe for a terminal. */
  readonly text: string | null;
  /** In place of `text`, where it is a secret. */
  readonly secret: Secret | null;
  /** Where it is written; null for keepalived's default. */
  readonly line: ConfigLine | null;
}

/** A setting that the two nodes do not have alike. */
export interface SettingDifference {
  /** `vrrp_instance VI_1 / advert_int` */
  readonly path: string;
  /** The instance's name on the first node; null outside of instances. */
  readonly instance: string | null;
  readonly expect: Relation;
  /** Whether it is as it should be: two that differ as expected, or mirror each other. */
  readonly isExpected: boolean;
  readonly a: ComparedValue;
  readonly b: ComparedValue;
  /** The rule that judges it where it is not as expected; else null. */
  readonly code: string | null;
}

/** The same virtual router on both nodes. */
export interface InstancePair {
  readonly a: VrrpInstance;
  readonly b: VrrpInstance;
  /** Where the adverts of each come from; null where that is not known. */
  readonly sourceA: string | null;
  readonly sourceB: string | null;
}

/** Two nodes that are to be one cluster, and what is not alike. */
export interface Pair {
  readonly a: NodeConfiguration;
  readonly b: NodeConfiguration;
  readonly instances: readonly InstancePair[];
  /** Instances that the other node has not. */
  readonly onlyA: readonly VrrpInstance[];
  readonly onlyB: readonly VrrpInstance[];
  readonly differences: readonly SettingDifference[];
}
