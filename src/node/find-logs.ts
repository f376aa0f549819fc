import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isArchiveName, openBundle } from './bundle.ts';
import { openDirectory } from './directory.ts';
import { gathered } from './gathered.ts';
import { type LogFile, type NodeLogs, plainFile, UnreadableLog, unreadable } from './log-file.ts';
import { directoryLogs, journalOutput, logFolder, logNames, outputFolder } from './logs.ts';
import { rotationsOf } from './rotations.ts';

/** All that there is. */
const whole = { since: null, until: null, texts: [] };

/**
 * The logs that a path stands for: a file with its rotations beside it, a directory laid out as the node's root or one
 * that holds the logs themselves, or a bundle of such directories. Rejects with UnreadableLog.
 */
export async function findLogs(path: string): Promise<readonly NodeLogs[]> {
  const stats = await stat(path).catch((error) => {
    throw unreadable(error);
  });
  if (stats.isDirectory()) {
    // Files are named as the person named the folder.
    const logs = () => directoryLogs(path, basename(resolve(path)));
    const found = await (await gathered({ ...openDirectory(path), logs })).logs(whole);
    if (found.logs.length > 0) return [found];
    throw new UnreadableLog(
      `it holds none of ${logNames.map((name) => `${logFolder}/${name}`).join(', ')}, ${outputFolder}/${journalOutput}`,
    );
  }
  if (isArchiveName(path)) return ofBundle(path);
  return [{ node: null, logs: [await withRotations(path, stats)], timeZone: null, problem: null }];
}

async function ofBundle(path: string): Promise<readonly NodeLogs[]> {
  const { nodes, problem } = await openBundle(path);
  const found = await Promise.all(nodes.map(async (node) => (await gathered(node)).logs(whole)));
  const filled = found.filter(({ logs }) => logs.length > 0);
  if (filled.length === 0)
    throw new UnreadableLog(problem ?? `it holds no ${logFolder}/syslog or ${outputFolder}/${journalOutput}`);
  return filled.map((logs) => ({ ...logs, problem }));
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
