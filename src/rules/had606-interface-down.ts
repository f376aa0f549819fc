import type { NetworkInterface } from '../model/host.ts';
import type { VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const interfaceDown = defineRule({
  code: 'HAD606',
  name: 'interface-down',
  severity: 'error',
  title: 'The interface of an instance is missing, down, or has no address',
  explanation: `keepalived puts an instance into FAULT while its interface is not there, is down, or has lost its link, and it cannot send without an
address of the instance's family.`,
  consequence: 'the instance stays in FAULT: the node can neither be master nor take over',
  confirm: 'On the node: `ip -br addr`; `journalctl -u keepalived | grep -i fault`.',
  remedy: 'bring the interface up: ip link set INTERFACE up; or name the right one in `interface`',
  references: ['keepalived.conf(5) interface'],
  needs: ['configurations', 'interfaces'],
  check({ configurations, interfaces }) {
    return configurations.flatMap((node) => {
      const present = interfaces.find((other) => other.node === node.node)?.interfaces;
      if (present === undefined) return [];
      return node.config.instances.flatMap((instance) => {
        const { name, interface: setting, trackPrimary } = instance;
        const complaint = setting.value === null ? null : complaintOf(instance, present);
        if (complaint === null) return [];
        return [
          {
            subject: subjectOf([node], instance),
            message: `${name} on ${node.node} uses ${setting.value}, which ${complaint}`,
            ...(trackPrimary.value ? {} : { consequence: untracked }),
            evidence: [
              ...(setting.line === null ? [] : [lineEvidence(node, setting.line)]),
              {
                kind: 'command' as const,
                node: node.node,
                command: 'ip -j addr',
                text: `${setting.value} ${complaint}`,
              },
            ],
          },
        ];
      });
    });
  },
});

const untracked =
  'keepalived does not watch it (dont_track_primary): the node may call itself master, and nobody hears or reaches it';

function complaintOf(
  { interface: { value: name }, family, vmac }: VrrpInstance,
  present: readonly NetworkInterface[],
): string | null {
  const link = present.find((other) => other.name === name);
  if (link === undefined) return 'does not exist';
  if (!link.isUp) return 'is down';
  if (!link.hasCarrier) return 'has no link';
  if (vmac.value !== null || link.addresses.some((address) => address.family === family)) return null;
  return `has no ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`;
}
