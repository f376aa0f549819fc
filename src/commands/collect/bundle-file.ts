import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tarEnd, tarEntry } from '../../node/tar-writer.ts';
import { CommandError } from '../shared/command-error.ts';
import type { CollectedNode } from './node.ts';

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'there is such a file already',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
};

/** The bundle: a folder for each node, laid out as its root, with its manifest. */
export async function packBundle(nodes: readonly CollectedNode[], now: Date): Promise<Uint8Array> {
  const modifiedSeconds = Math.floor(now.getTime() / 1000);
  const entries = nodes.flatMap(({ manifest, files }) => {
    const folder = folderOf(manifest.node);
    const json = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
    return [
      tarEntry({ name: `${folder}/manifest.json`, bytes: json, mode: 0o600, modifiedSeconds }),
      ...files.map((file) =>
        tarEntry({ ...file, name: posix.join(folder, file.path), modifiedSeconds: Math.floor(file.modifiedSeconds) }),
      ),
    ];
  });
  return promisify(gzip)(Buffer.concat([...entries, tarEnd]));
}

/** A host's name as that of a folder: nothing in it leads elsewhere. */
function folderOf(name: string): string {
  return name.replaceAll(/[^\w.:@-]/g, '_').replace(/^\.+/, '_');
}

/**
 * Writes a bundle for nobody but its owner to read: whole or not at all, and never over another file. Throws a CommandError
 * where it cannot be written.
 */
export async function writeBundle(path: string, bytes: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.ha-doctor-${randomBytes(6).toString('hex')}.tmp`);
  const drop = () => rmSync(draft, { force: true });
  process.once('exit', drop);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rm(draft, { force: true });
    process.off('exit', drop);
  }
}

/** Throws a CommandError where a bundle could not be written there, before anything is collected. */
export async function requireWritable(path: string): Promise<void> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    await rm(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): CommandError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new CommandError(
    `cannot write ${path}: ${reasons[code] ?? message}`,
    code === 'EEXIST' ? 'give -o another name' : undefined,
  );
}
