import { existsSync, type Stats, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { anyInterface, listInterfaces } from '../../capture/interfaces.ts';
import { openFile, openStream } from '../../capture/open.ts';
import type { PcapWriter } from '../../capture/pcap-writer.ts';
import type { CaptureSource } from '../../capture/source.ts';
import type { NodePort } from '../../node/port.ts';
import { CommandError } from '../shared/command-error.ts';

export interface SourceOptions {
  readonly interface: readonly string[];
  readonly read?: readonly string[];
  readonly engine: 'auto' | 'pcap' | 'tcpdump';
}

/** A capture, and where it is from: a node, or a file that may be from anywhere. */
export interface PlacedSource {
  readonly source: CaptureSource;
  readonly place: string;
}

export interface Sources {
  readonly sources: readonly PlacedSource[];
  readonly live: boolean;
}

/**
 * The captures that `-r`, `-i` and NODE:IFACE name; without any, the interfaces of the local keepalived.conf's instances,
 * else all of this machine.
 */
export async function openSources(
  words: readonly string[],
  { interface: interfaces, read = [], engine }: SourceOptions,
): Promise<Sources> {
  if (read.length > 0) {
    if (interfaces.length > 0 || words.length > 0) {
      const other = interfaces.length > 0 ? '-i' : words[0];
      throw new CommandError(`-r and ${other} exclude each other`, '-r reads a file, -i captures on an interface');
    }
    const sources = [];
    for (const path of new Set(read)) sources.push(...(await openSaved(path)));
    return { sources, live: false };
  }
  const remote = words.map(parseRemote);
  const here = remote.flatMap(({ host, interfaceName }) => (host === 'local' ? [interfaceName] : []));
  const names = [...new Set([...interfaces, ...here])];
  if (names.length === 0 && remote.length === 0) names.push(...(await defaultInterfaces()));
  const sources: PlacedSource[] = [];
  if (names.length > 0) {
    // Loaded only here: reading a file needs none of it.
    const { openLive } = await import('../../capture/live.ts');
    const place = hostname();
    for (const interfaceName of names) sources.push({ source: openLive({ interfaceName, engine }), place });
  }
  const elsewhere = remote.filter(({ host }) => host !== 'local');
  if (elsewhere.length > 0) {
    const [{ RemoteCapture }, { openSsh }] = await Promise.all([import('./remote.ts'), import('../../node/ssh.ts')]);
    for (const { host, name, interfaceName } of elsewhere)
      sources.push({ source: new RemoteCapture(openSsh(host, name), interfaceName), place: name });
  }
  return { sources, live: true };
}

async function defaultInterfaces(): Promise<readonly string[]> {
  if (!existsSync('/etc/keepalived/keepalived.conf')) return [anyInterface];
  const { instanceInterfaces } = await import('./instance-interfaces.ts');
  const { names: known, isComplete } = listInterfaces();
  const names = (await instanceInterfaces('/')).filter((name) => known.includes(name) || !isComplete);
  return names.length > 0 ? names : [anyInterface];
}

/** A capture; or the captures that a directory or bundle of evidence holds, each under its node's name. */
async function openSaved(path: string): Promise<readonly PlacedSource[]> {
  const stats = statsOf(path);
  const isArchive = stats?.isFile() === true && /\.(?:t[gx]z|tar(?:\.(?:gz|xz|zst))?)$/.test(path);
  if (stats?.isDirectory() !== true && !isArchive) return [{ source: openFile(path), place: path }];
  const [{ openBundle }, { openDirectory }, { UnreadableLog }] = await Promise.all([
    import('../../node/bundle.ts'),
    import('../../node/directory.ts'),
    import('../../node/log-file.ts'),
  ]);
  const nodes = stats.isDirectory()
    ? [openDirectory(path)]
    : await openBundle(path).then(
        (bundle) => bundle.nodes,
        (error: unknown) => {
          throw error instanceof UnreadableLog ? new CommandError(`cannot read ${path}: ${error.message}`) : error;
        },
      );
  const sources = (await Promise.all(nodes.map(capturesOf))).flat();
  if (sources.length === 0)
    throw new CommandError(`${path} holds no captures`, 'packets are expected as captures/*.pcap in each node');
  return sources;
}

/** Null where nothing can be known of it: why, is said when it is opened. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

const captureBytes = 256 * 1024 * 1024;

async function capturesOf(node: NodePort): Promise<readonly PlacedSource[]> {
  const files = (await node.list('/captures')).filter(({ path }) => /\.pcap(?:ng)?(?:\d+|\.gz)?$/.test(path));
  return Promise.all(
    files.map(async ({ path }) => {
      const name = posix.join(node.name, path);
      const { bytes, ...refused } = await node.readFile(path, captureBytes);
      if (bytes === null) throw new CommandError(`cannot read ${name}: ${'reason' in refused ? refused.reason : ''}`);
      return { source: openStream(name, Readable.from([bytes])), place: node.name };
    }),
  );
}

interface Remote {
  readonly host: string;
  readonly name: string;
  readonly interfaceName: string;
}

/** `[name=][ssh:][user@]host:IFACE`: the interface follows the last colon, and an IPv6 host stands in brackets. */
function parseRemote(word: string): Remote {
  const [, given, , target = ''] = /^(?:([\w.-]+)=)?(ssh:)?(.*)$/s.exec(word) ?? [];
  if (existsSync(word))
    throw new CommandError(`${word} is no interface: -r reads a capture`, `ha-doctor sniff -r ${word}`);
  if (word === anyInterface || listInterfaces().names.includes(word))
    throw new CommandError(`${word} is an interface of this machine: -i captures on it`, `ha-doctor sniff -i ${word}`);
  const [, user = '', inBrackets, plain = '', interfaceName = ''] =
    /^([^@[\]]+@)?(?:\[([^[\]]+)\]|([^:[\]]+)):([^:]+)$/.exec(target) ?? [];
  const bare = inBrackets ?? plain;
  const host = user + bare;
  if (bare === '' || !/^[^-\s\p{C}][^\s\p{C}]*$/u.test(host) || !/^[^-\s/\p{C}][^\s/\p{C}]*$/u.test(interfaceName)) {
    throw new CommandError(
      `${word} names no interface of a node`,
      'expected [user@]host:IFACE as in lb1:eth0, an IPv6 host in brackets',
    );
  }
  return { host, name: given ?? bare, interfaceName };
}

/** Where `-w` saves packets; null without it. */
export async function openWritten(path: string | undefined, read: readonly string[]): Promise<PcapWriter | null> {
  if (path === undefined) return null;
  if (path === '-' && process.stdout.isTTY === true) {
    throw new CommandError(
      'stdout is a terminal, and packets are not for reading',
      'ha-doctor sniff -w - | tcpdump -r -',
    );
  }
  const { openWriter } = await import('../../capture/pcap-writer.ts');
  return openWriter(path, ...read);
}
