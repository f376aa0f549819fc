import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type ByteSource, StreamBytes } from './byte-source.ts';

/** As much of its complaint as is kept. */
const longestComplaint = 400;

export interface ChildEnd {
  /** null where a signal ended it, or it never began. */
  readonly status: number | null;
  /** There is no such command. */
  readonly isMissing: boolean;
  /** The beginning of what it wrote to stderr. */
  readonly complaint: string;
}

/** What a child prints. At its end, `verdict` says what kept it from printing all, if anything did. */
export class ChildBytes implements ByteSource {
  readonly #child: ChildProcess;
  readonly #output: StreamBytes;
  readonly #verdict: (end: ChildEnd) => Error | null;
  readonly #end: Promise<ChildEnd>;
  #closed = false;

  constructor(
    child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable },
    verdict: (end: ChildEnd) => Error | null,
  ) {
    this.#child = child;
    this.#output = new StreamBytes(child.stdout);
    this.#verdict = verdict;
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(0, longestComplaint);
    });
    this.#end = new Promise((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        resolve({ status: null, isMissing: error.code === 'ENOENT', complaint }),
      );
      child.on('close', (status) => resolve({ status, isMissing: false, complaint }));
    });
  }

  async read(): Promise<Uint8Array | null> {
    const piece = await this.#output.read();
    if (piece !== null) return piece;
    const end = await this.#end;
    const broken = this.#closed ? null : this.#verdict(end);
    if (broken !== null) throw broken;
    return null;
  }

  close(): void {
    this.#closed = true;
    this.#output.close();
    this.#child.kill();
  }
}
