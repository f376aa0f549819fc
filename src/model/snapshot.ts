import type { Wire } from './wire.ts';

/** All evidence of one diagnosis. A part that was not read is null: rules that need it are skipped, never passed. */
export interface Snapshot {
  /** What was captured. */
  readonly wire: Wire | null;
}
