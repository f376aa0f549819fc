import type { Advert, CapturedPacket } from '../model/packet.ts';
import type { AdvertRef, GapBucket, GapSummary, Position, Sender } from '../model/wire.ts';
import { Gaps } from './gaps.ts';
import type { Details } from './limits.ts';
import { isDroppedByAll } from './mismatch.ts';

/** Distinct profiles kept of one sender; a healthy one has one, a reloaded one two. */
const profileLimit = 4;
/** Changes of priority kept of one sender. */
const priorityLimit = 16;
/** Advert objects whose profile is remembered by identity: one a receiver. */
const identityLimit = 2;

/** Below this, in intervals, an advert is the one before once more: to another peer, or seen on another interface. */
const copyIntervals = 0.01;

/** How long a sender may be silent and still count as sending, in intervals: one advert may be lost, and some jitter. */
export const runGapIntervals = 2.5;

interface MutableProfile {
  readonly first: AdvertRef;
  count: number;
}

/** An advert and where it stands, kept in place: no object a packet. */
interface Word {
  advert: Advert;
  capture: string;
  frame: number;
  seconds: number;
  nanoseconds: number;
  digits: number;
}

/** One source address of a virtual router: what it sent, and how it stands in the election. */
export class WireSender implements Sender {
  readonly src: string;
  readonly first: AdvertRef;
  adverts = 0;
  resignations = 0;
  prio: { min: number; max: number; last: number } | null = null;
  priorities: readonly (Position & { readonly prio: number })[] = [];
  nearFailovers = 0;
  /** The most addresses that any of its adverts listed. */
  width = 0;
  profiles: readonly MutableProfile[] = [];
  otherProfiles = 0;

  /** When it last spoke, seconds since the epoch. */
  lastAt = 0;
  /** Interval of its last advert; 1 where none told it. */
  intervalSeconds: number;
  /** The interface on which it is followed: others may show the same packets (a bridge and its ports). */
  interfaceName: string | null;
  #last: Word;
  #previous: Word;
  /** Its last advert, where another one like it is all that is to be expected (see `isRepeated`). */
  #usual: Advert | null = null;
  /** The last resignation, where it is the latest word. */
  #resignation: AdvertRef | null = null;

  /** Its first advert of the time in which it has been sending without a longer pause; null after priority 0. */
  runFrom: AdvertRef | null = null;
  runSince = 0;
  /** The advert of the master beside which this run began, where there was one. */
  beside: AdvertRef | null = null;
  /** Its last word was priority 0. */
  resigned = false;
  /** A gap counts only on the stream to one destination: with several unicast peers each interval has an advert to each. */
  #streamDst: string;
  /** When that stream had its last advert; NaN before the first. Not null, for which each number would be an object. */
  #streamAt = Number.NaN;

  #profile: MutableProfile | null = null;
  readonly #byIdentity = new Map<Advert, MutableProfile | null>();
  readonly #byKey = new Map<string, MutableProfile>();
  readonly #gaps = new Gaps();
  readonly #details: Details;

  constructor(first: AdvertRef, interfaceName: string | null, details: Details) {
    this.#details = details;
    this.first = first;
    this.interfaceName = interfaceName;
    this.src = first.advert.src;
    const { advert, capture, frame, time } = first;
    this.#last = { advert, capture, frame, ...time };
    this.#previous = { ...this.#last };
    this.#streamDst = first.advert.dst;
    this.intervalSeconds = advert.intvl || 1;
  }

  get sourceMac(): string | null {
    return this.#last.advert.sourceMac;
  }

  get advert(): Advert {
    return this.#last.advert;
  }

  get last(): AdvertRef {
    return refOfWord(this.#last);
  }

  get latest(): AdvertRef {
    return this.#resignation ?? this.last;
  }

  /** The advert of priority > 0 before the last ones: with several unicast peers each interval has an advert to each. */
  get previous(): AdvertRef {
    return refOfWord(this.#previous);
  }

  /** Whether it ever sent an advert that receivers may take. */
  get hasSoundAdvert(): boolean {
    return this.profiles.some((profile) => !isDroppedByAll(profile.first.advert));
  }

  /** Whether an advert at `at` is the one before once more. */
  #isAtOnce(at: number): boolean {
    const gap = at - this.lastAt;
    return gap >= 0 && gap < copyIntervals * this.intervalSeconds;
  }

  /** Whether its last advert has come once more, at `at`, on an interface on which it was not heard before. */
  isCopy({ dst, prio, version, checksumField, ah }: Advert, at: number): boolean {
    const { advert } = this.latest;
    return (
      this.#isAtOnce(at) &&
      advert.dst === dst &&
      advert.prio === prio &&
      advert.version === version &&
      advert.checksumField === checksumField &&
      advert.ah?.sequence === ah?.sequence
    );
  }

  /** Whether it was still sending at `at`, seconds since the epoch. */
  isSending(at: number): boolean {
    return this.runFrom !== null && at - this.lastAt <= runGapIntervals * this.intervalSeconds;
  }

  gaps(): GapSummary | null {
    return this.#gaps.summary();
  }

  gapHistogram(): readonly GapBucket[] {
    return this.#gaps.histogram(this.intervalSeconds);
  }

  /**
   * Takes an advert of its own at `at`. Returns whether it says something new: another profile, or speech after a pause.
   * `undisturbed`: nothing but the sender explains the gap before it.
   */
  add(advert: Advert, packet: CapturedPacket, capture: string, at: number, undisturbed: boolean): boolean {
    this.adverts++;
    this.#countGap(advert, at, undisturbed);
    const wasSending = this.isSending(at);
    const changed = this.#count(advert, packet, capture);
    if (advert.prio === 0) {
      this.resignations++;
      this.resigned = true;
      this.#usual = null;
      this.#resignation = refOf(advert, packet, capture);
      this.runFrom = null;
    } else {
      if (!wasSending) {
        this.runFrom = refOf(advert, packet, capture);
        this.runSince = at;
        this.beside = null;
      }
      this.resigned = false;
      this.#resignation = null;
      const isNew = advert.prio !== this.prio?.last && this.priorities.length < priorityLimit;
      if (isNew && this.#details.mayKeep(this.priorities.length)) {
        const { frame, seconds, nanoseconds, timeDigits } = packet;
        const time = { seconds, nanoseconds, digits: timeDigits };
        // Not by `push`, which makes room for 16 more.
        this.priorities = [...this.priorities, { capture, frame, time, prio: advert.prio }];
      }
      if (this.prio === null) this.prio = { min: advert.prio, max: advert.prio, last: advert.prio };
      else {
        if (advert.prio < this.prio.min) this.prio.min = advert.prio;
        if (advert.prio > this.prio.max) this.prio.max = advert.prio;
        this.prio.last = advert.prio;
      }
      this.#remember(advert, packet, capture, at);
    }
    this.lastAt = at;
    return changed || !wasSending;
  }

  /** Takes an advert that receivers drop. Returns whether it is a new kind of damage. */
  addDamaged(advert: Advert, packet: CapturedPacket, capture: string): boolean {
    this.adverts++;
    const profile = this.#profile;
    const known = this.profiles.length;
    this.#count(advert, packet, capture);
    // What it sends is what it sent before.
    this.#profile = profile;
    return this.profiles.length > known;
  }

  /** Whether the advert is its last one once more, of priority > 0 and sound, less than two intervals after it. */
  isRepeated(advert: Advert, at: number): boolean {
    if (advert !== this.#usual) return false;
    const gap = at - this.lastAt;
    return gap >= 0 && gap < 2 * this.intervalSeconds;
  }

  /** Takes an advert for which `isRepeated` holds. Leaves `previous` as it is, which is asked for after `add` only. */
  repeat(packet: CapturedPacket, capture: string, at: number): void {
    this.adverts++;
    if (this.#profile === null) this.otherProfiles++;
    else this.#profile.count++;
    this.#addGap(at, true);
    place(this.#last, packet, capture);
    this.lastAt = at;
  }

  #remember(advert: Advert, packet: CapturedPacket, capture: string, at: number): void {
    let word = this.#last;
    if (!this.#isAtOnce(at)) {
      word = this.#previous;
      this.#previous = this.#last;
      this.#last = word;
    }
    word.advert = advert;
    place(word, packet, capture);
    this.intervalSeconds = advert.intvl || 1;
    this.#usual = advert.checksum !== 'bad' && advert.dst === this.#streamDst ? advert : null;
  }

  #countGap(advert: Advert, at: number, undisturbed: boolean): void {
    if (advert.dst !== this.#streamDst) {
      if (!Number.isNaN(this.#streamAt) && at - this.#streamAt < runGapIntervals * this.intervalSeconds) return;
      this.#streamDst = advert.dst;
    }
    this.#addGap(at, undisturbed);
  }

  #addGap(at: number, counts: boolean): void {
    if (!Number.isNaN(this.#streamAt)) {
      const gap = at - this.#streamAt;
      if (gap >= 0 && gap < copyIntervals * this.intervalSeconds) return;
      if (counts && gap >= 0) this.#gaps.add(gap);
    }
    this.#streamAt = at;
  }

  /** Whether the advert belongs to another profile than the one before. */
  #count(advert: Advert, packet: CapturedPacket, capture: string): boolean {
    let profile = this.#byIdentity.get(advert);
    if (profile === undefined) {
      const key = profileKey(advert);
      profile = this.#byKey.get(key) ?? null;
      const { length } = this.profiles;
      if (profile === null && length < profileLimit && this.#details.mayKeep(length)) {
        profile = { first: refOf(advert, packet, capture), count: 0 };
        this.profiles = [...this.profiles, profile];
        this.#byKey.set(key, profile);
      }
      if (this.#byIdentity.size >= identityLimit) this.#byIdentity.clear();
      this.#byIdentity.set(advert, profile);
    }
    const changed = profile !== this.#profile;
    if (profile === null) this.otherProfiles++;
    else profile.count++;
    this.#profile = profile;
    return changed;
  }
}

function place(word: Word, packet: CapturedPacket, capture: string): void {
  word.capture = capture;
  word.frame = packet.frame;
  word.seconds = packet.seconds;
  word.nanoseconds = packet.nanoseconds;
  word.digits = packet.timeDigits;
}

function refOfWord({ advert, capture, frame, seconds, nanoseconds, digits }: Word): AdvertRef {
  return { capture, frame, time: { seconds, nanoseconds, digits }, advert };
}

/** A reference that outlives the packet. */
export function refOf(advert: Advert, packet: CapturedPacket, capture: string): AdvertRef {
  const { frame, seconds, nanoseconds, timeDigits } = packet;
  return { capture, frame, time: { seconds, nanoseconds, digits: timeDigits }, advert };
}

function profileKey(advert: Advert): string {
  const { version, vlan, ttl, multicast, authtype, auth, intvl, addrs, checksum, checksumVariant, trailer, problems } =
    advert;
  const trailerKey = trailer === null ? null : trailer.kind === 'hmac' ? trailer.keyId : 'unknown';
  return JSON.stringify([
    version,
    vlan,
    ttl,
    multicast,
    authtype,
    auth,
    intvl,
    addrs,
    checksum,
    checksumVariant,
    trailerKey,
    problems,
    advert.ah?.spi,
  ]);
}
