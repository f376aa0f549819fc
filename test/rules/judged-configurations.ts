import { electionsOfNode, electionsOfPair } from '../../src/compare/electorate.ts';
import { comparePair } from '../../src/compare/pair.ts';
import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import { behavioursIn } from '../../src/keepalived/versions/behaviours.ts';
import { parseVersions } from '../../src/keepalived/versions/version.ts';
import type { NetworkInterface } from '../../src/model/host.ts';
import type { NodeConfiguration, ScriptFile } from '../../src/model/keepalived.ts';
import { emptySnapshot, type Snapshot } from '../../src/model/snapshot.ts';
import { type Log, tell } from '../timeline/logs.ts';

/** keepalived.conf of one node or two, and what else is known of them. */
export interface Configurations {
  readonly lb1: string;
  readonly lb2?: string;
  /** As `--keepalived-version` takes it. */
  readonly versions?: string;
  /** On both nodes. */
  readonly scripts?: readonly (Partial<ScriptFile> & { readonly path: string })[];
  /** Of lb2, where they differ. */
  readonly scriptsOfLb2?: readonly (Partial<ScriptFile> & { readonly path: string })[];
  /** Addresses of eth0 on both nodes, with prefix lengths. */
  readonly eth0?: readonly string[];
  /** What they logged. */
  readonly logged?: () => readonly Log[];
}

/** What rules see of them. */
export function snapshotOfConfigurations(given: Configurations): Snapshot {
  const a = nodeOf('lb1', given.lb1, given, given.scripts);
  const b = given.lb2 === undefined ? null : nodeOf('lb2', given.lb2, given, given.scriptsOfLb2 ?? given.scripts);
  const eth0 = given.eth0 === undefined ? null : [{ ...interfaceOf(given.eth0) }];
  const interfaces =
    eth0 === null ? [] : [a, ...(b === null ? [] : [b])].map(({ node }) => ({ node, interfaces: eth0 }));
  const pair = b === null ? null : comparePair(a, b, interfaces);
  return {
    ...emptySnapshot,
    configurations: b === null ? [a] : [a, b],
    pair,
    elections: pair === null ? electionsOfNode(a, interfaces) : electionsOfPair(pair, interfaces),
    interfaces: eth0 === null ? null : interfaces,
    timeline: given.logged === undefined ? null : tell(given.logged()),
  };
}

function nodeOf(
  node: string,
  text: string,
  { versions = '2.2.7' }: Configurations,
  scripts: Configurations['scripts'] = [],
): NodeConfiguration {
  const path = '/etc/keepalived/keepalived.conf';
  const files = { read: (name: string) => (name === path ? { text, isExecutable: false } : null), glob: () => [] };
  const keepalivedVersion = parseVersions(versions);
  const config = parseKeepalivedConfig(path, files, { configId: node, version: keepalivedVersion?.newest ?? null });
  if (config === null) throw new Error('not read');
  const known = { content: null, mode: null, uid: null, gid: null, exists: true, folders: [] };
  return {
    node,
    keepalivedVersion,
    behaviours: behavioursIn(keepalivedVersion),
    config,
    scripts: scripts.map((script) => ({ ...known, ...script })),
  };
}

function interfaceOf(eth0: readonly string[]): NetworkInterface {
  const addresses = eth0.map((text) => {
    const [address = '', prefixLength] = text.split('/');
    const family = address.includes(':') ? ('ipv6' as const) : ('ipv4' as const);
    return { family, address, prefixLength: Number(prefixLength), scope: 'global', label: null };
  });
  return { name: 'eth0', index: 2, mac: null, isUp: true, hasCarrier: true, addresses };
}
