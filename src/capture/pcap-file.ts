import { type Format, maximumLength, maximumPacketLength, type PacketOutlet } from './format.ts';

const nanosecondMagic = 0xa1b23c4d;
/** Alexey Kuznetzov's patch of the nineties, found on old Linux: eight bytes more in each packet header. */
const modifiedMagic = 0xa1b2cd34;
/** What the first four bytes are, read in the byte order of the file. */
export const pcapMagics: readonly number[] = [0xa1b2c3d4, nanosecondMagic, modifiedMagic];

const fileHeaderLength = 24;
const packetHeaderLength = 16;
const modifiedPacketHeaderLength = 24;

/**
 * The pcap format (pcap-savefile(5)): both byte orders, micro- and nanoseconds, versions 2.0 to 2.4 and 543.0, and the
 * modified one. Lengths in bytes, times in seconds since the epoch.
 */
export class PcapFormat implements Format {
  needed = fileHeaderLength;
  damage: string | null = null;
  readonly dropped = null;
  readonly #outlet: PacketOutlet;
  readonly #littleEndian: boolean;
  readonly #nanoseconds: boolean;
  readonly #headerLength: number;
  #headerSeen = false;
  #maximumLength = 0;
  /** Up to version 2.3 the two lengths of a packet stood the other way round; 2.3 itself was written in both ways. */
  #lengths: 'in order' | 'swapped' | 'either' = 'in order';

  /** `magic` is one of `pcapMagics`, as found at the start of the stream, which `parse` is then given from its start. */
  constructor(outlet: PacketOutlet, magic: number, littleEndian: boolean) {
    this.#outlet = outlet;
    this.#littleEndian = littleEndian;
    this.#nanoseconds = magic === nanosecondMagic;
    this.#headerLength = magic === modifiedMagic ? modifiedPacketHeaderLength : packetHeaderLength;
  }

  parse(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    if (!this.#headerSeen) {
      if (end - start < fileHeaderLength) return start;
      this.#parseFileHeader(view, start);
      return this.damage === null ? this.#parsePackets(bytes, view, start + fileHeaderLength, end) : start;
    }
    return this.#parsePackets(bytes, view, start, end);
  }

  unfinished(available: number): string {
    if (!this.#headerSeen) return `${available} of the ${fileHeaderLength} bytes of the file header`;
    if (available < this.#headerLength) return `${available} bytes of a packet header`;
    return `${available - this.#headerLength} of the ${this.needed - this.#headerLength} bytes of a packet`;
  }

  #parseFileHeader(view: DataView, at: number): void {
    const major = view.getUint16(at + 4, this.#littleEndian);
    const minor = view.getUint16(at + 6, this.#littleEndian);
    if (!((major === 2 && minor <= 4) || (major === 543 && minor === 0))) {
      this.damage = `version ${major}.${minor} of the pcap format is not one that exists`;
      return;
    }
    if (major === 543 || minor < 3) this.#lengths = 'swapped';
    else if (minor === 3) this.#lengths = 'either';
    // The upper half holds the length of a frame check sequence and reserved bits.
    const linkType = view.getUint32(at + 20, this.#littleEndian) & 0xffff;
    this.#maximumLength = maximumLength(linkType);
    const { packet } = this.#outlet;
    packet.linkType = linkType;
    packet.timeDigits = this.#nanoseconds ? 9 : 6;
    this.#headerSeen = true;
  }

  #parsePackets(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const outlet = this.#outlet;
    const { packet } = outlet;
    const littleEndian = this.#littleEndian;
    const headerLength = this.#headerLength;
    const unitsPerSecond = this.#nanoseconds ? 1_000_000_000 : 1_000_000;
    const nanosecondsPerUnit = this.#nanoseconds ? 1 : 1000;
    packet.bytes = bytes;
    let at = start;
    while (!outlet.stopped) {
      const body = at + headerLength;
      if (body > end) {
        this.needed = headerLength;
        break;
      }
      let captured = view.getUint32(at + 8, littleEndian);
      let original = view.getUint32(at + 12, littleEndian);
      if (this.#lengths === 'swapped' || (this.#lengths === 'either' && captured > original)) {
        [captured, original] = [original, captured];
      }
      if (captured > this.#maximumLength) {
        this.damage = `a packet that claims to be ${captured} bytes long`;
        break;
      }
      const kept = Math.min(captured, maximumPacketLength);
      if (body + kept > end) {
        this.needed = headerLength + kept;
        break;
      }
      let seconds = view.getUint32(at, littleEndian);
      let fraction = view.getUint32(at + 4, littleEndian);
      if (fraction >= unitsPerSecond) {
        seconds += Math.floor(fraction / unitsPerSecond);
        fraction %= unitsPerSecond;
      }
      packet.seconds = seconds;
      packet.nanoseconds = fraction * nanosecondsPerUnit;
      packet.start = body;
      packet.end = body + kept;
      packet.originalLength = original;
      at = body + captured;
      outlet.deliver();
    }
    return at;
  }
}
