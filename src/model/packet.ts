/**
 * One packet of a capture, as `capture/` hands it over: the bytes `bytes[start..end)` and what the file or engine says
 * of them. Readers reuse the object and its buffer for the next packet: copy what is to be kept.
 */
export interface CapturedPacket {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Length on the wire, in bytes; greater than `end - start` where the snap length cut the packet. */
  originalLength: number;
  /** Link-layer header type, a LINKTYPE_ value (tcpdump.org/linktypes.html). */
  linkType: number;
  /** Counted from 1 over the whole capture, as tcpdump and Wireshark do. */
  frame: number;
  /** Seconds since the epoch, UTC, and the nanoseconds within that second. */
  seconds: number;
  nanoseconds: number;
  /** Fractional digits that the source has: 6 or 9, or what a pcapng interface says. */
  timeDigits: number;
  /** The interface's name where the capture tells it, else null. */
  interfaceName: string | null;
}

export type Family = 'ipv4' | 'ipv6';

/**
 * What is wrong with a packet. `cut`: the capture does not hold all of it, which is nobody's fault. `malformed`: its
 * sender breaks the format. `text` is a finished phrase that names what is wrong, with the RFC section.
 */
export interface Problem {
  readonly kind: 'cut' | 'malformed';
  readonly text: string;
}

/** A codec's answer: what could be decoded (also before a problem), what was wrong, how many bytes it used. */
export interface Decoded<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
  readonly consumed: number;
}

export type ChecksumVerdict = 'good' | 'bad' | 'unverified';

/**
 * The rule under which the checksum is right where the RFC's own is not (HAD103): VRRPv3 over IPv4 without
 * pseudo-header (keepalived's `v3_checksum_as_v2`), VRRPv3 unicast with the multicast group in the pseudo-header
 * (keepalived's `old_unicast_checksum`), or over the packet without its authentication trailer.
 */
export type ChecksumVariant = 'no-pseudo-header' | 'multicast-pseudo-header' | 'without-trailer';

/** Bytes behind the advertisement. `hmac`: keepalived 2.4's `auth_hmac` (28 bytes); `unknown`: anything else. */
export type Trailer =
  | {
      readonly kind: 'hmac';
      readonly length: number;
      readonly type: number;
      readonly keyId: number;
      /** The sender's clock, seconds since the epoch, with its fraction. */
      readonly seconds: number;
      readonly counter: number;
      /** 32 hex digits. */
      readonly mac: string;
    }
  | { readonly kind: 'unknown'; readonly length: number };

/** What the layers below the payload said; the same for every kind of decoded packet. */
export interface Envelope {
  /** VLAN ids from the outermost tag inwards; empty where untagged. */
  readonly vlan: readonly number[];
  /** Source hardware address as `52:54:00:33:a5:02`, null where the link layer has none. */
  readonly sourceMac: string | null;
}

/** A VRRP advertisement (RFC 3768 section 5, RFC 9568 section 5). One object stands for every packet of equal content. */
export interface Advert extends Envelope {
  readonly type: 'advert';
  readonly family: Family;
  /** Addresses as text: dotted quad, or RFC 5952. */
  readonly src: string;
  readonly dst: string;
  readonly multicast: boolean;
  /** IPv4 TTL or IPv6 hop limit. */
  readonly ttl: number;
  readonly version: number;
  /** 1, an advertisement: the only type there is (RFC 9568 section 5.2.2). Receivers drop any other. */
  readonly messageType: number;
  readonly vrid: number;
  readonly prio: number;
  /** `none`, `simple`, `ah`, any other number as text; null in VRRPv3, which has no such field. */
  readonly authtype: string | null;
  /** The 8-byte field without trailing NULs, one character a byte (Latin-1); null unless `simple`. */
  readonly auth: string | null;
  /** Advertisement interval in seconds (VRRPv3's centiseconds divided by 100); null where the packet was cut before it. */
  readonly intvl: number | null;
  /** The virtual addresses in the packet's order. */
  readonly addrs: readonly string[];
  readonly checksum: ChecksumVerdict;
  readonly checksumVariant: ChecksumVariant | null;
  /** The checksum field, and what the RFC's rule gives (null where unverified). */
  readonly checksumField: number;
  readonly checksumExpected: number | null;
  readonly trailer: Trailer | null;
  /** VRRP message length on the wire in bytes, as tcpdump prints it (payload of IP or AH). */
  readonly length: number;
  /** IPsec AH around the advertisement (RFC 4302): its SPI and sequence number. */
  readonly ah: { readonly spi: number; readonly sequence: number } | null;
  readonly problems: readonly Problem[];
}

/** A CARP advertisement: protocol 112 as VRRP, but 36 bytes long and no VRRP at all (OpenBSD carp(4)). */
export interface Carp extends Envelope {
  readonly type: 'carp';
  readonly family: Family;
  readonly src: string;
  readonly dst: string;
  readonly vhid: number;
  readonly advbase: number;
  readonly advskew: number;
  readonly demote: number;
  readonly problems: readonly Problem[];
}

/** A gratuitous ARP (RFC 5227 section 3) or an unsolicited neighbour advertisement (RFC 4861 section 7.2.6). */
export interface Garp extends Envelope {
  readonly type: 'garp';
  readonly family: Family;
  /** The address announced, and the hardware address that it is said to be at. */
  readonly address: string;
  readonly mac: string;
}

/** A packet of a protocol that we follow. */
export type WirePacket = Advert | Carp | Garp;
