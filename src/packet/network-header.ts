import type { CapturedPacket } from '../model/packet.ts';
import { etherType, isLlcLength, isVlanTag } from './ether-type.ts';
import { ipProtocol } from './ip-protocol.ts';
import { linkTypes } from './link-type.ts';
import { neighbourAdvertisementType } from './ndp.ts';
import { etherTypeOfFamily } from './null-loopback.ts';
import { etherTypeOfPpp } from './ppp.ts';

/**
 * Finds where the network header of a packet starts, and turns away what cannot be of interest. Captures are mostly
 * other traffic: this path reads a few bytes of each packet and allocates nothing, which is why it repeats in short what
 * the codecs of the link layers say. It may let through what then decodes to nothing, and never turns away anything else
 * (test/packet/dissect.test.ts compares the two). Every index is checked against the packet's end first.
 */
export class NetworkHeader {
  /** Into the packet's buffer: where the network header starts, and where the packet ends, never past the buffer. */
  offset = 0;
  end = 0;
  etherType = 0;

  /** Fills the fields; false for a packet that holds no advert, CARP or gratuitous announcement. */
  find(packet: CapturedPacket): boolean {
    const { bytes, start, linkType } = packet;
    const end = Math.min(packet.end, bytes.length);
    this.end = end;
    return this.#locate(bytes, start, end, linkType) && mayConcern(bytes, this.offset, end, this.etherType);
  }

  #locate(bytes: Uint8Array, start: number, end: number, linkType: number): boolean {
    let offset = start;
    let type = 0;
    switch (linkType) {
      case linkTypes.ethernet:
        offset = start + 14;
        if (offset > end) return false;
        type = (bytes[start + 12]! << 8) | bytes[start + 13]!;
        break;
      case linkTypes.linuxSll:
        offset = start + 16;
        if (offset > end) return false;
        type = (bytes[start + 14]! << 8) | bytes[start + 15]!;
        break;
      case linkTypes.linuxSll2:
        offset = start + 20;
        if (offset > end) return false;
        type = (bytes[start]! << 8) | bytes[start + 1]!;
        break;
      case linkTypes.null:
      case linkTypes.loop: {
        offset = start + 4;
        if (offset > end) return false;
        const high = (bytes[start]! << 8) | bytes[start + 1]!;
        const low = (bytes[start + 2]! << 8) | bytes[start + 3]!;
        type = etherTypeOfFamily(high * 0x10000 + low) ?? 0;
        break;
      }
      case linkTypes.ppp:
      case linkTypes.pppHdlc:
        return this.#locateBehindPpp(bytes, start, end);
      case linkTypes.ipv4:
        type = etherType.ipv4;
        break;
      case linkTypes.ipv6:
        type = etherType.ipv6;
        break;
      case linkTypes.raw:
      case linkTypes.dltRaw:
      case linkTypes.openBsdRaw:
        if (start >= end) return false;
        type = bytes[start]! >> 4 === 6 ? etherType.ipv6 : etherType.ipv4;
        break;
      default:
        return false;
    }
    while (isVlanTag(type)) {
      if (offset + 4 > end) return false;
      type = (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
      offset += 4;
    }
    if (isLlcLength(type)) {
      if (offset + 8 > end || bytes[offset] !== 0xaa || bytes[offset + 1] !== 0xaa) return false;
      type = (bytes[offset + 6]! << 8) | bytes[offset + 7]!;
      offset += 8;
    }
    this.offset = offset;
    this.etherType = type;
    return true;
  }

  #locateBehindPpp(bytes: Uint8Array, start: number, end: number): boolean {
    if (start + 4 > end) return false;
    const first = bytes[start]!;
    if (first === 0x0f || first === 0x8f) {
      this.offset = start + 4;
      this.etherType = (bytes[start + 2]! << 8) | bytes[start + 3]!;
      return true;
    }
    const offset = first === 0xff && bytes[start + 1] === 0x03 ? start + 2 : start;
    const protocol = bytes[offset]!;
    const isCompressed = protocol % 2 === 1;
    this.offset = offset + (isCompressed ? 1 : 2);
    this.etherType = etherTypeOfPpp(isCompressed ? protocol : (protocol << 8) | bytes[offset + 1]!) ?? 0;
    return true;
  }
}

function mayConcern(bytes: Uint8Array, offset: number, end: number, type: number): boolean {
  if (type === etherType.ipv4) {
    if (offset + 20 > end || bytes[offset]! >> 4 !== 4) return false;
    const protocol = bytes[offset + 9];
    if (protocol === ipProtocol.vrrp) return true;
    if (protocol !== ipProtocol.ah) return false;
    // The next header of AH, so that other IPsec traffic stays cheap.
    const payload = offset + (bytes[offset]! & 0x0f) * 4;
    return payload < end && bytes[payload] === ipProtocol.vrrp;
  }
  if (type === etherType.ipv6) {
    if (offset + 40 > end) return false;
    const nextHeader = bytes[offset + 6];
    if (nextHeader === ipProtocol.vrrp) return true;
    // Unsolicited, to a group.
    if (nextHeader === ipProtocol.icmpv6) {
      return offset + 45 <= end && bytes[offset + 40] === neighbourAdvertisementType && bytes[offset + 24] === 0xff;
    }
    return (
      nextHeader === ipProtocol.ah ||
      nextHeader === ipProtocol.hopByHopOptions ||
      nextHeader === ipProtocol.destinationOptions ||
      nextHeader === ipProtocol.routing ||
      nextHeader === ipProtocol.fragment
    );
  }
  if (type !== etherType.arp) return false;
  if (offset + 8 > end) return false;
  // ARP over other hardware than Ethernet goes on to the codec.
  if (bytes[offset + 4] !== 6) return true;
  // Bytes of the sender's and the target's address, which gratuitous ARP has alike.
  const sender = offset + 14;
  const target = offset + 24;
  return target + 4 <= end && bytes[sender + 3] === bytes[target + 3] && bytes[sender] === bytes[target];
}
