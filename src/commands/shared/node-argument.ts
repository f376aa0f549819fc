import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { openDirectory } from '../../node/directory.ts';
import { openLocal } from '../../node/local.ts';
import type { NodePort } from '../../node/port.ts';
import { CommandError } from './command-error.ts';

/** A node that was named on the command line. */
export interface NamedNode {
  readonly name: string;
  /** Whether a person gave the name (`name=`), or the node itself; else it is a file's or a directory's. */
  readonly isOwnName: boolean;
  readonly port: NodePort;
  /** Its keepalived.conf, as the port knows it. */
  readonly configPath: string;
  /** A bare file: nothing is read but it, and what lies beside it. Null: a whole node. */
  readonly file: string | null;
  /** Whether modes and owners of its files are those on the node. */
  readonly isLive: boolean;
}

const configPath = '/etc/keepalived/keepalived.conf';

/** `[name=]PATH` or `local`: a file, a directory laid out as the node's root, or this machine. */
export function openNodes(words: readonly string[]): readonly NamedNode[] {
  const nodes = words.map(openNode);
  const [one, two] = nodes;
  if (one === undefined || two === undefined || one.name !== two.name) return nodes;
  // Two files of one name are told apart by their folders, and failing that by their order.
  const folders = nodes.map(({ file, name }) => (file === null ? name : basename(dirname(resolve(file)))));
  const isTold = folders[0] !== folders[1];
  return nodes.map((node, i) => ({ ...node, name: (isTold ? folders[i] : null) ?? `${node.name}-${i + 1}` }));
}

function openNode(word: string): NamedNode {
  const [, given, target = word] = /^([\w.-]+)=(.+)$/s.exec(word) ?? [];
  const isForced = target.startsWith('file:');
  const path = isForced ? target.slice(5) : target;
  if (!isForced && target === 'local' && !existsSync(path)) {
    const name = given ?? hostname().split('.')[0] ?? 'local';
    return { name, isOwnName: true, port: openLocal(name), configPath, file: null, isLive: true };
  }
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    if (/^ssh:|@/.test(target))
      throw new CommandError(`cannot read ${target}: other hosts are not supported yet`, copyHint);
    throw new CommandError(`cannot read ${path}: there is no such file or directory`);
  }
  if (stats.isDirectory()) {
    const name = given ?? basename(resolve(path));
    return {
      name,
      isOwnName: given !== undefined,
      port: openDirectory(path, name),
      configPath,
      file: null,
      isLive: false,
    };
  }
  if (/\.(?:tar\.gz|tgz)$/.test(path)) {
    throw new CommandError(
      `cannot read ${path}: bundles are not supported yet`,
      `tar -xzf ${path}, and name the folder`,
    );
  }
  const name = given ?? (basename(path).replace(/\.conf$/, '') || path);
  const folder = dirname(resolve(path));
  return {
    name,
    isOwnName: given !== undefined,
    port: openDirectory(folder, name),
    configPath: `/${basename(path)}`,
    file: path,
    isLive: false,
  };
}

const copyHint = 'copy its /etc/keepalived/keepalived.conf here, and name the file';
