import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { etherType, type Link } from './ether-type.ts';
import { malformed, noProblems } from './problem.ts';

/** No link layer: the packet starts with its IP header, whose first four bits tell the family (LINKTYPE_RAW, 101). */
export function decodeRawIp(packet: ByteReader): Decoded<Link> {
  const version = (packet.u8(0) ?? 0) >> 4;
  if (version === 4) return rawIp(etherType.ipv4);
  if (version === 6) return rawIp(etherType.ipv6);
  const problems = [malformed('the packet starts with neither an IPv4 nor an IPv6 header')];
  return { value: { sourceMac: null, vlan: [], etherType: null }, problems, consumed: 0 };
}

/** The same where the link type itself tells the family (LINKTYPE_IPV4, 228; LINKTYPE_IPV6, 229). */
export function rawIp(type: number): Decoded<Link> {
  return { value: { sourceMac: null, vlan: [], etherType: type }, problems: noProblems, consumed: 0 };
}
