import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { BrokenBytes, type ByteSource } from '../bytes/byte-source.ts';
import { unpacked } from '../bytes/unpack.ts';
import { type LogFile, plainFile, UnreadableLog } from './log-file.ts';
import type { FileEntry, Reading, Refusal } from './port.ts';
import { allOf, type TarEntry, TarReader } from './tar.ts';

/** More entries, folders on their ways included, are none that evidence needs; nor are names, and targets of links, in all. */
const mostItems = 300_000;
const mostNameLength = 64 * 1024 * 1024;
/** What Linux takes for a path and for a name in it (PATH_MAX, NAME_MAX). */
const longestPath = 4096;
const longestName = 255;
/** Unpacked. A little that is compressed can be made of a lot. */
const mostBytes = 4 * 1024 ** 3;
/** Smaller files are held as they go by, in all up to this; others are read again when they are asked for. */
const largestHeld = 256 * 1024;
const mostHeld = 128 * 1024 * 1024;
/** As many symbolic links as Linux follows on one path (path_resolution(7)). */
const mostLinks = 40;

type Facts = Pick<TarEntry, 'size' | 'mode' | 'uid' | 'gid' | 'modifiedSeconds'>;

interface Member {
  readonly kind: 'file' | 'link' | 'other';
  readonly facts: Facts;
  readonly target: string;
  /** Its place in the archive. */
  readonly index: number;
  readonly held: Uint8Array | null;
}

export interface Folder {
  readonly kind: 'directory';
  facts: Facts | null;
  readonly items: Map<string, Item>;
}

type Item = Member | Folder;

/**
 * A tar archive (`.tar`, also compressed with gzip, xz or zstd), read front to back once. Nothing is unpacked to anywhere:
 * what its names are, links, `../` and absolute ones, matters within the archive only.
 */
export class Archive {
  readonly path: string;
  readonly root: Folder = newFolder(null);
  /** Why not all of it can be read; else null. */
  problem: string | null = null;
  readonly #file: LogFile;
  #items = 0;
  #nameLength = 0;
  #held = 0;

  private constructor(path: string, file: LogFile) {
    this.path = path;
    this.#file = file;
  }

  /** Rejects with UnreadableLog where the file cannot be opened; damage is a `problem`. */
  static async open(path: string): Promise<Archive> {
    const archive = new Archive(path, plainFile(path, path, await stat(path)));
    await archive.#index();
    return archive;
  }

  /** A file below `root`; symbolic links lead where they would if `root` were the root of a machine. */
  async readFile(root: Folder, path: string, limit: number): Promise<Reading> {
    const item = resolveIn(root, path);
    if (typeof item === 'string') return this.#refuse(item);
    if (item.kind === 'directory') return { bytes: null, refusal: 'not-a-file', reason: 'it is a directory' };
    if (item.kind !== 'file') return { bytes: null, refusal: 'not-a-file', reason: 'it is not a file' };
    const { size } = item.facts;
    if (size > limit) return { bytes: null, refusal: 'too-large', reason: `it has ${size} bytes, more than ${limit}` };
    try {
      return { bytes: item.held ?? (await this.#readAgain(item)), refusal: null, viaSudo: false };
    } catch (error) {
      if (!(error instanceof BrokenBytes)) throw error;
      return { bytes: null, refusal: 'failed', reason: phraseOf(error) };
    }
  }

  /** A file below `root`, unpacked where it is compressed itself. Rejects with UnreadableLog or BrokenBytes. */
  async openFile(root: Folder, path: string, warn: (phrase: string) => void): Promise<ByteSource> {
    const item = resolveIn(root, path);
    if (typeof item === 'string' || item.kind !== 'file') throw new UnreadableLog('it is not a file');
    const bytes = await this.#file.open(() => {});
    const reader = new TarReader(bytes);
    for (let i = 0; i <= item.index; i++) await reader.next();
    return unpacked(reader.content(), warn);
  }

  /** As NodePort has it. */
  list(root: Folder, path: string): readonly FileEntry[] {
    const folder = resolveIn(root, path);
    if (typeof folder === 'string' || folder.kind !== 'directory') return [];
    const entries = [...folder.items.keys()].flatMap((name) => {
      const there = posix.join(path, name);
      const item = resolveIn(root, there);
      return typeof item === 'string' ? [] : [fileEntry(there, item)];
    });
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async #index(): Promise<void> {
    const bytes = await this.#file.open(() => {});
    let unpacked = 0;
    const counted: ByteSource = {
      read: async () => {
        const piece = await bytes.read();
        unpacked += piece?.length ?? 0;
        if (unpacked <= mostBytes) return piece;
        this.problem ??= `only its first ${mostBytes} bytes were read`;
        return null;
      },
      close: () => bytes.close(),
    };
    try {
      const reader = new TarReader(counted);
      for (let index = 0; this.problem === null; index++) {
        const entry = await reader.next();
        if (entry === null) break;
        await this.#add(entry, index, reader);
        if (this.#items > mostItems || this.#nameLength > mostNameLength)
          this.problem = `only its first ${index + 1} entries were read`;
      }
    } catch (error) {
      if (!(error instanceof BrokenBytes)) throw error;
      this.problem ??= phraseOf(error);
    } finally {
      bytes.close();
    }
  }

  async #add(entry: TarEntry, index: number, reader: TarReader): Promise<void> {
    const parts = partsOf(entry.name);
    if (parts === null || entry.target.length > longestPath) return;
    const name = parts.pop();
    const folder = this.#folder(parts);
    if (name === undefined || folder === null) return;
    const item = await this.#itemOf(entry, index, reader);
    const known = folder.items.get(name);
    if (item === null) return;
    if (known?.kind === 'directory' && item.kind === 'directory') known.facts = item.facts;
    else {
      this.#items++;
      this.#nameLength += entry.name.length + entry.target.length;
      // As tar has it, the last one counts.
      folder.items.set(name, item);
    }
  }

  async #itemOf(entry: TarEntry, index: number, reader: TarReader): Promise<Item | null> {
    const { kind, target, size, mode, uid, gid, modifiedSeconds } = entry;
    const facts = { size, mode, uid, gid, modifiedSeconds };
    if (kind === 'directory') return newFolder(facts);
    if (kind === 'hard-link') {
      const linked = itemAt(this.root, partsOf(target) ?? []);
      return linked?.kind === 'directory' ? null : linked;
    }
    if (kind !== 'file') return { kind, facts, target, index, held: null };
    const isHeld = size <= largestHeld && this.#held + size <= mostHeld;
    if (isHeld) this.#held += size;
    return { kind, facts, target: '', index, held: isHeld ? await allOf(reader.content()) : null };
  }

  /** The folder of these names; null where one of them is something else, into which nothing is put. */
  #folder(parts: readonly string[]): Folder | null {
    let folder = this.root;
    for (const part of parts) {
      let next = folder.items.get(part);
      if (next === undefined) {
        this.#items++;
        next = newFolder(null);
        folder.items.set(part, next);
      }
      if (next.kind !== 'directory') return null;
      folder = next;
    }
    return folder;
  }

  /** Goes through the archive again, up to the member. */
  async #readAgain({ index }: Member): Promise<Uint8Array> {
    const bytes = await this.#file.open(() => {});
    try {
      const reader = new TarReader(bytes);
      for (let i = 0; i <= index; i++) await reader.next();
      return await allOf(reader.content());
    } finally {
      bytes.close();
    }
  }

  /** What is not there may have been behind the damage. */
  #refuse(why: 'missing' | 'links'): Reading {
    const refuse = (refusal: Refusal, reason: string): Reading => ({ bytes: null, refusal, reason });
    if (why === 'links') return refuse('failed', 'too many symbolic links');
    return this.problem === null ? refuse('missing', 'it does not exist') : refuse('failed', this.problem);
  }
}

function phraseOf({ how, message }: BrokenBytes): string {
  return how === 'cut short' ? message : `the archive is damaged: ${message}`;
}

function newFolder(facts: Facts | null): Folder {
  return { kind: 'directory', facts, items: new Map() };
}

/** The names in a path, from the top of the archive; null where it leads out of there, or is longer than any. */
function partsOf(path: string): string[] | null {
  if (path.length > longestPath) return null;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.some((part) => part === '..' || part.length > longestName) ? null : parts;
}

function itemAt(folder: Folder, parts: readonly string[]): Item | null {
  let item: Item | null = parts.length === 0 ? null : folder;
  for (const part of parts) item = item?.kind === 'directory' ? (item.items.get(part) ?? null) : null;
  return item;
}

/** Where a path leads below `root`, symbolic links followed as the node would follow them. */
function resolveIn(root: Folder, path: string): Item | 'missing' | 'links' {
  let way: Folder[] = [root];
  let here: Item = root;
  let rest = path.split('/').reverse();
  for (let links = 0; rest.length > 0; ) {
    const part = rest.pop() ?? '';
    if (part === '' || part === '.') continue;
    if (here.kind !== 'directory') return 'missing';
    if (part === '..') {
      if (way.length > 1) way.pop();
      here = way.at(-1) ?? root;
      continue;
    }
    const item = here.items.get(part);
    if (item === undefined) return 'missing';
    if (item.kind === 'link') {
      if (++links > mostLinks) return 'links';
      if (item.target.startsWith('/')) way = [root];
      here = way.at(-1) ?? root;
      rest = [...rest, ...item.target.split('/').reverse()];
      continue;
    }
    if (item.kind === 'directory') way.push(item);
    here = item;
  }
  return here;
}

function fileEntry(path: string, item: Item): FileEntry {
  const kind = item.kind === 'link' ? 'other' : item.kind;
  const { mode = 0o755, uid = 0, gid = 0, size = 0, modifiedSeconds = 0 } = item.facts ?? {};
  return { path, kind, mode, uid, gid, size, modifiedSeconds };
}
