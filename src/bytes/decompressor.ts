import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { BrokenBytes, type ByteSource } from './byte-source.ts';
import { ChildBytes, type ChildEnd } from './child.ts';

export type Decompressor = 'xz' | 'zstd';

/** Unpacks data by the system's command: Node 20 knows neither of the two, and who has such rotations has the command. */
export class DecompressorBytes implements ByteSource {
  readonly #packed: ByteSource;
  readonly #unpacked: ChildBytes;
  #broken: unknown = null;

  constructor(packed: ByteSource, program: Decompressor) {
    this.#packed = packed;
    const child = spawn(program, ['-dcq'], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#unpacked = new ChildBytes(child, (end) => verdict(program, end));
    // It may end before it has read all: its exit code tells why.
    child.stdin.on('error', () => {});
    void this.#feed(child.stdin);
  }

  async read(): Promise<Uint8Array | null> {
    try {
      return await this.#unpacked.read();
    } catch (error) {
      throw this.#broken ?? error;
    }
  }

  close(): void {
    this.#packed.close();
    this.#unpacked.close();
  }

  async #feed(stdin: Writable): Promise<void> {
    try {
      for (let piece = await this.#packed.read(); piece !== null && stdin.writable; piece = await this.#packed.read()) {
        // The next read overwrites the piece: only when it is written.
        await new Promise<void>((resolve) => stdin.write(piece, () => resolve()));
      }
    } catch (error) {
      this.#broken = error;
    }
    stdin.end();
  }
}

function verdict(program: Decompressor, { status, isMissing, complaint }: ChildEnd): Error | null {
  if (status === 0) return null;
  if (isMissing) return new BrokenBytes('damaged', `it is compressed, and there is no command ${program} here`);
  if (/unexpected end|premature|truncated/i.test(complaint)) {
    return new BrokenBytes('cut short', `its ${program} data end early`);
  }
  const said =
    complaint
      .trim()
      .split('\n')[0]
      ?.replace(/^\w+: [^:]*stdin[^:]*: */, '') || `${program} failed`;
  return new BrokenBytes('damaged', `its ${program} data are corrupt (${said})`);
}
