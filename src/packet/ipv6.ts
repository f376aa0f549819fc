import type { Decoded, Problem } from '../model/packet.ts';
import { addressBytes, ipv6Text } from './address.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16, writeU32 } from './bytes.ts';
import { ipProtocol } from './ip-protocol.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** An IPv6 header with its extension headers (RFC 8200 sections 3 and 4), and what follows them. */
export interface Ipv6 {
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  /** Of the payload: behind all extension headers but AH, which has a codec of its own. */
  readonly nextHeader: number;
  readonly payload: ByteReader;
  /** Bytes, of the first byte of the payload within the datagram. */
  readonly fragmentOffset: number;
  /** It is one of several fragments of a datagram. */
  readonly isFragment: boolean;
  /** The capture holds all the bytes of the payload that the header claims. */
  readonly whole: boolean;
  /** Source and destination address, 32 bytes, as pseudo-headers have them. */
  readonly addresses: ByteReader;
}

/** `consumed` is everything before the payload. Null where the fixed header is not all there, or this is no IPv6. */
export function decodeIpv6(packet: ByteReader): Decoded<Ipv6 | null> {
  const first = packet.u8(0);
  if (first === undefined || packet.length < 40) {
    const text = 'the packet ends within its IPv6 header (RFC 8200 section 3)';
    return { value: null, problems: [packet.wireLength >= 40 ? cut(text) : malformed(text)], consumed: 0 };
  }
  if (first >> 4 !== 6) {
    return {
      value: null,
      problems: [malformed(`IP version ${first >> 4} in an IPv6 packet (RFC 8200 section 3)`)],
      consumed: 0,
    };
  }
  const problems: Problem[] = [];
  // A payload length of 0 means a jumbogram (RFC 2675) or segmentation offload: the frame tells the length.
  const payloadLength = packet.u16(4) || packet.wireLength - 40;
  if (payloadLength > packet.wireLength - 40) {
    const text = `IPv6 payload length ${payloadLength}, but the frame ends after ${packet.wireLength - 40} (RFC 8200 section 3)`;
    problems.push(malformed(text));
  }
  const extensions = decodeExtensionHeaders(packet.window(40, payloadLength), packet.u8(6) ?? 0);
  const { nextHeader, payload, fragmentOffset, isFragment } = extensions.value;
  problems.push(...extensions.problems);
  const value = {
    source: ipv6Text(packet, 8) ?? '',
    destination: ipv6Text(packet, 24) ?? '',
    hopLimit: packet.u8(7) ?? 0,
    nextHeader,
    payload,
    fragmentOffset,
    isFragment,
    whole: payload.length === payloadLength - extensions.consumed,
    addresses: packet.window(8, 32),
  };
  return { value, problems: problems.length === 0 ? noProblems : problems, consumed: 40 + extensions.consumed };
}

export interface ExtensionHeaders {
  readonly nextHeader: number;
  readonly payload: ByteReader;
  /** Bytes. */
  readonly fragmentOffset: number;
  readonly isFragment: boolean;
}

/** Walks hop-by-hop options, routing, fragment and destination options headers (RFC 8200 section 4) to what they precede. */
export function decodeExtensionHeaders(reader: ByteReader, firstHeader: number): Decoded<ExtensionHeaders> {
  let nextHeader = firstHeader;
  let offset = 0;
  let fragmentOffset = 0;
  let isFragment = false;
  let problems = noProblems;
  while (isExtension(nextHeader)) {
    const length = nextHeader === ipProtocol.fragment ? 8 : ((reader.u8(offset + 1) ?? 0) + 1) * 8;
    const following = reader.u8(offset);
    if (following === undefined || offset + length > reader.length) {
      const text = 'the packet ends within an extension header (RFC 8200 section 4)';
      problems = [offset + length > reader.wireLength ? malformed(text) : cut(text)];
      offset = reader.length;
      break;
    }
    if (nextHeader === ipProtocol.fragment) {
      const offsetAndMore = reader.u16(offset + 2) ?? 0;
      fragmentOffset = offsetAndMore & 0xfff8;
      // An atomic fragment (RFC 6946) is a whole packet.
      isFragment = fragmentOffset !== 0 || (offsetAndMore & 1) !== 0;
    }
    nextHeader = following;
    offset += length;
    if (fragmentOffset !== 0) break;
  }
  const value = { nextHeader, payload: reader.window(offset), fragmentOffset, isFragment };
  return { value, problems, consumed: offset };
}

function isExtension(nextHeader: number): boolean {
  return (
    nextHeader === ipProtocol.hopByHopOptions ||
    nextHeader === ipProtocol.routing ||
    nextHeader === ipProtocol.fragment ||
    nextHeader === ipProtocol.destinationOptions
  );
}

export interface Ipv6Fields {
  readonly source: string;
  readonly destination: string;
  readonly nextHeader: number;
  readonly hopLimit?: number;
  readonly trafficClass?: number;
  readonly flowLabel?: number;
  /** Computed unless given, to make a packet that lies. */
  readonly payloadLength?: number;
}

export function encodeIpv6(fields: Ipv6Fields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(40);
  writeU32(header, 0, 0x60000000 + (fields.trafficClass ?? 0) * 0x100000 + (fields.flowLabel ?? 0));
  writeU16(header, 4, fields.payloadLength ?? payload.length);
  header[6] = fields.nextHeader;
  header[7] = fields.hopLimit ?? 255;
  header.set(addressBytes(fields.source), 8);
  header.set(addressBytes(fields.destination), 24);
  return concat(header, payload);
}

/** An options or routing header: filled with Pad1 options (zeros) up to `length`, a multiple of 8 bytes (RFC 8200 section 4.2). */
export function encodeOptionsHeader(
  fields: { readonly nextHeader: number; readonly length: number },
  payload: Uint8Array,
): Uint8Array {
  const header = new Uint8Array(fields.length);
  header[0] = fields.nextHeader;
  header[1] = fields.length / 8 - 1;
  return concat(header, payload);
}

export interface FragmentFields {
  readonly nextHeader: number;
  /** Bytes, a multiple of 8. */
  readonly fragmentOffset: number;
  readonly moreFragments: boolean;
  readonly identification: number;
}

/** A fragment header and its part of the datagram (RFC 8200 section 4.5). */
export function encodeFragmentHeader(fields: FragmentFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  header[0] = fields.nextHeader;
  writeU16(header, 2, fields.fragmentOffset | (fields.moreFragments ? 1 : 0));
  writeU32(header, 4, fields.identification);
  return concat(header, payload);
}
