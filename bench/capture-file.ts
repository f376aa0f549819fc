import { closeSync, openSync, writeSync } from 'node:fs';

const roomLength = 4_194_304;
const headerLength = 16;

/** A pcap file in the making: Ethernet, microseconds, written in large pieces. Frames are copied, so that they can be reused. */
export class CaptureFile {
  packets = 0;
  readonly #descriptor: number;
  readonly #room = Buffer.allocUnsafe(roomLength);
  #used = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'w');
    this.#room.set(captureHeader());
    this.#used = 24;
  }

  /** `at`: microseconds since the epoch. */
  add(frame: Uint8Array, at: number): void {
    const length = headerLength + frame.length;
    if (this.#used + length > roomLength) this.#flush();
    putPacket(this.#room, this.#used, frame, at);
    this.#used += length;
    this.packets++;
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#room, 0, this.#used);
    this.#used = 0;
  }
}

/** The 24 bytes at the start of a file. */
export function captureHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** A packet with its header. */
export function putPacket(room: Buffer, offset: number, frame: Uint8Array, at: number): void {
  putTime(room, offset, at);
  room.writeUInt32LE(frame.length, offset + 8);
  room.writeUInt32LE(frame.length, offset + 12);
  room.set(frame, offset + headerLength);
}

/** The time of the packet whose header starts at `offset`. */
export function putTime(room: Buffer, offset: number, at: number): void {
  const seconds = Math.floor(at / 1e6);
  room.writeUInt32LE(seconds, offset);
  room.writeUInt32LE(at - seconds * 1e6, offset + 4);
}
