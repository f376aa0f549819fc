import type { VrrpState } from '../model/log.ts';
import type { NotifyRace } from '../model/timeline.ts';
import type { Change, FactOf } from './entry.ts';

/** A notify script is given so long to say its word. */
const patienceSeconds = 5;

/** What a notify script said of an instance, against what keepalived did. */
export class NotifyWatch {
  #last: FactOf<'notify'> | null = null;
  #before: FactOf<'notify'> | null = null;
  #change: Change | null = null;
  #previous: Change | null = null;
  #race: NotifyRace | null = null;

  notified(fact: FactOf<'notify'>): void {
    this.#before = this.#last;
    this.#last = fact;
    this.#compareOrder(fact);
  }

  changed(change: Change): void {
    this.#previous = this.#change;
    this.#change = change;
  }

  /** The race that the log shows, if any; `endsAt` is the log's last time. */
  race(node: string, instance: string, endsAt: number): NotifyRace | null {
    const [last, change] = [this.#last, this.#change];
    if (last === null || change === null || last.event.state === null) return this.#race;
    const isSettled = endsAt - Math.max(last.at, change.at) > patienceSeconds;
    if (!isSettled || last.event.state === change.to || change.from === 'INIT' || change.to === 'STOP')
      return this.#race;
    return {
      node,
      instance,
      kind: 'last-word',
      notified: last.event.state,
      state: change.to,
      evidence: [change, last],
    };
  }

  /** Two words within a second, in the other order than the states. */
  #compareOrder(fact: FactOf<'notify'>): void {
    const [before, change, previous] = [this.#before, this.#change, this.#previous];
    if (before === null || change === null || previous === null) return;
    const isQuick =
      fact.at - before.at <= 1 && change.at - previous.at <= 1 && Math.abs(fact.at - change.at) <= patienceSeconds;
    if (isQuick && before.event.state === change.to && fact.event.state === previous.to && change.to !== previous.to)
      this.#race = this.#raceOf(fact, change, previous, before);
  }

  #raceOf(fact: FactOf<'notify'>, change: Change, previous: Change, before: FactOf<'notify'>): NotifyRace {
    const state: VrrpState = change.to;
    const notified = fact.event.state ?? '';
    const evidence = [previous, change, before, fact];
    return { node: fact.node, instance: change.instance, kind: 'order', notified, state, evidence };
  }
}
