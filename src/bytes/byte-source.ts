import { close, read } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';

/** A stream of bytes that is pulled. `read` rejects with BrokenBytes where it can go no further. */
export interface ByteSource {
  /** The next piece, never empty; null at the end, and after `close`. A piece is overwritten by the next `read`. */
  read(): Promise<Uint8Array | null>;
  close(): void;
}

/** What keeps the rest of a stream from being read. `message` says why. */
export class BrokenBytes extends Error {
  readonly how: 'cut short' | 'damaged';

  constructor(how: 'cut short' | 'damaged', message: string) {
    super(message);
    this.how = how;
  }
}

function unreadable(error: unknown): BrokenBytes {
  return new BrokenBytes('cut short', `reading on fails (${(error as NodeJS.ErrnoException).code ?? error})`);
}

const pieceLength = 524_288;
/** As much as a pipe holds on Linux, unless it was enlarged. */
const pipePieceLength = 65_536;
/** Reads under way at one time: copying out of the page cache is what takes the time, and a second core helps. */
const readsAhead = 3;

interface Piece {
  readonly room: Uint8Array;
  readonly position: number | null;
  readonly length: Promise<number>;
}

/** A regular file, read ahead of whoever looks at it. */
export class FileBytes implements ByteSource {
  readonly #descriptor: number;
  readonly #rooms: Uint8Array[] = [];
  readonly #ahead: Piece[] = [];
  /** The read that `read` waits for. */
  #awaited: Piece | null = null;
  readonly #depth: number;
  #position: number | null;
  #shown: Uint8Array | null = null;
  #closed = false;

  /** From `position` on, and then closes the descriptor; null: from where it stands, which is then moved. */
  constructor(descriptor: number, position: number | null) {
    this.#descriptor = descriptor;
    this.#position = position;
    // Without positions of their own, two reads would take turns in an order of their own.
    this.#depth = position === null ? 1 : readsAhead;
    while (this.#rooms.length <= this.#depth) this.#rooms.push(Buffer.allocUnsafeSlow(pieceLength));
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#closed) return null;
    if (this.#shown !== null) this.#rooms.push(this.#shown);
    this.#shown = null;
    if (this.#ahead.length === 0) this.#readAhead();
    const piece = this.#ahead.shift();
    if (piece === undefined) return null;
    this.#awaited = piece;
    const length = await piece.length;
    this.#awaited = null;
    if (length < piece.room.length && piece.position !== null) {
      // The end, or a short read as network file systems have them: what was read ahead lies too far ahead.
      await this.#settle();
      for (const { room } of this.#ahead.splice(0)) this.#rooms.push(room);
      this.#position = piece.position + length;
    }
    this.#shown = piece.room;
    if (length === 0 || this.#closed) return null;
    this.#readAhead();
    return piece.room.subarray(0, length);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#position !== null) void this.#settle().then(() => close(this.#descriptor));
  }

  #readAhead(): void {
    while (this.#ahead.length < this.#depth) {
      const room = this.#rooms.pop();
      if (room === undefined) return;
      const position = this.#position;
      const length = new Promise<number>((resolve, reject) => {
        read(this.#descriptor, room, 0, room.length, position, (error, count) => {
          if (error === null) resolve(count);
          else reject(unreadable(error));
        });
      });
      // Whoever reads that far hears of it; until then it is not an unhandled rejection.
      length.catch(() => {});
      this.#ahead.push({ room, position, length });
      if (position !== null) this.#position = position + room.length;
    }
  }

  async #settle(): Promise<void> {
    // A descriptor that is closed while it is read may be another file's by then.
    const pieces = this.#awaited === null ? this.#ahead : [this.#awaited, ...this.#ahead];
    await Promise.allSettled(pieces.map(({ length }) => length));
  }
}

/** A pipe or a socket, read into one buffer: a stream would make a new one each time, and memory grow with speed. */
export class PipeBytes implements ByteSource {
  readonly #socket: Socket;
  #piece: Uint8Array | null = null;
  #failure: Error | null = null;
  #ended = false;
  #wake: () => void = () => {};

  constructor(descriptor: number) {
    const callback = (length: number, room: Uint8Array): boolean => {
      this.#piece = room.subarray(0, length);
      this.#wake();
      return false; // until `read` has it go on
    };
    // For `fd` as for `connect`, though the types know it of the latter only.
    const options: SocketConstructorOpts & { readonly onread: OnReadOpts } = {
      fd: descriptor,
      readable: true,
      writable: false,
      onread: { buffer: Buffer.allocUnsafeSlow(pipePieceLength), callback },
    };
    this.#socket = new Socket(options);
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    for (const event of ['end', 'close']) {
      this.#socket.on(event, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  async read(): Promise<Uint8Array | null> {
    if (this.#piece === null && !this.#ended) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#socket.resume();
      await woken;
    }
    if (this.#failure !== null) throw unreadable(this.#failure);
    const piece = this.#piece;
    this.#piece = null;
    return piece;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** What a child prints, or anyone else provides. */
export class StreamBytes implements ByteSource {
  readonly #stream: Readable;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #closed = false;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  async read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#pieces.next();
      return done === true || this.#closed ? null : value;
    } catch (error) {
      if (this.#closed) return null;
      throw unreadable(error);
    }
  }

  close(): void {
    this.#closed = true;
    this.#stream.destroy();
  }
}
