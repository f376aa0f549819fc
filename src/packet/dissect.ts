import type { Advert, CapturedPacket, Carp, Envelope, Garp, Problem, WirePacket } from '../model/packet.ts';
import { type Ah, decodeAh } from './ah.ts';
import { decodeArp, isGratuitous } from './arp.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeCarp, isCarp } from './carp.ts';
import { etherType, type Link } from './ether-type.ts';
import { ipProtocol } from './ip-protocol.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeExtensionHeaders, decodeIpv6 } from './ipv6.ts';
import { decodeLink } from './link-type.ts';
import { FrameMemo } from './memo.ts';
import { allNodes, decodeNeighbourAdvertisement } from './ndp.ts';
import { NetworkHeader } from './network-header.ts';
import { allProblems } from './problem.ts';
import { decodeVrrp, isMulticast } from './vrrp.ts';

export { linkTypeName, supportsLinkType } from './link-type.ts';

/**
 * Dissects the packets of a capture. Packets of equal content give the same object while they are remembered, so that
 * `===` shows that nothing changed.
 */
export class Dissector {
  readonly #header = new NetworkHeader();
  readonly #memo = new FrameMemo();

  /** What the packet says, or null where it is nothing that we follow. Never throws, and keeps nothing of the buffer. */
  dissect(packet: CapturedPacket): WirePacket | null {
    const expected = this.#memo.expected(packet);
    if (expected !== undefined) return expected;
    if (!this.#header.find(packet)) return null;
    const known = this.#memo.recall(packet, this.#header);
    if (known !== undefined) return known;
    const decoded = dissectPacket(packet);
    if (decoded !== null) this.#memo.remember(packet, this.#header, decoded);
    return decoded;
  }
}

/** The same for a packet on its own, layer by layer, without memory. */
export function dissectPacket(packet: CapturedPacket): WirePacket | null {
  const frame = new ByteReader(packet.bytes, packet.start, packet.end, packet.originalLength);
  const link = decodeLink(packet.linkType, frame);
  if (link === null) return null;
  const payload = frame.window(link.consumed);
  switch (link.value.etherType) {
    case etherType.ipv4:
      return dissectIpv4(payload, link.value);
    case etherType.ipv6:
      return dissectIpv6(payload, link.value);
    case etherType.arp:
      return dissectArp(payload, link.value);
    default:
      return null;
  }
}

/** What lies between the link layer and VRRP or CARP. */
interface Carrier {
  readonly link: Link;
  readonly family: Advert['family'];
  readonly src: string;
  readonly dst: string;
  readonly ttl: number;
  readonly addresses: ByteReader;
  readonly isFragment: boolean;
  readonly whole: boolean;
  readonly ah: Ah | null;
  readonly problems: readonly Problem[];
}

function dissectIpv4(packet: ByteReader, link: Link): Advert | Carp | null {
  const { value: ip, problems } = decodeIpv4(packet);
  if (ip === null || ip.fragmentOffset !== 0) return null;
  const { addresses, isFragment, whole } = ip;
  const carrier: Carrier = {
    link,
    family: 'ipv4',
    src: ip.source,
    dst: ip.destination,
    ttl: ip.ttl,
    addresses,
    isFragment,
    whole,
    ah: null,
    problems,
  };
  if (ip.protocol === ipProtocol.vrrp) return dissectVrrp(ip.payload, carrier);
  return ip.protocol === ipProtocol.ah ? dissectAh(ip.payload, carrier) : null;
}

function dissectIpv6(packet: ByteReader, link: Link): WirePacket | null {
  const { value: ip, problems } = decodeIpv6(packet);
  if (ip === null || ip.fragmentOffset !== 0) return null;
  if (ip.nextHeader === ipProtocol.icmpv6) {
    // Hosts discard neighbour discovery from beyond the link (RFC 4861 section 7.1.2).
    const isFromLink = ip.hopLimit === 255 && ip.destination === allNodes;
    return isFromLink ? dissectNeighbourAdvertisement(ip.payload, link) : null;
  }
  const { addresses, isFragment, whole } = ip;
  const carrier: Carrier = {
    link,
    family: 'ipv6',
    src: ip.source,
    dst: ip.destination,
    ttl: ip.hopLimit,
    addresses,
    isFragment,
    whole,
    ah: null,
    problems,
  };
  if (ip.nextHeader === ipProtocol.vrrp) return dissectVrrp(ip.payload, carrier);
  return ip.nextHeader === ipProtocol.ah ? dissectAh(ip.payload, carrier) : null;
}

function dissectAh(payload: ByteReader, carrier: Carrier): Advert | null {
  const { value: ah, problems } = decodeAh(payload);
  if (ah === null) return null;
  const layers = allProblems(carrier.problems, problems);
  if (ah.nextHeader === ipProtocol.vrrp) return dissectAdvert(ah.payload, { ...carrier, ah, problems: layers });
  if (carrier.family === 'ipv4') return null;
  const extensions = decodeExtensionHeaders(ah.payload, ah.nextHeader);
  const { nextHeader, payload: message, fragmentOffset, isFragment } = extensions.value;
  if (nextHeader !== ipProtocol.vrrp || fragmentOffset !== 0) return null;
  return dissectAdvert(message, {
    ...carrier,
    ah,
    isFragment: carrier.isFragment || isFragment,
    problems: allProblems(layers, extensions.problems),
  });
}

function dissectVrrp(message: ByteReader, carrier: Carrier): Advert | Carp | null {
  return isCarp(message) ? dissectCarp(message, carrier) : dissectAdvert(message, carrier);
}

function dissectCarp(message: ByteReader, carrier: Carrier): Carp {
  const { value, problems } = decodeCarp(message);
  return {
    type: 'carp',
    ...envelope(carrier.link),
    family: carrier.family,
    src: carrier.src,
    dst: carrier.dst,
    ...value,
    problems: allProblems(carrier.problems, problems),
  };
}

function dissectAdvert(message: ByteReader, carrier: Carrier): Advert | null {
  const { link, family, src, dst, ttl, addresses, isFragment, whole, ah } = carrier;
  const multicast = isMulticast(addresses, addresses.length / 2, family);
  const { value, problems } = decodeVrrp(message, { family, addresses, multicast, isFragment, whole });
  if (value === null) return null;
  // Field by field: spreading objects would take as long as all the rest.
  return {
    type: 'advert',
    vlan: link.vlan,
    sourceMac: link.sourceMac,
    family,
    src,
    dst,
    multicast,
    ttl,
    version: value.version,
    messageType: value.messageType,
    vrid: value.vrid,
    prio: value.prio,
    authtype: value.authtype,
    auth: value.auth,
    intvl: value.intvl,
    addrs: value.addrs,
    checksum: value.checksum,
    checksumVariant: value.checksumVariant,
    checksumField: value.checksumField,
    checksumExpected: value.checksumExpected,
    trailer: value.trailer,
    length: value.length,
    ah: ah === null ? null : { spi: ah.spi, sequence: ah.sequence },
    problems: allProblems(carrier.problems, problems),
  };
}

function dissectArp(packet: ByteReader, link: Link): Garp | null {
  const { value: arp } = decodeArp(packet);
  if (arp === null || !isGratuitous(arp)) return null;
  return { type: 'garp', ...envelope(link), family: 'ipv4', address: arp.senderAddress, mac: arp.senderMac };
}

function dissectNeighbourAdvertisement(message: ByteReader, link: Link): Garp | null {
  const { value: advertisement } = decodeNeighbourAdvertisement(message);
  if (advertisement === null || advertisement.solicited) return null;
  const mac = advertisement.targetMac ?? link.sourceMac;
  if (mac === null) return null;
  return { type: 'garp', ...envelope(link), family: 'ipv6', address: advertisement.target, mac };
}

function envelope(link: Link): Envelope {
  return { vlan: link.vlan, sourceMac: link.sourceMac };
}
