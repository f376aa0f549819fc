import type { CapturedPacket } from '../model/packet.ts';
import { printable } from '../model/printable.ts';
import { type Format, maximumLength, maximumPacketLength, type PacketOutlet } from './format.ts';

/** Block types (draft-ietf-opsawg-pcapng, section 4). A section header's reads alike in both byte orders. */
export const sectionHeaderBlock = 0x0a0d0d0a;
export const interfaceDescriptionBlock = 1;
const obsoletePacketBlock = 2;
const simplePacketBlock = 3;
const interfaceStatisticsBlock = 5;
export const enhancedPacketBlock = 6;

const byteOrderMagic = 0x1a2b3c4d;
const smallestBlock = 12;
const smallestSectionHeader = 28;
/** As in libpcap. A larger block is damage, even if we would only skip it. */
const largestBlock = 16_777_216;
/** What a block that we look at may hold besides a packet: its options. */
const largestOptions = 262_144;
/** An interface costs us memory: a file that describes more of them in one section than this is damaged. */
const mostInterfaces = 16_384;
const longestName = 64;
/** Where the time of ECMAScript's Date ends; of no use to anyone beyond, and those who print times rely on it. */
const lastSecond = 8_640_000_000_000;

const nameOption = 2;
const resolutionOption = 9;
const offsetOption = 14;
const interfaceDropOption = 5;
const systemDropOption = 7;

/** The header of each kind of packet block, from the block's start to the packet's bytes. */
const enhancedHeaderLength = 28;
const simpleHeaderLength = 12;

/**
 * The pcapng format (draft-ietf-opsawg-pcapng): sections of either byte order one after the other, any number of
 * interfaces with link type, name and time resolution of their own, enhanced, simple and obsolete packet blocks, and
 * drop counts. Other blocks are skipped. A simple packet block holds no time: its packet has `seconds` 0.
 */
export class PcapngFormat implements Format {
  needed = smallestSectionHeader;
  damage: string | null = null;
  readonly #outlet: PacketOutlet;
  readonly #fallbackName: string | null;
  #littleEndian = true;
  #interfaces: Interface[] = [];
  /** Drops of the sections that are over, null while no block told any. */
  #earlierDrops: number | null = null;

  constructor(outlet: PacketOutlet) {
    this.#outlet = outlet;
    this.#fallbackName = outlet.packet.interfaceName;
  }

  get dropped(): number | null {
    let total = this.#earlierDrops;
    for (const { dropped } of this.#interfaces) if (dropped !== null) total = (total ?? 0) + dropped;
    // A damaged block may claim any number: what is no whole number any more would be no JSON integer either.
    return total === null ? null : Math.min(total, Number.MAX_SAFE_INTEGER);
  }

  parse(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const outlet = this.#outlet;
    outlet.packet.bytes = bytes;
    let at = start;
    while (!outlet.stopped) {
      if (at + 8 > end) {
        this.needed = 8;
        break;
      }
      const isSection = view.getUint32(at, true) === sectionHeaderBlock;
      if (isSection) {
        if (at + smallestSectionHeader > end) {
          this.needed = smallestSectionHeader;
          break;
        }
        if (!this.#startSection(view, at)) break;
      }
      const length = view.getUint32(at + 4, this.#littleEndian);
      if (length < smallestBlock || length % 4 !== 0 || length > largestBlock) {
        this.damage = `a block that claims to be ${length} bytes long`;
        break;
      }
      if (!isSection) {
        const type = view.getUint32(at, this.#littleEndian);
        const lookedAt =
          type === enhancedPacketBlock ||
          type === interfaceDescriptionBlock ||
          type === simplePacketBlock ||
          type === obsoletePacketBlock ||
          type === interfaceStatisticsBlock;
        if (lookedAt) {
          const wanted = Math.min(length, maximumPacketLength + largestOptions);
          if (at + wanted > end) {
            this.needed = wanted;
            break;
          }
          this.damage = this.#parseBlock(type, bytes, view, at, length, wanted);
          if (this.damage !== null) break;
        }
      }
      at += length;
    }
    return at;
  }

  unfinished(available: number): string {
    return available < 8
      ? `${available} bytes of a block header`
      : `${available} of the ${this.needed} bytes of a block`;
  }

  #startSection(view: DataView, at: number): boolean {
    const magic = view.getUint32(at + 8, true);
    this.#littleEndian = magic === byteOrderMagic;
    if (!this.#littleEndian && view.getUint32(at + 8, false) !== byteOrderMagic) {
      this.damage = 'a section header without its byte order';
      return false;
    }
    const major = view.getUint16(at + 12, this.#littleEndian);
    if (major !== 1) {
      this.damage = `version ${major} of the pcapng format, which is not known`;
      return false;
    }
    if (view.getUint32(at + 4, this.#littleEndian) < smallestSectionHeader) {
      this.damage = 'a section header that is too short';
      return false;
    }
    this.#earlierDrops = this.dropped;
    this.#interfaces = [];
    return true;
  }

  /** A block of which the first `available` bytes are there: all, unless it holds far more than a packet and its name. */
  #parseBlock(
    type: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    available: number,
  ): string | null {
    if (available === length && view.getUint32(at + length - 4, this.#littleEndian) !== length) {
      return 'a block whose two lengths differ';
    }
    switch (type) {
      case interfaceDescriptionBlock:
        return available === length ? this.#describeInterface(bytes, view, at, length) : 'a description without end';
      case interfaceStatisticsBlock:
        return available === length ? this.#countDrops(view, at, length) : 'statistics without end';
      case simplePacketBlock:
        return this.#parseSimplePacket(view, at, length, available);
      default:
        return this.#parsePacket(type, view, at, length, available);
    }
  }

  #parsePacket(type: number, view: DataView, at: number, length: number, available: number): string | null {
    if (length < enhancedHeaderLength + 4) return 'a packet block that is too short';
    const littleEndian = this.#littleEndian;
    const index =
      type === enhancedPacketBlock ? view.getUint32(at + 8, littleEndian) : view.getUint16(at + 8, littleEndian);
    const source = this.#interfaces[index];
    if (source === undefined) return `a packet of interface ${index}, which the file does not describe`;
    const captured = view.getUint32(at + 20, littleEndian);
    if (captured > maximumLength(source.linkType) || captured > length - enhancedHeaderLength - 4) {
      return `a packet that claims to be ${captured} bytes long`;
    }
    const { packet } = this.#outlet;
    source.clock.set(packet, view.getUint32(at + 12, littleEndian), view.getUint32(at + 16, littleEndian));
    if (Math.abs(packet.seconds) > lastSecond) return 'a packet of a time that no calendar has';
    const original = view.getUint32(at + 24, littleEndian);
    this.#deliver(source, at + enhancedHeaderLength, captured, original, at + available);
    return null;
  }

  #parseSimplePacket(view: DataView, at: number, length: number, available: number): string | null {
    if (length < simpleHeaderLength + 4) return 'a packet block that is too short';
    const source = this.#interfaces[0];
    if (source === undefined) return 'a packet of interface 0, which the file does not describe';
    const original = view.getUint32(at + 8, this.#littleEndian);
    const captured = Math.min(original, source.snapLength);
    if (captured > maximumLength(source.linkType) || captured > length - simpleHeaderLength - 4) {
      return `a packet that claims to be ${captured} bytes long`;
    }
    this.#outlet.packet.seconds = 0;
    this.#outlet.packet.nanoseconds = 0;
    this.#deliver(source, at + simpleHeaderLength, captured, original, at + available);
    return null;
  }

  #deliver(source: Interface, start: number, captured: number, original: number, available: number): void {
    const { packet } = this.#outlet;
    packet.start = start;
    packet.end = Math.min(start + captured, start + maximumPacketLength, available);
    packet.originalLength = original;
    packet.linkType = source.linkType;
    packet.timeDigits = source.clock.digits;
    packet.interfaceName = source.name;
    this.#outlet.deliver();
  }

  #describeInterface(bytes: Uint8Array, view: DataView, at: number, length: number): string | null {
    if (length < 20) return 'an interface description that is too short';
    if (this.#interfaces.length === mostInterfaces) return `more than ${mostInterfaces} interfaces`;
    let name = this.#fallbackName;
    let resolution = 6;
    let offsetSeconds = 0;
    for (const option of options(view, at + 16, at + length - 4, this.#littleEndian)) {
      if (option.code === nameOption) {
        name = decodeName(bytes.subarray(option.start, option.start + Math.min(option.length, longestName)));
      } else if (option.code === resolutionOption && option.length >= 1) {
        resolution = view.getUint8(option.start);
      } else if (option.code === offsetOption && option.length >= 8) {
        offsetSeconds = Number(view.getBigInt64(option.start, this.#littleEndian));
      }
    }
    const clock = clockOf(resolution, offsetSeconds);
    if (clock === null) return `an interface with a time resolution (${resolution}) that does not exist`;
    const snapLength = view.getUint32(at + 12, this.#littleEndian);
    this.#interfaces.push({
      linkType: view.getUint16(at + 8, this.#littleEndian),
      snapLength: snapLength === 0 ? Number.POSITIVE_INFINITY : snapLength,
      name,
      clock,
      dropped: null,
    });
    return null;
  }

  /** The counts run from the start of the capture, so that the last statistics of an interface say all. */
  #countDrops(view: DataView, at: number, length: number): string | null {
    if (length < 24) return 'a statistics block that is too short';
    const source = this.#interfaces[view.getUint32(at + 8, this.#littleEndian)];
    if (source === undefined) return null;
    let dropped: number | null = null;
    for (const option of options(view, at + 20, at + length - 4, this.#littleEndian)) {
      if ((option.code === interfaceDropOption || option.code === systemDropOption) && option.length >= 8) {
        dropped = (dropped ?? 0) + Number(view.getBigUint64(option.start, this.#littleEndian));
      }
    }
    if (dropped !== null) source.dropped = dropped;
    return null;
  }
}

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly name: string | null;
  readonly clock: Clock;
  dropped: number | null;
}

interface Option {
  readonly code: number;
  readonly start: number;
  readonly length: number;
}

/** Options up to the first that does not fit: a broken list of them harms nothing but itself. */
function* options(view: DataView, start: number, end: number, littleEndian: boolean): Generator<Option> {
  let at = start;
  while (at + 4 <= end) {
    const code = view.getUint16(at, littleEndian);
    const length = view.getUint16(at + 2, littleEndian);
    if (code === 0 || at + 4 + length > end) return;
    yield { code, start: at + 4, length };
    at += 4 + Math.ceil(length / 4) * 4;
  }
}

function decodeName(bytes: Uint8Array): string | null {
  const name = printable(new TextDecoder().decode(bytes).replace(/\0.*$/s, ''));
  return name === '' ? null : name;
}

/** Turns an interface's 64-bit count of units since the epoch into seconds and nanoseconds. */
interface Clock {
  readonly digits: number;
  set(packet: CapturedPacket, high: number, low: number): void;
}

/** if_tsresol (section 4.2): 10^-n, or 2^-n with the upper bit set; null where no 64-bit count can be of that size. */
function clockOf(resolution: number, offsetSeconds: number): Clock | null {
  const exponent = resolution & 0x7f;
  if ((resolution & 0x80) !== 0) {
    return exponent > 63
      ? null
      : exactClock(2n ** BigInt(exponent), Math.ceil(exponent * Math.log10(2)), offsetSeconds);
  }
  if (exponent > 19) return null;
  return exponent <= 9
    ? decimalClock(exponent, offsetSeconds)
    : exactClock(10n ** BigInt(exponent), exponent, offsetSeconds);
}

/** Up to nanoseconds, which is nearly every file: long division by 16 bits at a time is exact in doubles, and quick. */
function decimalClock(digits: number, offsetSeconds: number): Clock {
  const unitsPerSecond = 10 ** digits;
  const nanosecondsPerUnit = 10 ** (9 - digits);
  return {
    digits,
    set(packet, high, low): void {
      const upper = (high % unitsPerSecond) * 65_536 + (low >>> 16);
      const lower = (upper % unitsPerSecond) * 65_536 + (low & 0xffff);
      packet.seconds =
        Math.floor(high / unitsPerSecond) * 4_294_967_296 +
        Math.floor(upper / unitsPerSecond) * 65_536 +
        Math.floor(lower / unitsPerSecond) +
        offsetSeconds;
      packet.nanoseconds = (lower % unitsPerSecond) * nanosecondsPerUnit;
    },
  };
}

function exactClock(unitsPerSecond: bigint, digits: number, offsetSeconds: number): Clock {
  return {
    digits: Math.min(digits, 9),
    set(packet, high, low): void {
      const count = (BigInt(high) << 32n) | BigInt(low);
      packet.seconds = Number(count / unitsPerSecond) + offsetSeconds;
      packet.nanoseconds = Number(((count % unitsPerSecond) * 1_000_000_000n) / unitsPerSecond);
    },
  };
}
