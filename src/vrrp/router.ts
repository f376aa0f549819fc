import type { Advert, CapturedPacket, Family } from '../model/packet.ts';
import type {
  AdvertRef,
  GarpRef,
  Mismatch,
  MismatchKind,
  NearFailover,
  PriorityChange,
  Router,
  SplitBrain,
  Transition,
  TransitionReason,
} from '../model/wire.ts';
import { compareAddresses } from './address-order.ts';
import { isRejected, isSound, mismatchesOf } from './mismatch.ts';
import { refOf, runGapIntervals, type WireSender } from './sender.ts';
import { masterDownSeconds } from './timers.ts';

/** Facts of one kind kept of one router: the first tell the story, and a hostile capture must not fill the memory. */
const factLimit = 32;
/** Senders compared with each other: those that spoke last. A pair has two, a foreign pair makes four. */
const contenderLimit = 8;
/** Just after a takeover the old master's advert may still be on its way, in intervals. */
const crossingIntervals = 0.5;
/** Silence, in intervals, after which a sender of lower priority is not beside the master but after it. */
const freshIntervals = 1.5;

interface Conflict extends SplitBrain {
  readonly first: WireSender;
  readonly second: WireSender;
  interleaved: boolean;
  overlapSeconds: number;
  lasting: boolean;
  announcements: readonly GarpRef[];
}

/** What a router needs of the capture that it is part of. */
export interface RouterContext {
  /** The first and last gratuitous announcement of `address` at `mac`. */
  announcements(address: string, mac: string): { readonly first: GarpRef; readonly last: GarpRef } | null;
  transition(transition: Transition): void;
  priorityChange(change: PriorityChange): void;
  /** There is a new fact that a rule may judge. */
  changed(): void;
}

/** One virtual router, followed advert by advert: who is master, and in what its senders disagree. */
export class WireRouter implements Router {
  readonly family: Family;
  readonly vrid: number;
  readonly vlan: readonly number[];
  readonly interfaceName: string | null;
  readonly senders: WireSender[] = [];
  readonly mismatches: Mismatch[] = [];
  readonly splitBrains: Conflict[] = [];
  readonly nearFailovers: NearFailover[] = [];
  transitions = 0;
  /** When any sender last spoke, seconds since the epoch. */
  lastAt = 0;

  readonly #context: RouterContext;
  /** The sender that the last transition named, also after it resigned or fell silent. */
  #current: WireSender | null = null;
  /** Who may hold the addresses: the current master, and whoever went on beside it or was never heard to stop. */
  readonly #claims = new Set<WireSender>();
  /** The senders that spoke last, the latest at the end. */
  readonly #contenders: WireSender[] = [];
  readonly #knownMismatches = new Set<string>();
  #lastSpeaker: WireSender | null = null;
  /** When the current master took over by its priority. */
  #preemptedAt = Number.NEGATIVE_INFINITY;
  #now = 0;

  /** The advert being taken. */
  #advert: Advert;
  #packet: CapturedPacket;
  #capture: string;

  constructor(advert: Advert, packet: CapturedPacket, capture: string, context: RouterContext) {
    this.family = advert.family;
    this.vrid = advert.vrid;
    this.vlan = advert.vlan;
    this.interfaceName = packet.interfaceName;
    this.#advert = advert;
    this.#packet = packet;
    this.#capture = capture;
    this.#context = context;
  }

  get masters(): readonly WireSender[] {
    return [...this.#claims].filter((sender) => this.#holds(sender));
  }

  get master(): WireSender | null {
    const masters = this.masters;
    return masters.length === 1 ? (masters[0] ?? null) : null;
  }

  /** Time has passed without an advert: who still is master is judged at this moment, seconds since the epoch. */
  tick(at: number): void {
    if (at > this.#now) this.#now = at;
  }

  /**
   * The commonest advert by far: the undisputed master sends what it sent before, in time. Takes it where it is that, and
   * otherwise leaves it to `add`, which would come to the same.
   */
  repeat(
    sender: WireSender,
    advert: Advert,
    packet: CapturedPacket,
    capture: string,
    at: number,
    disturbedAt: number,
  ): boolean {
    if (sender !== this.#lastSpeaker || sender !== this.#current || this.#claims.size !== 1) return false;
    if (!sender.isRepeated(advert, at) || sender.lastAt <= disturbedAt) return false;
    sender.repeat(packet, capture, at);
    this.#now = at;
    this.lastAt = at;
    return true;
  }

  /**
   * Takes a sender's advert at `at`, seconds since the epoch. Packets may have been missed up to `disturbedAt`: a gap
   * that reaches back to it says nothing.
   */
  add(
    sender: WireSender,
    advert: Advert,
    packet: CapturedPacket,
    capture: string,
    at: number,
    disturbedAt: number,
  ): void {
    const previousAt = sender.lastAt;
    const continues = sender.adverts > 0 && !sender.resigned;
    const undisturbed = previousAt > disturbedAt;
    const previousPrio = sender.prio?.last;
    const isNews = sender.add(advert, packet, capture, at, undisturbed);
    if (isNews) this.#context.changed();
    if (advert.checksum === 'bad' && sender.hasSoundAdvert) return;

    this.#advert = advert;
    this.#packet = packet;
    this.#capture = capture;
    this.#now = at;
    if (advert.prio === 0) this.#drop(sender);
    else {
      if (continues && previousPrio !== undefined && previousPrio !== advert.prio) {
        this.#context.priorityChange({
          router: this,
          src: sender.src,
          from: previousPrio,
          to: advert.prio,
          at: this.#ref(),
        });
      }
      if (sender !== this.#current) this.#contest(sender);
      else if (continues) {
        if (undisturbed && this.#lastSpeaker === sender) this.#watchGap(sender, previousAt);
      } else this.#claims.add(sender);
      if (isNews) this.#compare(sender);
      if (this.#claims.size > 1) this.#settle(sender);
    }
    if (this.#lastSpeaker !== sender) this.#touch(sender);
    this.#lastSpeaker = sender;
    this.lastAt = at;
  }

  #ref(): AdvertRef {
    return refOf(this.#advert, this.#packet, this.#capture);
  }

  #holds(sender: WireSender): boolean {
    if (this.#now - sender.lastAt <= masterDownSeconds(sender.advert.version, sender.intervalSeconds, null))
      return true;
    return this.splitBrains.some((fact) => fact.lasting && (fact.first === sender || fact.second === sender));
  }

  /** Whether `a` wins an election against `b`: by priority, a tie by the higher address (RFC 9568 section 6.4.3). */
  #outranks(a: Advert, b: Advert): boolean {
    return a.prio > b.prio || (a.prio === b.prio && compareAddresses(a.src, b.src) > 0);
  }

  /** A positive advert of a sender that is not the current master. */
  #contest(sender: WireSender): void {
    const master = this.#current;
    if (master === null) this.#transition(sender, 'first-seen');
    else if (master.resigned) this.#transition(sender, 'priority-zero');
    else if (!this.#claims.has(sender)) this.#challenge(master, sender);
  }

  /** A sender speaks while the master did not say that it stops: after it, over it, or beside it. */
  #challenge(master: WireSender, sender: WireSender): void {
    const kinds = mismatchesOf(master.advert, this.#advert);
    const isForeign = kinds.includes('addresses-disjoint');
    const isRefused = isForeign || kinds.some((kind) => isRejected(kind, this.#advert.version));
    const outranks = this.#outranks(this.#advert, master.advert);
    const silence = (this.#now - master.lastAt) / master.intervalSeconds;
    if (silence > (outranks || isRefused ? runGapIntervals : freshIntervals)) {
      this.#transition(sender, 'timeout');
      return;
    }
    sender.beside = master.last;
    if (this.#now - this.#preemptedAt < crossingIntervals * sender.intervalSeconds) return;
    if (outranks && !isRefused) {
      this.#transition(sender, 'preempted');
      return;
    }
    // The second speaks beside a master that neither stopped nor has to give way.
    this.#transition(sender, 'conflict');
    this.#claims.add(master);
    // Differing addresses are dropped up to keepalived 2.3.2 only, but a lower priority beside a master proves that they were.
    const dropped = !isForeign && kinds.some((kind) => isRejected(kind, this.#advert.version) || kind === 'addresses');
    if (dropped) this.#split(master, sender, sender.beside, this.#ref(), kinds);
  }

  #transition(to: WireSender, reason: TransitionReason): void {
    const from = this.#current;
    this.#current = to;
    if (reason !== 'conflict') {
      for (const sender of this.#claims) if (sender !== to) this.#drop(sender);
    }
    this.#claims.add(to);
    this.#preemptedAt = reason === 'preempted' ? this.#now : Number.NEGATIVE_INFINITY;
    this.transitions++;
    const gapSeconds = from === null ? null : Math.max(0, this.#now - this.lastAt);
    this.#context.transition({
      router: this,
      from: from?.src ?? null,
      to: to.src,
      reason,
      gapSeconds,
      at: this.#ref(),
    });
    this.#context.changed();
  }

  /** The sender no longer claims the addresses. */
  #drop(sender: WireSender): void {
    this.#claims.delete(sender);
    for (const fact of this.splitBrains) if (fact.first === sender || fact.second === sender) fact.lasting = false;
    this.#context.changed();
  }

  /** Several claim the addresses while `speaker` speaks: who gave way, and who goes on. */
  #settle(speaker: WireSender): void {
    for (const other of this.#claims) {
      if (other === speaker) continue;
      const kinds = mismatchesOf(other.advert, speaker.advert);
      if (other.isSending(this.#now)) this.#watchOverlap(speaker, other, kinds);
      else if (!kinds.some((kind) => isRejected(kind, speaker.advert.version) || kind === 'addresses')) {
        // Heard and accepted, it fell silent: a hand-over after all.
        if (other === this.#current)
          this.#transition(speaker, this.#outranks(speaker.advert, other.advert) ? 'preempted' : 'timeout');
        else this.#drop(other);
      }
    }
    for (const fact of this.splitBrains) if (fact.lasting && fact.announcements.length < 2) this.#announce(fact);
  }

  #watchOverlap(a: WireSender, b: WireSender, kinds: readonly MismatchKind[]): void {
    if (kinds.includes('addresses-disjoint')) return;
    const overlapSeconds = Math.min(a.lastAt, b.lastAt) - Math.max(a.runSince, b.runSince);
    const [first, second] = a.runSince <= b.runSince ? [a, b] : [b, a];
    const masterDown = masterDownSeconds(
      first.advert.version,
      Math.max(a.intervalSeconds, b.intervalSeconds),
      second.prio?.last ?? null,
    );
    if (overlapSeconds <= masterDown || first.runFrom === null || second.runFrom === null) return;
    const fact = this.#split(first, second, second.beside ?? first.runFrom, second.runFrom, kinds);
    if (fact === null) return;
    fact.overlapSeconds = Math.max(fact.overlapSeconds, overlapSeconds);
    if (!fact.interleaved) {
      fact.interleaved = true;
      this.#context.changed();
    }
  }

  #split(
    first: WireSender,
    second: WireSender,
    firstBefore: AdvertRef,
    secondFrom: AdvertRef,
    mismatches: readonly MismatchKind[],
  ): Conflict | null {
    for (const fact of this.splitBrains) {
      if ((fact.first === first && fact.second === second) || (fact.first === second && fact.second === first)) {
        fact.lasting = true;
        return fact;
      }
    }
    if (this.splitBrains.length >= factLimit) return null;
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
    this.splitBrains.push(fact);
    this.#announce(fact);
    this.#context.changed();
    return fact;
  }

  /** Looks for an address that both senders announced, the second one as a master beside the first. */
  #announce(fact: Conflict): void {
    const { first, second } = fact;
    if (first.sourceMac === null || second.sourceMac === null || first.sourceMac === second.sourceMac) return;
    const others = new Set(second.advert.addrs);
    for (const address of first.advert.addrs) {
      if (!others.has(address)) continue;
      const byFirst = this.#context.announcements(address, first.sourceMac);
      const bySecond = this.#context.announcements(address, second.sourceMac);
      if (bySecond === null || bySecond.last.frame < fact.secondFrom.frame) continue;
      const announcements = byFirst === null ? [bySecond.last] : [byFirst.first, bySecond.last];
      if (announcements.length > fact.announcements.length) {
        fact.announcements = announcements;
        this.#context.changed();
      }
      if (announcements.length === 2) return;
    }
  }

  #watchGap(sender: WireSender, previousAt: number): void {
    const gapSeconds = this.#now - previousAt;
    const interval = sender.intervalSeconds;
    if (gapSeconds < 2 * interval) return;
    const receiver = this.#receiverOf(sender);
    const masterDown = masterDownSeconds(sender.advert.version, interval, receiver?.prio?.last ?? null);
    if (Math.abs(masterDown - gapSeconds) > interval) return;
    sender.nearFailovers++;
    this.#context.changed();
    this.nearFailovers.push({
      sender,
      before: sender.previous,
      after: this.#ref(),
      gapSeconds,
      masterDownSeconds: masterDown,
      receiverKnown: receiver !== null,
    });
    if (this.nearFailovers.length > factLimit) {
      this.nearFailovers.sort((a, b) => b.gapSeconds - a.gapSeconds);
      this.nearFailovers.pop();
    }
  }

  /** The backup that would take over first: the highest priority among the others that were heard. */
  #receiverOf(sender: WireSender): WireSender | null {
    let best: WireSender | null = null;
    for (const other of this.#contenders) {
      if (other !== sender && other.prio !== null && other.prio.last > (best?.prio?.last ?? 0)) best = other;
    }
    return best;
  }

  /** Compares what the speaker sends now with what the others sent lately. */
  #compare(speaker: WireSender): void {
    if (!isSound(this.#advert)) return;
    for (const other of this.#contenders) {
      if (other === speaker || other.prio === null) continue;
      const recent = 2 * masterDownSeconds(other.advert.version, other.intervalSeconds, null);
      if (this.#now - other.lastAt > recent) continue;
      for (const kind of mismatchesOf(other.advert, this.#advert)) {
        const key = `${kind} ${[other.src, speaker.src].sort().join(' ')}`;
        if (this.#knownMismatches.has(key) || this.mismatches.length >= factLimit) continue;
        this.#knownMismatches.add(key);
        this.mismatches.push({ kind, a: other.last, b: this.#ref() });
        this.#context.changed();
      }
    }
  }

  #touch(sender: WireSender): void {
    const index = this.#contenders.indexOf(sender);
    if (index >= 0) this.#contenders.splice(index, 1);
    else if (this.#contenders.length >= contenderLimit) this.#contenders.shift();
    this.#contenders.push(sender);
  }
}
