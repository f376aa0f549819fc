import type { JoinedGroup, Neighbour, NodeHost, PacketFilter } from '../model/host.ts';
import { judgeByIptables } from './iptables.ts';
import { isRecord, parseJson, stringIn } from './json.ts';
import { type NetworkdFile, readNetworkd } from './networkd.ts';
import { judgeByNftables } from './nftables.ts';
import { readRoutes } from './routes.ts';

/** The outputs of evidence commands that tell of a host. */
export type HostOutput =
  | 'nft-ruleset.txt'
  | 'iptables-save.txt'
  | 'ip6tables-save.txt'
  | 'ip-route.json'
  | 'ip-neigh.json'
  | 'ip-maddr.txt'
  | 'sysctl.txt'
  | 'networkctl.txt'
  | 'dmi.txt';

/**
 * What a node's system says, by the outputs of commands (`commands/` of the layout; null where one was not read) and the
 * `.network` files of systemd-networkd (null where those were not).
 */
export function readHost(
  node: string,
  output: (name: HostOutput) => string | null,
  networkdFiles: readonly NetworkdFile[] | null = null,
): NodeHost {
  const read = <T>(name: HostOutput, reader: (text: string) => T): T | null => {
    const text = output(name);
    return text === null ? null : reader(text);
  };
  return {
    node,
    filters: filtersOf(output),
    routeTo: read('ip-route.json', readRoutes) ?? (() => null),
    neighbours: read('ip-neigh.json', readNeighbours),
    groups: read('ip-maddr.txt', readGroups),
    sysctls: read('sysctl.txt', readSysctls),
    networkd: read('networkctl.txt', (text) => readNetworkd(text, networkdFiles)),
    hardware: read('dmi.txt', (text) => text.trim().replace(/\s*\n\s*/g, ' ') || null),
  };
}

function filtersOf(output: (name: HostOutput) => string | null): readonly PacketFilter[] {
  const [nft, ip4, ip6] = [output('nft-ruleset.txt'), output('iptables-save.txt'), output('ip6tables-save.txt')];
  const filters: PacketFilter[] = [];
  if (nft !== null) {
    filters.push({ command: 'nft list ruleset', judge: remembered((packet) => judgeByNftables(nft, packet)) });
  }
  for (const [command, family, saved] of [
    ['iptables-save', 'ipv4', ip4],
    ['ip6tables-save', 'ipv6', ip6],
  ] as const) {
    if (saved === null) continue;
    filters.push({
      command,
      judge: remembered((packet) => (packet.family === family ? judgeByIptables(saved, packet) : null)),
    });
  }
  return filters;
}

/** Many instances have the same peers: each packet is judged once. */
function remembered(judge: PacketFilter['judge']): PacketFilter['judge'] {
  const verdicts = new Map<string, ReturnType<PacketFilter['judge']>>();
  return (packet) => {
    const key = JSON.stringify(packet);
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = judge(packet);
    verdicts.set(key, verdict);
    return verdict;
  };
}

/** `ip -j neigh`: those with a hardware address. */
function readNeighbours(text: string): readonly Neighbour[] | null {
  const document = parseJson(text);
  if (!Array.isArray(document)) return null;
  return document.filter(isRecord).flatMap((entry) => {
    const [address, name, mac] = [stringIn(entry, 'dst'), stringIn(entry, 'dev'), stringIn(entry, 'lladdr')];
    if (address === null || name === null || mac === null) return [];
    const states = entry['state'];
    const state = Array.isArray(states) && typeof states[0] === 'string' ? states[0] : '';
    return [{ address, interface: name, mac: mac.toLowerCase(), state }];
  });
}

/** `ip maddr`: each interface by its number and name, its groups indented below it. */
function readGroups(text: string): readonly JoinedGroup[] {
  const groups: JoinedGroup[] = [];
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    name = /^\d+:\s+(\S+)/.exec(line)?.[1] ?? name;
    const address = /^\s+inet6?\s+([0-9a-fA-F.:]+)/.exec(line)?.[1];
    if (address !== undefined) groups.push({ interface: name, address: address.toLowerCase() });
  }
  return groups;
}

/** `sysctl -a`: `net.ipv4.conf.all.rp_filter = 1`; a dot in an interface's name stands as a slash. */
function readSysctls(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, name, value] = /^([\w./@-]+) = (.*)$/.exec(line) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
    }),
  );
}
