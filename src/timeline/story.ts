import type { Cause, Failover } from '../model/timeline.ts';
import { causeOf } from './cause.ts';
import { type Entry, type Fact, isChange, isDeath, isStart } from './entry.ts';
import type { Episode } from './episode.ts';
import { InstanceStory, type Narration } from './instance-story.ts';
import { NodeFacts } from './node-facts.ts';

const instanceLimit = 1024;

/** A failover with what only the telling of it needs. */
export interface Told {
  readonly failover: Omit<Failover, 'start' | 'end'>;
  readonly startAt: number;
  readonly endAt: number | null;
  /** The old master ended unseen: it was none any more from `at` on, and its log tells at `until`. */
  readonly lost: { readonly node: string; readonly at: number; readonly until: number } | null;
  /** Digits that its times have; null: it has none. */
  readonly digits: number | null;
}

/** Reads the entries of all nodes in the order of one clock, and tells each failover when it is over. */
export class Story {
  readonly #instances = new Map<string, InstanceStory>();
  readonly #facts = new Map<string, NodeFacts>();
  readonly #narration: Narration;

  constructor(isAlone: (instance: string) => boolean, tell: (told: Told) => void) {
    this.#narration = {
      facts: (node) => this.#factsOf(node),
      isAlone,
      tell: (episode) => tell(toldOf(episode)),
    };
  }

  /** `at` is the entry's time on the clock of all nodes; times do not decrease. */
  add(entry: Entry, at: number): void {
    const facts = this.#factsOf(entry.node);
    if (isChange(entry)) {
      this.#instance(entry.instance).changed(entry, at);
      facts.changed(entry, at);
      return;
    }
    const ends = isStart(entry.event) || isDeath(entry.event);
    for (const instance of this.#concerned(entry)) {
      if (ends) instance.ended(entry, at);
      else instance.heard(entry, at);
    }
    facts.see(entry, at);
  }

  finish(at: number, endsAt: (node: string) => number | null): void {
    for (const instance of this.#instances.values()) instance.finish(at, endsAt);
  }

  #concerned({ event }: Fact): Iterable<InstanceStory> {
    const name = 'instance' in event ? event.instance : null;
    const one = name === null ? undefined : this.#instances.get(name);
    return one === undefined ? (name === null ? this.#instances.values() : []) : [one];
  }

  #instance(name: string): InstanceStory {
    const known = this.#instances.get(name);
    if (known !== undefined) return known;
    const story = new InstanceStory(name, this.#narration);
    if (this.#instances.size < instanceLimit) this.#instances.set(name, story);
    return story;
  }

  #factsOf(node: string): NodeFacts {
    const known = this.#facts.get(node) ?? new NodeFacts();
    this.#facts.set(node, known);
    return known;
  }
}

function toldOf(episode: Episode): Told {
  const { instance, from, to, vacantSeconds, overlapSeconds, isOpen, fellBack, isAlone } = episode;
  const cause: Cause = causeOf(episode);
  const times = [episode.leave, episode.enter].flatMap((at) => (at === null ? [] : [at.what.line.time]));
  return {
    failover: {
      instance,
      from,
      to,
      vacantSeconds: isAlone ? null : vacantSeconds,
      overlapSeconds: isAlone ? null : overlapSeconds,
      isOpen,
      wasAlive: cause.kind === 'node-or-network-lost' && (isOpen || fellBack),
      fellBack,
      cause,
    },
    startAt: episode.startAt,
    lost: lostIn(episode),
    endAt: episode.endAt,
    digits: times.includes(null) || times.length === 0 ? null : Math.min(...times.map((time) => time?.digits ?? 0)),
  };
}

function lostIn({ from, leave, enter }: Episode): Told['lost'] {
  if (from === null || leave === null || enter === null || isChange(leave.what)) return null;
  return isDeath(leave.what.event) ? null : { node: from, at: enter.at, until: leave.at };
}
