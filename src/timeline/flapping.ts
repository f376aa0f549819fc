import type { Change } from './entry.ts';

/** `--flap`: so often master within so many seconds. */
export interface FlapLimit {
  readonly count: number;
  readonly seconds: number;
}

/** More often is no maintenance. */
export const usualFlap: FlapLimit = { count: 3, seconds: 600 };

export interface FlapStretch {
  readonly count: number;
  readonly first: Change;
  readonly last: Change;
  readonly dwells: readonly number[];
}

/** How often an instance became master within a time: the worst stretch. Keeps no more entries than a stretch has, up to a limit. */
export class FlapWatch {
  worst: FlapStretch | null = null;
  readonly #limit: FlapLimit;
  readonly #entries: { change: Change; dwell: number | null }[] = [];

  constructor(limit: FlapLimit) {
    this.#limit = limit;
  }

  entered(change: Change): void {
    this.#entries.push({ change, dwell: null });
    while ((this.#entries[0]?.change.at ?? change.at) < change.at - this.#limit.seconds) this.#entries.shift();
    if (this.#entries.length > 1024) this.#entries.shift();
    if (this.#entries.length >= Math.max(this.#limit.count, (this.worst?.count ?? 0) + 1)) this.#note(change);
  }

  left(at: number): void {
    const last = this.#entries.at(-1);
    if (last !== undefined && last.dwell === null) last.dwell = at - last.change.at;
  }

  #note(last: Change): void {
    const first = this.#entries[0]?.change ?? last;
    const dwells = this.#entries.flatMap(({ dwell }) => dwell ?? []);
    this.worst = { count: this.#entries.length, first, last, dwells };
  }
}

/** The median; null of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
