import type { CheckEffect, CheckHistory } from '../model/timeline.ts';
import type { FactOf } from './entry.ts';
import { hasFailed } from './signs.ts';

/** Checks that are followed one by one on a node, and what is kept of each. */
const checkLimit = 256;
const outcomeLimit = 8;
const ledToLimit = 4;
/** What a failure leads to is logged with it. */
const atOnce = 1.1;

interface Followed {
  failures: number;
  outcomes: string[];
  longestSeconds: number | null;
  failing: FactOf<'check'> | null;
  first: FactOf<'check'>;
  last: FactOf<'check'>;
  ledTo: CheckEffect[];
}

/** The checks of one node that failed: how often, how, for how long, and what that led to. */
export class CheckWatch {
  readonly #checks = new Map<string, Followed>();
  #latest: Followed | null = null;

  /** Returns whether the result differs from the one before. */
  see(fact: FactOf<'check'>): boolean {
    const { event } = fact;
    if (event.outcome === 'returned') {
      // 2.x tells the exit code of a run in a line of its own, and then again where it makes a result.
      return false;
    }
    const key = `${event.what} ${event.name}`;
    const known = this.#checks.get(key);
    if (!hasFailed(fact)) {
      if (known?.failing == null) return known === undefined;
      const seconds = fact.at - known.failing.at;
      known.longestSeconds = Math.max(known.longestSeconds ?? 0, seconds);
      known.failing = null;
      return true;
    }
    if (known === undefined) {
      if (this.#checks.size >= checkLimit) return true;
      const followed = {
        failures: 1,
        outcomes: [],
        longestSeconds: null,
        failing: fact,
        first: fact,
        last: fact,
        ledTo: [],
      };
      this.#checks.set(key, followed);
      this.#note(followed, fact);
      return true;
    }
    const isNew = known.failing === null;
    if (isNew) {
      known.failures++;
      known.failing = fact;
    }
    this.#note(known, fact);
    return isNew;
  }

  /** A priority or a state that may be what the last failure led to. */
  led(effect: CheckEffect, at: number): void {
    const check = this.#latest;
    if (check === null || at - check.last.at > atOnce || check.failing === null) return;
    if (check.ledTo.length < ledToLimit) check.ledTo.push(effect);
  }

  histories(node: string): CheckHistory[] {
    return [...this.#checks.values()].map((check) => ({
      node,
      what: check.first.event.what,
      name: check.first.event.name,
      isManualFailover: isManualFailover(check.first.event.name),
      failures: check.failures,
      outcomes: check.outcomes,
      longestSeconds: check.longestSeconds,
      isFailing: check.failing !== null,
      first: check.first,
      last: check.last,
      ledTo: check.ledTo,
    }));
  }

  #note(check: Followed, fact: FactOf<'check'>): void {
    check.last = fact;
    this.#latest = check;
    const outcome = outcomeOf(fact);
    if (outcome !== null && !check.outcomes.includes(outcome) && check.outcomes.length < outcomeLimit)
      check.outcomes.push(outcome);
  }
}

/** `exit 1`, `signal 9`, `timed out`; null where the line does not tell. */
export function outcomeOf({ event }: FactOf<'check'>): string | null {
  if (event.outcome === 'timed-out') return 'timed out';
  if (event.outcome === 'not-run') return 'not run';
  if (event.signal !== null) return `signal ${event.signal}`;
  if (event.status !== null) return event.what === 'file' ? `value ${event.status}` : `exit ${event.status}`;
  return null;
}

/** nginx-ha-keepalived calls it `chk_manual_failover`. */
export function isManualFailover(name: string): boolean {
  return /manual[-_ ]?fail/i.test(name);
}
