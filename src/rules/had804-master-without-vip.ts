import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const masterWithoutVip = defineRule({
  code: 'HAD804',
  name: 'master-without-vip',
  severity: 'error',
  title: 'A MASTER whose interface lacks a virtual address',
  explanation: `keepalived sends adverts, and so nobody else takes over, but the address that clients use is not on its interface: somebody took it off
(systemd-networkd, NetworkManager, a person), or it could not be added.`,
  consequence: 'nobody answers for the address, and no failover comes, because the master is alive',
  confirm: 'On the master: `ip addr show`; `journalctl -u keepalived | grep -i deassigned`.',
  remedy: 'make keepalived put it back: systemctl restart keepalived on the master; then see who took it off',
  references: ['keepalived.conf(5) virtual_ipaddress'],
  needs: ['status'],
  check({ status }, context) {
    return status.flatMap((instance) =>
      instance.nodes.flatMap((node) => {
        const address = node.sources.find(({ source }) => source === 'address');
        if (node.state !== 'MASTER' || address === undefined) return [];
        const missing = instance.vips.filter((vip) => !node.vips.includes(vip));
        if (missing.length === 0) return [];
        return [
          {
            subject: subjectOn(instance, [node.node], missing[0] ?? null),
            message: `${node.node} is master of ${instance.instance} and lacks ${missing.join(', ')}`,
            remedy: `on ${node.node}: systemctl restart keepalived; then see who took the address off`,
            evidence: voicesEvidence(node, context),
          },
        ];
      }),
    );
  },
});
