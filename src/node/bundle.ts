import { basename, posix } from 'node:path';
import { Archive, type Folder } from './archive.ts';
import type { LogFile, NodeLogs } from './log-file.ts';
import { logFolder, logsIn, longestZone, outputFolder, timeZoneFile, timeZoneIn } from './logs.ts';
import type { FileEntry, NodePort } from './port.ts';

/** What the root of a node has, one of these at least. */
const rootFolders = ['etc', 'var', 'commands', 'sos_commands', 'captures'];
const manifestName = 'manifest.json';
/** Folders around those of the nodes. */
const mostDepth = 3;

/** Whether a name is one of an archive that may hold nodes. */
export function isArchiveName(name: string): boolean {
  return archiveSuffix.test(name);
}

const archiveSuffix = /\.(?:tgz|txz|tar(?:\.(?:gz|xz|zst))?)$/;

/** An archive with the evidence of nodes, that `collect` wrote or a person made. */
export interface Bundle {
  /** In the order of their names; each is a folder laid out as a node's root, or the whole archive is. */
  readonly nodes: readonly NodePort[];
  /** Why not all of it can be read; else null. */
  readonly problem: string | null;
}

/** Rejects with UnreadableLog where the file cannot be opened. */
export async function openBundle(path: string): Promise<Bundle> {
  const archive = await Archive.open(path);
  const nodes = rootsIn(archive.root, '', mostDepth).map(({ name, folder }) =>
    openFolder(archive, folder, name, posix.basename(name) || basename(path).replace(archiveSuffix, '')),
  );
  return { nodes: nodes.sort((a, b) => (a.name < b.name ? -1 : 1)), problem: archive.problem };
}

function openFolder(archive: Archive, folder: Folder, place: string, name: string): NodePort {
  return {
    name,
    readFile: (path, limit = defaultLimit) => archive.readFile(folder, path, limit),
    list: async (path) => archive.list(folder, path),
    output: (output) => archive.readFile(folder, posix.join('/commands', output), defaultLimit),
    logs: () => logsOf(archive, folder, place, name),
    close: async () => {},
  };
}

async function logsOf(archive: Archive, folder: Folder, place: string, node: string): Promise<NodeLogs> {
  const filesIn = (path: string) =>
    new Map(
      archive
        .list(folder, path)
        .filter(({ kind }) => kind === 'file')
        .map((entry) => [posix.basename(entry.path), logFile(archive, folder, place, entry)]),
    );
  const zone = await archive.readFile(folder, timeZoneFile, longestZone);
  const timeZone = zone.bytes === null ? null : timeZoneIn(zone.bytes);
  return { node, logs: logsIn(filesIn(`/${logFolder}`), filesIn(`/${outputFolder}`)), timeZone, problem: null };
}

function logFile(archive: Archive, folder: Folder, place: string, entry: FileEntry): LogFile {
  return {
    name: `${archive.path}:${posix.join(place, entry.path).replace(/^\//, '')}`,
    modifiedSeconds: entry.modifiedSeconds,
    size: entry.size,
    open: (warn) => archive.openFile(folder, entry.path, warn),
    path: null,
    peek: null,
    isNumbered: false,
  };
}

const defaultLimit = 64 * 1024 * 1024;

/** The outermost folders that are laid out as the root of a node. */
function rootsIn(folder: Folder, name: string, depth: number): { readonly name: string; readonly folder: Folder }[] {
  const isRoot = rootFolders.some((part) => folder.items.get(part)?.kind === 'directory');
  if (isRoot || folder.items.get(manifestName)?.kind === 'file') return [{ name, folder }];
  if (depth === 0) return [];
  return [...folder.items].flatMap(([part, item]) =>
    item.kind === 'directory' ? rootsIn(item, posix.join(name, part), depth - 1) : [],
  );
}
