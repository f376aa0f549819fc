import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat } from './bytes.ts';
import { etherType, type Link } from './ether-type.ts';
import { cut, malformed, noProblems } from './problem.ts';

/**
 * Four bytes with a protocol family, in the byte order of the host that captured (LINKTYPE_NULL, 0) or in network order
 * (LINKTYPE_LOOP, 108); a family is a small number, which tells the order.
 */
export function decodeNullLoopback(packet: ByteReader): Decoded<Link> {
  const value = packet.u32(0);
  if (value === undefined) {
    const text = 'the packet ends within its loopback header';
    const problems = [packet.wireLength >= 4 ? cut(text) : malformed(text)];
    return { value: { sourceMac: null, vlan: [], etherType: null }, problems, consumed: packet.length };
  }
  const link = { sourceMac: null, vlan: [], etherType: etherTypeOfFamily(value) };
  return { value: link, problems: noProblems, consumed: 4 };
}

/**
 * The EtherType for a protocol family that was read in network order: 2 is IPv4 everywhere; IPv6 is 10 on Linux, 24 on
 * NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS (tcpdump.org, LINKTYPE_NULL). Null for any other.
 */
export function etherTypeOfFamily(value: number): number | null {
  const family = (value & 0xffffff) === 0 ? value >>> 24 : value;
  if (family === 2) return etherType.ipv4;
  if (family === 10 || family === 24 || family === 28 || family === 30) return etherType.ipv6;
  return null;
}

export function encodeNullLoopback(
  fields: { readonly family: number; readonly byteOrder: 'little' | 'big' },
  payload: Uint8Array,
): Uint8Array {
  const header = new Uint8Array(4);
  header[fields.byteOrder === 'little' ? 0 : 3] = fields.family;
  return concat(header, payload);
}
