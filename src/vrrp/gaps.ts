import type { GapBucket, GapSummary } from '../model/wire.ts';

/** Gaps kept one by one; a pair in trouble has fewer, so that its figures are exact. */
const exactLimit = 256;
/** Beyond that they are counted in buckets 2 % wide from 0.1 ms up to about 3 hours. */
const bucketCount = 928;
const smallest = 1e-4;
const logWidth = Math.log(1.02);

/** Statistics of one sender's gaps in bounded memory, in seconds. */
export class Gaps {
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;
  #exact: number[] | null = [];
  #buckets: Uint32Array | null = null;
  /** The bucket of the last gap and its bounds, seconds: most gaps are alike, and a logarithm costs more than comparing. */
  #bucket = 0;
  #from = 0;
  #to = 0;

  add(seconds: number): void {
    this.#count++;
    if (seconds < this.#min) this.#min = seconds;
    if (seconds > this.#max) this.#max = seconds;
    if (this.#exact !== null) {
      this.#exact.push(seconds);
      if (this.#exact.length > exactLimit) this.#fold(this.#exact);
    } else if (this.#buckets !== null) {
      if (seconds < this.#from || seconds >= this.#to) {
        this.#bucket = bucketOf(seconds);
        this.#from = boundOf(this.#bucket);
        this.#to = boundOf(this.#bucket + 1);
      }
      this.#buckets[this.#bucket]!++;
    }
  }

  /** Smallest, median, 99th percentile and largest, in seconds; exact up to 256 gaps, then within 1 %. */
  summary(): GapSummary | null {
    if (this.#count === 0) return null;
    return { min: this.#min, median: this.#quantile(0.5), p99: this.#quantile(0.99), max: this.#max };
  }

  /** Gaps by length, in steps of a tenth of `unitSeconds` (the advertisement interval), empty steps left out. */
  histogram(unitSeconds: number): readonly GapBucket[] {
    const step = unitSeconds / 10;
    const counts = new Map<number, number>();
    const put = (seconds: number, count: number) => {
      const index = Math.floor(seconds / step + 1e-6);
      counts.set(index, (counts.get(index) ?? 0) + count);
    };
    for (const gap of this.#exact ?? []) put(gap, 1);
    this.#buckets?.forEach((count, bucket) => {
      if (count > 0) put(this.#middle(bucket), count);
    });
    return [...counts].sort(([a], [b]) => a - b).map(([i, count]) => ({ from: i * step, to: (i + 1) * step, count }));
  }

  #fold(exact: readonly number[]): void {
    const buckets = new Uint32Array(bucketCount);
    for (const gap of exact) {
      const bucket = bucketOf(gap);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    this.#buckets = buckets;
    this.#exact = null;
  }

  #quantile(q: number): number {
    const rank = Math.floor(q * (this.#count - 1));
    if (this.#exact !== null) return [...this.#exact].sort((a, b) => a - b)[rank] ?? 0;
    let seen = 0;
    const buckets = this.#buckets ?? [];
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      seen += buckets[bucket] ?? 0;
      if (seen > rank) return this.#middle(bucket);
    }
    return this.#max;
  }

  #middle(bucket: number): number {
    const middle = smallest * Math.exp((bucket + 0.5) * logWidth);
    return Math.min(this.#max, Math.max(this.#min, middle));
  }
}

/** Where a bucket starts, seconds. */
function boundOf(bucket: number): number {
  return bucket === 0 ? 0 : smallest * Math.exp(bucket * logWidth);
}

function bucketOf(seconds: number): number {
  if (seconds <= smallest) return 0;
  return Math.min(bucketCount - 1, Math.floor(Math.log(seconds / smallest) / logWidth));
}
