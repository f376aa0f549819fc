import type { AdvertRef, GarpRef, MismatchKind, SplitBrain } from '../model/wire.ts';
import { type Details, factLimit } from './limits.ts';
import type { WireSender } from './sender.ts';

/** The first and last gratuitous announcement of `address` at `mac`. */
export type Announcements = (
  address: string,
  mac: string,
) => { readonly first: GarpRef; readonly last: GarpRef } | null;

/** Two masters, as long as it is followed how they go on. */
export interface Conflict extends SplitBrain {
  readonly first: WireSender;
  readonly second: WireSender;
  interleaved: boolean;
  overlapSeconds: number;
  lasting: boolean;
  announcements: readonly GarpRef[];
}

/** The times when a virtual router had two masters: one for each two senders. */
export class SplitBrains {
  readonly facts: Conflict[] = [];
  readonly #details: Details;
  readonly #announcements: Announcements;
  readonly #changed: () => void;

  /** `changed` hears of each new fact, and of what is new of one. */
  constructor(details: Details, announcements: Announcements, changed: () => void) {
    this.#details = details;
    this.#announcements = announcements;
    this.#changed = changed;
  }

  /** The two are master: the fact, old or new; null where there are too many. */
  add(
    first: WireSender,
    second: WireSender,
    firstBefore: AdvertRef,
    secondFrom: AdvertRef,
    mismatches: readonly MismatchKind[],
  ): Conflict | null {
    for (const fact of this.facts) {
      if ((fact.first === first && fact.second === second) || (fact.first === second && fact.second === first)) {
        fact.lasting = true;
        return fact;
      }
    }
    const { length } = this.facts;
    if (length >= factLimit || !this.#details.mayKeep(length)) return null;
    const fact: Conflict = {
      first,
      second,
      firstBefore,
      secondFrom,
      mismatches,
      interleaved: false,
      overlapSeconds: 0,
      lasting: true,
      announcements: [],
    };
    this.facts.push(fact);
    this.#announce(fact);
    this.#changed();
    return fact;
  }

  /** The sender is master no more. */
  end(sender: WireSender): void {
    for (const fact of this.facts) if (fact.first === sender || fact.second === sender) fact.lasting = false;
  }

  /** Looks once more for announcements that prove them. */
  announce(): void {
    for (const fact of this.facts) if (fact.lasting && fact.announcements.length < 2) this.#announce(fact);
  }

  /** Looks for an address that both senders announced, the second one as a master beside the first. */
  #announce(fact: Conflict): void {
    const { first, second } = fact;
    if (first.sourceMac === null || second.sourceMac === null || first.sourceMac === second.sourceMac) return;
    const others = new Set(second.advert.addrs);
    for (const address of first.advert.addrs) {
      if (!others.has(address)) continue;
      const byFirst = this.#announcements(address, first.sourceMac);
      const bySecond = this.#announcements(address, second.sourceMac);
      const { capture, frame } = fact.secondFrom;
      if (bySecond === null || bySecond.last.capture !== capture || bySecond.last.frame < frame) continue;
      const announcements = byFirst === null ? [bySecond.last] : [byFirst.first, bySecond.last];
      if (announcements.length > fact.announcements.length) {
        fact.announcements = announcements;
        this.#changed();
      }
      if (announcements.length === 2) return;
    }
  }
}
