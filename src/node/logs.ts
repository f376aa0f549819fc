import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { BrokenBytes, type ByteSource } from '../bytes/byte-source.ts';
import { unpacked } from '../bytes/unpack.ts';
import { type LogFile, type NodeLogs, plainFile, UnreadableLog, unreadable } from './log-file.ts';
import { place } from './place.ts';
import { rotationsOf } from './rotations.ts';
import { TarReader } from './tar.ts';

/** Where daemons log to, by distribution and habit (the layout of a node's directory). */
const logNames = ['syslog', 'messages', 'daemon.log', 'keepalived.log'];
export const logFolder = 'var/log';
export const outputFolder = 'commands';
const journalName = 'journal.json';
/** Where Debian keeps the name of its time zone. */
export const timeZoneFile = '/etc/timezone';
export const longestZone = 256;

/** More files are none that a bundle needs. */
const mostEntries = 100_000;

/**
 * The logs that a path stands for: a file with its rotations beside it, a directory laid out as the node's root or one
 * that holds the logs themselves, or a bundle (`.tar.gz`, `.tgz`, `.tar`) of such directories. Rejects with UnreadableLog,
 * or where a bundle is damaged with BrokenBytes.
 */
export async function findLogs(path: string): Promise<readonly NodeLogs[]> {
  const stats = await stat(path).catch((error) => {
    throw unreadable(error);
  });
  if (stats.isDirectory()) {
    const found = await directoryLogs(path, basename(resolve(path)));
    if (found.logs.length > 0) return [found];
    throw new UnreadableLog(
      `it holds none of ${logNames.map((name) => `${logFolder}/${name}`).join(', ')}, ${outputFolder}/${journalName}`,
    );
  }
  if (/\.(?:tgz|tar(?:\.(?:gz|xz|zst))?)$/.test(path)) return ofBundle(path, stats);
  return [{ node: null, logs: [await withRotations(path, stats)], timeZone: null, problem: null }];
}

/** The logs in a directory that is laid out as the node's root, or that holds the logs themselves; there may be none. */
export async function directoryLogs(path: string, node: string): Promise<NodeLogs> {
  const named = (folder: string) => (name: string) => join(path, folder, name);
  const logs = logsIn(
    await filesIn(path, logFolder, named(logFolder)),
    await filesIn(path, outputFolder, named(outputFolder)),
  );
  const found = logs.length > 0 ? logs : logsIn(await filesIn(path, '', named('')), new Map());
  return { node, logs: found, timeZone: await timeZoneOf(path), problem: null };
}

async function timeZoneOf(root: string): Promise<string | null> {
  try {
    const { path, stats } = await place(root, timeZoneFile);
    return stats.isFile() && stats.size <= longestZone ? timeZoneIn(await readFile(path)) : null;
  } catch {
    return null;
  }
}

export function timeZoneIn(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}

/** The logs of this machine beside its journal. */
export async function localLogs(): Promise<NodeLogs['logs']> {
  return logsIn(await filesIn('/', logFolder, (name) => posix.join('/', logFolder, name)), new Map());
}

async function withRotations(path: string, stats: Stats): Promise<readonly LogFile[]> {
  const names = await readdir(dirname(path)).catch(() => []);
  const files: LogFile[] = [];
  for (const name of rotationsOf(basename(path), names)) {
    const there = join(dirname(path), name);
    if (name === basename(path)) continue;
    const rotated = await stat(there).catch(() => null);
    if (rotated?.isFile()) files.push(plainFile(there, there, rotated));
  }
  return [...files, plainFile(path, path, stats)];
}

/** The files in a folder below a root, by name. Links lead where they would on the node. */
async function filesIn(
  root: string,
  folder: string,
  named: (name: string) => string,
): Promise<ReadonlyMap<string, LogFile>> {
  const files = new Map<string, LogFile>();
  try {
    for (const name of await readdir((await place(root, folder)).path)) {
      const there = await place(root, posix.join(folder, name)).catch(() => null);
      if (there?.stats.isFile()) files.set(name, plainFile(named(name), there.path, there.stats));
    }
  } catch {
    // A folder that is not there holds nothing.
  }
  return files;
}

/** The logs among the files of `/var/log` and the output of commands, by their names; each with its rotations, oldest first. */
export function logsIn<File>(
  logs: ReadonlyMap<string, File>,
  outputs: ReadonlyMap<string, File>,
): readonly (readonly File[])[] {
  const journal = outputs.get(journalName);
  return [
    ...logNames.map((log) => rotationsOf(log, [...logs.keys()]).flatMap((name) => logs.get(name) ?? [])),
    ...(journal === undefined ? [] : [[journal]]),
  ].filter((files) => files.length > 0);
}

interface Folders {
  readonly logs: Map<string, LogFile>;
  readonly outputs: Map<string, LogFile>;
}

/** A node for each folder of the bundle that is laid out like one; names are only compared, never used as paths. */
async function ofBundle(path: string, stats: Stats): Promise<readonly NodeLogs[]> {
  const archive = plainFile(path, path, stats);
  const nodes = new Map<string, Folders>();
  const bytes = await archive.open(() => {});
  let problem: string | null = null;
  try {
    const reader = new TarReader(bytes);
    for (let index = 0; index < mostEntries; index++) {
      const entry = await reader.next();
      if (entry === null) break;
      if (entry.kind !== 'file') continue;
      const [, node, folder, name] = /^(?:\.?\/)*((?:[^/]+\/)*?)(var\/log|commands)\/([^/]+)$/.exec(entry.name) ?? [];
      if (node === undefined || name === undefined) continue;
      const folders: Folders = nodes.get(node) ?? { logs: new Map(), outputs: new Map() };
      nodes.set(node, folders);
      const files = folder === outputFolder ? folders.outputs : folders.logs;
      files.set(name, {
        name: `${path}:${entry.name}`,
        modifiedSeconds: entry.modifiedSeconds,
        size: entry.size,
        open: (warn) => openMember(archive, index, warn),
        path: null,
        peek: null,
        isNumbered: false,
      });
    }
  } catch (error) {
    if (!(error instanceof BrokenBytes) || nodes.size === 0) throw error;
    problem = error.message;
  } finally {
    bytes.close();
  }
  const plainName = basename(path).replace(/\.(?:tgz|tar(?:\.[a-z]+)?)$/, '');
  const found = [...nodes].flatMap(([prefix, { logs, outputs }]): NodeLogs[] => {
    const its = logsIn(logs, outputs);
    return its.length === 0 ? [] : [{ node: posix.basename(prefix) || plainName, logs: its, timeZone: null, problem }];
  });
  if (found.length === 0) throw new UnreadableLog(`it holds no ${logFolder}/syslog or ${outputFolder}/${journalName}`);
  return found;
}

/** Goes through the archive again, up to the member. */
async function openMember(archive: LogFile, index: number, warn: (phrase: string) => void): Promise<ByteSource> {
  const bytes = await archive.open(() => {});
  const reader = new TarReader(bytes);
  for (let i = 0; i <= index; i++) await reader.next();
  return unpacked(reader.content(), warn);
}
