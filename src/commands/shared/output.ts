import { printable } from '../../model/printable.ts';
import { CommandError } from './command-error.ts';

/** stdout (or another stream) for many lines: gathered until `flush`, with back-pressure, and silent once nothing can be written any more. */
export class Output {
  #pending = '';
  #closed = false;
  #failure: string | null = null;
  readonly #stream: NodeJS.WriteStream;
  readonly #onClose: () => void;

  /** `onClose`: nothing more can be written, which ends the work. */
  constructor(stream: NodeJS.WriteStream, onClose: () => void) {
    this.#stream = stream;
    this.#onClose = onClose;
    // `flush` hears of errors; without a listener the event would end the process.
    stream.on('error', () => {});
  }

  /** Why not all could be written; null as well where the reader closed the pipe (`| head`), which is no error. */
  get failure(): string | null {
    return this.#failure;
  }

  line(text: string): void {
    this.#pending += `${text}\n`;
  }

  /** A part of a line. */
  text(text: string): void {
    this.#pending += text;
  }

  /** Writes what has been gathered; waits while the reader is behind. */
  async flush(): Promise<void> {
    const block = this.#pending;
    this.#pending = '';
    if (block === '' || this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.write(block, (error) => {
        if (error) this.#close(error);
        resolve();
      });
    });
  }

  #close(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error.code !== 'EPIPE')
      this.#failure = `cannot write ${this.#stream === process.stdout ? 'stdout' : 'stderr'}: ${reasonOf(error)}`;
    this.#onClose();
  }
}

/** Prints an answer that is ready at once. */
export async function print(text: string): Promise<void> {
  const output = new Output(process.stdout, () => {});
  output.line(text.replace(/\n$/, ''));
  await output.flush();
  if (output.failure !== null) throw new CommandError(output.failure);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' ? 'no space is left on the device' : message;
}

export function warn(message: string): void {
  process.stderr.write(`ha-doctor: warning: ${printable(message)}\n`);
}

export function reportError(message: string, hint?: string): void {
  process.stderr.write(`ha-doctor: error: ${printable(message)}\n`);
  if (hint !== undefined) process.stderr.write(`ha-doctor: hint: ${printable(hint)}\n`);
}
