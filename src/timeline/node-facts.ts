import { type Change, type Fact, type FactOf, isDeath, isKind, isStart } from './entry.ts';

/** A fact or change and when it was, on the clock of all nodes. */
export interface At<What extends Fact | Change = Fact | Change> {
  readonly at: number;
  readonly what: What;
}

const instanceLimit = 1024;
const changesKept = 16;

/** The last word of one node's log on everything that may be a cause, up to the moment that the merged logs have come to. */
export class NodeFacts {
  start: At<FactOf<'daemon'>> | null = null;
  died: At<FactOf<'daemon'>> | null = null;
  reload: At<FactOf<'daemon'>> | null = null;
  stall: At<FactOf<'stall'>> | null = null;
  check: At<FactOf<'check'>> | null = null;
  link: At<FactOf<'interface'>> | null = null;
  system: At<FactOf<'system'>> | null = null;
  /** By instance: the effective priority, and adverts that were rejected. */
  readonly priorities = new Map<string, At<FactOf<'priority'>>>();
  readonly rejected = new Map<string, At<FactOf<'advert-rejected'>>>();
  /** By instance: when it last left FAULT for BACKUP. */
  readonly recovered = new Map<string, At<Change>>();
  /** The check whose result a change of priority came with. */
  readonly priorityChecks = new Map<string, At<FactOf<'check'>>>();
  readonly changes: At<Change>[] = [];

  changed(change: Change, at: number): void {
    if (change.from === 'FAULT' && change.to === 'BACKUP' && this.recovered.size < instanceLimit)
      this.recovered.set(change.instance, { at, what: change });
    this.changes.push({ at, what: change });
    if (this.changes.length > changesKept) this.changes.shift();
  }

  see(fact: Fact, at: number): void {
    if (isKind(fact, 'daemon')) this.#daemon(fact, at);
    else if (isKind(fact, 'stall')) this.stall = { at, what: fact };
    else if (isKind(fact, 'check')) this.check = { at, what: fact };
    else if (isKind(fact, 'interface')) this.link = { at, what: fact };
    else if (isKind(fact, 'system')) this.system = { at, what: fact };
    else if (isKind(fact, 'priority')) this.#priority(fact, at);
    else if (isKind(fact, 'advert-rejected') && fact.event.instance !== null && this.rejected.size < instanceLimit)
      this.rejected.set(fact.event.instance, { at, what: fact });
  }

  #daemon(fact: FactOf<'daemon'>, at: number): void {
    const { action } = fact.event;
    const here = { at, what: fact };
    if (isStart(fact.event)) this.start = here;
    else if (isDeath(fact.event)) this.died = here;
    else if (action === 'reloading') this.reload = here;
  }

  #priority(fact: FactOf<'priority'>, at: number): void {
    const { instance } = fact.event;
    if (this.priorities.size >= instanceLimit && !this.priorities.has(instance)) return;
    this.priorities.set(instance, { at, what: fact });
    if (this.check !== null && at - this.check.at <= 1.1) this.priorityChecks.set(instance, this.check);
    else this.priorityChecks.delete(instance);
  }
}
