import type { CapturedPacket, WirePacket } from '../model/packet.ts';
import { etherType } from './ether-type.ts';
import type { NetworkHeader } from './network-header.ts';

/** 2 to the power of 12. */
const slots = 4096;
/** Frames of up to 2 to the power of 8 bytes. */
const frameBits = 8;
const longestFrame = 1 << frameBits;

interface Remembered {
  readonly slot: number;
  readonly length: number;
  readonly originalLength: number;
  readonly linkType: number;
  /** Where its IPv4 header starts within the frame; -1 for any other protocol. */
  readonly ipv4: number;
  readonly decoded: WirePacket;
  /** Slot of the frame that followed it last. Its number, since references would chain frames that lost their slots. */
  next: number;
}

/**
 * What earlier frames decoded to. A master repeats one advert second after second, and gratuitous ARPs come in bursts:
 * nearly every frame equals an earlier one in all but the identification and header checksum that the kernel puts into
 * IPv4 headers. Comparing costs a small part of decoding, and answering with the same object lets those who follow see by
 * `===` that nothing changed (never the contrary: a frame may have lost its slot meanwhile).
 *
 * The table is direct-mapped and of fixed size, a megabyte and what its frames decoded to, so that random senders cost
 * time, not memory. Bytes are compared four at a time: byte by byte takes three times as long.
 */
export class FrameMemo {
  readonly #frames = new DataView(new ArrayBuffer(slots * longestFrame));
  readonly #slots = new Array<Remembered | undefined>(slots);
  /** What came last to each slot without being remembered, by a hash of all that is compared. */
  readonly #seen = new Int32Array(slots);
  #last: Remembered | undefined;
  /** The buffer of the last packet and a view of it: readers use one buffer for many packets. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  /**
   * The object of the frame that is most likely to come now, the one that came after the last frame before; undefined
   * where the packet is another. It spares the search for the network header, and the hash.
   */
  expected(packet: CapturedPacket): WirePacket | undefined {
    if (this.#last === undefined) return undefined;
    const candidate = this.#slots[this.#last.next];
    if (candidate === undefined || !this.#equals(candidate, packet)) return undefined;
    if (candidate !== this.#last) this.#last = candidate;
    return candidate.decoded;
  }

  /** The object that an equal frame decoded to. The header has been found in the packet. */
  recall(packet: CapturedPacket, header: NetworkHeader): WirePacket | undefined {
    const remembered = this.#slots[slotOf(packet.bytes, header)];
    if (remembered === undefined || !this.#equals(remembered, packet)) return undefined;
    this.#follow(remembered);
    return remembered.decoded;
  }

  /** Keeps a copy of the frame and what it decoded to, in place of another one of its slot, where it comes once more. */
  remember(packet: CapturedPacket, header: NetworkHeader, decoded: WirePacket): void {
    const { bytes, start, originalLength, linkType } = packet;
    const length = header.end - start;
    const isIpv4 = header.etherType === etherType.ipv4;
    if (length > longestFrame || (isIpv4 && isFragment(bytes, header.offset))) return;
    const slot = slotOf(bytes, header);
    const hash = hashOf(this.#viewOf(bytes), isIpv4 ? header.offset + 12 : start, header.end);
    if (this.#seen[slot] !== hash) {
      this.#seen[slot] = hash;
      return;
    }
    copyBytes(this.#viewOf(bytes), start, length, this.#frames, slot << frameBits);
    const ipv4 = isIpv4 ? header.offset - start : -1;
    const remembered: Remembered = { slot, length, originalLength, linkType, ipv4, decoded, next: slot };
    this.#slots[slot] = remembered;
    this.#follow(remembered);
  }

  #follow(remembered: Remembered): void {
    if (this.#last !== undefined) this.#last.next = remembered.slot;
    this.#last = remembered;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    return this.#view;
  }

  #equals(remembered: Remembered, packet: CapturedPacket): boolean {
    const { bytes, start, end } = packet;
    const { length, ipv4 } = remembered;
    if (
      end - start !== length ||
      end > bytes.length ||
      packet.originalLength !== remembered.originalLength ||
      packet.linkType !== remembered.linkType
    ) {
      return false;
    }
    const frames = this.#frames;
    const view = this.#viewOf(bytes);
    const base = remembered.slot << frameBits;
    const stop = base + length;
    const shift = start - base;
    if (ipv4 < 0) return sameBytes(frames, base, stop, view, shift);
    const ip = base + ipv4;
    return (
      // The addresses first, since they differ in most other packets.
      sameBytes(frames, ip + 12, stop, view, shift) &&
      sameIdentificationAndChecksum(frames, ip, view, ip + shift) &&
      sameBytes(frames, base, ip + 4, view, shift)
    );
  }
}

/** Copies four bytes or more; the last four may be copied twice. */
function copyBytes(from: DataView, start: number, length: number, to: DataView, base: number): void {
  const last = length - 4;
  for (let i = 0; i < last; i += 4) to.setInt32(base + i, from.getInt32(start + i, true), true);
  to.setInt32(base + last, from.getInt32(start + last, true), true);
}

/** From bytes that tell adverts apart: the ends of the addresses, VRID, priority, the end of the first virtual address. */
function slotOf(bytes: Uint8Array, header: NetworkHeader): number {
  const { offset: at, end } = header;
  let hash = 0;
  if (header.etherType === etherType.ipv4) {
    hash = mix((bytes[at + 14]! << 8) | bytes[at + 15]!, (bytes[at + 18]! << 8) | bytes[at + 19]!);
    if (at + 32 <= end) hash = mix(mix(hash, (bytes[at + 21]! << 8) | bytes[at + 22]!), bytes[at + 31]!);
  } else if (header.etherType === etherType.ipv6) {
    hash = mix((bytes[at + 22]! << 8) | bytes[at + 23]!, (bytes[at + 38]! << 8) | bytes[at + 39]!);
    if (at + 64 <= end) hash = mix(mix(hash, (bytes[at + 41]! << 8) | bytes[at + 42]!), bytes[at + 63]!);
  } else if (at + 18 <= end) {
    hash = mix((bytes[at + 12]! << 8) | bytes[at + 13]!, (bytes[at + 16]! << 8) | bytes[at + 17]!);
  }
  return hash >>> 20;
}

/** Of what tells frames apart, and is not put into IPv4 headers by the kernel: from the addresses to the end, four bytes or more. */
function hashOf(view: DataView, from: number, end: number): number {
  let hash = end - from;
  const last = end - 4;
  for (let i = from; i < last; i += 4) hash = mix(hash, view.getInt32(i, true));
  return mix(hash, view.getInt32(last, true));
}

/** The upper bits of the product depend on all bits of both numbers; 12 of them number the slots. */
function mix(hash: number, value: number): number {
  return Math.imul(hash ^ (hash >>> 15) ^ value, 0x9e3779b1);
}

/** Fragments are told apart by their identification, which the comparison passes over. */
function isFragment(bytes: Uint8Array, ip: number): boolean {
  return (bytes[ip + 6]! & 0x3f) !== 0 || bytes[ip + 7] !== 0;
}

/**
 * Of bytes 4 to 11 of two IPv4 headers that agree in all others: whether flags, fragment offset, TTL and protocol are the
 * same, and identification and checksum add up to the same, so that both checksums are right, or both wrong. One's
 * complement sums agree modulo 65535 (RFC 1071). A checksum of 0 was left to the network card and says nothing.
 */
function sameIdentificationAndChecksum(a: DataView, ipA: number, b: DataView, ipB: number): boolean {
  const identificationA = a.getInt32(ipA + 4);
  const identificationB = b.getInt32(ipB + 4);
  const checksumA = a.getInt32(ipA + 8);
  const checksumB = b.getInt32(ipB + 8);
  if (((identificationA ^ identificationB) & 0xffff) !== 0 || (checksumA ^ checksumB) >>> 16 !== 0) return false;
  const fieldA = checksumA & 0xffff;
  const fieldB = checksumB & 0xffff;
  if (fieldA === 0 || fieldB === 0) return fieldA === fieldB;
  // Not by a remainder, which may be -0 and is then a division of floating point.
  const difference = fieldA + (identificationA >>> 16) - fieldB - (identificationB >>> 16);
  return difference === 0 || difference === 0xffff || difference === -0xffff;
}

/** Whether `a[from, to)`, four bytes or more, equals the bytes of `b` that lie `shift` further. */
function sameBytes(a: DataView, from: number, to: number, b: DataView, shift: number): boolean {
  let i = from;
  // Most of the time goes into counting and checking of bounds: four words a turn halve it.
  for (; i <= to - 16; i += 16) {
    const j = i + shift;
    const difference =
      (a.getInt32(i, true) ^ b.getInt32(j, true)) |
      (a.getInt32(i + 4, true) ^ b.getInt32(j + 4, true)) |
      (a.getInt32(i + 8, true) ^ b.getInt32(j + 8, true)) |
      (a.getInt32(i + 12, true) ^ b.getInt32(j + 12, true));
    if (difference !== 0) return false;
  }
  const last = to - 4;
  for (; i < last; i += 4) if (a.getInt32(i, true) !== b.getInt32(i + shift, true)) return false;
  return a.getInt32(last, true) === b.getInt32(last + shift, true);
}
