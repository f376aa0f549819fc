import type { AdvertRef, Mismatch, MismatchKind } from '../model/wire.ts';
import { type Details, factLimit } from './limits.ts';
import { isSound, mismatchesOf } from './mismatch.ts';
import type { WireSender } from './sender.ts';
import { masterDownSeconds } from './timers.ts';

/** A mismatch, and whether it stands: it is more than two configurations that followed each other. */
interface Noted {
  readonly mismatch: Mismatch;
  stands: boolean;
}

/** In what the senders of one virtual router do not agree. */
export class Differences {
  /** Those that stand. */
  readonly mismatches: Mismatch[] = [];
  readonly #noted = new Map<string, Noted>();
  readonly #details: Details;
  readonly #changed: () => void;

  /** `changed` hears of each new mismatch. */
  constructor(details: Details, changed: () => void) {
    this.#details = details;
    this.#changed = changed;
  }

  /** Compares what the speaker sends now, at `at`, with what the others sent lately. */
  compare(speaker: WireSender, ref: AdvertRef, others: readonly WireSender[], at: number): void {
    if (!isSound(ref.advert)) return;
    this.#review(ref);
    for (const other of others) {
      if (other === speaker || other.prio === null) continue;
      if (at - other.lastAt > recentSeconds(other)) continue;
      for (const kind of mismatchesOf(other.advert, ref.advert)) this.#note(kind, other, ref, at);
    }
  }

  /** The capture has ended: no sender comes back any more to take back in what it differed. */
  finish(): void {
    for (const noted of this.#noted.values()) this.#confirm(noted);
  }

  #note(kind: MismatchKind, other: WireSender, ref: AdvertRef, at: number): void {
    const key = `${kind} ${[other.src, ref.advert.src].sort().join(' ')}`;
    let noted = this.#noted.get(key);
    if (noted === undefined) {
      const { size } = this.#noted;
      if (size >= factLimit || !this.#details.mayKeep(size)) return;
      noted = { mismatch: { kind, a: other.last, b: ref }, stands: false };
      this.#noted.set(key, noted);
    }
    if (other.isSending(at)) this.#confirm(noted);
  }

  #confirm(noted: Noted): void {
    if (noted.stands) return;
    noted.stands = true;
    this.mismatches.push(noted.mismatch);
    this.#changed();
  }

  /**
   * A sender is back after another one that sent something else took over from it. If it now agrees with what that one
   * sent, both were given a new configuration, one after the other: that is how pairs are changed.
   */
  #review({ advert }: AdvertRef): void {
    for (const [key, noted] of this.#noted) {
      const { kind, a, b } = noted.mismatch;
      if (noted.stands || a.advert.src !== advert.src) continue;
      if (mismatchesOf(b.advert, advert).includes(kind)) this.#confirm(noted);
      else this.#noted.delete(key);
    }
  }
}

/** For how long, in seconds, what a sender said is what it would say now. */
export function recentSeconds({ advert, intervalSeconds }: WireSender): number {
  return 2 * masterDownSeconds(advert.version, intervalSeconds, null);
}
