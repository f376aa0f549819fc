import { BrokenBytes, type ByteSource } from '../bytes/byte-source.ts';
import { Input } from '../bytes/gunzip.ts';

const blockLength = 512;
/** Of what a header says about the next one: names that are long. */
const longestExtension = 65_536;

/** A regular file in an archive. The name is as it stands there: a hostile archive has any. */
export interface TarEntry {
  readonly name: string;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modifiedSeconds: number;
}

/** Reads a tar archive (ustar, pax, GNU) front to back. Nothing is unpacked to anywhere. */
export class TarReader {
  readonly #input: Input;
  /** Bytes until the next header. */
  #left = 0;
  #padding = 0;

  constructor(archive: ByteSource) {
    this.#input = new Input(archive);
  }

  /** The next file; null at the end. Rejects with BrokenBytes. */
  async next(): Promise<TarEntry | null> {
    let extended: ReadonlyMap<string, string> = new Map();
    for (;;) {
      await this.#skip();
      const header = await this.#take(blockLength);
      if (header === null || header.every((byte) => byte === 0)) return null;
      if (!isHeader(header)) throw new BrokenBytes('damaged', 'it is no tar archive, or a damaged one');
      const size = numberIn(header, 124, 12);
      this.#left = size;
      this.#padding = (blockLength - (size % blockLength)) % blockLength;
      const kind = String.fromCharCode(header[156]!);
      if (kind === 'x' || kind === 'L') {
        const content = size <= longestExtension ? await this.#content() : '';
        extended = kind === 'L' ? new Map([['path', content.replace(/\0.*$/s, '')]]) : paxRecords(content);
        continue;
      }
      const isFile = kind === '0' || kind === '\0' || kind === '7';
      if (isFile) {
        const name = extended.get('path') ?? nameIn(header);
        const modified = Number(extended.get('mtime') ?? numberIn(header, 136, 12));
        const length = Number(extended.get('size') ?? size);
        if (!Number.isSafeInteger(length) || length < 0)
          throw new BrokenBytes('damaged', 'it is a damaged tar archive');
        this.#left = length;
        this.#padding = (blockLength - (length % blockLength)) % blockLength;
        return { name, size: length, modifiedSeconds: Number.isFinite(modified) ? modified : 0 };
      }
      // A pax header of all that follow says nothing about the next one.
      if (kind !== 'g') extended = new Map();
    }
  }

  /** The content of the file that `next` gave. */
  content(): ByteSource {
    return { read: () => this.#read(), close: () => this.#input.close() };
  }

  async #read(): Promise<Uint8Array | null> {
    if (this.#left === 0) return null;
    await this.#input.fill(1);
    const { bytes, at, available } = this.#input;
    if (available === 0) throw new BrokenBytes('cut short', 'the archive ends early');
    const length = Math.min(available, this.#left);
    this.#input.at += length;
    this.#left -= length;
    return bytes.subarray(at, at + length);
  }

  async #content(): Promise<string> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.#read(); piece !== null; piece = await this.#read())
      pieces.push(Uint8Array.from(piece));
    return new TextDecoder().decode(Buffer.concat(pieces));
  }

  async #skip(): Promise<void> {
    this.#left += this.#padding;
    this.#padding = 0;
    while ((await this.#read()) !== null);
  }

  /** A copy; null at the end. */
  async #take(length: number): Promise<Uint8Array | null> {
    await this.#input.fill(length);
    const { bytes, at, available } = this.#input;
    if (available === 0) return null;
    if (available < length) throw new BrokenBytes('cut short', 'the archive ends early');
    this.#input.at += length;
    return Uint8Array.from(bytes.subarray(at, at + length));
  }
}

/** The sum of its bytes, with its own field as blanks. */
function isHeader(header: Uint8Array): boolean {
  let sum = 8 * 0x20;
  for (let i = 0; i < blockLength; i++) if (i < 148 || i >= 156) sum += header[i]!;
  return sum === numberIn(header, 148, 8);
}

/** Octal digits, or with the highest bit set, big-endian. NaN where it is neither. */
function numberIn(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  if ((field[0]! & 0x80) !== 0)
    return field.reduce((value, byte, i) => value * 256 + (i === 0 ? byte & 0x7f : byte), 0);
  const digits = textIn(header, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : 0;
}

function nameIn(header: Uint8Array): string {
  const isUstar = textIn(header, 257, 5) === 'ustar' && header[263] === 0x30;
  const prefix = isUstar ? textIn(header, 345, 155) : '';
  return prefix === '' ? textIn(header, 0, 100) : `${prefix}/${textIn(header, 0, 100)}`;
}

function textIn(header: Uint8Array, at: number, length: number): string {
  return new TextDecoder().decode(header.subarray(at, at + length)).replace(/\0.*$/s, '');
}

/** `27 path=var/log/messages\n`, with its own length in front (pax(1)). */
function paxRecords(content: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (const [, key = '', value = ''] of content.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)) records.set(key, value);
  return records;
}
