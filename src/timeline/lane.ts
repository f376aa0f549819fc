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
