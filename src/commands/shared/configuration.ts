import { posix } from 'node:path';
import { readIpAddressJson, readIpAddressText } from '../../host/ip-address.ts';
import { readStatJson } from '../../host/stat.ts';
import { behavioursIn } from '../../keepalived/versions/behaviours.ts';
import { readVersion } from '../../keepalived/versions/version.ts';
import type { NetworkInterface } from '../../model/host.ts';
import type { FilePermissions, KeepalivedConfig, NodeConfiguration, ScriptFile } from '../../model/keepalived.ts';
import type { VersionRange } from '../../model/versions.ts';
import type { OutputName } from '../../node/evidence.ts';
import { largestConfigBytes, readKeepalivedConfig } from './keepalived-files.ts';
import type { NamedNode } from './node-argument.ts';

/** A script that is longer was not written by hand. */
const largestScriptBytes = 256 * 1024;

/** What one node says of its configuration. */
export interface NodeEvidence {
  readonly configuration: NodeConfiguration;
  readonly interfaces: readonly NetworkInterface[] | null;
}

/** Reads keepalived's configuration of a node, and what belongs to it: version, scripts, interfaces. */
export async function readConfiguration(node: NamedNode, versions: VersionRange | null): Promise<NodeEvidence> {
  // Asked for together, before any of it is waited for: one round trip to a node that is far away.
  prefetch(node);
  const keepalivedVersion = versions ?? readVersion((await outputOf(node, 'keepalived-version.txt')) ?? '');
  const newest = keepalivedVersion?.newest ?? null;
  const config = await readKeepalivedConfig(node, await configIdOf(node), newest);
  const configuration: NodeConfiguration = {
    node: node.name,
    keepalivedVersion,
    behaviours: behavioursIn(keepalivedVersion),
    config,
    scripts: await readScripts(node, config),
  };
  return { configuration, interfaces: await interfacesOf(node) };
}

function prefetch({ port, configPath, file, isLive }: NamedNode): void {
  if (file !== null) return;
  void port.readFile(configPath, largestConfigBytes);
  void port.readFile('/etc/hostname');
  if (!isLive) return;
  // Where most configurations have what they include.
  void port.list(posix.join(posix.dirname(configPath), 'conf.d'));
  for (const name of ['keepalived-version.txt', 'ip-addr.json'] as const) void port.output(name);
}

/** The node's name for `@id` lines, up to its first dot; of a bare file the one that a person gave. */
async function configIdOf(node: NamedNode): Promise<string | null> {
  const hostName = node.file === null ? await textOf(node, '/etc/hostname') : null;
  const name = hostName?.trim() || (node.isOwnName || node.file === null ? node.name : null);
  return name?.split('.')[0] ?? null;
}

async function interfacesOf(node: NamedNode): Promise<readonly NetworkInterface[] | null> {
  const json = await outputOf(node, 'ip-addr.json');
  if (json !== null) return readIpAddressJson(json);
  const text = await outputOf(node, 'ip-addr.txt');
  return text === null ? null : readIpAddressText(text);
}

async function outputOf({ port, file }: NamedNode, name: OutputName): Promise<string | null> {
  if (file !== null) return null;
  const { bytes } = await port.output(name);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

async function textOf({ port }: NamedNode, path: string, limit?: number): Promise<string | null> {
  const { bytes } = await port.readFile(path, limit);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** The scripts that a configuration names, each path once, as far as the node's evidence has them. */
async function readScripts(node: NamedNode, config: KeepalivedConfig): Promise<readonly ScriptFile[]> {
  if (node.file !== null) return [];
  const commands = [
    ...config.scripts.flatMap(({ script }) => script ?? []),
    ...config.instances.flatMap(({ notify }) => notify),
    ...config.syncGroups.flatMap(({ notify }) => notify),
  ];
  const paths = [...new Set(commands.map(({ command: [path = ''] }) => path))].filter((path) => path.startsWith('/'));
  const [stats, ...contents] = await Promise.all([
    permissionsOf(node, paths),
    ...paths.map((path) => textOf(node, path, largestScriptBytes)),
  ]);
  return paths.flatMap((path, i) => {
    const content = contents[i] ?? null;
    const own = stats.get(path);
    if (content === null && own === undefined) return [];
    const folders = foldersOf(path).flatMap((folder) => stats.get(folder) ?? []);
    const unknown = { path, mode: null, uid: null, gid: null };
    return { ...unknown, ...own, content, exists: content !== null || own?.mode != null, folders };
  });
}

/** Modes and owners as on the node: a live one's, or what its evidence says; those of copied files say nothing. */
async function permissionsOf(node: NamedNode, paths: readonly string[]): Promise<ReadonlyMap<string, FilePermissions>> {
  if (!node.isLive) return readStatJson((await textOf(node, '/commands/stat.json')) ?? '');
  const stats = new Map<string, FilePermissions>();
  const wanted = [...new Set(paths.flatMap((file) => [...foldersOf(file), file]))];
  const beside = await Promise.all(wanted.map((path) => node.port.list(posix.dirname(path))));
  for (const [i, path] of wanted.entries()) {
    const entry = beside[i]?.find((candidate) => candidate.path === path);
    stats.set(path, entry ?? { path, mode: null, uid: null, gid: null });
  }
  // The root is in no folder, and belongs to root.
  stats.delete('/');
  return stats;
}

/** The folders on the way to a file, from the root. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === path ? [] : [...foldersOf(folder), folder];
}
