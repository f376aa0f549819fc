import { posix } from 'node:path';
import { BrokenBytes, type ByteSource } from '../bytes/byte-source.ts';
import { journalArguments, journalName, journalRefusal } from './journal.ts';
import { type LogFile, type NodeLogs, UnreadableLog } from './log-file.ts';
import { logFolder, logsIn, longestZone, timeZoneFile, timeZoneIn } from './logs.ts';
import type { FileEntry, LogReach, Reading, Refusal } from './port.ts';
import { type Found, plainProgram, searchSeconds, timedOutStatus } from './shell-script.ts';

/** As much as a node sends of its journal, and of all other files together. */
const journalLimit = 32 * 1024 * 1024;
const filesLimit = 64 * 1024 * 1024;
/** Older rotations are left out. */
const mostFiles = 64;

/** Its lines may name no program: all of them matter. */
const ownLog = /^keepalived\.log/;

const privilegeHint = 'log in as root or a member of the group adm, or let sudo ask for no password';

/** What prints a file, by the end of its name. */
const programs: Readonly<Record<string, readonly string[]>> = {
  '.gz': ['gzip', '-dc'],
  '.xz': ['xz', '-dc'],
  '.zst': ['zstd', '-dcq'],
};

/** The lines that hold one of some texts: of a file as `program` prints it, or where `path` is null of what it says itself. */
export interface Search {
  readonly program: readonly string[];
  readonly path: string | null;
  readonly texts: readonly string[];
  /** Bytes; the last lines are kept. */
  readonly limit: number;
}

/** What a search found, with what the program complained of; or why there was none. */
export type Searched =
  | { readonly found: Found; readonly complaint: string }
  | { readonly found: null; readonly refusal: Refusal; readonly reason: string };

/** The node, as far as its logs need it. What is asked in one turn takes one round trip. */
interface SearchedNode {
  readonly name: string;
  list(folder: string): Promise<readonly FileEntry[]>;
  readFile(path: string, limit: number): Promise<Reading>;
  search(search: Search): Promise<Searched>;
}

/**
 * The logs of a node behind a shell, as far as they may matter: its journal, and where that knows nothing of keepalived,
 * in a second round trip the files that reach into the span. Rejects with UnreadableLog where the node cannot be reached.
 */
export async function shellLogs(node: SearchedNode, { since, until, texts }: LogReach): Promise<NodeLogs> {
  const program = ['journalctl', ...journalArguments({ since, until })];
  const [journal, entries, zone] = await Promise.all([
    node.search({ program, path: null, texts, limit: journalLimit }),
    node.list(`/${logFolder}`),
    node.readFile(timeZoneFile, longestZone),
  ]);
  if (journal.found === null && journal.refusal === 'unreachable')
    throw new UnreadableLog(journal.reason, null, 'reach');
  const named = { node: node.name, timeZone: zone.bytes && timeZoneIn(zone.bytes), problem: null };
  const journalLog = foundFile(journalName, null, journal);
  const knowsKeepalived = journal.found !== null && Buffer.from(journal.found.lines).includes('eepalived');
  if (knowsKeepalived) return { ...named, logs: [[journalLog]] };

  const isWithin = ({ kind, modifiedSeconds }: FileEntry) =>
    kind === 'file' && (since === null || modifiedSeconds >= since);
  const files = entries.filter(isWithin).map((entry) => [posix.basename(entry.path), entry] as const);
  const logs = logsIn(new Map(files), new Map());
  // Where the time runs out, it is the oldest that are left out.
  const wanted = logs.flat().sort((a, b) => b.modifiedSeconds - a.modifiedSeconds);
  const limit = Math.floor(filesLimit / Math.min(wanted.length, mostFiles));
  const found = new Map<FileEntry, LogFile>();
  await Promise.all(
    wanted.slice(0, mostFiles).map(async (entry) => {
      const { path, modifiedSeconds } = entry;
      const wantedTexts = ownLog.test(posix.basename(path)) ? [''] : texts;
      const program = programs[posix.extname(path)] ?? [plainProgram];
      const searched = await node.search({ program, path, texts: wantedTexts, limit });
      found.set(entry, foundFile(path, modifiedSeconds, searched));
    }),
  );
  return { ...named, logs: [[journalLog], ...logs.map((log) => log.flatMap((entry) => found.get(entry) ?? []))] };
}

/** A file of which the lines that may matter are here already. */
function foundFile(name: string, modifiedSeconds: number | null, searched: Searched): LogFile {
  const lines = searched.found?.lines ?? new Uint8Array(0);
  return {
    name,
    modifiedSeconds,
    size: lines.length,
    open: async () => {
      if (searched.found === null)
        throw new UnreadableLog(searched.reason, searched.refusal === 'denied' ? privilegeHint : null);
      const refusal = name === journalName ? journalRefusal(searched.complaint) : null;
      if (refusal !== null) throw refusal;
      return new FoundBytes(lines, wordsOfCut(searched.found, searched.complaint));
    },
    path: null,
    peek: async (position, length) => lines.subarray(position, position + length),
    isNumbered: true,
  };
}

/** Why not all that there is was found; null: it was. */
function wordsOfCut({ lines, isCut, status }: Found, complaint: string): string | null {
  if (isCut) return `only the last ${Math.ceil(lines.length / 2 ** 20)} MiB of the lines that may matter were read`;
  if (status === 0) return null;
  if (status === timedOutStatus) return `reading it took more than ${searchSeconds} s`;
  return complaint.split('\n')[0] || `reading it ended with exit code ${status}`;
}

/** Bytes that are here already, and behind them why they are not all. */
class FoundBytes implements ByteSource {
  #bytes: Uint8Array | null;
  readonly #cut: string | null;

  constructor(bytes: Uint8Array, cut: string | null) {
    this.#bytes = bytes.length === 0 ? null : bytes;
    this.#cut = cut;
  }

  async read(): Promise<Uint8Array | null> {
    const bytes = this.#bytes;
    this.#bytes = null;
    if (bytes === null && this.#cut !== null) throw new BrokenBytes('cut short', this.#cut);
    return bytes;
  }

  close(): void {
    this.#bytes = null;
  }
}
