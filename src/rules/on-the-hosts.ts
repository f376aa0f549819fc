import type { Evidence } from '../model/finding.ts';
import type { NodeHost, NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';

/** The words that rules use for what the nodes' systems say. */

/** What a command printed on a node. */
export function commandEvidence(node: string, command: string, text: string): Evidence {
  return { kind: 'command', node, command, text };
}

/** Each instance of each node whose system was read. */
export function instancesOn(
  configurations: readonly NodeConfiguration[],
  hosts: readonly NodeHost[],
): readonly { readonly node: NodeConfiguration; readonly instance: VrrpInstance; readonly host: NodeHost }[] {
  return configurations.flatMap((node) => {
    const host = hosts.find((other) => other.node === node.node);
    return host === undefined ? [] : node.config.instances.map((instance) => ({ node, instance, host }));
  });
}

/**
 * The addresses whose adverts an instance has to hear: its unicast peers, else those that its router has on other nodes,
 * as far as they are known.
 */
export function speakersTo(
  listener: NodeConfiguration,
  instance: VrrpInstance,
  configurations: readonly NodeConfiguration[],
  interfaces: readonly NodeInterfaces[] | null,
): readonly string[] {
  const own = addressOf(listener, instance, interfaces);
  if (instance.mode === 'unicast') {
    return instance.peers.map(({ address }) => address).filter((address) => address !== own);
  }
  return configurations
    .filter((other) => other !== listener)
    .flatMap((other) =>
      other.config.instances
        .filter(({ family, vrid }) => family === instance.family && vrid.value === instance.vrid.value)
        .flatMap((theirs) => addressOf(other, theirs, interfaces) ?? []),
    );
}

/** Where an instance's adverts come from: the address it is told, else the first one of its interface; for IPv6 the link-local one. */
export function addressOf(
  { node }: NodeConfiguration,
  { sourceAddress, interface: { value: name }, family }: VrrpInstance,
  interfaces: readonly NodeInterfaces[] | null,
): string | null {
  if (sourceAddress.value !== null) return sourceAddress.value;
  const links = interfaces?.find((other) => other.node === node)?.interfaces ?? [];
  const own = links.find((link) => link.name === name)?.addresses ?? [];
  const isUsable = (address: string) => family === 'ipv4' || /^fe[89ab]/i.test(address);
  return own.find((candidate) => candidate.family === family && isUsable(candidate.address))?.address ?? null;
}

/** The larger of what holds for all interfaces and for one, as the kernel takes rp_filter and arp_ignore (ip-sysctl). */
export function interfaceSysctl({ sysctls }: NodeHost, interfaceName: string, name: string): number | null {
  const values = ['all', interfaceName.replaceAll('.', '/')].flatMap((scope) => {
    const value = Number(sysctls?.get(`net.ipv4.conf.${scope}.${name}`) ?? Number.NaN);
    return Number.isNaN(value) ? [] : [value];
  });
  return values.length === 0 ? null : Math.max(...values);
}
