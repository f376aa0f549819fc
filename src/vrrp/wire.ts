import type { Advert, CapturedPacket, Carp, Garp, WirePacket } from '../model/packet.ts';
import type { Timestamp } from '../model/time.ts';
import type {
  Arrival,
  CarpHost,
  Expectation,
  GarpRef,
  OneWay,
  PriorityChange,
  SharedAddress,
  Transition,
  Wire,
} from '../model/wire.ts';
import { Details } from './limits.ts';
import { Reach } from './reach.ts';
import { type RouterContext, WireRouter } from './router.ts';
import { Segment } from './segment.ts';
import { refOf, WireSender } from './sender.ts';
import { masterDownSeconds } from './timers.ts';

/** Senders followed one by one; adverts of any further ones are only counted. */
export const senderLimit = 4096;
/** Addresses that all senders' adverts may list together: 4096 hostile senders of 255 IPv6 addresses would fill the memory. */
const addressLimit = 65_536;
/** Announced addresses, hardware addresses of one address, CARP hosts and doubly owned addresses kept. */
const announcementLimit = 4096;
const macLimit = 8;
const carpLimit = 256;
const sharedLimit = 64;
/** Names of segments: a sender makes a new one, or an interface that shows the same packets. */
const segmentLimit = 2 * senderLimit;
/** LINKTYPE_LINUX_SLL: a capture on all interfaces that does not tell on which one a packet was seen. */
const cookedWithoutInterface = 113;
/** Adverts whose sender is remembered by identity (see `Dissector`). */
const identityLimit = 1024;
const identityWidth = 16;
/** What a receiver of unknown interval waits: keepalived's default `advert_int` of 1 s. */
const defaultMasterDownSeconds = 4;

export interface WireOptions {
  readonly live: boolean;
  /** Vrids that are to be seen (`--vrid`). */
  readonly expectedVrids: readonly number[];
}

interface Announcements {
  first: GarpRef;
  last: GarpRef;
}

interface Entry {
  readonly router: WireRouter;
  readonly sender: WireSender;
  readonly interfaceName: string | null;
}

/** An address that senders of two virtual routers advertise, or did; `since` when both do. */
interface Watched {
  readonly address: string;
  readonly a: WireSender;
  readonly b: WireSender;
  since: number | null;
}

/** Follows the virtual routers of a capture, packet by packet. Memory is bounded whatever the capture holds. */
export class WireFollower implements Wire {
  readonly captures: string[] = [];
  readonly live: boolean;
  frames = 0;
  adverts = 0;
  dropped: number | null = null;
  uncountedAdverts = 0;
  copies = 0;
  readonly routers: WireRouter[] = [];
  readonly carps: CarpHost[] = [];
  readonly sharedAddresses: SharedAddress[] = [];
  /** Grows whenever there is a new fact that a rule may judge. */
  revision = 0;

  /** Where each capture is from, and what each place has; null where all are from one. */
  readonly #places = new Map<string, string>();
  #reach: Reach | null = null;
  readonly #options: WireOptions;
  readonly #context: RouterContext;
  readonly #segments = new Map<string, Segment>();
  #senderCount = 0;
  /** The last sender of an address that was new, to tell whether another interface shows the same packets. */
  readonly #newest = new Map<string, { readonly segment: Segment; readonly sender: WireSender }>();
  /** The interface of all packets so far; undefined before the first and once there are several. */
  #onlyInterface: string | null | undefined = undefined;
  #hasInterface = false;
  readonly #byIdentity = new Map<Advert, Entry>();
  #lastAdvert: Advert | null = null;
  #lastEntry: Entry | undefined;
  readonly #announcements = new Map<string, Map<string, Announcements>>();
  readonly #owners = new Map<string, WireSender[]>();
  readonly #routerOf = new Map<WireSender, WireRouter>();
  readonly #carpsByKey = new Map<string, { count: number }>();
  readonly #watched: Watched[] = [];
  /** Vrids that are not followed, and when they were heard last, seconds since the epoch. */
  readonly #leftOutAt = new Map<number, number>();
  #isFinished = false;
  #addresses = 0;
  #startSeconds = 0;
  #startNanoseconds = 0;
  #endSeconds = 0;
  #endNanoseconds = 0;
  #digits = 6;
  #hasTime = false;
  /** The latest moment of the capture, and that of its last packet: a clock may be set back. */
  #now = 0;
  #lastAt = 0;
  #disturbedAt = Number.NEGATIVE_INFINITY;

  /** Transitions, and changes of priority where wanted, are told as they are seen. */
  constructor(
    options: WireOptions,
    onTransition: (transition: Transition) => void,
    onPriorityChange: (change: PriorityChange) => void = () => {},
  ) {
    this.#options = options;
    this.live = options.live;
    this.#context = {
      details: new Details(),
      announcements: (address, mac) => this.#announcements.get(address)?.get(mac) ?? null,
      transition: onTransition,
      priorityChange: onPriorityChange,
      changed: () => {
        this.revision++;
      },
    };
  }

  get start(): Timestamp | null {
    if (!this.#hasTime) return null;
    return { seconds: this.#startSeconds, nanoseconds: this.#startNanoseconds, digits: this.#digits };
  }

  get end(): Timestamp | null {
    if (!this.#hasTime) return null;
    return { seconds: this.#endSeconds, nanoseconds: this.#endNanoseconds, digits: this.#digits };
  }

  /** Senders followed one by one. */
  get senderCount(): number {
    return this.#senderCount;
  }

  /** Seconds from the first packet to the latest. */
  get elapsedSeconds(): number {
    return this.#now - (this.#startSeconds + this.#startNanoseconds / 1e9);
  }

  /** Seconds from the first packet of the capture to this one. */
  secondsUntil({ seconds, nanoseconds }: CapturedPacket): number {
    if (!this.#hasTime) return 0;
    return seconds - this.#startSeconds + (nanoseconds - this.#startNanoseconds) / 1e9;
  }

  /** Whether a virtual router lists the address. */
  isAdvertised(address: string): boolean {
    return this.#owners.has(address);
  }

  get arrivals(): readonly Arrival[] {
    return this.#reach?.arrivals ?? [];
  }

  get oneWays(): readonly OneWay[] {
    return this.#reach?.oneWays ?? [];
  }

  /** A capture begins, taken at `place`: a node, or a file that may be from anywhere. Before any packet. */
  open(capture: string, place: string): void {
    this.captures.push(capture);
    this.#places.set(capture, place);
    if (new Set(this.#places.values()).size > 1) this.#reach ??= new Reach();
  }

  /** Every packet of the capture, whatever it holds: the clock runs by it. */
  see(packet: CapturedPacket, capture = ''): void {
    this.#reach?.see(this.#places.get(capture) ?? '', packet.seconds + packet.nanoseconds / 1e9);
    this.frames++;
    this.#digits = packet.timeDigits;
    this.#clock(packet.seconds, packet.nanoseconds);
  }

  /** Time has passed on a live capture: `at` in seconds since the epoch. */
  tick(at: number): void {
    if (at <= this.#lastAt) return;
    const seconds = Math.floor(at);
    this.#clock(seconds, Math.round((at - seconds) * 1e9));
    for (const router of this.routers) router.tick(at);
    this.revision++;
  }

  /** Up to `at`, seconds since the epoch, packets may have been missed (dropped, or the interface was down). */
  disturb(at: number): void {
    if (at > this.#disturbedAt) this.#disturbedAt = at;
  }

  /** The capture has ended: who still is master is judged at its last packet. */
  finish(): void {
    this.#isFinished = true;
    for (const router of this.routers) router.finish(this.#lastAt);
    this.revision++;
  }

  /** An advert that is not to be followed. */
  leaveOut(advert: Advert, packet: CapturedPacket): void {
    const at = packet.seconds + packet.nanoseconds / 1e9;
    this.#leftOutAt.set(advert.vrid, at);
    this.#segments.get(segmentKeyOf(advert, packet))?.find(advert)?.passOver(advert.src, advert.prio, at);
  }

  get otherVrids(): readonly number[] {
    return [...this.#leftOutAt.keys()].sort((a, b) => a - b);
  }

  /**
   * Whether the packet was seen before on another interface: a capture on all of them shows packets of a bridge on its
   * ports as well, and those of a VLAN on the interface below. Such interfaces are one segment. Copies are counted, and
   * are not to be added.
   */
  isCopy(decoded: WirePacket, packet: CapturedPacket): boolean {
    // Each place has an election of its own, by its own clock.
    if (this.#reach !== null) return false;
    const { interfaceName } = packet;
    const isTold = packet.linkType !== cookedWithoutInterface;
    if ((isTold && interfaceName === this.#onlyInterface) || decoded.type !== 'advert') return false;
    if (!this.#hasInterface) {
      this.#hasInterface = true;
      this.#onlyInterface = interfaceName;
      return false;
    }
    this.#onlyInterface = undefined;
    const segmentKey = segmentKeyOf(decoded, packet);
    const segment = this.#segments.get(segmentKey);
    const known = segment?.members.get(decoded.src) ?? this.#newest.get(addressKeyOf(decoded));
    if (known === undefined) return false;
    const { sender } = known;
    const at = packet.seconds + packet.nanoseconds / 1e9;
    if (isTold && sender.interfaceName === interfaceName) return false;
    if (sender.sourceMac === decoded.sourceMac && sender.isCopy(decoded, at)) {
      if ('segment' in known && this.#segments.size < segmentLimit) this.#segments.set(segmentKey, known.segment);
      this.copies++;
      return true;
    }
    if (!('segment' in known)) sender.interfaceName = interfaceName;
    return false;
  }

  /** A packet that says something about VRRP; `see` took it before. */
  add(decoded: WirePacket, packet: CapturedPacket, capture: string): void {
    if (decoded.type === 'advert') this.#addAdvert(decoded, packet, capture);
    else if (decoded.type === 'garp') this.#addGarp(decoded, packet, capture);
    else this.#addCarp(decoded, packet, capture);
  }

  /** Expected vrids from which nothing was heard for a whole master-down interval. */
  get unmet(): readonly Expectation[] {
    const wanted: (number | null)[] = [...this.#options.expectedVrids];
    if (this.live && wanted.length === 0 && this.#leftOutAt.size === 0) wanted.push(null);
    return wanted.flatMap((vrid) => this.#expect(vrid) ?? []);
  }

  #expect(vrid: number | null): Expectation | null {
    let last: WireSender | null = null;
    for (const router of this.routers) {
      if (vrid !== null && router.vrid !== vrid) continue;
      for (const sender of router.senders) {
        if (sender.prio !== null && (last === null || sender.lastAt > last.lastAt)) last = sender;
      }
    }
    if (last === null) {
      const silentSeconds = this.elapsedSeconds;
      // Of a file only its end tells that nothing came.
      if (silentSeconds < defaultMasterDownSeconds || !(this.live || this.#isFinished)) return null;
      return { vrid, silentSeconds, last: null };
    }
    if (vrid === null) return null;
    // Whom `--host` leaves out may be master.
    const heardAt = Math.max(last.lastAt, this.#leftOutAt.get(vrid) ?? 0);
    const silentSeconds = this.#lastAt - heardAt;
    // A backup of low priority takes over late, and may be the only one.
    const masterDown = masterDownSeconds(last.advert.version, last.intervalSeconds, 1);
    return silentSeconds > masterDown ? { vrid, silentSeconds, last: last.last } : null;
  }

  #clock(seconds: number, nanoseconds: number): void {
    const at = seconds + nanoseconds / 1e9;
    this.#lastAt = at;
    if (!this.#hasTime) {
      this.#hasTime = true;
      this.#startSeconds = seconds;
      this.#startNanoseconds = nanoseconds;
    } else if (at < this.#now) return;
    this.#now = at;
    this.#endSeconds = seconds;
    this.#endNanoseconds = nanoseconds;
  }

  #addAdvert(advert: Advert, packet: CapturedPacket, capture: string): void {
    this.adverts++;
    this.#reach?.add(advert, packet, capture, this.#places.get(capture) ?? '');
    let entry = advert === this.#lastAdvert ? this.#lastEntry : this.#byIdentity.get(advert);
    if (entry === undefined || entry.interfaceName !== packet.interfaceName) {
      const found = this.#senderOf(advert, packet, capture);
      if (found === null || !this.#widen(found.sender, advert.addrs.length)) {
        if (this.uncountedAdverts++ === 0) this.revision++;
        return;
      }
      const { router, sender } = found;
      entry = { router, sender, interfaceName: packet.interfaceName };
      if (this.#byIdentity.size >= identityLimit) this.#byIdentity.clear();
      if (advert.addrs.length <= identityWidth) this.#byIdentity.set(advert, entry);
    }
    if (advert !== this.#lastAdvert) {
      this.#lastAdvert = advert;
      this.#lastEntry = entry;
    }
    const at = this.#lastAt;
    const { router, sender } = entry;
    const { addrs } = sender.advert;
    if (!router.repeat(sender, advert, packet, capture, at, this.#disturbedAt)) {
      const runFrom = sender.runFrom;
      const profiles = sender.profiles.length;
      router.add(sender, advert, packet, capture, at, this.#disturbedAt);
      if (sender.runFrom !== runFrom || sender.profiles.length !== profiles) this.#own(sender, router, at);
    }
    if (this.#watched.length === 0) return;
    if (sender.advert.addrs !== addrs) this.#relist(sender, at);
    this.#watchAddresses();
  }

  #senderOf(
    advert: Advert,
    packet: CapturedPacket,
    capture: string,
  ): { router: WireRouter; sender: WireSender } | null {
    const segmentKey = segmentKeyOf(advert, packet);
    let segment = this.#segments.get(segmentKey);
    const known = segment?.members.get(advert.src);
    if (known !== undefined) return known;
    if (this.#senderCount >= senderLimit || !this.#hasRoom(advert.addrs.length)) return null;
    if (segment === undefined) {
      segment = new Segment();
      this.#segments.set(segmentKey, segment);
    }
    let router = segment.find(advert);
    if (router === null) {
      router = new WireRouter(advert, packet, capture, this.#context);
      this.routers.push(router);
    }
    segment.join(advert, router);
    const sender = new WireSender(refOf(advert, packet, capture), packet.interfaceName, this.#context.details);
    router.senders.push(sender);
    const entry = { router, sender };
    segment.members.set(advert.src, entry);
    this.#newest.set(addressKeyOf(advert), { segment, sender });
    this.#senderCount++;
    this.#routerOf.set(sender, router);
    return entry;
  }

  #hasRoom(addresses: number): boolean {
    return this.#addresses + addresses <= addressLimit;
  }

  /** Makes room for a sender's adverts of that many addresses; false where there is none. */
  #widen(sender: WireSender, addresses: number): boolean {
    const more = addresses - sender.width;
    if (more <= 0) return true;
    if (!this.#hasRoom(more)) return false;
    this.#addresses += more;
    sender.width = addresses;
    return true;
  }

  /** Notes whose addresses the sender's are; one that another virtual router of the segment has too is watched. */
  #own(sender: WireSender, router: WireRouter, at: number): void {
    for (const address of sender.advert.addrs) {
      const owners = this.#owners.get(address);
      if (owners === undefined) {
        if (this.#owners.size < addressLimit) this.#owners.set(address, [sender]);
        continue;
      }
      if (owners.includes(sender)) continue;
      for (const other of owners) {
        const rival = this.#routerOf.get(other);
        if (rival === undefined || rival.vrid === router.vrid) continue;
        if (rival.interfaceName !== router.interfaceName || rival.vlan.join() !== router.vlan.join()) continue;
        if (this.#watched.length >= sharedLimit) continue;
        const since = other.advert.addrs.includes(address) ? at : null;
        this.#watched.push({ address, a: other, b: sender, since });
      }
      if (owners.length < macLimit) owners.push(sender);
    }
  }

  /** A sender may list other addresses than before. */
  #relist(sender: WireSender, at: number): void {
    for (const watched of this.#watched) {
      const { address, a, b } = watched;
      if (a !== sender && b !== sender) continue;
      if (!a.advert.addrs.includes(address) || !b.advert.addrs.includes(address)) watched.since = null;
      else watched.since ??= at;
    }
  }

  #watchAddresses(): void {
    for (let i = this.#watched.length - 1; i >= 0; i--) {
      const watched = this.#watched[i];
      if (watched === undefined) continue;
      const { address, a, b, since } = watched;
      if (since === null || a.runFrom === null || b.runFrom === null) continue;
      const overlap = Math.min(a.lastAt, b.lastAt) - Math.max(a.runSince, b.runSince, since);
      const interval = Math.max(a.intervalSeconds, b.intervalSeconds);
      if (overlap <= masterDownSeconds(a.advert.version, interval, null)) continue;
      this.#watched.splice(i, 1);
      if (this.sharedAddresses.length >= sharedLimit) continue;
      this.sharedAddresses.push({ address, a: a.last, b: b.last });
      this.revision++;
    }
  }

  #addGarp(garp: Garp, packet: CapturedPacket, capture: string): void {
    const { frame, seconds, nanoseconds, timeDigits } = packet;
    let macs = this.#announcements.get(garp.address);
    if (macs === undefined) {
      if (this.#announcements.size >= announcementLimit) return;
      macs = new Map();
      this.#announcements.set(garp.address, macs);
    }
    const ref: GarpRef = { capture, frame, time: { seconds, nanoseconds, digits: timeDigits }, garp };
    const known = macs.get(garp.mac);
    if (known !== undefined) known.last = ref;
    else if (macs.size < macLimit) macs.set(garp.mac, { first: ref, last: ref });
  }

  #addCarp(carp: Carp, packet: CapturedPacket, capture: string): void {
    const key = `${carp.family} ${carp.vhid} ${carp.src}`;
    const known = this.#carpsByKey.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (this.carps.length >= carpLimit) return;
    const { family, src, vhid } = carp;
    const { frame, seconds, nanoseconds, timeDigits } = packet;
    const time = { seconds, nanoseconds, digits: timeDigits };
    const host = { capture, frame, time, family, src, vhid, count: 1 };
    this.carps.push(host);
    this.#carpsByKey.set(key, host);
    this.revision++;
  }
}

/** A vrid of one family on one VLAN of one interface. */
function segmentKeyOf({ family, vrid, vlan }: Advert, { interfaceName }: CapturedPacket): string {
  return `${family} ${vrid} ${vlan.join('.')} ${interfaceName ?? ''}`;
}

function addressKeyOf({ family, vrid, src }: Advert): string {
  return `${family} ${vrid} ${src}`;
}
