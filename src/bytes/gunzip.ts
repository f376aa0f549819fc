import type { InflateRaw } from 'node:zlib';
import { BrokenBytes, type ByteSource } from './byte-source.ts';

const pieceLength = 65_536;

/** Flags of a member's header (RFC 1952, section 2.3.1). */
const headerChecksumFlag = 2;
const extraFlag = 4;
const nameFlag = 8;
const commentFlag = 16;

/** A source of which single bytes can be taken. */
export class Input implements ByteSource {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get available(): number {
    return this.bytes.length - this.at;
  }

  async read(): Promise<Uint8Array | null> {
    if (this.available === 0) return this.#source.read();
    const rest = this.bytes.subarray(this.at);
    this.at = this.bytes.length;
    return rest;
  }

  close(): void {
    this.#source.close();
  }

  /** Reads until `count` bytes are there, or fewer at the end. */
  async fill(count: number): Promise<void> {
    while (this.available < count) {
      // A copy: the next read overwrites what is there.
      const rest = Uint8Array.from(this.bytes.subarray(this.at));
      const piece = await this.#source.read();
      if (piece === null) return;
      this.bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      this.at = 0;
    }
  }

  async take(): Promise<number> {
    await this.fill(1);
    const byte = this.bytes[this.at];
    if (byte === undefined) throw cutShort();
    this.at += 1;
    return byte;
  }
}

/**
 * Unpacks gzip data (RFC 1952), member by member. node:zlib's own Gunzip throws away what it has just unpacked when
 * it meets an error, also when that is only something behind the last member; so we look at the members ourselves.
 */
export class GunzipBytes implements ByteSource {
  readonly #input: Input;
  readonly #pieces: AsyncGenerator<Uint8Array>;
  #inflate: InflateRaw | null = null;

  constructor(input: Input, warn: (phrase: string) => void) {
    this.#input = input;
    this.#pieces = this.#unpack(warn);
  }

  async read(): Promise<Uint8Array | null> {
    const { done, value } = await this.#pieces.next();
    return done === true ? null : value;
  }

  close(): void {
    this.#inflate?.destroy();
    this.#input.close();
  }

  async *#unpack(warn: (phrase: string) => void): AsyncGenerator<Uint8Array> {
    // Loaded only where there is something to unpack.
    const { crc32, createInflateRaw } = await import('node:zlib');
    const input = this.#input;
    do {
      await this.#skipHeader();
      let checksum = 0;
      for await (const piece of this.#inflateMember(createInflateRaw({ chunkSize: pieceLength }))) {
        checksum = crc32(piece, checksum);
        yield piece;
      }
      let stored = 0;
      for (let shift = 0; shift < 32; shift += 8) stored |= (await input.take()) << shift;
      if (stored >>> 0 !== checksum) throw new BrokenBytes('damaged', 'the checksum of its gzip data is wrong');
      for (let i = 0; i < 4; i++) await input.take();
      await input.fill(2);
      // Tapes and disks pad with zeros.
      while (input.available > 0 && input.bytes[input.at] === 0) {
        input.at += 1;
        await input.fill(2);
      }
    } while (input.bytes[input.at] === 0x1f && input.bytes[input.at + 1] === 0x8b);
    if (input.available > 0) warn('what follows its gzip data is ignored');
  }

  async #skipHeader(): Promise<void> {
    const input = this.#input;
    const fixed: number[] = [];
    while (fixed.length < 10) fixed.push(await input.take());
    if (fixed[2] !== 8) throw new BrokenBytes('damaged', 'its gzip data are packed by an unknown method');
    const flags = fixed[3] ?? 0;
    if ((flags & extraFlag) !== 0) {
      const length = (await input.take()) | ((await input.take()) << 8);
      for (let i = 0; i < length; i++) await input.take();
    }
    for (const flag of [nameFlag, commentFlag]) {
      if ((flags & flag) !== 0) while ((await input.take()) !== 0);
    }
    if ((flags & headerChecksumFlag) !== 0) {
      await input.take();
      await input.take();
    }
  }

  /** Unpacks one member and leaves the input behind its last byte. */
  async *#inflateMember(inflate: InflateRaw): AsyncGenerator<Uint8Array> {
    const input = this.#input;
    this.#inflate = inflate;
    const state: { wake: () => void; failure: Error | null; ended: boolean; writing: boolean } = {
      wake: () => {},
      failure: null,
      ended: false,
      writing: false,
    };
    inflate.on('readable', () => state.wake());
    inflate.on('close', () => state.wake());
    inflate.on('error', (error) => {
      state.failure = error;
      state.wake();
    });
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        state.wake = resolve;
      });
      const piece: Uint8Array | null = inflate.read();
      if (piece !== null) {
        yield piece;
        continue;
      }
      if (state.failure !== null) {
        throw new BrokenBytes('damaged', `its gzip data are corrupt (${state.failure.message})`);
      }
      if (state.ended || inflate.destroyed) break;
      if (!state.writing) {
        await input.fill(1);
        if (input.available === 0) throw cutShort();
        const before = inflate.bytesWritten;
        state.writing = true;
        inflate.write(input.bytes.subarray(input.at), () => {
          state.writing = false;
          input.at += inflate.bytesWritten - before;
          // It leaves bytes where the member ends: they are its trailer's.
          state.ended = input.available > 0;
          state.wake();
        });
      }
      await woken;
    }
    inflate.destroy();
  }
}

function cutShort(): BrokenBytes {
  return new BrokenBytes('cut short', 'its gzip data end early');
}
