import { readIpAddressJson, readIpAddressText } from '../../host/ip-address.ts';
import type { SourceError } from '../../model/finding.ts';
import type { NetworkInterface } from '../../model/host.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { isNginxDump } from '../../nginx/config/dump.ts';
import { CommandError } from './command-error.ts';
import { type NginxEvidence, nginxSnapshot, readNginx } from './nginx.ts';
import type { NamedNode } from './node-argument.ts';

/** nginx.conf of a node, as its port knows it. */
function nginxPathOf({ file, configPath, cluster }: NamedNode): string {
  return file === null ? (cluster?.nginxPath ?? '/etc/nginx/nginx.conf') : configPath;
}

/** Which configurations all of the nodes have. */
export interface Contents {
  readonly keepalived: boolean;
  readonly nginx: boolean;
  /** The first node that has none of nginx. */
  readonly lacksNginx: string | null;
}

/** What there is to compare of the nodes that are named; a bare file is known by what is in it. */
export async function contentsOf(nodes: readonly NamedNode[]): Promise<Contents> {
  const contents = await Promise.all(nodes.map(contentOf));
  const lacks = nodes[contents.findIndex(({ nginx }) => !nginx)]?.name ?? null;
  return { keepalived: contents.every(({ keepalived }) => keepalived), nginx: lacks === null, lacksNginx: lacks };
}

/** Reads the nginx of nodes; `known` is what else is known of them: their addresses and virtual ones do not differ by mistake. */
export async function readNginxNodes(
  nodes: readonly NamedNode[],
  known: Snapshot,
  ignorePaths: readonly string[],
): Promise<{ readonly snapshot: ReturnType<typeof nginxSnapshot>; readonly errors: readonly SourceError[] }> {
  const read = await Promise.all(
    nodes.map(async (node): Promise<NginxEvidence> => {
      const evidence = await readNginxNode(node, known);
      if (evidence !== null) return evidence;
      throw new CommandError(
        `${node.name} has no ${nginxPathOf(node)}`,
        'name nginx.conf or the output of nginx -T as a file',
      );
    }),
  );
  return {
    snapshot: nginxSnapshot(read, ignorePaths),
    errors: read.flatMap(({ errors }) => errors),
  };
}

/** Reads the nginx of one node; null where there is none. `known` as for readNginxNodes. */
export async function readNginxNode(node: NamedNode, known: Snapshot): Promise<NginxEvidence | null> {
  const { port, file, isLive, live } = node;
  const path = nginxPathOf(node);
  const facts = await factsOf(node, known);
  const remote = live?.through === 'local' ? null : live;
  return readNginx({ port, remote, path, isFile: file !== null, isLive, ...facts }, Date.now() / 1000);
}

async function contentOf(node: NamedNode): Promise<Omit<Contents, 'lacksNginx'>> {
  const { name, port, file, configPath } = node;
  if (file !== null) {
    const isNginx = looksLikeNginx(await textOf(port.readFile(configPath)));
    return { keepalived: !isNginx, nginx: isNginx };
  }
  const isThere = async (path: string) => {
    const reading = await port.readFile(path);
    if (reading.refusal === 'unreachable') throw new CommandError(`cannot reach ${name}: ${reading.reason}`);
    return reading.bytes !== null || reading.refusal !== 'missing';
  };
  const hasDump = async () => isNginxDump(await textOf(port.output('nginx-T.txt')));
  return { keepalived: await isThere(configPath), nginx: (await isThere(nginxPathOf(node))) || (await hasDump()) };
}

/** Starts to read what `readNginxNode` will ask for, so that it comes with whatever is read in the same turn. */
export function prefetchNginx(node: NamedNode): void {
  const { port, file, isLive } = node;
  if (file !== null) return;
  const outputs = ['nginx-t.txt', 'nginx-V.txt', 'sysctl.txt', 'ps.json', 'ip-addr.json'] as const;
  void Promise.all([
    port.readFile(nginxPathOf(node)),
    port.readFile('/etc/nginx-sync.conf'),
    ...(isLive ? outputs.map((name) => port.output(name)) : []),
  ]);
}

/** Whether a bare file was named, and is of nginx. */
export async function isNginxFile({ port, file, configPath }: NamedNode): Promise<boolean> {
  return file !== null && looksLikeNginx(await textOf(port.readFile(configPath)));
}

/** Whether a file is of nginx rather than of keepalived. */
function looksLikeNginx(text: string): boolean {
  if (isNginxDump(text)) return true;
  const isKeepalived = /^\s*(global_defs|vrrp_\w+|virtual_server|static_\w+)\b/m.test(text);
  return !isKeepalived && /^\s*(http|events|stream|mail|server|upstream|location\b.*)\s*\{/m.test(text);
}

/** A node's names and addresses, as far as they are known. */
async function factsOf(
  node: NamedNode,
  { configurations, interfaces }: Snapshot,
): Promise<{ names: readonly string[]; addresses: readonly string[] | null; vips: readonly string[] }> {
  const { name, port, file } = node;
  const hostName = file === null ? (await textOf(port.readFile('/etc/hostname'))).trim() : '';
  const instances = configurations?.find((configuration) => configuration.node === name)?.config.instances ?? [];
  const vips = instances
    .flatMap((instance) => [...instance.vips, ...instance.excludedVips])
    .map(({ address }) => address);
  const own = interfaces?.find((known) => known.node === name)?.interfaces ?? (await interfacesOf(node));
  return {
    names: [name, hostName, hostName.split('.')[0] ?? ''].filter((word) => word.length > 1),
    addresses: own?.flatMap(({ addresses }) => addresses.map(({ address }) => address)) ?? null,
    vips,
  };
}

async function interfacesOf({ port, file }: NamedNode): Promise<readonly NetworkInterface[] | undefined> {
  if (file !== null) return undefined;
  const json = readIpAddressJson(await textOf(port.output('ip-addr.json')));
  return json ?? readIpAddressText(await textOf(port.output('ip-addr.txt'))) ?? undefined;
}

async function textOf(reading: Promise<{ readonly bytes: Uint8Array | null }>): Promise<string> {
  const { bytes } = await reading;
  return bytes === null ? '' : new TextDecoder().decode(bytes);
}
