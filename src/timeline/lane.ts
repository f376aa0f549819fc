import type { VrrpState } from '../model/log.ts';
import type { LaneChange } from '../model/timeline.ts';

/** Changes that a lane keeps before it is thinned. */
const limit = 8192;

/** The states of an instance over time, for drawing. Of very many the short ones are left out. */
export class Lane {
  readonly changes: { at: number; state: VrrpState | null }[] = [];
  gapSeconds = 0;

  add(at: number, state: VrrpState | null): void {
    const last = this.changes.at(-1);
    if (last !== undefined && at - last.at < this.gapSeconds) last.state = state;
    else this.changes.push({ at, state });
    if (this.changes.length > limit) this.#thin();
  }

  /** Nothing is known from then on, up to the next change. */
  lose(at: number): void {
    const next = this.changes.findLastIndex((change) => change.at <= at) + 1;
    if (next > 0 && this.gapSeconds === 0) this.changes.splice(next, 0, { at, state: null });
  }

  shiftedBy(seconds: number): readonly LaneChange[] {
    if (seconds === 0) return this.changes;
    return this.changes.map(({ at, state }) => ({ at: at + seconds, state }));
  }

  #thin(): void {
    const span = (this.changes.at(-1)?.at ?? 0) - (this.changes[0]?.at ?? 0);
    this.gapSeconds = Math.max(this.gapSeconds * 2, (span / limit) * 4);
    const all = this.changes.splice(0);
    for (const { at, state } of all) {
      const last = this.changes.at(-1);
      if (last !== undefined && at - last.at < this.gapSeconds) last.state = state;
      else this.changes.push({ at, state });
    }
  }
}
