import { once } from 'node:events';
import { printable } from '../../model/printable.ts';

/** Characters gathered before they are written: a call a line would cost more than the line. */
const blockLength = 1 << 16;

/** stdout (or another stream) for many lines: gathered into blocks, with back-pressure, and silent once the reader has gone. */
export class Output {
  #pending = '';
  #closed = false;
  readonly #stream: NodeJS.WriteStream;
  readonly #onClose: () => void;

  /** `onClose`: the reader closed the pipe (`| head`), which ends the work and is no error. */
  constructor(stream: NodeJS.WriteStream, onClose: () => void) {
    this.#stream = stream;
    this.#onClose = onClose;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#close();
    });
  }

  line(text: string): void {
    this.#pending += `${text}\n`;
  }

  /** Writes what has been gathered; waits while the reader is behind. */
  async flush(): Promise<void> {
    if (this.#pending === '' || this.#closed) {
      this.#pending = '';
      return;
    }
    const block = this.#pending;
    this.#pending = '';
    if (!this.#stream.write(block) && !this.#stream.destroyed) await this.#drained();
  }

  /** Writes only when much has been gathered: for files, where nobody waits for the next line. */
  async flushBlock(): Promise<void> {
    if (this.#pending.length >= blockLength) await this.flush();
  }

  async #drained(): Promise<void> {
    await Promise.race([once(this.#stream, 'drain'), once(this.#stream, 'close')]).catch(() => this.#close());
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
  }
}

export function warn(message: string): void {
  process.stderr.write(`ha-doctor: warning: ${printable(message)}\n`);
}

export function reportError(message: string, hint?: string): void {
  process.stderr.write(`ha-doctor: error: ${printable(message)}\n`);
  if (hint !== undefined) process.stderr.write(`ha-doctor: hint: ${printable(hint)}\n`);
}
