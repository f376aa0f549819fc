/**
 * A moment as its source wrote it: whole seconds since the Unix epoch and the rest in nanoseconds (0..999,999,999).
 * `digits` is how many fractional digits the source has (6 for classic pcap, 9 for nanosecond captures), so that
 * printing neither drops nor invents any.
 */
export interface Timestamp {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly digits: number;
}

/** The moment as one number, in seconds since the epoch. Exact to about 0.25 microseconds: for gaps, not for printing. */
export function inSeconds(time: Timestamp): number {
  return time.seconds + time.nanoseconds / 1e9;
}
