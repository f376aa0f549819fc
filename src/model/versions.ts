/** The versions of keepalived that may be in use, from the oldest to the newest; one where it is known. `2.2.7`. */
export interface VersionRange {
  readonly oldest: string;
  readonly newest: string;
}

/** What keepalived does in one way up to a version, and in another from a later one on. */
export type BehaviourName =
  | 'vip-list-mismatch'
  | 'v3-interval-mismatch'
  | 'strict-unicast'
  | 'rejections-logged-once'
  | 'sync-group-of-one';

/** How it is in the versions that may be in use: `either` where they are not known, or on both sides of the change. */
export type Behaviour = 'old' | 'new' | 'either';
