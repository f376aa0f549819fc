import type { Advert, CapturedPacket } from '../model/packet.ts';
import type { Arrival, OneWay } from '../model/wire.ts';
import { refOf, runGapIntervals } from './sender.ts';
import { masterDownSeconds } from './timers.ts';

/** Streams that are followed at all places together. */
const streamLimit = 1024;
/** Fewer adverts prove nothing. */
const fewestAdverts = 3;
/** How far, in seconds, clocks may be apart where nothing but them tells that two captures ran at the same time. */
const clockSlackSeconds = 2;
/** An advert that two places have at times this near: their clocks agree. */
const sameSeconds = 0.02;
/** With more streams each is judged in the end only, which keeps a flood linear. */
const promptStreams = 64;

/** A sender's adverts of priority > 0 to one destination, as one place has them. Times are of that place's clock. */
interface Stream extends Arrival {
  last: Arrival['last'];
  count: number;
  /** Since when it sends without a pause, and when it last did. */
  runAt: number;
  lastAt: number;
}

interface Span {
  startAt: number;
  endAt: number;
}

/** What each place has of each sender: with captures from several nodes, what leaves one and does not arrive at another. */
export class Reach {
  readonly #spans = new Map<string, Span>();
  readonly #streams = new Map<string, Stream>();
  /** When the clocks of two places agreed last, by the names of both. */
  readonly #agreedAt = new Map<string, number>();
  readonly #noted = new Map<string, OneWay>();

  /** A place's capture has come to `at`, seconds since the epoch by its clock. */
  see(place: string, at: number): void {
    const span = this.#spans.get(place);
    if (span === undefined) this.#spans.set(place, { startAt: at, endAt: at });
    else if (at > span.endAt) span.endAt = at;
    else if (at < span.startAt) span.startAt = at;
  }

  add(advert: Advert, packet: CapturedPacket, capture: string, place: string): void {
    if (advert.prio === 0 || advert.checksum === 'bad') return;
    const { family, vrid, vlan, src, dst } = advert;
    const key = [place, family, vrid, vlan.join('.'), src, dst].join(' ');
    const at = packet.seconds + packet.nanoseconds / 1e9;
    const ref = refOf(advert, packet, capture);
    const known = this.#streams.get(key);
    if (known === undefined) {
      if (this.#streams.size < streamLimit)
        this.#streams.set(key, { place, first: ref, last: ref, count: 1, runAt: at, lastAt: at });
      return;
    }
    if (at - known.lastAt > runGapIntervals * (advert.intvl || 1)) known.runAt = at;
    known.last = ref;
    known.lastAt = at;
    known.count++;
    for (const other of this.#spans.keys()) {
      if (other === place) continue;
      const same = this.#find(other, advert, dst);
      if (same !== null && Math.abs(same.lastAt - at) < sameSeconds) this.#agreedAt.set(pairOf(place, other), at);
    }
    if (this.#streams.size <= promptStreams) this.#judge(known);
  }

  get arrivals(): readonly Arrival[] {
    return [...this.#streams.values()];
  }

  /** Also those that have ended. */
  get oneWays(): readonly OneWay[] {
    for (const stream of this.#streams.values()) this.#judge(stream);
    return [...this.#noted.values()];
  }

  #judge(sent: Stream): void {
    if (sent.count < fewestAdverts) return;
    for (const [place, span] of this.#spans) {
      if (place === sent.place) continue;
      const { family, vrid, vlan, src, dst } = sent.last.advert;
      const key = [place, sent.place, family, vrid, vlan.join('.'), src, dst].join(' ');
      const fact = this.#noted.has(key) ? null : this.#lost(sent, place, span);
      if (fact !== null) this.#noted.set(key, fact);
    }
  }

  /** What is missing of a stream at another place, where somebody speaks who should have heard it. */
  #lost(sent: Stream, place: string, span: Span): OneWay | null {
    const { advert } = sent.last;
    const masterDown = masterDownSeconds(advert.version, advert.intvl || 1, null);
    for (const other of this.#streams.values()) {
      if (other.place !== place || !isMeantFor(advert, other.last.advert)) continue;
      const arrived = this.#find(place, advert, advert.dst);
      const heard = this.#find(sent.place, other.last.advert, other.last.advert.dst);
      const silentFrom = Math.max(other.runAt, arrived?.lastAt ?? Number.NEGATIVE_INFINITY);
      if (other.lastAt - silentFrom <= masterDown) continue;
      const fact = { sent, lost: other, lastArrival: arrived?.last ?? null };
      // By the clock of each place alone: it went on beside the other there, and was not heard beside it here.
      if (heard !== null && heard.lastAt >= other.runAt - clockSlackSeconds) {
        const isSameRun = together(heard, other) > 0;
        if (isSameRun && together(sent, heard) > masterDown) return { ...fact, certain: true };
        continue;
      }
      if (arrived !== null) {
        const agreedAt = this.#agreedAt.get(pairOf(place, sent.place)) ?? Number.NEGATIVE_INFINITY;
        const doClocksAgree = arrived.lastAt - agreedAt < runGapIntervals * (advert.intvl || 1);
        if (doClocksAgree && together(sent, other) > masterDown && sent.lastAt - silentFrom > masterDown)
          return { ...fact, certain: false };
        continue;
      }
      const seconds = Math.min(sent.lastAt, span.endAt) - Math.max(sent.runAt, span.startAt, other.runAt);
      if (seconds > masterDown + clockSlackSeconds) return { ...fact, certain: false };
    }
    return null;
  }

  #find(place: string, { family, vrid, vlan, src }: Advert, dst: string): Stream | null {
    return this.#streams.get([place, family, vrid, vlan.join('.'), src, dst].join(' ')) ?? null;
  }
}

function pairOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}

/** For how many seconds both have been sending, as their runs now are; negative: not at the same time. */
function together(a: Stream, b: Stream): number {
  return Math.min(a.lastAt, b.lastAt) - Math.max(a.runAt, b.runAt);
}

/** Whether the other sender is one of the same virtual router that the advert is addressed to. */
function isMeantFor(advert: Advert, other: Advert): boolean {
  if (other.family !== advert.family || other.vrid !== advert.vrid || other.src === advert.src) return false;
  if (other.vlan.join() !== advert.vlan.join()) return false;
  const isShared = advert.addrs.length === 0 || advert.addrs.some((address) => other.addrs.includes(address));
  return isShared && (advert.multicast ? other.multicast : advert.dst === other.src);
}
