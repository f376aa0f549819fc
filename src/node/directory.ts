import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { basename, posix, resolve } from 'node:path';
import { directoryLogs } from './logs.ts';
import { place } from './place.ts';
import type { FileEntry, NodePort, Reading, Refusal } from './port.ts';

/** A file of evidence that is larger is none that a person wrote. */
const defaultLimit = 64 * 1024 * 1024;

/**
 * A directory of evidence, laid out as the node's own root. Nothing outside of it is read: symbolic links lead where they
 * would lead on the node, so that `/etc/nginx/sites-enabled/web -> /etc/nginx/sites-available/web` stays inside.
 */
export function openDirectory(folder: string, name: string = basename(resolve(folder))): NodePort {
  const root = resolve(folder);
  return {
    name,
    readFile: (path, limit = defaultLimit) => readFile(root, path, limit),
    list: (path) => list(root, path),
    output: (command) => readFile(root, posix.join('/commands', command), defaultLimit),
    logs: () => directoryLogs(root, name),
    close: async () => {},
  };
}

async function readFile(root: string, path: string, limit: number): Promise<Reading> {
  try {
    const inside = await place(root, path);
    // Without waiting: a FIFO would hold it for good.
    const file = await open(inside.path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return refuse('not-a-file', stats.isDirectory() ? 'it is a directory' : 'it is not a file');
      if (stats.size > limit) return refuse('too-large', `it has ${stats.size} bytes, more than ${limit}`);
      return { bytes: await file.readFile(), refusal: null, viaSudo: false };
    } finally {
      await file.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}

async function list(root: string, folder: string): Promise<readonly FileEntry[]> {
  const entries: FileEntry[] = [];
  try {
    const inside = await place(root, folder);
    for (const name of (await readdir(inside.path)).sort()) {
      const path = posix.join(folder, name);
      try {
        const { stats } = await place(root, path);
        entries.push({
          path,
          kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
          mode: stats.mode & 0o7777,
          uid: stats.uid,
          gid: stats.gid,
          size: stats.size,
          modifiedSeconds: stats.mtimeMs / 1000,
        });
      } catch {
        // A link that leads nowhere: the node would not find it either.
      }
    }
  } catch {
    return [];
  }
  return entries;
}

const refusals: Readonly<Record<string, readonly [Refusal, string]>> = {
  ENOENT: ['missing', 'it does not exist'],
  ENOTDIR: ['missing', 'a folder on its path is a file'],
  EACCES: ['denied', 'permission denied'],
  EPERM: ['denied', 'permission denied'],
  ELOOP: ['failed', 'too many symbolic links'],
};

function refusalOf(error: unknown): Reading {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [refusal, reason] = refusals[code] ?? ['failed', error instanceof Error ? error.message : String(error)];
  return refuse(refusal, reason);
}

function refuse(refusal: Refusal, reason: string): Reading {
  return { bytes: null, refusal, reason };
}
