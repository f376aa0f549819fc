import type { LogRef, NotifyRace } from '../model/timeline.ts';
import type { Change, FactOf } from './entry.ts';

/** A notify script is given so long to say its word; one that asks AWS first takes several seconds for that. */
const patienceSeconds = 5;
const awsPatienceSeconds = 30;

/** What a notify script said of an instance, against what keepalived did. */
export class NotifyWatch {
  #last: FactOf<'notify'> | null = null;
  #before: FactOf<'notify'> | null = null;
  #change: Change | null = null;
  #previous: Change | null = null;
  #race: NotifyRace | null = null;

  notified(fact: FactOf<'notify'>): void {
    const change = this.#change;
    if (change?.to === 'STOP' && fact.event.state === 'STOP' && /unknown/i.test(fact.event.detail)) {
      this.#race = raceOf('stop', fact, change, [change, fact]);
      return;
    }
    this.#before = this.#last;
    this.#last = fact;
    this.#compareOrder(fact);
  }

  changed(change: Change): void {
    this.#previous = this.#change;
    this.#change = change;
  }

  /** The race that the log shows, if any; `endsAt` is the log's last time. */
  race(endsAt: number): NotifyRace | null {
    const [last, change] = [this.#last, this.#change];
    if (last === null || change === null || last.event.state === null) return this.#race;
    const patience = last.event.parameters === null ? patienceSeconds : awsPatienceSeconds;
    const isSettled = endsAt - Math.max(last.at, change.at) > patience;
    if (!isSettled || last.event.state === change.to || change.from === 'INIT' || change.to === 'STOP')
      return this.#race;
    return raceOf('last-word', last, change, [change, last]);
  }

  /** Two words within a second, in the other order than the states. */
  #compareOrder(fact: FactOf<'notify'>): void {
    const [before, change, previous] = [this.#before, this.#change, this.#previous];
    if (before === null || change === null || previous === null) return;
    const isQuick =
      fact.at - before.at <= 1 && change.at - previous.at <= 1 && Math.abs(fact.at - change.at) <= patienceSeconds;
    if (isQuick && before.event.state === change.to && fact.event.state === previous.to && change.to !== previous.to)
      this.#race = raceOf('order', fact, change, [previous, change, before, fact]);
  }
}

function raceOf(kind: NotifyRace['kind'], fact: FactOf<'notify'>, change: Change, evidence: LogRef[]): NotifyRace {
  const { node, event } = fact;
  return { node, instance: change.instance, kind, notified: event.state ?? '', state: change.to, evidence };
}
