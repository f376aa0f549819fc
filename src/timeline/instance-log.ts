import type { VrrpState } from '../model/log.ts';
import type { Faults, LogRef, StateTransition } from '../model/timeline.ts';
import type { Change, Fact, FactOf, InstanceSigns } from './entry.ts';
import { type FlapLimit, FlapWatch } from './flapping.ts';
import { Lane } from './lane.ts';
import { NotifyWatch } from './notifications.ts';
import { noSigns } from './signs.ts';
import { faultWords } from './words.ts';

/** A FAULT that comes with a start, because the interface is not up yet, ends within so many seconds. */
const startFaultSeconds = 60;

/** One instance as one node's log tells it: its state, how often and how long, and the signs of what comes next. */
export class InstanceLog {
  readonly name: string;
  state: VrrpState | null = null;
  signs: InstanceSigns = noSigns();
  /** The router that it last took for the master. */
  master: string | null = null;
  /** When it last entered a state; null before. */
  last: Change | null = null;
  readonly entered: Partial<Record<VrrpState, number>> = {};
  readonly seconds: Partial<Record<VrrpState, number>> = {};
  readonly lane = new Lane();
  readonly flaps: FlapWatch;
  readonly notifications = new NotifyWatch();
  /** When repeated lines of a kind were last handed on. */
  readonly handedOn = new Map<string, number>();
  #startedAt: number | null = null;
  #faults: { count: number; isStartOnly: boolean; last: Change; why: string | null; evidence: LogRef[] } | null = null;

  constructor(name: string, flap: FlapLimit) {
    this.name = name;
    this.flaps = new FlapWatch(flap);
  }

  /** keepalived started: whatever the instance was, it begins anew. */
  begin(at: number): void {
    if (this.state === 'INIT') return;
    this.#leave(at);
    this.state = 'INIT';
    this.signs = noSigns();
    this.lane.add(at, null);
    this.#startedAt = at;
    this.handedOn.clear();
  }

  /** It is in that state as what is told begins. */
  stand(change: Change): void {
    this.state = change.to;
    this.last = change;
    this.lane.add(change.at, change.to);
  }

  enter(change: Change): void {
    this.#leave(change.at);
    const { to, at } = change;
    this.state = to;
    this.last = change;
    this.signs = noSigns();
    this.entered[to] = (this.entered[to] ?? 0) + 1;
    this.lane.add(at, to);
    if (to === 'MASTER') this.flaps.entered(change);
    if (to === 'FAULT') this.#noteFault(change);
    this.notifications.changed(change);
    this.handedOn.clear();
  }

  /** It was no master any more from `at` to `until`, as another log tells: its own had no time to say so. */
  lose(at: number, until: number): void {
    this.lane.lose(at);
    this.seconds.MASTER = Math.max(0, (this.seconds.MASTER ?? 0) - Math.max(0, until - at));
  }

  /** Adds what it says more of the FAULT that it is in. */
  explainFault(fact: FactOf<'state'>): void {
    if (this.#faults === null || fact.event.cause === null) return;
    this.#faults.why ??= faultWords(fact.event.cause);
    if (this.#faults.evidence.length < 4) this.#faults.evidence.push(fact);
  }

  /** Whether a line that repeats itself is worth handing on: the first, and then once in `seconds`. */
  isWorth(key: string, at: number, seconds: number): boolean {
    const last = this.handedOn.get(key);
    if (last !== undefined && at - last < seconds) return false;
    if (this.handedOn.size < 64) this.handedOn.set(key, at);
    return true;
  }

  /** Seconds in each state up to the end of the log. */
  secondsUntil(at: number): Partial<Record<VrrpState, number>> {
    const seconds = { ...this.seconds };
    const { state, last } = this;
    if (state !== null && last !== null && state !== 'INIT')
      seconds[state] = (seconds[state] ?? 0) + Math.max(0, at - last.at);
    return seconds;
  }

  faults(node: string, transition: (change: Change) => StateTransition): Faults | null {
    if (this.#faults === null) return null;
    const { count, isStartOnly, last, why, evidence } = this.#faults;
    const isStanding = this.state === 'FAULT';
    return {
      node,
      instance: this.name,
      count,
      isStartOnly: isStartOnly && !isStanding,
      isStanding,
      why,
      last: transition(last),
      evidence,
    };
  }

  #leave(at: number): void {
    const { state, last } = this;
    if (state === null || last === null || state === 'INIT') return;
    this.seconds[state] = (this.seconds[state] ?? 0) + Math.max(0, at - last.at);
    if (state === 'MASTER') this.flaps.left(at);
    if (state === 'FAULT' && this.#faults !== null && at - last.at > startFaultSeconds)
      this.#faults.isStartOnly = false;
  }

  #noteFault(change: Change): void {
    const isStart =
      this.#startedAt !== null && change.at - this.#startedAt <= startFaultSeconds && change.from === 'INIT';
    const { check, interface: link, fault } = change.signs;
    const because: Fact[] = [
      change.reason === 'script' ? check : null,
      change.reason === 'interface' ? link : null,
    ].flatMap((fact) => fact ?? []);
    const cause = fault?.event.cause ?? null;
    this.#faults = {
      count: (this.#faults?.count ?? 0) + 1,
      isStartOnly: isStart && (this.#faults?.isStartOnly ?? true),
      last: change,
      why: cause === null ? whyOf(change) : faultWords(cause),
      evidence: [...because, change],
    };
  }
}

function whyOf({ reason, signs, group }: Change): string | null {
  if (reason === 'script' && signs.check !== null) return `${signs.check.event.name} failed`;
  if (reason === 'interface' && signs.interface?.event.kind === 'interface')
    return `interface ${signs.interface.event.name} is down`;
  if (reason === 'sync-group') return `with its sync group${group === null ? '' : ` ${group}`}`;
  return null;
}
