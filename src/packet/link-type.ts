import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { etherType, type Link } from './ether-type.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeLinuxSll, decodeLinuxSll2 } from './linux-sll.ts';
import { decodeNullLoopback } from './null-loopback.ts';
import { decodePpp } from './ppp.ts';
import { decodeRawIp, rawIp } from './raw-ip.ts';

/** The LINKTYPE_ values that we decode (tcpdump.org/linktypes.html). RAW has two more numbers, those of older systems. */
export const linkTypes = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  dltRaw: 12,
  openBsdRaw: 14,
  pppHdlc: 50,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

interface LinkType {
  readonly name: string;
  readonly decode: (packet: ByteReader) => Decoded<Link>;
}

const table: ReadonlyMap<number, LinkType> = new Map<number, LinkType>([
  [linkTypes.null, { name: 'NULL', decode: decodeNullLoopback }],
  [linkTypes.ethernet, { name: 'ETHERNET', decode: decodeEthernet }],
  [linkTypes.ppp, { name: 'PPP', decode: decodePpp }],
  [linkTypes.dltRaw, { name: 'RAW', decode: decodeRawIp }],
  [linkTypes.openBsdRaw, { name: 'RAW', decode: decodeRawIp }],
  [linkTypes.pppHdlc, { name: 'PPP_HDLC', decode: decodePpp }],
  [linkTypes.raw, { name: 'RAW', decode: decodeRawIp }],
  [linkTypes.loop, { name: 'LOOP', decode: decodeNullLoopback }],
  [linkTypes.linuxSll, { name: 'LINUX_SLL', decode: decodeLinuxSll }],
  [linkTypes.ipv4, { name: 'IPV4', decode: () => rawIp(etherType.ipv4) }],
  [linkTypes.ipv6, { name: 'IPV6', decode: () => rawIp(etherType.ipv6) }],
  [linkTypes.linuxSll2, { name: 'LINUX_SLL2', decode: decodeLinuxSll2 }],
]);

/** Names for a message about captures that we cannot decode. */
const unsupported: ReadonlyMap<number, string> = new Map([
  [6, 'IEEE802_5'],
  [10, 'FDDI'],
  [104, 'C_HDLC'],
  [105, 'IEEE802_11'],
  [107, 'FRELAY'],
  [127, 'IEEE802_11_RADIOTAP'],
  [189, 'USB_LINUX'],
  [192, 'PPI'],
  [195, 'IEEE802_15_4_WITHFCS'],
  [220, 'USB_LINUX_MMAPPED'],
  [239, 'NFLOG'],
  [249, 'USBPCAP'],
  [253, 'NETLINK'],
]);

/** The name of a link type without its LINKTYPE_ prefix; the number as text where we know no name. */
export function linkTypeName(linkType: number): string {
  return table.get(linkType)?.name ?? unsupported.get(linkType) ?? String(linkType);
}

/** Whether packets of this link type can be dissected. */
export function supportsLinkType(linkType: number): boolean {
  return table.has(linkType);
}

/** The link layer of a packet, `consumed` being the bytes before its payload; null for a link type that we cannot decode. */
export function decodeLink(linkType: number, packet: ByteReader): Decoded<Link> | null {
  return table.get(linkType)?.decode(packet) ?? null;
}
