/** A line of the table. `met` is null for what is only reported. */
export interface Row {
  readonly measure: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  readonly target: string;
  readonly met: boolean | null;
}

/** What a bench found out, and what it could not do, as lines. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly missing: readonly string[];
}
