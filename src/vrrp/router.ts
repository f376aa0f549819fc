import { compareAddresses } from '../model/address-order.ts';
import type { Advert, CapturedPacket, Family } from '../model/packet.ts';
import { inSeconds } from '../model/time.ts';
import type {
  AdvertRef,
  Mismatch,
  MismatchKind,
  NearFailover,
  PriorityChange,
  Router,
  Transition,
  TransitionReason,
} from '../model/wire.ts';
import { Differences, recentSeconds } from './differences.ts';
import { type Details, factLimit } from './limits.ts';
import { isDroppedByAll, isKnownVersion, isRejected, mayBeRejected, mismatchesOf } from './mismatch.ts';
import { refOf, runGapIntervals, type WireSender } from './sender.ts';
import { type Announcements, type Conflict, SplitBrains } from './split-brains.ts';
import { masterDownSeconds } from './timers.ts';

/** Senders of one router compared with each other: those that spoke last. A pair has two, a foreign pair makes four. */
const contenderLimit = 8;
/**
 * What is one moment, in intervals: an advert sent before a takeover may arrive after it, and a master answers an advert
 * of lower priority at once. keepalived does not answer one that it rejects, but waits a whole interval from there.
 */
const momentIntervals = 0.5;
/** One lost advert is none; the next one may be late by so much. */
const lostOneIntervals = 2.25;
/** Timers fire late, not early: an advert that comes sooner after the sender's last one, in intervals, is not the one that was due. */
const earlyIntervals = 0.98;
/** Silence, in intervals, after which a sender of lower priority is not beside the master but after it. */
const freshIntervals = 1.5;

/** A sender that spoke beside a master of higher priority: once, because it had missed adverts and then heard one, or for good. */
interface Doubt {
  readonly master: WireSender;
  readonly masterBefore: AdvertRef;
  readonly from: AdvertRef;
  readonly at: number;
  readonly gapSeconds: number;
  readonly kinds: readonly MismatchKind[];
  /** The run of adverts that it began, or goes on with. */
  readonly run: AdvertRef | null;
  /** The master spoke at once: it takes these adverts. */
  answered: boolean;
}

/** What a router needs of the capture that it is part of. */
export interface RouterContext {
  readonly details: Details;
  readonly announcements: Announcements;
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
  readonly #doubts = new Map<WireSender, Doubt>();
  readonly #differences: Differences;
  readonly #splits: SplitBrains;
  #lastSpeaker: WireSender | null = null;
  /** When the current master took over from another one. */
  #tookOverAt = Number.NEGATIVE_INFINITY;
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
    this.#differences = new Differences(context.details, context.changed);
    this.#splits = new SplitBrains(context.details, context.announcements, context.changed);
  }

  get mismatches(): readonly Mismatch[] {
    return this.#differences.mismatches;
  }

  get splitBrains(): readonly Conflict[] {
    return this.#splits.facts;
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
    for (const fact of this.splitBrains) {
      if (fact.lasting && !(this.#holds(fact.first) && this.#holds(fact.second))) fact.lasting = false;
    }
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
    if (sender !== this.#lastSpeaker || sender !== this.#current) return false;
    if (this.#claims.size !== 1 || this.#doubts.size > 0) return false;
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
    const isDropped = isDroppedByAll(advert) && sender.hasSoundAdvert;
    if (isDropped || (!isKnownVersion(advert) && this.#current !== null)) {
      // Receivers drop it: it changes nothing between them.
      if (sender.addDamaged(advert, packet, capture)) this.#context.changed();
      return;
    }
    const previousAt = sender.lastAt;
    const previousIntervalSeconds = sender.intervalSeconds;
    const continues = sender.adverts > 0 && !sender.resigned;
    const undisturbed = previousAt > disturbedAt;
    const previousPrio = sender.prio?.last;
    const isNews = sender.add(advert, packet, capture, at, undisturbed);
    if (isNews) this.#context.changed();

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
        if (undisturbed && this.#lastSpeaker === sender) this.#watchGap(sender, previousAt, previousIntervalSeconds);
      } else this.#claim(sender);
      if (this.#doubts.size > 0) this.#weighDoubts(sender);
      if (isNews) this.#differences.compare(sender, this.#ref(), this.#contenders, at);
      if (this.#claims.size > 1) this.#settle(sender);
    }
    if (this.#lastSpeaker !== sender) this.#touch(sender);
    this.#lastSpeaker = sender;
    this.lastAt = at;
  }

  /** The capture has ended, at `at`. */
  finish(at: number): void {
    this.tick(at);
    this.#differences.finish();
  }

  /** A sender that is not followed (`--host`) spoke at `at`: what comes next is no gap, and perhaps follows on that one. */
  passOver(src: string, prio: number, at: number): void {
    if (this.senders.some((sender) => sender.src === src)) return;
    this.#lastSpeaker = null;
    this.lastAt = at;
    if (prio > 0 && this.#current?.isSending(at) === false) {
      for (const sender of this.#claims) this.#drop(sender);
      this.#current = null;
    }
  }

  #ref(): AdvertRef {
    return refOf(this.#advert, this.#packet, this.#capture);
  }

  #holds(sender: WireSender): boolean {
    if (this.#now - sender.lastAt <= masterDownSeconds(sender.advert.version, sender.intervalSeconds, null))
      return true;
    return this.splitBrains.some((fact) => {
      const isRejecting = this.#refuses(fact.mismatches) || fact.mismatches.some(mayBeRejected);
      return fact.lasting && isRejecting && (fact.first === sender || fact.second === sender);
    });
  }

  /** Whether `a` wins an election against `b`: by priority, a tie by the higher address (RFC 9568 section 6.4.3). */
  #outranks(a: Advert, b: Advert): boolean {
    return a.prio > b.prio || (a.prio === b.prio && compareAddresses(a.src, b.src) > 0);
  }

  /** A positive advert of a sender that is not the current master. */
  #contest(sender: WireSender): void {
    const current = this.#current;
    if (current === null) {
      this.#transition(sender, 'first-seen');
      return;
    }
    const isClaimant = this.#claims.has(sender);
    const rival = this.#rivalOf(sender);
    if (current.resigned && (isClaimant || rival === null)) this.#transition(sender, 'priority-zero');
    else if (!isClaimant) this.#challenge(rival ?? current, sender);
  }

  /** The strongest of the others that hold the addresses and go on sending. */
  #rivalOf(sender: WireSender): WireSender | null {
    let rival: WireSender | null = null;
    for (const other of this.#claims) {
      if (other === sender || !other.isSending(this.#now)) continue;
      if (rival === null || this.#outranks(other.advert, rival.advert)) rival = other;
    }
    return rival;
  }

  /** A sender speaks while the master did not say that it stops: after it, over it, or beside it. */
  #challenge(master: WireSender, sender: WireSender): void {
    const isHeard = !isDroppedByAll(this.#advert) || isDroppedByAll(master.advert);
    const outranks = isHeard && this.#outranks(this.#advert, master.advert);
    const momentSeconds = momentIntervals * sender.intervalSeconds;
    const doubt = this.#doubts.get(sender);
    const isKnown = doubt !== undefined && doubt.master === master && doubt.run === sender.runFrom && !outranks;
    if (isKnown && this.#now - doubt.at < momentSeconds) return;
    if (isKnown && (master.lastAt > doubt.at || doubt.kinds.some(mayBeRejected))) {
      this.#oppose(sender, doubt, doubt.from);
      return;
    }
    const kinds = mismatchesOf(master.advert, this.#advert);
    const isRefused = this.#refuses(kinds);
    const silentIntervals = (this.#now - master.lastAt) / master.intervalSeconds;
    if (silentIntervals > (outranks || isRefused ? runGapIntervals : freshIntervals)) {
      this.#transition(sender, 'timeout');
      return;
    }
    sender.beside ??= master.last;
    if (outranks && !isRefused) {
      this.#transition(sender, 'preempted');
      return;
    }
    // The second speaks beside a master that neither stopped nor has to give way.
    if (isKnown || (!isRefused && this.#now - this.#tookOverAt < momentSeconds)) return;
    const first: Doubt = {
      master,
      masterBefore: master.last,
      from: this.#ref(),
      at: this.#now,
      gapSeconds: Math.max(0, this.#now - this.lastAt),
      kinds,
      run: sender.runFrom,
      answered: false,
    };
    if (isRefused) this.#oppose(sender, first);
    else {
      if (this.#doubts.size >= contenderLimit) this.#doubts.clear();
      this.#doubts.set(sender, first);
    }
  }

  /** The master speaks after a sender of lower priority spoke beside it: in answer, or when its own time has come. */
  #weighDoubts(speaker: WireSender): void {
    for (const [sender, doubt] of this.#doubts) {
      if (!sender.isSending(this.#now)) this.#doubts.delete(sender);
      else if (doubt.master !== speaker || doubt.answered) continue;
      else if (this.#now - doubt.at < momentIntervals * speaker.intervalSeconds) {
        // An advert that was due anyway is no answer.
        const sinceOwn = this.#now - inSeconds(speaker.previous.time);
        doubt.answered = sinceOwn < earlyIntervals * speaker.intervalSeconds;
      } else if (doubt.kinds.some(mayBeRejected)) this.#oppose(sender, doubt, doubt.from);
    }
  }

  /** Both are master: neither heard the other, or each drops what it hears. */
  #oppose(
    sender: WireSender,
    { master, masterBefore, from, gapSeconds, kinds, answered }: Doubt,
    at = this.#ref(),
  ): void {
    this.#transition(sender, 'conflict', at, gapSeconds);
    this.#claim(master);
    if (kinds.includes('addresses-disjoint')) return;
    // That the lower priority spoke beside the master, and got no answer, proves that its adverts are dropped.
    const isDropped = this.#refuses(kinds) || (!answered && kinds.some(mayBeRejected));
    if (isDropped) this.#splits.add(master, sender, masterBefore, from, kinds);
  }

  /** Whether the current advert and one that differs from it so are dropped by each other's senders. */
  #refuses(kinds: readonly MismatchKind[]): boolean {
    return kinds.some((kind) => kind === 'addresses-disjoint' || isRejected(kind, this.#advert.version));
  }

  #transition(
    to: WireSender,
    reason: TransitionReason,
    at = this.#ref(),
    gapSeconds = Math.max(0, this.#now - this.lastAt),
  ): void {
    const from = this.#current;
    this.#current = to;
    this.#doubts.delete(to);
    if (reason !== 'conflict') {
      for (const sender of this.#claims) {
        const goesOn = sender.isSending(this.#now) && this.#refuses(mismatchesOf(sender.advert, to.advert));
        if (sender !== to && !goesOn) this.#drop(sender);
      }
    }
    this.#claim(to);
    if (from !== null) this.#tookOverAt = this.#now;
    this.transitions++;
    this.#context.transition({
      router: this,
      from: from?.src ?? null,
      to: to.src,
      reason,
      gapSeconds: from === null ? null : gapSeconds,
      at,
    });
    this.#context.changed();
  }

  /** The sender claims the addresses; of more than a few the one that was silent for longest is let go. */
  #claim(sender: WireSender): void {
    this.#claims.add(sender);
    if (this.#claims.size <= contenderLimit) return;
    let quietest: WireSender | null = null;
    for (const other of this.#claims) {
      if (other !== sender && other !== this.#current && other.lastAt < (quietest?.lastAt ?? Number.POSITIVE_INFINITY))
        quietest = other;
    }
    if (quietest !== null) this.#drop(quietest);
  }

  /** The sender no longer claims the addresses. */
  #drop(sender: WireSender): void {
    this.#claims.delete(sender);
    this.#doubts.delete(sender);
    this.#splits.end(sender);
    this.#context.changed();
  }

  /** Several claim the addresses while `speaker` speaks: who gave way, and who goes on. */
  #settle(speaker: WireSender): void {
    for (const other of this.#claims) {
      if (other === speaker) continue;
      const kinds = mismatchesOf(other.advert, speaker.advert);
      if (other.isSending(this.#now)) this.#watchOverlap(speaker, other, kinds);
      else if (!this.#staysSilent(other, kinds)) {
        // Heard and accepted, it fell silent: a hand-over after all.
        if (other === this.#current)
          this.#transition(speaker, this.#outranks(speaker.advert, other.advert) ? 'preempted' : 'timeout');
        else this.#drop(other);
      }
    }
    this.#splits.announce();
  }

  /** Whether a silent sender is thought to hold the addresses: keepalived that rejects adverts forgets to send its own. */
  #staysSilent(other: WireSender, kinds: readonly MismatchKind[]): boolean {
    // Two clusters: from keepalived 2.3.3 one gives way to the other, before that they reject each other.
    if (kinds.includes('addresses-disjoint')) return this.#now - other.lastAt <= recentSeconds(other);
    return this.#refuses(kinds) || kinds.some(mayBeRejected);
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
    const before = second.beside?.advert.src === first.src ? second.beside : first.runFrom;
    const fact = this.#splits.add(first, second, before, second.runFrom, kinds);
    if (fact === null) return;
    fact.overlapSeconds = Math.max(fact.overlapSeconds, overlapSeconds);
    if (!fact.interleaved) {
      fact.interleaved = true;
      this.#context.changed();
    }
  }

  /** `intervalSeconds`: the one that the advert before told, by which the receiver set its timer. */
  #watchGap(sender: WireSender, previousAt: number, intervalSeconds: number): void {
    const gapSeconds = this.#now - previousAt;
    if (gapSeconds < lostOneIntervals * intervalSeconds) return;
    const receiver = this.#receiverOf(sender);
    const masterDown = masterDownSeconds(sender.advert.version, intervalSeconds, receiver?.prio?.last ?? null);
    if (Math.abs(masterDown - gapSeconds) > intervalSeconds) return;
    sender.nearFailovers++;
    this.#context.changed();
    const { length } = this.nearFailovers;
    const isFull = length >= factLimit || !this.#context.details.mayKeep(length);
    this.nearFailovers.push({
      sender,
      before: sender.previous,
      after: this.#ref(),
      gapSeconds,
      masterDownSeconds: masterDown,
      receiverKnown: receiver !== null,
    });
    if (isFull) {
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

  #touch(sender: WireSender): void {
    const index = this.#contenders.indexOf(sender);
    if (index >= 0) this.#contenders.splice(index, 1);
    else if (this.#contenders.length >= contenderLimit) this.#contenders.shift();
    this.#contenders.push(sender);
  }
}
