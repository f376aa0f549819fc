import { type HostOutput, readHost } from '../../host/host.ts';
import type { NetworkdFile } from '../../host/networkd.ts';
import type { NodeHost } from '../../model/host.ts';
import type { Unread } from '../../model/node-state.ts';
import type { NamedNode } from './node-argument.ts';

const outputs = [
  'nft-ruleset.txt',
  'iptables-save.txt',
  'ip6tables-save.txt',
  'ip-route.json',
  'ip-neigh.json',
  'ip-maddr.txt',
  'sysctl.txt',
  'networkctl.txt',
  'dmi.txt',
] as const satisfies readonly HostOutput[];

/** Where systemd.network(5) looks for `.network` files; a name in an earlier folder hides it in a later one. */
const networkdFolders = ['/etc/systemd/network', '/run/systemd/network', '/usr/lib/systemd/network'];
const networkdBytes = 256 * 1024;

/** Starts to read what `readNodeHost` will ask for, so that it comes with whatever is read in the same turn. */
export function prefetchHost({ port, file }: NamedNode): void {
  if (file === null) void Promise.all([...outputs.map((name) => port.output(name)), ...networkdFolders.map(port.list)]);
}

/** What a node's system says, and what of it was refused; null for a bare file, and where nothing at all was read. */
export async function readNodeHost({
  name,
  port,
  file,
}: NamedNode): Promise<{ readonly host: NodeHost; readonly unread: readonly Unread[] } | null> {
  if (file !== null) return null;
  const readings = await Promise.all(outputs.map(async (output) => [output, await port.output(output)] as const));
  const texts = new Map(
    readings.flatMap(([output, { bytes }]) => (bytes === null ? [] : [[output, new TextDecoder().decode(bytes)]])),
  );
  if (texts.size === 0) return null;
  const unread = readings.flatMap(([what, reading]) =>
    reading.bytes === null && reading.refusal !== 'missing' ? [{ what, reason: reading.reason }] : [],
  );
  return { host: readHost(name, (output) => texts.get(output) ?? null, await networkdFiles(port)), unread };
}

async function networkdFiles(port: NamedNode['port']): Promise<readonly NetworkdFile[]> {
  const listed = (await Promise.all(networkdFolders.map((folder) => port.list(folder)))).flat();
  const byName = new Map<string, string>();
  for (const { path } of listed) {
    const base = path.slice(path.lastIndexOf('/') + 1);
    if (base.endsWith('.network') && !byName.has(base)) byName.set(base, path);
  }
  const files = await Promise.all(
    [...byName.values()].map(async (path) => ({ path, bytes: (await port.readFile(path, networkdBytes)).bytes })),
  );
  return files.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, text: new TextDecoder().decode(bytes) }]));
}
