import type { Decoded, Problem } from '../model/packet.ts';
import { addressBytes, ipv4Text } from './address.ts';
import { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { checksumOf, folded, sumOfWords } from './checksum.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** An IPv4 header (RFC 791 section 3.1) and what follows it. Lengths and offsets are bytes. */
export interface Ipv4 {
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly protocol: number;
  readonly identification: number;
  /** Of the first byte of the payload within the datagram. */
  readonly fragmentOffset: number;
  /** The bytes up to the total length: the padding of the link layer is cut off. */
  readonly payload: ByteReader;
  /** It is one of several fragments of a datagram. */
  readonly isFragment: boolean;
  /** The capture holds all the bytes of the payload that the header claims. */
  readonly whole: boolean;
  /** Source and destination address, 8 bytes, as pseudo-headers have them. */
  readonly addresses: ByteReader;
}

/** `consumed` is the header with its options. Null where the fixed header is not all there, or this is no IPv4. */
export function decodeIpv4(packet: ByteReader): Decoded<Ipv4 | null> {
  const versionAndLength = packet.u8(0);
  if (versionAndLength === undefined || packet.length < 20) {
    const text = 'the packet ends within its IPv4 header (RFC 791 section 3.1)';
    return { value: null, problems: [packet.wireLength >= 20 ? cut(text) : malformed(text)], consumed: 0 };
  }
  const version = versionAndLength >> 4;
  if (version !== 4) {
    return {
      value: null,
      problems: [malformed(`IP version ${version} in an IPv4 packet (RFC 791 section 3.1)`)],
      consumed: 0,
    };
  }
  const problems: Problem[] = [];
  const headerLength = (versionAndLength & 0x0f) * 4;
  if (headerLength < 20) problems.push(malformed(`IPv4 header length ${headerLength}, below 20 (RFC 791 section 3.1)`));
  // A total length of 0 is what segmentation offload leaves in captures on the sender: the frame tells the length.
  const totalLength = packet.u16(2) || packet.wireLength;
  if (totalLength < headerLength) {
    problems.push(malformed(`IPv4 total length ${totalLength}, shorter than its header (RFC 791 section 3.1)`));
  } else if (totalLength > packet.wireLength) {
    const text = `IPv4 total length ${totalLength}, but the frame ends after ${packet.wireLength} (RFC 791 section 3.1)`;
    problems.push(malformed(text));
  }
  // A header checksum of 0 was left to the network card (captured on the sender).
  const isChecked = headerLength >= 20 && packet.length >= headerLength && packet.u16(10) !== 0;
  if (isChecked && folded(sumOfWords(packet, 0, headerLength)) !== 0xffff) {
    problems.push(malformed('the IPv4 header checksum is wrong (RFC 791 section 3.1)'));
  }
  const flagsAndOffset = packet.u16(6) ?? 0;
  const fragmentOffset = (flagsAndOffset & 0x1fff) * 8;
  const moreFragments = (flagsAndOffset & 0x2000) !== 0;
  const payloadLength = headerLength < 20 ? 0 : Math.max(0, totalLength - headerLength);
  const payload = packet.window(headerLength, payloadLength);
  const value = {
    source: ipv4Text(packet, 12) ?? '',
    destination: ipv4Text(packet, 16) ?? '',
    ttl: packet.u8(8) ?? 0,
    protocol: packet.u8(9) ?? 0,
    identification: packet.u16(4) ?? 0,
    fragmentOffset,
    isFragment: fragmentOffset !== 0 || moreFragments,
    payload,
    whole: payload.length === payloadLength,
    addresses: packet.window(12, 8),
  };
  return {
    value,
    problems: problems.length === 0 ? noProblems : problems,
    consumed: Math.min(packet.length, Math.max(20, headerLength)),
  };
}

export interface Ipv4Fields {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly ttl?: number;
  readonly typeOfService?: number;
  readonly identification?: number;
  readonly dontFragment?: boolean;
  readonly moreFragments?: boolean;
  /** Bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  /** A multiple of 4 bytes. */
  readonly options?: Uint8Array;
  /** These three are computed unless given, to make a packet that lies. */
  readonly headerLength?: number;
  readonly totalLength?: number;
  readonly checksum?: number;
}

export function encodeIpv4(fields: Ipv4Fields, payload: Uint8Array): Uint8Array {
  const options = fields.options ?? new Uint8Array(0);
  const header = concat(new Uint8Array(20), options);
  header[0] = 0x40 | ((fields.headerLength ?? header.length) / 4);
  header[1] = fields.typeOfService ?? 0;
  writeU16(header, 2, fields.totalLength ?? header.length + payload.length);
  writeU16(header, 4, fields.identification ?? 0);
  const flags = (fields.dontFragment === true ? 0x4000 : 0) | (fields.moreFragments === true ? 0x2000 : 0);
  writeU16(header, 6, flags | ((fields.fragmentOffset ?? 0) / 8));
  header[8] = fields.ttl ?? 255;
  header[9] = fields.protocol;
  header.set(addressBytes(fields.source), 12);
  header.set(addressBytes(fields.destination), 16);
  writeU16(header, 10, fields.checksum ?? checksumOf(sumOfWords(new ByteReader(header), 0, header.length)));
  return concat(header, payload);
}
