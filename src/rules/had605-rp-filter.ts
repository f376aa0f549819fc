import type { NodeHost, NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { commandEvidence, instancesOn, interfaceSysctl, speakersTo } from './on-the-hosts.ts';
import { defineRule, type Judgement } from './rule.ts';

export const rpFilter = defineRule({
  code: 'HAD605',
  name: 'rp-filter',
  severity: 'warning',
  title: 'A sysctl makes the kernel drop adverts, or not answer for the VIP',
  explanation: `rp_filter 1 drops a packet that arrives by another interface than the one by which the node would answer its sender: adverts of a peer
to which the route leads elsewhere, and what arrives at a virtual router's own interface (use_vmac). arp_ignore 1 and above answers for an address only on the interface
that has it: a VIP on lo or another interface is then not answered for. The larger of the values for "all" and for the interface counts.`,
  consequence: 'the node does not hear its peer, or clients cannot find the VIP; all else looks well',
  confirm:
    'On the node: `sysctl -a --pattern "rp_filter|arp_ignore"`; `ip route get PEER`; `nstat -az TcpExtIPReversePathFilter`.',
  remedy: 'sysctl -w net.ipv4.conf.all.rp_filter=2 (loose), and the same in /etc/sysctl.d',
  references: ['RFC 3704', 'https://docs.kernel.org/networking/ip-sysctl.html', 'keepalived issues 364, 511, 2674'],
  needs: ['configurations', 'hosts'],
  mayUse: ['interfaces'],
  lacks: ({ hosts }) =>
    hosts.some(({ sysctls }) => sysctls !== null)
      ? null
      : { reason: 'needs the sysctls of the nodes', needs: ['commands/sysctl.txt'] },
  check({ configurations, hosts, interfaces }) {
    return instancesOn(configurations, hosts).flatMap(({ node, instance, host }) =>
      instance.family === 'ipv6'
        ? []
        : [
            ...strictOnVmac(node, instance, host),
            ...strictOnOtherRoute(node, instance, host, speakersTo(node, instance, configurations, interfaces)),
            ...silentForVips(node, instance, host, interfaces),
          ],
    );
  },
});

function strictOnVmac(node: NodeConfiguration, instance: VrrpInstance, host: NodeHost): readonly Judgement[] {
  const { value: name, line } = instance.vmac;
  if (name === null || interfaceSysctl(host, name, 'rp_filter') !== 1) return [];
  return [
    {
      subject: subjectOf([node], instance),
      message: `${node.node} checks reverse paths strictly (rp_filter 1) on ${name}, the interface of use_vmac`,
      certainty: 'likely',
      remedy: `on ${node.node}: sysctl -w net.ipv4.conf.all.rp_filter=2, and the same in /etc/sysctl.d`,
      evidence: [...(line === null ? [] : [lineEvidence(node, line)]), sysctlEvidence(host, name, 'rp_filter')],
    },
  ];
}

function strictOnOtherRoute(
  node: NodeConfiguration,
  instance: VrrpInstance,
  host: NodeHost,
  speakers: readonly string[],
): readonly Judgement[] {
  const { value: name } = instance.interface;
  if (name === null || instance.vmac.value !== null || interfaceSysctl(host, name, 'rp_filter') !== 1) return [];
  return speakers.flatMap((source) => {
    const route = host.routeTo(source);
    if (route === null || route === name) return [];
    return [
      {
        subject: subjectOf([node], instance),
        message: `${node.node} drops the adverts of ${source} that arrive on ${name}: rp_filter is 1, and its route to there is by ${route}`,
        remedy: `on ${node.node}: sysctl -w net.ipv4.conf.all.rp_filter=2, and the same in /etc/sysctl.d`,
        evidence: [
          sysctlEvidence(host, name, 'rp_filter'),
          commandEvidence(node.node, `ip route get ${source}`, `dev ${route}`),
        ],
      },
    ];
  });
}

/** The VIP on another interface than the one that its subnet is on, where clients ask. */
function silentForVips(
  node: NodeConfiguration,
  instance: VrrpInstance,
  host: NodeHost,
  interfaces: readonly NodeInterfaces[] | null,
): readonly Judgement[] {
  const present = interfaces?.find((other) => other.node === node.node)?.interfaces ?? [];
  return instance.vips.flatMap((vip) => {
    const holder = vip.dev ?? instance.interface.value;
    const asked = host.routeTo(vip.address);
    if (holder === null || asked === null || asked === holder || instance.vmac.value !== null) return [];
    if (!present.some(({ name }) => name === asked) || (interfaceSysctl(host, asked, 'arp_ignore') ?? 0) < 1) return [];
    return [
      {
        subject: { ...subjectOf([node], instance), vip: vip.address },
        message: `${node.node} does not answer ARP for ${vip.address} on ${asked}: arp_ignore is set there, and the address goes to ${holder}`,
        remedy: `put ${vip.address} on ${asked} (dev ${asked}), or on ${node.node}: sysctl -w net.ipv4.conf.${asked}.arp_ignore=0`,
        evidence: [lineEvidence(node, vip.line), sysctlEvidence(host, asked, 'arp_ignore')],
      },
    ];
  });
}

function sysctlEvidence(host: NodeHost, interfaceName: string, name: string) {
  const keys = ['all', interfaceName.replaceAll('.', '/')].map((scope) => `net.ipv4.conf.${scope}.${name}`);
  const text = keys.flatMap((key) => (host.sysctls?.has(key) ? [`${key} = ${host.sysctls.get(key)}`] : [])).join(', ');
  return commandEvidence(host.node, 'sysctl -a', text);
}
