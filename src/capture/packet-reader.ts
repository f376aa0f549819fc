import { foreignFormat } from './foreign-format.ts';
import { type Format, PacketOutlet } from './format.ts';
import { PcapFormat, pcapMagics } from './pcap-file.ts';
import { PcapngFormat, sectionHeaderBlock } from './pcapng-file.ts';
import { CaptureError, type CaptureSink } from './source.ts';

/** As much of an unknown stream as is looked at to say what it is. */
const recognisable = 512;
const firstRoom = 65_536;

/**
 * Takes a pcap or pcapng stream in pieces of any size and delivers its packets as they become complete.
 * Pieces are parsed where they lie; only what straddles two of them is copied, so that memory depends on the largest
 * block that was really there (at most 512 KiB), whatever lengths the stream claims.
 */
export class PacketReader {
  readonly #name: string;
  readonly #outlet: PacketOutlet;
  #format: Format | null = null;
  /** Bytes wanted before the stream's format can be told. */
  #wanted = 4;
  /** The beginning of a block that earlier pieces left incomplete. */
  #room = new Uint8Array(firstRoom);
  #roomView = new DataView(this.#room.buffer);
  #kept = 0;
  /** Bytes still to come that nobody wants. */
  #unwanted = 0;
  /** Bytes of the stream that are done with. */
  #offset = 0;

  /** `name` stands in messages; `interfaceName` is what packets carry of which the stream does not name the interface. */
  constructor(name: string, sink: Pick<CaptureSink, 'packet'>, interfaceName: string | null = null) {
    this.#name = name;
    this.#outlet = new PacketOutlet(sink, interfaceName);
  }

  /** Packets delivered so far; set it before the first piece of a stream that continues another one. */
  get frames(): number {
    return this.#outlet.packet.frame;
  }

  set frames(count: number) {
    this.#outlet.packet.frame = count;
  }

  /** Packets dropped while capturing, where the stream tells. */
  get dropped(): number | null {
    return this.#format?.dropped ?? null;
  }

  /** Stopped or damaged: no further piece will change anything. */
  get finished(): boolean {
    return this.#outlet.stopped || this.#damage !== null;
  }

  /** No packet is delivered after this, not even when called while one is being delivered. */
  stop(): void {
    this.#outlet.stopped = true;
  }

  /** The caller may reuse the piece afterwards. Throws a CaptureError where the stream is no capture at all. */
  push(piece: Uint8Array): void {
    let at = this.#passOver(piece.length);
    while (this.#kept > 0 && at < piece.length && !this.finished) {
      const taken = Math.min(this.#needed - this.#kept, piece.length - at);
      this.#keep(piece.subarray(at, at + taken));
      at += taken;
      if (this.#kept < this.#needed) return;
      const used = this.#parse(this.#room, this.#roomView, 0, this.#kept);
      this.#room.copyWithin(0, used, this.#kept);
      this.#kept -= used;
      at += this.#passOver(piece.length - at);
    }
    if (at === piece.length || this.finished) return;
    at = this.#parse(piece, new DataView(piece.buffer, piece.byteOffset, piece.length), at, piece.length);
    if (!this.finished) this.#keep(piece.subarray(at));
  }

  /**
   * To be called where the stream ends. Returns what is wrong with it, as a line, or null.
   * Throws a CaptureError where the stream is no capture at all.
   */
  end(): string | null {
    if (this.#outlet.stopped) return null;
    if (this.#format === null) {
      if (this.#kept === 0) throw new CaptureError(`${this.#name} is empty`);
      throw foreignFormat(this.#name, this.#room.subarray(0, this.#kept));
    }
    if (this.#damage !== null) return this.broken('damaged', `${this.#damage}, at byte ${this.#offset}`);
    if (this.#unwanted > 0) return this.broken('cut short', `the last ${this.#unwanted} bytes of a block are missing`);
    return this.#kept > 0 ? this.broken('cut short', this.#format.unfinished(this.#kept)) : null;
  }

  /** The line that says where the stream came to an end before its time, and why. */
  broken(how: 'cut short' | 'damaged', why: string): string {
    const place = this.frames === 0 ? 'before its first frame' : `after frame ${this.frames}`;
    return `${this.#name} is ${how} ${place}: ${why}`;
  }

  get #damage(): string | null {
    return this.#format?.damage ?? null;
  }

  get #needed(): number {
    return this.#format?.needed ?? this.#wanted;
  }

  /** Returns where it left off, within the bytes. */
  #parse(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    this.#format ??= this.#recognise(bytes, view, start, end);
    if (this.#format === null) return start;
    const used = this.#format.parse(bytes, view, start, end);
    const left = Math.min(used, end);
    this.#unwanted = used - left;
    this.#offset += left - start;
    return left;
  }

  #recognise(bytes: Uint8Array, view: DataView, start: number, end: number): Format | null {
    if (end - start >= 4) {
      if (view.getUint32(start) === sectionHeaderBlock) return new PcapngFormat(this.#outlet);
      for (const littleEndian of [true, false]) {
        const magic = view.getUint32(start, littleEndian);
        if (pcapMagics.includes(magic)) return new PcapFormat(this.#outlet, magic, littleEndian);
      }
    }
    if (end - start >= recognisable) throw foreignFormat(this.#name, bytes.subarray(start, end));
    this.#wanted = end - start < 4 ? 4 : recognisable;
    return null;
  }

  #passOver(available: number): number {
    const passed = Math.min(this.#unwanted, available);
    this.#unwanted -= passed;
    this.#offset += passed;
    return passed;
  }

  #keep(bytes: Uint8Array): void {
    const length = this.#kept + bytes.length;
    if (length > this.#room.length) {
      const larger = new Uint8Array(Math.max(length, this.#room.length * 2));
      larger.set(this.#room.subarray(0, this.#kept));
      this.#room = larger;
      this.#roomView = new DataView(larger.buffer);
    }
    this.#room.set(bytes, this.#kept);
    this.#kept = length;
  }
}
