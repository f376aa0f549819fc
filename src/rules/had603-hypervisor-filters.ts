import type { VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { commandEvidence, instancesOn } from './on-the-hosts.ts';
import { defineRule } from './rule.ts';

/** What platforms are known not to let through, by what the machine calls itself (DMI sys_vendor and product_name). */
const platforms: readonly {
  readonly name: string;
  readonly hardware: RegExp;
  readonly filters: readonly ('multicast' | 'vmac')[];
  readonly remedy: string;
}[] = [
  {
    name: 'Amazon EC2',
    hardware: /Amazon EC2/i,
    filters: ['multicast', 'vmac'],
    remedy:
      'use unicast_src_ip and unicast_peer without use_vmac, and an Elastic IP or a route that the notify script moves',
  },
  {
    name: 'Google Compute Engine',
    hardware: /Google Compute Engine/i,
    filters: ['multicast', 'vmac'],
    remedy:
      'use unicast_src_ip and unicast_peer without use_vmac, and an alias IP or route that the notify script moves',
  },
  {
    name: 'VMware',
    hardware: /VMware/i,
    filters: ['vmac'],
    remedy: 'allow forged transmits, MAC address changes and promiscuous mode on the port group, or leave use_vmac out',
  },
  {
    name: 'Hyper-V or Azure',
    hardware: /Microsoft Corporation Virtual Machine/i,
    filters: ['vmac'],
    remedy: 'Set-VMNetworkAdapter -MacAddressSpoofing On on the host, or leave use_vmac out',
  },
];

export const hypervisorFilters = defineRule({
  code: 'HAD603',
  name: 'hypervisor-filters',
  severity: 'warning',
  title: 'The platform is known to filter what the configuration relies on',
  explanation: `Virtual switches know the hardware address of each machine, and may drop frames from or to another: those of a virtual router's own
address (use_vmac). Networks of cloud providers do not carry multicast at all, and deliver to no address that they have not given out.`,
  consequence: 'adverts or traffic to the VIP do not arrive: each node becomes master, or clients reach nobody',
  confirm: 'ha-doctor sniff on both nodes: do the adverts of one arrive at the other?',
  remedy: 'use unicast_src_ip and unicast_peer without use_vmac, or have the platform allow the addresses',
  references: ['keepalived issues 44, 893, 950, 1367, 2370, 2649', 'keepalived.conf(5) use_vmac, unicast_peer'],
  needs: ['configurations', 'hosts'],
  lacks: ({ hosts }) =>
    hosts.some(({ hardware }) => hardware !== null)
      ? null
      : { reason: 'needs what the machines are', needs: ['commands/dmi.txt'] },
  check({ configurations, hosts }) {
    return instancesOn(configurations, hosts).flatMap(({ node, instance, host: { hardware } }) => {
      const platform = platforms.find(({ hardware: pattern }) => pattern.test(hardware ?? ''));
      const filtered = (platform?.filters ?? []).filter((what) => uses(instance, what));
      if (platform === undefined || hardware === null || filtered.length === 0) return [];
      const words = filtered.map((what) => (what === 'vmac' ? 'use_vmac' : 'multicast')).join(' and ');
      return [
        {
          subject: subjectOf([node], instance),
          message: `${instance.name} on ${node.node} uses ${words}, which ${platform.name} filters`,
          certainty: 'likely' as const,
          remedy: platform.remedy,
          evidence: [
            lineEvidence(node, instance.vmac.line ?? instance.line),
            commandEvidence(node.node, 'cat /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name', hardware),
          ],
        },
      ];
    });
  },
});

function uses({ mode, vmac }: VrrpInstance, what: 'multicast' | 'vmac'): boolean {
  return what === 'vmac' ? vmac.value !== null : mode === 'multicast';
}
