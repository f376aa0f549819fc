import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { etherType, type Link } from './ether-type.ts';
import { cut, malformed, noProblems } from './problem.ts';

/**
 * PPP (LINKTYPE_PPP, 9; LINKTYPE_PPP_HDLC, 50), with the address and control bytes `ff 03` (RFC 1662 section 3.1) or
 * without, and Cisco's HDLC framing (RFC 1547 section 4.3.1), which starts with 0f or 8f and has an EtherType.
 */
export function decodePpp(packet: ByteReader): Decoded<Link> {
  const first = packet.u8(0);
  if (first === 0x0f || first === 0x8f) return behind(packet, 4, packet.u16(2) ?? null);
  const offset = first === 0xff && packet.u8(1) === 0x03 ? 2 : 0;
  const protocol = packet.u8(offset);
  // An odd first byte is a whole protocol number, compressed (RFC 1661 section 6.5).
  if (protocol !== undefined && protocol % 2 === 1) return behind(packet, offset + 1, etherTypeOfPpp(protocol));
  return behind(packet, offset + 2, etherTypeOfPpp(packet.u16(offset) ?? 0));
}

/** The EtherType for a PPP protocol number: 0x0021 IPv4, 0x0057 IPv6 (IANA, PPP numbers). Null for any other. */
export function etherTypeOfPpp(protocol: number): number | null {
  if (protocol === 0x0021) return etherType.ipv4;
  return protocol === 0x0057 ? etherType.ipv6 : null;
}

function behind(packet: ByteReader, headerLength: number, type: number | null): Decoded<Link> {
  const link = { sourceMac: null, vlan: [], etherType: type };
  if (packet.length >= headerLength) return { value: link, problems: noProblems, consumed: headerLength };
  const text = 'the packet ends within its PPP header (RFC 1661 section 2)';
  const problems = [packet.wireLength >= headerLength ? cut(text) : malformed(text)];
  return { value: { ...link, etherType: null }, problems, consumed: packet.length };
}

/** `withHdlc`: the bytes `ff 03` go before the protocol number. */
export function encodePpp(
  fields: { readonly protocol: number; readonly withHdlc: boolean },
  payload: Uint8Array,
): Uint8Array {
  const protocol = new Uint8Array(2);
  writeU16(protocol, 0, fields.protocol);
  return fields.withHdlc ? concat(Uint8Array.of(0xff, 0x03), protocol, payload) : concat(protocol, payload);
}
