import { type Change, type Fact, isChange, isDeath } from './entry.ts';
import { beforeOf, type Episode } from './episode.ts';
import type { At, NodeFacts } from './node-facts.ts';

const afterLimit = 16;
/** What the old master's log says later than this is another story. */
const afterSeconds = 3600;
/** Whom a node gave way to says so in its own log within this time, if that log is there. */
const outsiderSeconds = 5;

/** What a story asks of the whole: the nodes that tell of an instance, what they have said, and who hears of the end. */
export interface Narration {
  facts(node: string): NodeFacts;
  /** Whether only one node's log tells of it. */
  isAlone(instance: string): boolean;
  tell(episode: Episode): void;
}

/** One instance over all nodes: who is master, and each time that changes an episode. */
export class InstanceStory {
  readonly name: string;
  readonly #narration: Narration;
  readonly #masters = new Set<string>();
  /** Who was master last, or is; an address where that router's log is not there. */
  #holder: string | null = null;
  #vacant: At | null = null;
  #current: Episode | null = null;
  #since = Number.NEGATIVE_INFINITY;

  constructor(name: string, narration: Narration) {
    this.name = name;
    this.#narration = narration;
  }

  changed(change: Change, at: number): void {
    const { node } = change;
    if (change.isStanding) {
      if (change.to !== 'MASTER') return;
      this.#masters.add(node);
      this.#holder ??= node;
      return;
    }
    if (change.to === 'MASTER') this.#enter(change, at);
    else if (this.#masters.has(node)) this.#leave(node, { at, what: change });
    else if (change.from === null && change.signs.heard !== null) this.#leftUnseen(change, at);
  }

  /** The node's log tells that its daemon died, or was started without having stopped. */
  ended(fact: Fact, at: number): void {
    if (this.#masters.has(fact.node)) this.#leave(fact.node, { at, what: fact });
    else this.heard(fact, at);
  }

  /** A fact of a node, which may tell more of what just happened. */
  heard(fact: Fact, at: number): void {
    const episode = this.#current;
    if (episode === null || fact.node !== episode.from || at - episode.startAt > afterSeconds) return;
    if (episode.after.length < afterLimit) episode.after.push({ at, what: fact });
  }

  /** The logs end, at `at`; `endsAt` says when a node's does. */
  finish(at: number, endsAt: (node: string) => number | null): void {
    const episode = this.#current;
    if (episode?.isOpen && episode.enter !== null) episode.overlapSeconds = Math.max(0, at - episode.enter.at);
    if (episode !== null && episode.from !== null) episode.fromLogEndsAt = endsAt(episode.from);
    this.#outsiderUntil(Number.POSITIVE_INFINITY);
    if (this.#vacant !== null)
      this.#begin({ to: null, enter: null, leave: this.#vacant, startAt: this.#vacant.at, endAt: null });
    this.#close();
  }

  #enter(change: Change, at: number): void {
    const { node } = change;
    const enter = { at, what: change };
    if (this.#masters.has(node)) return;
    const isAlone = this.#narration.isAlone(this.name);
    this.#masters.add(node);
    this.#outsiderUntil(at);
    const vacant = this.#vacant;
    this.#vacant = null;
    if (vacant !== null) {
      if (this.#holder === node) {
        // It gave up and became master again; nobody is known to have been between.
        const other = isAlone ? change.peer : null;
        const back = this.#begin({
          to: other,
          enter: null,
          leave: vacant,
          startAt: vacant.at,
          endAt: other === null ? at : vacant.at,
        });
        if (!isAlone) back.vacantSeconds = between(vacant, enter);
        this.#holder = other;
        this.#begin({ to: node, enter, leave: null, startAt: at, endAt: at });
      } else {
        const episode = this.#begin({ to: node, enter, leave: vacant, startAt: vacant.at, endAt: at });
        const isKnown = isTimed(vacant);
        episode.vacantSeconds = isAlone || !isKnown ? null : yieldedTo(vacant) ? 0 : between(vacant, enter);
        episode.overlapSeconds = isAlone ? null : 0;
      }
    } else {
      const isBeside = this.#holder !== null && this.#masters.has(this.#holder) && this.#holder !== node;
      const episode = this.#begin({ to: node, enter, leave: null, startAt: at, endAt: isBeside ? null : at });
      episode.isOpen = isBeside;
      if (!isAlone && isBeside) episode.vacantSeconds = 0;
      if (this.#holder === null && !isAlone) this.#startedAfter(episode, node, at);
    }
    this.#holder = node;
  }

  /** Who gave way to an advert, and to none of the nodes that tell: another router was master in between. */
  #outsiderUntil(at: number): void {
    const vacant = this.#vacant;
    if (vacant === null || !yieldedTo(vacant) || at - vacant.at <= outsiderSeconds || !isChange(vacant.what)) return;
    const { peer } = vacant.what;
    if (peer === null) return;
    this.#vacant = null;
    this.#begin({ to: peer, enter: null, leave: vacant, startAt: vacant.at, endAt: vacant.at });
    this.#holder = peer;
  }

  /** Out of nobody: vacant since the first start. */
  #startedAfter(episode: Episode, node: string, at: number): void {
    const start = this.#narration.facts(node).start;
    if (start === null) return;
    episode.startAt = Math.min(start.at, at);
    episode.vacantSeconds = Math.max(0, at - start.at);
    episode.overlapSeconds = 0;
  }

  #leave(node: string, left: At): void {
    this.#masters.delete(node);
    const episode = this.#current;
    if (episode?.isOpen && node === episode.from) {
      this.#overlapEnds(episode, left);
    } else if (episode?.isOpen && node === episode.to && episode.from !== null && this.#masters.has(episode.from)) {
      episode.isOpen = false;
      episode.fellBack = true;
      episode.endAt = left.at;
      episode.overlapSeconds = between(episode.enter ?? left, left);
      this.#goBack(episode.from, left);
    } else if (node === this.#holder) {
      const [other] = this.#masters;
      if (other !== undefined) this.#goBack(other, left);
      else this.#givenUp(node, left);
    }
  }

  /** The old master of an overlap leaves. One that died unseen was none any more when the new one took over. */
  #overlapEnds(episode: Episode, left: At): void {
    const entered = episode.enter?.at ?? left.at;
    const isKnown = isTimed(left);
    episode.isOpen = false;
    episode.leave = left;
    episode.endAt = isKnown ? Math.max(entered, left.at) : entered;
    episode.overlapSeconds = isKnown ? between(episode.enter ?? left, left) : 0;
    if (!isKnown) {
      episode.vacantSeconds = null;
      episode.after.push(left as At<Fact>);
    }
  }

  /** The holder gave way to one that was master beside it. */
  #goBack(to: string, left: At): void {
    const episode = this.#begin({ to, enter: null, leave: left, startAt: left.at, endAt: left.at, isHeal: true });
    episode.vacantSeconds = 0;
    episode.overlapSeconds = 0;
    this.#holder = to;
  }

  #givenUp(node: string, left: At): void {
    const peer = isChange(left.what) ? left.what.peer : null;
    const isAlone = this.#narration.isAlone(this.name);
    // It names the router that it gave way to, whose log is not there.
    if (isAlone && peer !== null && isChange(left.what) && left.what.signs.heard !== null) {
      this.#begin({ to: peer, enter: null, leave: left, startAt: left.at, endAt: left.at });
      this.#holder = peer;
    } else {
      this.#vacant = left;
      this.#holder = node;
    }
  }

  /** The log begins with one that gives way to an advert: only a master does. */
  #leftUnseen(change: Change, at: number): void {
    if (this.#holder !== null) return;
    this.#holder = change.node;
    this.#givenUp(change.node, { at, what: change });
  }

  #begin(own: Pick<Episode, 'to' | 'enter' | 'leave' | 'startAt' | 'endAt'> & { isHeal?: boolean }): Episode {
    this.#close();
    const from = this.#holder;
    const { name } = this;
    const before = (node: string | null) => (node === null ? null : beforeOf(this.#narration.facts(node), name));
    const episode: Episode = {
      isHeal: false,
      ...own,
      instance: name,
      from,
      vacantSeconds: null,
      overlapSeconds: null,
      isOpen: false,
      fellBack: false,
      isAlone: this.#narration.isAlone(name),
      since: this.#since,
      before: { from: before(from), to: before(own.to) },
      after: [],
      fromLogEndsAt: null,
    };
    this.#current = episode;
    this.#since = own.enter?.at ?? own.leave?.at ?? own.startAt;
    return episode;
  }

  #close(): void {
    if (this.#current !== null) this.#narration.tell(this.#current);
    this.#current = null;
  }
}

/** It gave way to an advert: there was a master already, whatever whole seconds say. */
function yieldedTo({ what }: At): boolean {
  return isChange(what) && what.signs.heard !== null;
}

/** The log tells when it ended: it did not merely start anew. */
function isTimed({ what }: At): boolean {
  return isChange(what) || isDeath(what.event);
}

/** Seconds from one to the other. Within a second they are none where one of the two is only known to the second. */
function between(from: At, to: At): number {
  const seconds = Math.max(0, to.at - from.at);
  const isCoarse = [from, to].some(({ what }) => what.line.time?.digits === 0);
  return isCoarse && seconds < 1 ? 0 : seconds;
}
