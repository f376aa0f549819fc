import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import type { Cluster } from '../../model/cluster.ts';
import { isArchiveName, openBundle } from '../../node/bundle.ts';
import { openDirectory } from '../../node/directory.ts';
import { gathered } from '../../node/gathered.ts';
import { openLocal } from '../../node/local.ts';
import { UnreadableLog } from '../../node/log-file.ts';
import type { NodePort } from '../../node/port.ts';
import { remembered } from '../../node/remembered.ts';
import type { ShellNode } from '../../node/shell-node.ts';
import { isHost, openSsh } from '../../node/ssh.ts';
import { readClusters } from './clusters.ts';
import { CommandError } from './command-error.ts';
import { reportError } from './output.ts';

/** A node that was named on the command line. */
export interface NamedNode {
  readonly name: string;
  /** Whether a person gave the name (`name=`), or the node itself; else it is a file's or a directory's. */
  readonly isOwnName: boolean;
  /** Everything is read once. */
  readonly port: NodePort;
  /** A live node itself: for what changes while one looks, and for captures. Null: files that somebody gathered. */
  readonly live: ShellNode | null;
  /** Its keepalived.conf, as the port knows it. */
  readonly configPath: string;
  /** A bare file: nothing is read but it, and what lies beside it. Null: a whole node. */
  readonly file: string | null;
  /** Whether modes and owners of its files are those on the node. */
  readonly isLive: boolean;
  /** The cluster of the configuration file that it was named by. */
  readonly cluster: Cluster | null;
}

const configPath = '/etc/keepalived/keepalived.conf';

/** How nodes are looked for. */
export interface NodeOptions {
  /** Goes in front of a node that is alone. */
  readonly beside?: string;
  /** The configuration file that names clusters (`--config`); undefined: where it is looked for. */
  readonly config?: string | undefined;
}

/**
 * `[name=]NODE` (interface.md): a file, a directory laid out as the node's root, a bundle of such directories, which stands
 * for all its nodes, a sosreport, `local`, a cluster, which stands for all its nodes, or `[user@]host` for ssh; `file:` and
 * `ssh:` force the reading. Nothing is asked of a host yet.
 */
async function openNodes(words: readonly string[], { beside, config }: NodeOptions): Promise<readonly NamedNode[]> {
  const nodes: NamedNode[] = [];
  for (const word of words) {
    const cluster = await clusterCalled(word, config);
    for (const own of cluster?.nodes ?? [word]) {
      nodes.push(...(await openNode(own)).map((node) => (cluster === null ? node : inCluster(node, cluster))));
    }
  }
  if (nodes.length === 1 && beside !== undefined) nodes.unshift(...(await openNode(beside)));
  return toldApart(nodes);
}

/** The cluster that a word names, if it may name one: what lies there, and this machine, come first. */
export async function clusterCalled(word: string, config: string | undefined): Promise<Cluster | null> {
  if (!/^[\w.-]+$/.test(word) || word === 'local' || existsSync(word)) return null;
  return (await readClusters(config)).find(({ name }) => name === word) ?? null;
}

function inCluster(node: NamedNode, cluster: Cluster): NamedNode {
  const path = cluster.keepalivedPath;
  return { ...node, cluster, ...(path === null || node.file !== null ? {} : { configPath: path }) };
}

/** Opens nodes, and closes them when `use` is done with them. */
export async function withNodes<T>(
  words: readonly string[],
  use: (nodes: readonly NamedNode[]) => Promise<T>,
  options: NodeOptions = {},
): Promise<T> {
  const nodes = await openNodes(words, options);
  const close = () => Promise.all(nodes.map(({ port }) => port.close()));
  // Whoever is interrupted leaves nothing running on a node, nor a connection to it.
  const interrupted = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') =>
    void close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  for (const signal of signals) process.once(signal, interrupted);
  try {
    return await use(nodes);
  } finally {
    for (const signal of signals) process.off(signal, interrupted);
    await close();
  }
}

/** A live node of which nothing has been read yet; of files all stays as it is. */
export function afresh(node: NamedNode): NamedNode {
  return node.live === null ? node : { ...node, port: remembered(node.live) };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Names of their own: two files of one name are told apart by their folders, and failing that by their order. */
function toldApart(nodes: readonly NamedNode[]): readonly NamedNode[] {
  const isTaken = (name: string) => nodes.filter((node) => node.name === name).length > 1;
  return nodes.map((node, i) => {
    if (!isTaken(node.name)) return node;
    const folder = node.file === null ? null : basename(dirname(resolve(node.file)));
    const alike = nodes.filter(({ name }) => name === node.name);
    const folders = new Set(alike.map(({ file }) => (file === null ? null : basename(dirname(resolve(file))))));
    const isTold = folder !== null && folders.size === alike.length;
    return { ...node, name: isTold ? folder : `${node.name}-${i + 1}` };
  });
}

async function openNode(word: string): Promise<readonly NamedNode[]> {
  const [, given, target = word] = /^([\w.-]+)=(.+)$/s.exec(word) ?? [];
  if (target.startsWith('file:')) return openPath(target.slice('file:'.length), given);
  if (target.startsWith('ssh:')) return openHost(target.slice('ssh:'.length), given);
  if (existsSync(target)) return openPath(target, given);
  if (target === 'local') {
    const name = given ?? hostname().split('.')[0] ?? 'local';
    return [liveNode(openLocal(name))];
  }
  return isPathLike(target) ? openPath(target, given) : openHost(target, given);
}

/** Whether a name that is no file was meant to be one: then nobody is asked for a host of that name. */
export function isPathLike(target: string): boolean {
  return target.includes('/') || isArchiveName(target) || /\.(?:conf|log|txt|json|gz|xz|zst|pcap(?:ng)?)$/.test(target);
}

/** `[user@]host`, as in the user's ssh_config; the node is called by the host. */
function openHost(host: string, given: string | undefined): readonly NamedNode[] {
  if (!isHost(host)) throw new CommandError(`${host} names no host`, 'expected [user@]host, as for ssh');
  const name = given ?? host.slice(host.lastIndexOf('@') + 1);
  return [liveNode(openSsh(host, name))];
}

function liveNode(live: ShellNode): NamedNode {
  const port = remembered(live);
  return { name: live.name, isOwnName: true, port, live, configPath, file: null, isLive: true, cluster: null };
}

async function openPath(path: string, given: string | undefined): Promise<readonly NamedNode[]> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new CommandError(`cannot read ${path}: there is no such file or directory`);
  if (stats.isDirectory()) return [await gatheredNode(openDirectory(path, given), given)];
  if (isArchiveName(path)) return openArchive(path, given);
  const name = given ?? (basename(path).replace(/\.conf$/, '') || path);
  const port = remembered(openDirectory(dirname(resolve(path)), name));
  const isOwnName = given !== undefined;
  return [
    { name, isOwnName, port, live: null, configPath: `/${basename(path)}`, file: path, isLive: false, cluster: null },
  ];
}

async function openArchive(path: string, given: string | undefined): Promise<readonly NamedNode[]> {
  const { nodes, problem } = await openBundle(path).catch((error: unknown) => {
    throw error instanceof UnreadableLog ? new CommandError(`cannot read ${path}: ${error.message}`) : error;
  });
  if (nodes.length === 0) {
    throw new CommandError(
      `cannot read ${path}: ${problem ?? 'it holds no evidence of a node'}`,
      "it is to hold a folder for each node, laid out as the node's root: lb1/etc/keepalived/keepalived.conf",
    );
  }
  if (given !== undefined && nodes.length > 1) {
    const names = nodes.map(({ name }) => name).join(', ');
    throw new CommandError(`${path} holds ${nodes.length} nodes, which have names of their own: ${names}`);
  }
  if (problem !== null) {
    reportError(`${path}: ${problem}`);
    // What there is of it is used, and is not all that was asked for.
    process.once('exit', () => {
      process.exitCode = incomplete;
    });
  }
  return Promise.all(nodes.map((port) => gatheredNode(port, given)));
}

/** The exit code where an input could not be read in part. */
const incomplete = 2;

/** Evidence that somebody gathered. */
async function gatheredNode(port: NodePort, given: string | undefined): Promise<NamedNode> {
  const told = await gathered(port);
  const name = given ?? told.name;
  const isOwnName = given !== undefined;
  return {
    name,
    isOwnName,
    port: remembered({ ...told, name }),
    live: null,
    configPath,
    file: null,
    isLive: false,
    cluster: null,
  };
}
