import { BrokenBytes, type ByteSource } from '../bytes/byte-source.ts';
import { Input } from '../bytes/gunzip.ts';

const blockLength = 512;
/** Of what a header says about the next one: names that are long. */
const longestExtension = 65_536;

type TarKind = 'file' | 'directory' | 'link' | 'hard-link' | 'other';

/** Something in an archive. Names are as they stand there: a hostile archive has any. */
export interface TarEntry {
  readonly name: string;
  /** What holds its content in a way of its own (sparse files) is `other`, as are devices. */
  readonly kind: TarKind;
  /** Where a link leads; of a hard link the name of another entry. */
  readonly target: string;
  readonly size: number;
  /** The permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly modifiedSeconds: number;
}

const kinds: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'link',
  '5': 'directory',
};

/** What pax headers say that concerns us. */
const paxKeys = new Set('path linkpath size uid gid mtime GNU.sparse.major GNU.sparse.map GNU.sparse.name'.split(' '));

/** Reads a tar archive (ustar, pax, GNU) front to back. Nothing is unpacked to anywhere. */
export class TarReader {
  readonly #input: Input;
  /** Bytes until the next header. */
  #left = 0;
  #padding = 0;

  constructor(archive: ByteSource) {
    this.#input = new Input(archive);
  }

  /** The next entry; null at the end. Rejects with BrokenBytes. */
  async next(): Promise<TarEntry | null> {
    const extended = new Map<string, string>();
    for (;;) {
      await this.#skip();
      const header = await this.#take(blockLength);
      if (header === null || header.every((byte) => byte === 0)) return null;
      if (!isHeader(header)) throw new BrokenBytes('damaged', 'it is no tar archive, or a damaged one');
      this.#expect(numberIn(header, 124, 12));
      const type = String.fromCharCode(header[156]!);
      // A pax header of all that follow says nothing about the next one.
      if (type === 'g') continue;
      if (type === 'x' || type === 'L' || type === 'K') {
        const content = this.#left <= longestExtension ? await this.#content() : new Uint8Array(0);
        if (type === 'x') {
          for (const [key, value] of paxRecords(content)) if (paxKeys.has(key)) extended.set(key, value);
        } else extended.set(type === 'L' ? 'path' : 'linkpath', textIn(content, 0, content.length));
        continue;
      }
      if (type === 'S') await this.#skipSparseMap(header);
      // Links, folders and devices have no content, whatever size they claim.
      const size = /[1-6]/.test(type) ? 0 : Number(extended.get('size') ?? this.#left);
      this.#expect(size);
      const number = (key: string, at: number, length: number) => {
        const value = Number(extended.get(key) ?? numberIn(header, at, length));
        return Number.isFinite(value) ? value : 0;
      };
      const isSparse = extended.has('GNU.sparse.major') || extended.has('GNU.sparse.map');
      const name = extended.get('GNU.sparse.name') ?? extended.get('path') ?? nameIn(header);
      const kind = isSparse ? 'other' : (kinds[type] ?? 'other');
      return {
        name,
        // Old archives name folders so.
        kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
        target: extended.get('linkpath') ?? textIn(header, 157, 100),
        size,
        mode: numberIn(header, 100, 8) & 0o7777,
        uid: number('uid', 108, 8),
        gid: number('gid', 116, 8),
        modifiedSeconds: number('mtime', 136, 12),
      };
    }
  }

  /** The content of the entry that `next` gave. */
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

  #expect(size: number): void {
    if (!Number.isSafeInteger(size) || size < 0) throw new BrokenBytes('damaged', 'it is a damaged tar archive');
    this.#left = size;
    this.#padding = (blockLength - (size % blockLength)) % blockLength;
  }

  /** Where the holes of a sparse file are, in blocks of their own that its size does not count. */
  async #skipSparseMap(header: Uint8Array): Promise<void> {
    for (let goesOn = header[482] !== 0; goesOn; ) {
      const block = await this.#take(blockLength);
      if (block === null) throw new BrokenBytes('cut short', 'the archive ends early');
      goesOn = block[504] !== 0;
    }
  }

  async #content(): Promise<Uint8Array> {
    return allOf(this.content());
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

/** What a source holds, in one piece. */
export async function allOf(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let piece = await source.read(); piece !== null; piece = await source.read())
    pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
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

/** `27 path=var/log/messages\n`, with its own length in front (pax(1)): a value may hold anything. */
function paxRecords(content: Uint8Array): readonly (readonly [string, string])[] {
  const records: [string, string][] = [];
  for (let at = 0; at < content.length; ) {
    const [digits = ''] = /^\d{1,6}(?= )/.exec(textIn(content, at, 8)) ?? [];
    const end = at + Number(digits);
    if (digits === '' || end > content.length || end <= at) break;
    const text = new TextDecoder().decode(content.subarray(at + digits.length + 1, end - 1));
    const equals = text.indexOf('=');
    if (equals > 0) records.push([text.slice(0, equals), text.slice(equals + 1)]);
    at = end;
  }
  return records;
}
