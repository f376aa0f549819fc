import type { CapturedPacket } from '../../src/model/packet.ts';

/** A packet as a test wants it in a file; what is left out does not matter to the test. */
export interface PacketToWrite {
  readonly bytes: Uint8Array;
  readonly seconds?: number;
  /** In the file's own units: micro- or nanoseconds. */
  readonly fraction?: number;
  readonly capturedLength?: number;
  readonly originalLength?: number;
}

export interface PcapOptions {
  readonly magic?: number;
  readonly littleEndian?: boolean;
  readonly version?: readonly [number, number];
  readonly linkType?: number;
}

/** A pcap file (pcap-savefile(5)). */
export function pcapFile(packets: readonly PacketToWrite[], options: PcapOptions = {}): Buffer {
  const { magic = 0xa1b2c3d4, littleEndian = true, version = [2, 4], linkType = 1 } = options;
  const write = new Writer(littleEndian);
  write.u32(magic).u16(version[0]).u16(version[1]).u32(0).u32(0).u32(262_144).u32(linkType);
  for (const { bytes, seconds = 0, fraction = 0, capturedLength, originalLength } of packets) {
    const captured = capturedLength ?? bytes.length;
    write
      .u32(seconds)
      .u32(fraction)
      .u32(captured)
      .u32(originalLength ?? captured);
    if (magic === 0xa1b2cd34) write.u32(2).u32(0x0800);
    write.raw(bytes);
  }
  return write.bytes();
}

export interface InterfaceToWrite {
  readonly linkType?: number;
  readonly snapLength?: number;
  readonly name?: string;
  readonly resolution?: number;
  readonly offsetSeconds?: bigint;
}

/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng), in one byte order. */
export class PcapngBlocks {
  readonly #littleEndian: boolean;

  constructor(littleEndian = true) {
    this.#littleEndian = littleEndian;
  }

  section(): Buffer {
    const body = this.#write().u32(0x1a2b3c4d).u16(1).u16(0).u32(0xffffffff).u32(0xffffffff);
    return this.block(0x0a0d0d0a, body.bytes());
  }

  interface({ linkType = 1, snapLength = 0, name, resolution, offsetSeconds }: InterfaceToWrite = {}): Buffer {
    const body = this.#write().u16(linkType).u16(0).u32(snapLength);
    if (name !== undefined) this.#option(body, 2, Buffer.from(name));
    if (resolution !== undefined) this.#option(body, 9, Buffer.from([resolution]));
    if (offsetSeconds !== undefined) this.#option(body, 14, this.#write().u64(offsetSeconds).bytes());
    return this.block(1, body.u32(0).bytes());
  }

  enhancedPacket(bytes: Uint8Array, units = 0n, index = 0, originalLength = bytes.length): Buffer {
    return this.block(6, this.#packet(this.#write().u32(index), bytes, units, originalLength));
  }

  obsoletePacket(bytes: Uint8Array, units = 0n, index = 0, originalLength = bytes.length): Buffer {
    return this.block(2, this.#packet(this.#write().u16(index).u16(0), bytes, units, originalLength));
  }

  simplePacket(bytes: Uint8Array, originalLength = bytes.length): Buffer {
    return this.block(3, this.#write().u32(originalLength).raw(bytes).pad().bytes());
  }

  statistics(index: number, interfaceDrops: bigint, systemDrops: bigint): Buffer {
    const body = this.#write().u32(index).u32(0).u32(0);
    this.#option(body, 5, this.#write().u64(interfaceDrops).bytes());
    this.#option(body, 7, this.#write().u64(systemDrops).bytes());
    return this.block(5, body.u32(0).bytes());
  }

  block(type: number, body: Uint8Array): Buffer {
    const length = body.length + 12;
    return this.#write().u32(type).u32(length).raw(body).u32(length).bytes();
  }

  #packet(start: Writer, bytes: Uint8Array, units: bigint, originalLength: number): Buffer {
    start.u32(Number(units >> 32n)).u32(Number(units & 0xffffffffn));
    return start.u32(bytes.length).u32(originalLength).raw(bytes).pad().bytes();
  }

  #option(body: Writer, code: number, value: Uint8Array): void {
    body.u16(code).u16(value.length).raw(value).pad();
  }

  #write(): Writer {
    return new Writer(this.#littleEndian);
  }
}

class Writer {
  readonly #littleEndian: boolean;
  readonly #parts: Uint8Array[] = [];

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(value: number): this {
    const part = Buffer.alloc(2);
    this.#littleEndian ? part.writeUInt16LE(value) : part.writeUInt16BE(value);
    return this.raw(part);
  }

  u32(value: number): this {
    const part = Buffer.alloc(4);
    this.#littleEndian ? part.writeUInt32LE(value) : part.writeUInt32BE(value);
    return this.raw(part);
  }

  u64(value: bigint): this {
    const part = Buffer.alloc(8);
    this.#littleEndian ? part.writeBigInt64LE(value) : part.writeBigInt64BE(value);
    return this.raw(part);
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    return this;
  }

  /** To a multiple of four bytes. */
  pad(): this {
    return this.raw(Buffer.alloc(-this.bytes().length & 3));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** A packet as it was delivered, with bytes of its own. */
export function copyOf(packet: CapturedPacket): CapturedPacket {
  const bytes = Uint8Array.from(packet.bytes.subarray(packet.start, packet.end));
  return { ...packet, bytes, start: 0, end: bytes.length };
}
