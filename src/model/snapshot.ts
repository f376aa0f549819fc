import type { NodeConfiguration } from './keepalived.ts';
import type { Wire } from './wire.ts';

/** All evidence of one diagnosis. A part that was not read is null: rules that need it are skipped, never passed. */
export interface Snapshot {
  /** What was captured. */
  readonly wire: Wire | null;
  /** keepalived.conf of each node that was read. */
  readonly configurations: readonly NodeConfiguration[] | null;
}

/** A snapshot of nothing, to be filled with what was read. */
export const emptySnapshot: Snapshot = { wire: null, configurations: null };
