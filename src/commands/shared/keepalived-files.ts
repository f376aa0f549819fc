import { dirname, isAbsolute, join, posix, relative, resolve } from 'node:path';
import { parseKeepalivedConfig } from '../../keepalived/config/parse.ts';
import type { KeepalivedConfig } from '../../model/keepalived.ts';
import type { FileEntry } from '../../node/port.ts';
import { CommandError } from './command-error.ts';
import type { NamedNode } from './node-argument.ts';

/** Configurations are written by people. */
export const largestConfigBytes = 16 * 1024 * 1024;
/** Each round reads what the one before found to be included. */
const mostRounds = 64;

/** Reads keepalived.conf of a node with all that it includes. Throws a CommandError where there is none to be read. */
export async function readKeepalivedConfig(
  node: NamedNode,
  configId: string | null,
  version: string | null,
): Promise<KeepalivedConfig> {
  const { file, configPath } = node;
  const shown = file ?? configPath;
  const files = new FileCache(node);
  const text = await files.first();
  if (text.trim() === '') throw new CommandError(`${titleOf(node)} is empty`);
  if (text.includes('\0')) throw new CommandError(`${titleOf(node)} is no text file`);
  let config: KeepalivedConfig | null = null;
  for (let round = 0; round < mostRounds; round++) {
    config = parseKeepalivedConfig(shown, files, { configId, version });
    if (!(await files.fetch())) break;
  }
  if (config === null) throw new CommandError(`cannot read ${titleOf(node)}`);
  if (config.items.length === 0) {
    const [first] = config.errors;
    const why = first === undefined ? '' : `: ${first.file}:${first.line}: ${first.message}`;
    throw new CommandError(`${titleOf(node)} holds no configuration${why}`);
  }
  return config;
}

/** The file in messages: as it was named, or as it is on the node. */
function titleOf({ file, configPath, name }: NamedNode): string {
  return file ?? `${configPath} of ${name}`;
}

/** Files and folders of a node, for a parser that cannot wait: what it asks for is there in the next round. */
class FileCache {
  readonly #node: NamedNode;
  readonly #files = new Map<string, { text: string; isExecutable: boolean } | null>();
  readonly #folders = new Map<string, readonly FileEntry[]>();
  readonly #wantedFiles = new Set<string>();
  readonly #wantedFolders = new Set<string>();

  constructor(node: NamedNode) {
    this.#node = node;
  }

  /** The configuration itself; one that is executable is read all the same. */
  async first(): Promise<string> {
    const { port, configPath, file, name } = this.#node;
    const reading = await port.readFile(configPath, largestConfigBytes);
    if (reading.bytes === null) {
      if (reading.refusal === 'missing' && file === null) {
        throw new CommandError(
          `${name} has no ${configPath}`,
          'a directory is a node laid out as its own root; a file is named itself',
        );
      }
      if (reading.refusal === 'unreachable') throw new CommandError(`cannot reach ${name}: ${reading.reason}`);
      throw new CommandError(`cannot read ${titleOf(this.#node)}: ${reading.reason}`);
    }
    const text = decode(reading.bytes);
    this.#files.set(file ?? configPath, { text, isExecutable: false });
    return text;
  }

  read(path: string): { text: string; isExecutable: boolean } | null {
    const known = this.#files.get(path);
    if (known === undefined) this.#wantedFiles.add(path);
    return known ?? null;
  }

  glob(pattern: string): readonly string[] {
    return this.#expand(
      pattern.startsWith('/') ? '/' : '',
      pattern.split('/').filter((part) => part !== ''),
    );
  }

  /** Reads what was asked for; false where nothing was. */
  async fetch(): Promise<boolean> {
    const isNew = this.#wantedFiles.size + this.#wantedFolders.size > 0;
    // All at once: that is one round trip to a node that is far away.
    await Promise.all([
      ...[...this.#wantedFolders].map(async (folder) => {
        const inside = this.#inside(folder);
        this.#folders.set(folder, inside === null ? [] : await this.#node.port.list(inside));
      }),
      ...[...this.#wantedFiles].map(async (path) => this.#files.set(path, await this.#load(path))),
    ]);
    this.#wantedFiles.clear();
    this.#wantedFolders.clear();
    return isNew;
  }

  async #load(path: string): Promise<{ text: string; isExecutable: boolean } | null> {
    const inside = this.#inside(path);
    if (inside === null) return null;
    const { port, isLive } = this.#node;
    const [reading, beside] = await Promise.all([
      port.readFile(inside, largestConfigBytes),
      isLive ? port.list(posix.dirname(inside)) : [],
    ]);
    if (reading.bytes === null) return null;
    const mode = beside.find((candidate) => candidate.path === inside)?.mode ?? 0;
    return { text: decode(reading.bytes), isExecutable: (mode & 0o111) !== 0 };
  }

  /** A path as the port knows it. Of a bare file only what lies below its folder is the node's. */
  #inside(path: string): string | null {
    const { file } = this.#node;
    if (file === null) return posix.join('/', path);
    const below = relative(dirname(resolve(file)), resolve(path));
    return below.startsWith('..') || isAbsolute(below) ? null : join('/', below);
  }

  #expand(folder: string, [part, ...rest]: readonly string[]): readonly string[] {
    if (part === undefined) return [];
    const joined = (name: string) => (folder === '' || folder === '/' ? folder + name : `${folder}/${name}`);
    if (part === '.' || part === '..') return rest.length === 0 ? [] : this.#expand(joined(part), rest);
    // A folder that is named, and no pattern, has to be there in the end: looking into the one above would tell nothing more.
    if (rest.length > 0 && !/[*?[]/.test(part)) return this.#expand(joined(part), rest);
    const names = this.#list(folder).filter(({ name }) => matches(part, name));
    return rest.length === 0
      ? names.map(({ name }) => joined(name))
      : names.filter(({ isFolder }) => isFolder).flatMap(({ name }) => this.#expand(joined(name), rest));
  }

  #list(folder: string): readonly { name: string; isFolder: boolean }[] {
    const known = this.#folders.get(folder);
    if (known === undefined) this.#wantedFolders.add(folder);
    return (known ?? []).map(({ path, kind }) => ({ name: posix.basename(path), isFolder: kind === 'directory' }));
  }
}

/** glob(7) in one part of a path: `*`, `?` and `[…]`; a leading dot has to be written. */
function matches(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const parts = pattern.match(/\[!?\]?[^\]]*\]|./gsu) ?? [];
  return matchParts(parts, [...name]);
}

/** Without going back further than the last `*`, so that no pattern takes long. */
function matchParts(parts: readonly string[], name: readonly string[]): boolean {
  let [part, at, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (parts[part] === '*') {
      star = part++;
      mark = at;
    } else if (part < parts.length && matchesOne(parts[part] ?? '', name[at] ?? '')) {
      part++;
      at++;
    } else if (star >= 0) {
      part = star + 1;
      at = ++mark;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === '*');
}

function matchesOne(part: string, character: string): boolean {
  if (part === '?') return true;
  if (!part.startsWith('[') || part.length < 3) return part === character;
  const isNegated = part[1] === '!';
  const ranges = part.slice(isNegated ? 2 : 1, -1).match(/.-.|./gsu) ?? [];
  const isIn = ranges.some((range) => {
    const [from = '', , to = from] = [...range];
    return range.length < 3 ? range === character : from <= character && character <= to;
  });
  return isIn !== isNegated;
}

/** Bytes that are no UTF-8 become marks: keepalived reads bytes, and its keywords are ASCII. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
