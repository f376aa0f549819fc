import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { type LogFile, type NodeLogs, plainFile } from './log-file.ts';
import { place } from './place.ts';
import { rotationsOf } from './rotations.ts';

/** Where daemons log to, by distribution and habit (the layout of a node's directory). */
export const logNames = ['syslog', 'messages', 'daemon.log', 'keepalived.log'];
export const logFolder = 'var/log';
export const outputFolder = 'commands';
export const journalOutput = 'journal.json';
/** Where Debian keeps the name of its time zone. */
export const timeZoneFile = '/etc/timezone';
export const longestZone = 256;

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
  const journal = outputs.get(journalOutput);
  return [
    ...logNames.map((log) => rotationsOf(log, [...logs.keys()]).flatMap((name) => logs.get(name) ?? [])),
    ...(journal === undefined ? [] : [[journal]]),
  ].filter((files) => files.length > 0);
}
