import type { NetworkdLink } from '../model/host.ts';
import type { RemovedVip } from '../model/timeline.ts';
import { subjectOf } from './in-configurations.ts';
import { logEvidence } from './in-the-logs.ts';
import { commandEvidence, instancesOn } from './on-the-hosts.ts';
import { defineRule } from './rule.ts';

export const networkManagerOwnsInterface = defineRule({
  code: 'HAD602',
  name: 'network-manager-owns-interface',
  severity: 'warning',
  title: 'systemd-networkd manages the interface, and may take the VIP off',
  explanation: `systemd-networkd takes addresses that it did not set off an interface when it configures that anew: at its restart, at an upgrade of
systemd, after \`netplan apply\`. KeepConfiguration= in its file for the interface makes it leave them. NetworkManager leaves what keepalived adds.`,
  consequence: 'the master may lose the VIP while it goes on as master: nobody answers for it, and no failover comes',
  confirm: 'On the node: `networkctl status INTERFACE` names its file; look for KeepConfiguration in it.',
  remedy:
    'in the file that networkd has for the interface, in [Network]: KeepConfiguration=yes; then networkctl reload',
  references: [
    'keepalived issues 836, 1385, 2479, 2564',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html',
  ],
  needs: ['configurations', 'hosts'],
  mayUse: ['timeline'],
  check({ configurations, hosts, timeline }, context) {
    return instancesOn(configurations, hosts).flatMap(({ node, instance, host }) => {
      const link = host.networkd?.find(({ interface: name }) => name === instance.interface.value);
      if (link === undefined || link.keepsForeign === true) return [];
      const removed = (timeline?.removedVips ?? []).filter(
        (fact) => fact.node === node.node && (fact.instance === null || fact.instance === instance.name),
      );
      return [
        {
          subject: { ...subjectOf([node], null), item: link.interface },
          message: `systemd-networkd manages ${link.interface} of ${instance.name} on ${node.node}${howIt(link, removed)}`,
          severity: removed.length > 0 ? ('warning' as const) : ('info' as const),
          certainty: link.keepsForeign === null && removed.length === 0 ? ('possible' as const) : ('likely' as const),
          evidence: [
            commandEvidence(node.node, 'networkctl list', `${link.interface} is configured by networkd`),
            ...logEvidence(removed.slice(0, 2), context),
          ],
        },
      ];
    });
  },
});

function howIt({ keepsForeign }: NetworkdLink, removed: readonly RemovedVip[]): string {
  if (removed.length > 0) return `, and ${removed[0]?.address} was taken off there`;
  return keepsForeign === null ? '' : ' without KeepConfiguration';
}
