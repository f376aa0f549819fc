import type { RejectedAdverts } from '../model/timeline.ts';
import type { FactOf } from './entry.ts';

const kindLimit = 256;

interface Followed {
  count: number;
  first: FactOf<'advert-rejected'>;
  last: FactOf<'advert-rejected'>;
  instance: string | null;
  stands: boolean;
}

/** The adverts that one node rejected, by instance, reason and sender. */
export class RejectionWatch {
  readonly #kinds = new Map<string, Followed>();
  #unnamed: Followed | null = null;

  see(fact: FactOf<'advert-rejected'>): void {
    const { instance, reason, peer } = fact.event;
    const key = `${instance} ${reason} ${peer}`;
    const known = this.#kinds.get(key);
    if (known !== undefined) {
      known.count++;
      known.last = fact;
      known.stands = true;
    } else if (this.#kinds.size < kindLimit) {
      this.#kinds.set(key, { count: 1, first: fact, last: fact, instance, stands: true });
    }
    this.#unnamed = instance === null ? (this.#kinds.get(key) ?? null) : null;
  }

  /** Up to 1.2 the instance stands in a line behind. */
  dropped(instance: string): void {
    if (this.#unnamed !== null) this.#unnamed.instance ??= instance;
  }

  /** The state or the master changed: what is still rejected is said again. */
  changed(instance: string): void {
    for (const kind of this.#kinds.values()) if (kind.instance === instance) kind.stands = false;
  }

  /** keepalived was started anew. */
  restarted(): void {
    for (const kind of this.#kinds.values()) kind.stands = false;
  }

  rejections(node: string): RejectedAdverts[] {
    return [...this.#kinds.values()].map(({ count, first, last, instance, stands }) => ({
      node,
      instance,
      reason: first.event.reason,
      peer: first.event.peer,
      count,
      first,
      last,
      isLoggedOnce: first.event.isLoggedOnce,
      stands,
    }));
  }
}
