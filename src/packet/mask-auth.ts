import type { CapturedPacket } from '../model/packet.ts';
import { decodeAh } from './ah.ts';
import { ByteReader } from './byte-reader.ts';
import { folded } from './checksum.ts';
import { etherType } from './ether-type.ts';
import { ipProtocol } from './ip-protocol.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeLink } from './link-type.ts';

const headerLength = 8;
const authDataLength = 8;
const simpleAuth = 1;
/** What comes before the integrity check value of an authentication header (RFC 4302 section 2). */
const ahFixedLength = 12;

/**
 * Takes the secrets out of a packet, in its own bytes: the password of VRRPv2 becomes what `field` makes of it (8 characters
 * at most), and the checksum is changed by as much (RFC 1624), so that a good one stays good and a bad one bad. The check
 * value of AH, from which a password could be guessed, and later fragments, which may hold one, become zeros.
 */
export function maskAuth(packet: CapturedPacket, field: (password: string) => string): void {
  const { bytes, start, end, originalLength, linkType } = packet;
  const frame = new ByteReader(bytes, start, end, originalLength);
  const link = decodeLink(linkType, frame);
  if (link === null) return;
  const type = link.value.etherType;
  const datagram = frame.window(link.consumed);
  const ip = type === etherType.ipv4 ? ipv4(datagram) : type === etherType.ipv6 ? ipv6(datagram) : null;
  if (ip === null) return;
  const { protocol, payload, addressLength } = ip;
  if (protocol !== ipProtocol.vrrp && protocol !== ipProtocol.ah) return;
  if (ip.isLaterFragment) bytes.fill(0, payload.start, payload.start + payload.length);
  else if (protocol === ipProtocol.vrrp) maskMessage(bytes, payload, addressLength, field);
  else {
    const ah = decodeAh(payload);
    bytes.fill(0, payload.start + Math.min(ahFixedLength, ah.consumed), payload.start + ah.consumed);
    if (ah.value?.nextHeader === ipProtocol.vrrp) maskMessage(bytes, ah.value.payload, addressLength, field);
  }
}

interface Datagram {
  readonly protocol: number;
  readonly payload: ByteReader;
  readonly isLaterFragment: boolean;
  /** Of an address in the message. */
  readonly addressLength: 4 | 16;
}

function ipv4(datagram: ByteReader): Datagram | null {
  const { value } = decodeIpv4(datagram);
  if (value === null) return null;
  const { protocol, payload, fragmentOffset } = value;
  return { protocol, payload, isLaterFragment: fragmentOffset !== 0, addressLength: 4 };
}

function ipv6(datagram: ByteReader): Datagram | null {
  const { value } = decodeIpv6(datagram);
  if (value === null) return null;
  const { nextHeader, payload, fragmentOffset } = value;
  return { protocol: nextHeader, payload, isLaterFragment: fragmentOffset !== 0, addressLength: 16 };
}

/** Of VRRPv2 with a password. What its address count claims is not believed: all that may be password goes. */
function maskMessage(
  bytes: Uint8Array,
  message: ByteReader,
  addressLength: number,
  field: (password: string) => string,
): void {
  const version = (message.u8(0) ?? 0) >> 4;
  if (version !== 2 || message.u8(4) !== simpleAuth) return;
  const claimed = headerLength + (message.u8(3) ?? 0) * addressLength;
  const at = Math.max(headerLength, Math.min(claimed, message.wireLength - authDataLength));
  const there = Math.max(0, Math.min(authDataLength, message.length - at));
  const from = message.start + at;
  const old = Uint8Array.from(bytes.subarray(from, from + there));
  const text = String.fromCharCode(...old).replace(/\0+$/, '');
  const masked = field(text);
  for (let i = 0; i < there; i++) bytes[from + i] = i < masked.length ? masked.charCodeAt(i) & 0xff : 0;
  if (message.length < headerLength) return;
  const checksumAt = message.start + 6;
  let sum = ~((bytes[checksumAt]! << 8) | bytes[checksumAt + 1]!) & 0xffff;
  for (let i = 0; i < there; i++) {
    // An odd offset is the low byte of its word.
    const shift = (at + i) % 2 === 0 ? 8 : 0;
    sum += (~(old[i]! << shift) & (0xff << shift)) + (bytes[from + i]! << shift);
  }
  const checksum = ~folded(sum) & 0xffff;
  bytes[checksumAt] = checksum >> 8;
  bytes[checksumAt + 1] = checksum & 0xff;
}
