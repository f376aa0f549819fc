import { constants, fstatSync, type Stats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { CapturedPacket } from '../model/packet.ts';
import { maximumPacketLength } from './format.ts';
import { enhancedPacketBlock, interfaceDescriptionBlock, sectionHeaderBlock } from './pcapng-file.ts';
import { CaptureError } from './source.ts';

/**
 * Opens a capture file to write, `-` for stdout: pcapng where its name ends so, else pcap, in this format's
 * nanosecond variant if the first packet has more than six digits. `input` is the file being read, which is never
 * overwritten. Rejects with a CaptureError where the file cannot be opened, or is the input.
 */
export async function openWriter(path: string, ...inputs: readonly string[]): Promise<PcapWriter> {
  if (path === '-') return new PcapWriter('stdout', new PcapEncoder('stdout'), new StdoutDestination());
  if (inputs.some((input) => isSameFile(path, input))) {
    throw new CaptureError(`${path} is the capture being read, and is not overwritten`, {
      hint: 'give -w another name',
    });
  }
  const encoder = path.endsWith('.pcapng') ? new PcapngEncoder() : new PcapEncoder(path);
  try {
    return new PcapWriter(path, encoder, new FileDestination(await open(path, constants.O_WRONLY | constants.O_CREAT)));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/**
 * Writes packets to a capture file. `write` only collects: call `flush` after each batch (live, so that others can
 * read along; from a file, to keep memory bounded), and `close` at the end.
 */
export class PcapWriter {
  readonly #name: string;
  readonly #encoder: Encoder;
  readonly #destination: Destination;
  #room = new Room();
  #otherRoom = new Room();
  /** All that was flushed, in order, whoever asked for it. */
  #flushed: Promise<void> = Promise.resolve();

  constructor(name: string, encoder: Encoder, destination: Destination) {
    this.#name = name;
    this.#encoder = encoder;
    this.#destination = destination;
  }

  /** Throws a CaptureError where the format cannot hold this packet beside the earlier ones. */
  write(packet: CapturedPacket): void {
    this.#encoder.encode(packet, this.#room);
  }

  /** Rejects with a CaptureError (`code` ENOSPC, EPIPE, …) when writing fails; and so does every flush after that. */
  flush(): Promise<void> {
    this.#flushed = this.#flushed.then(() => this.#writeOut());
    return this.#flushed;
  }

  /** A file without packets is a valid capture as well. */
  async close(): Promise<void> {
    this.#encoder.finish(this.#room);
    try {
      await this.flush();
    } finally {
      await this.abandon();
    }
  }

  /** Closes without a word: where no packet was written, what stood in the file stays. */
  async abandon(): Promise<void> {
    try {
      await this.#destination.close();
    } catch (error) {
      throw cannotWrite(this.#name, error);
    }
  }

  async #writeOut(): Promise<void> {
    const room = this.#room;
    if (room.length === 0) return;
    this.#room = this.#otherRoom;
    this.#otherRoom = room;
    try {
      await this.#destination.write(room.bytes.subarray(0, room.length));
    } catch (error) {
      throw cannotWrite(this.#name, error);
    }
    room.length = 0;
  }
}

interface Destination {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** A file that keeps what stands in it until the first packets come. */
class FileDestination implements Destination {
  readonly #file: FileHandle;
  #started = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#started && (await this.#file.stat()).isFile()) await this.#file.truncate();
    this.#started = true;
    await this.#file.writeFile(bytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

class StdoutDestination implements Destination {
  // The callback of `write` tells of errors; without a listener the event would end the process before that.
  readonly #ignore = (): void => {};

  constructor() {
    process.stdout.on('error', this.#ignore);
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {
    process.stdout.off('error', this.#ignore);
  }
}

/** Bytes collected for the next write. */
class Room {
  bytes = Buffer.allocUnsafe(65_536);
  length = 0;

  /** Makes room for `count` bytes, zeroed, and returns where they start. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, start));
      this.bytes = larger;
    }
    this.bytes.fill(0, start, this.length);
    return start;
  }
}

interface Encoder {
  encode(packet: CapturedPacket, room: Room): void;
  /** Writes what even a capture without packets has. */
  finish(room: Room): void;
}

/** pcap-savefile(5), version 2.4, little-endian. */
class PcapEncoder implements Encoder {
  readonly #name: string;
  #linkType: number | null = null;
  #nanoseconds = false;

  constructor(name: string) {
    this.#name = name;
  }

  encode(packet: CapturedPacket, room: Room): void {
    if (this.#linkType === null) this.#writeHeader(packet.linkType, packet.timeDigits > 6, room);
    if (packet.linkType !== this.#linkType) {
      throw new CaptureError(
        `${this.#name} cannot hold packets of link types ${this.#linkType} and ${packet.linkType}: pcap has one a file`,
        { hint: 'give -w a name that ends in .pcapng: that format can' },
      );
    }
    const length = packet.end - packet.start;
    const at = room.reserve(16 + length);
    const { bytes } = room;
    bytes.writeUInt32LE(packet.seconds >>> 0, at);
    bytes.writeUInt32LE(this.#nanoseconds ? packet.nanoseconds : Math.floor(packet.nanoseconds / 1000), at + 4);
    bytes.writeUInt32LE(length, at + 8);
    bytes.writeUInt32LE(packet.originalLength, at + 12);
    bytes.set(packet.bytes.subarray(packet.start, packet.end), at + 16);
  }

  finish(room: Room): void {
    if (this.#linkType === null) this.#writeHeader(1, false, room);
  }

  #writeHeader(linkType: number, nanoseconds: boolean, room: Room): void {
    this.#linkType = linkType;
    this.#nanoseconds = nanoseconds;
    const at = room.reserve(24);
    const { bytes } = room;
    bytes.writeUInt32LE(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, at);
    bytes.writeUInt16LE(2, at + 4);
    bytes.writeUInt16LE(4, at + 6);
    bytes.writeUInt32LE(maximumPacketLength, at + 16);
    bytes.writeUInt32LE(linkType, at + 20);
  }
}

/** Interfaces that are told apart in a file; packets of any further ones stand without a name. */
const mostInterfaces = 4096;

/** draft-ietf-opsawg-pcapng, one little-endian section, an interface for each link type, name and resolution. */
class PcapngEncoder implements Encoder {
  readonly #interfaces = new Map<string, number>();
  #started = false;

  encode(packet: CapturedPacket, room: Room): void {
    this.finish(room);
    const digits = packet.timeDigits > 6 ? 9 : 6;
    const index = this.#indexOf(packet.linkType, digits, packet.interfaceName ?? '', room);
    const captured = packet.end - packet.start;
    const length = 32 + padded(captured);
    const at = startBlock(room, enhancedPacketBlock, length);
    const { bytes } = room;
    const unitsPerSecond = 10 ** digits;
    const units =
      BigInt(packet.seconds) * BigInt(unitsPerSecond) + BigInt(Math.floor((packet.nanoseconds * unitsPerSecond) / 1e9));
    bytes.writeUInt32LE(index, at + 8);
    bytes.writeUInt32LE(Number((units >> 32n) & 0xffffffffn), at + 12);
    bytes.writeUInt32LE(Number(units & 0xffffffffn), at + 16);
    bytes.writeUInt32LE(captured, at + 20);
    bytes.writeUInt32LE(packet.originalLength, at + 24);
    bytes.set(packet.bytes.subarray(packet.start, packet.end), at + 28);
  }

  #indexOf(linkType: number, digits: number, name: string, room: Room): number {
    const key = `${linkType} ${digits} ${name}`;
    const known = this.#interfaces.get(key);
    if (known !== undefined) return known;
    const index = this.#interfaces.size;
    if (index >= mostInterfaces && name !== '') return this.#indexOf(linkType, digits, '', room);
    this.#interfaces.set(key, index);
    describeInterface(room, linkType, digits, name);
    return index;
  }

  finish(room: Room): void {
    if (this.#started) return;
    this.#started = true;
    const at = startBlock(room, sectionHeaderBlock, 28);
    room.bytes.writeUInt32LE(0x1a2b3c4d, at + 8);
    room.bytes.writeUInt16LE(1, at + 12);
    // The length of the section is not known beforehand.
    room.bytes.fill(0xff, at + 16, at + 24);
  }
}

function describeInterface(room: Room, linkType: number, digits: number, name: string): void {
  const nameBytes = Buffer.from(name);
  const nameLength = nameBytes.length === 0 ? 0 : 4 + padded(nameBytes.length);
  const at = startBlock(room, interfaceDescriptionBlock, 32 + nameLength);
  const { bytes } = room;
  bytes.writeUInt16LE(linkType, at + 8);
  bytes.writeUInt32LE(maximumPacketLength, at + 12);
  bytes.writeUInt16LE(9, at + 16);
  bytes.writeUInt16LE(1, at + 18);
  bytes.writeUInt8(digits, at + 20);
  if (nameLength > 0) {
    bytes.writeUInt16LE(2, at + 24);
    bytes.writeUInt16LE(nameBytes.length, at + 26);
    bytes.set(nameBytes, at + 28);
  }
}

function startBlock(room: Room, type: number, length: number): number {
  const at = room.reserve(length);
  room.bytes.writeUInt32LE(type, at);
  room.bytes.writeUInt32LE(length, at + 4);
  room.bytes.writeUInt32LE(length, at + length - 4);
  return at;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function isSameFile(path: string, input: string): boolean {
  try {
    const output: Stats = statSync(path);
    const source = input === '-' ? fstatSync(0) : statSync(input);
    return output.isFile() && output.dev === source.dev && output.ino === source.ino;
  } catch {
    return false;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'it has become too large',
  EPIPE: 'nobody reads it any more',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOENT: 'its folder does not exist',
  EROFS: 'the file system is read-only',
};

function cannotWrite(name: string, error: unknown): CaptureError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new CaptureError(`cannot write ${name}: ${reasons[code] ?? message}`, { code });
}
