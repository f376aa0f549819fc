import { existsSync } from 'node:fs';
import { filter } from '../../capture/filter.ts';
import { listInterfaces } from '../../capture/interfaces.ts';
import { openFile } from '../../capture/open.ts';
import type { PcapWriter } from '../../capture/pcap-writer.ts';
import type { CaptureSource } from '../../capture/source.ts';
import { CommandError } from '../shared/command-error.ts';

export interface SourceOptions {
  readonly interface: readonly string[];
  readonly read?: string;
  readonly engine: 'auto' | 'pcap' | 'tcpdump';
}

export interface Sources {
  readonly sources: readonly CaptureSource[];
  readonly live: boolean;
}

/** The captures that `-r` and `-i` name; without either all interfaces of this machine. */
export async function openSources(
  nodes: readonly string[],
  { interface: interfaces, read, engine }: SourceOptions,
): Promise<Sources> {
  const [node] = nodes;
  if (node !== undefined) {
    if (existsSync(node))
      throw new CommandError(`${node} is no interface: -r reads a capture`, `ha-doctor sniff -r ${node}`);
    if (listInterfaces().names.includes(node) || node === 'any')
      throw new CommandError(
        `${node} is an interface of this machine: -i captures on it`,
        `ha-doctor sniff -i ${node}`,
      );
    const [host, iface] = splitNode(node);
    throw new CommandError(
      `cannot capture on ${node}: other nodes are not supported yet`,
      `ssh ${host} "tcpdump --immediate-mode -U -i ${iface} -w - '${filter}'" | ha-doctor sniff -r -`,
    );
  }
  if (read !== undefined) {
    if (interfaces.length > 0)
      throw new CommandError('-r and -i exclude each other', '-r reads a file, -i captures on an interface');
    return { sources: [openFile(read)], live: false };
  }
  // Loaded only here: reading a file needs none of it.
  const { openLive } = await import('../../capture/live.ts');
  const names = interfaces.length > 0 ? [...new Set(interfaces)] : ['any'];
  return { sources: names.map((interfaceName) => openLive({ interfaceName, engine })), live: true };
}

/** Where `-w` saves packets; null without it. */
export async function openSaved(path: string | undefined, read: string | undefined): Promise<PcapWriter | null> {
  if (path === undefined) return null;
  if (path === '-' && process.stdout.isTTY === true) {
    throw new CommandError(
      'stdout is a terminal, and packets are not for reading',
      'ha-doctor sniff -w - | tcpdump -r -',
    );
  }
  const { openWriter } = await import('../../capture/pcap-writer.ts');
  return openWriter(path, read);
}

/** `lb1:eth0`: the interface follows the last colon. */
function splitNode(node: string): [host: string, iface: string] {
  const colon = node.lastIndexOf(':');
  return colon > 0 ? [node.slice(0, colon), node.slice(colon + 1) || 'any'] : [node, 'any'];
}
