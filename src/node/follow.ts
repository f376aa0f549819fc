import { closeSync, fstatSync, read, type Stats, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ByteSource } from '../bytes/byte-source.ts';
import { openDescriptor } from './log-file.ts';

const pieceLength = 65_536;
/** How often a file is asked for more. Notifications do not reach over network file systems. */
const pauseMilliseconds = 200;

/**
 * A log that is still written to, as `tail -F` sees it: file after file that takes its name, each read to its end once
 * another has taken its place (renamed and created anew) or it was emptied (copied and truncated).
 */
export class FollowedLog {
  readonly #path: string;
  readonly #stop = new AbortController();

  constructor(path: string) {
    this.#path = path;
  }

  /** Where reading pauses, `read` waits for more. Rejects with UnreadableLog where the first file cannot be opened. */
  async *files(): AsyncGenerator<ByteSource> {
    let descriptor: number | null = await openDescriptor(this.#path);
    while (descriptor !== null) {
      const file = new GrowingFile(descriptor, this.#path, this.#stop.signal);
      try {
        yield file;
        if (file.isEmptied) continue;
      } finally {
        if (!file.isEmptied) closeSync(descriptor);
      }
      descriptor = await this.#openNext();
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  async #openNext(): Promise<number | null> {
    while (!this.#stop.signal.aborted) {
      try {
        return await openDescriptor(this.#path);
      } catch {
        // Between the renaming and the creation, or of other rights until the daemon sees to them.
        await pause(this.#stop.signal);
      }
    }
    return null;
  }
}

class GrowingFile implements ByteSource {
  readonly #descriptor: number;
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #room = new Uint8Array(pieceLength);
  #position = 0;
  #wasReplaced = false;
  isEmptied = false;

  constructor(descriptor: number, path: string, signal: AbortSignal) {
    this.#descriptor = descriptor;
    this.#path = path;
    this.#signal = signal;
  }

  async read(): Promise<Uint8Array | null> {
    while (!this.#signal.aborted) {
      const { bytesRead } = await promisify(read)(this.#descriptor, this.#room, 0, pieceLength, this.#position);
      this.#position += bytesRead;
      if (bytesRead > 0) return this.#room.subarray(0, bytesRead);
      // What was written between the last read and the replacement has been read now.
      if (this.#wasReplaced) return null;
      const stats = fstatSync(this.#descriptor);
      this.isEmptied = stats.size < this.#position;
      if (this.isEmptied) return null;
      this.#wasReplaced = !isSame(stats, statSync(this.#path, { throwIfNoEntry: false }));
      if (!this.#wasReplaced) await pause(this.#signal);
    }
    return null;
  }

  close(): void {}
}

/** A name without a file is one whose file is still to come. */
function isSame(stats: Stats, there: Stats | undefined): boolean {
  return there === undefined || (there.ino === stats.ino && there.dev === stats.dev);
}

async function pause(signal: AbortSignal): Promise<void> {
  await wait(pauseMilliseconds, undefined, { signal }).catch(() => {});
}
