import type { Advert, Family, Garp } from './packet.ts';
import type { Timestamp } from './time.ts';

/** Where a packet stands: capture, frame and time. */
export interface Position {
  readonly capture: string;
  readonly frame: number;
  readonly time: Timestamp;
}

/** An advert and where it stands. */
export interface AdvertRef extends Position {
  readonly advert: Advert;
}

/** A gratuitous ARP or unsolicited neighbour advertisement and where it stands. */
export interface GarpRef extends Position {
  readonly garp: Garp;
}

/** The gaps between a sender's adverts, in seconds; null before the second advert. */
export interface GapSummary {
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Number of gaps in `[from, to)`, seconds. */
export interface GapBucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Adverts of one sender that differ in nothing but priority (and an authentication sequence): what it was told to send. */
export interface Profile {
  readonly first: AdvertRef;
  readonly count: number;
}

/** One source address that sends adverts for a virtual router. */
export interface Sender {
  readonly src: string;
  readonly sourceMac: string | null;
  readonly adverts: number;
  /** Adverts of priority 0: it said that it stops being master (RFC 9568 section 5.2.4). */
  readonly resignations: number;
  /** Over adverts of priority > 0; null where there was none. */
  readonly prio: { readonly min: number; readonly max: number; readonly last: number } | null;
  /** Where each run of equal priority > 0 begins; those beyond a bound are left out. */
  readonly priorities: readonly (Position & { readonly prio: number })[];
  readonly first: AdvertRef;
  /** The last advert of priority > 0, else the last one. */
  readonly last: AdvertRef;
  /** The last advert of any priority. */
  readonly latest: AdvertRef;
  readonly nearFailovers: number;
  /** In order of appearance; those beyond a bound are counted in `otherProfiles`. */
  readonly profiles: readonly Profile[];
  readonly otherProfiles: number;
  gaps(): GapSummary | null;
  gapHistogram(): readonly GapBucket[];
}

/** A sender's priority as it was from `at` on: a check failed or recovered, or a configuration was reloaded. */
export interface PriorityChange {
  readonly router: Router;
  readonly src: string;
  readonly from: number;
  readonly to: number;
  readonly at: AdvertRef;
}

export type TransitionReason = 'first-seen' | 'priority-zero' | 'preempted' | 'timeout' | 'conflict';

/** A change of the one sender that is master of a virtual router. */
export interface Transition {
  readonly router: Router;
  readonly from: string | null;
  readonly to: string;
  readonly reason: TransitionReason;
  /** Seconds without any advert of this router before it; null for the first. */
  readonly gapSeconds: number | null;
  /** The new master's advert that shows it. */
  readonly at: AdvertRef;
}

/**
 * Two senders of one virtual router that do not agree. `addresses-disjoint` is the mismatch of two pairs that picked one
 * vrid (HAD102); `addresses` that of one pair (HAD110).
 */
export type MismatchKind =
  | 'version'
  | 'interval'
  | 'auth'
  | 'trailer'
  | 'cast'
  | 'checksum-variant'
  | 'addresses'
  | 'addresses-disjoint';

export interface Mismatch {
  readonly kind: MismatchKind;
  readonly a: AdvertRef;
  readonly b: AdvertRef;
}

/** Two masters of one virtual router at the same time. */
export interface SplitBrain {
  readonly first: Sender;
  readonly second: Sender;
  /** The first master's last advert before the second's, and the second's that made it master. */
  readonly firstBefore: AdvertRef;
  readonly secondFrom: AdvertRef;
  /**
   * Both went on sending for longer than a master-down interval. False: one of them fell silent although it rejects the
   * other's adverts: keepalived restarts its send timer at each rejected advert and keeps the addresses.
   */
  readonly interleaved: boolean;
  /** Seconds during which both were seen to send. */
  readonly overlapSeconds: number;
  /** Whether both still claim the addresses when the capture ends. */
  readonly lasting: boolean;
  readonly mismatches: readonly MismatchKind[];
  /** A gratuitous announcement of a shared address by each: the proof that both hold it. */
  readonly announcements: readonly GarpRef[];
}

/** A gap between a master's adverts that nearly made its backup take over. */
export interface NearFailover {
  readonly sender: Sender;
  readonly before: AdvertRef;
  readonly after: AdvertRef;
  readonly gapSeconds: number;
  /** The receiver's master-down interval, and whether the receiver's priority is known (else the smallest skew). */
  readonly masterDownSeconds: number;
  readonly receiverKnown: boolean;
}

/** A virtual router as seen on the wire: one vrid of one family on one segment. */
export interface Router {
  readonly family: Family;
  readonly vrid: number;
  readonly vlan: readonly number[];
  readonly interfaceName: string | null;
  readonly senders: readonly Sender[];
  /** The one sender that is master when the capture ends, null for none or several. */
  readonly master: Sender | null;
  readonly masters: readonly Sender[];
  readonly transitions: number;
  readonly mismatches: readonly Mismatch[];
  readonly splitBrains: readonly SplitBrain[];
  /** The closest ones; each sender counts all of its own. */
  readonly nearFailovers: readonly NearFailover[];
}

/** One address advertised by two virtual routers at the same time for longer than a master-down interval. */
export interface SharedAddress {
  readonly address: string;
  readonly a: AdvertRef;
  readonly b: AdvertRef;
}

/** A CARP host: protocol 112, but not VRRP. */
export interface CarpHost extends Position {
  readonly family: Family;
  readonly src: string;
  readonly vhid: number;
  readonly count: number;
}

/** What `--vrid` or a live capture expects and what came of it (HAD109). */
export interface Expectation {
  /** The vrid that was named; null: any at all, on a live capture. */
  readonly vrid: number | null;
  /** Seconds without an advert of it, up to the end. */
  readonly silentSeconds: number;
  /** The last advert, if there was any. */
  readonly last: AdvertRef | null;
}

/** A sender's adverts of priority > 0 to one destination, as the captures of one place have them. Times are by its clock. */
export interface Arrival {
  /** A node, or a file of which nobody said where it is from. */
  readonly place: string;
  readonly first: AdvertRef;
  readonly last: AdvertRef;
  readonly count: number;
  /** Since when it sends without a pause, and when it last did, seconds since the epoch. */
  readonly runAt: number;
  readonly lastAt: number;
}

/** Adverts that one place has, and another one has not, where somebody speaks who would have had to hear them. */
export interface OneWay {
  readonly sent: Arrival;
  /** Who speaks at the other place. */
  readonly lost: Arrival;
  /** The last one that did arrive there. */
  readonly lastArrival: AdvertRef | null;
  /** It follows from each place's own clock; else it is taken that the clocks agree. */
  readonly certain: boolean;
}

/** Everything that a capture says, so far. */
export interface Wire {
  readonly captures: readonly string[];
  readonly live: boolean;
  readonly frames: number;
  readonly adverts: number;
  readonly start: Timestamp | null;
  readonly end: Timestamp | null;
  /** Packets that the kernel dropped before we saw them; null where unknown (a file). */
  readonly dropped: number | null;
  readonly routers: readonly Router[];
  readonly carps: readonly CarpHost[];
  readonly sharedAddresses: readonly SharedAddress[];
  readonly unmet: readonly Expectation[];
  /** Vrids of the adverts that `--vrid` and `--host` left out. */
  readonly otherVrids: readonly number[];
  /** Adverts that other interfaces of the same segment showed once more: in no other count but that of frames. */
  readonly copies: number;
  /** With captures of several places: what each has of each sender, and what left one and did not arrive at another. */
  readonly arrivals: readonly Arrival[];
  readonly oneWays: readonly OneWay[];
  /** Adverts of senders beyond the bound that is followed one by one. */
  readonly uncountedAdverts: number;
}
