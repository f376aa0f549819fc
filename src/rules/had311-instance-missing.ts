import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const instanceMissing = defineRule({
  code: 'HAD311',
  name: 'instance-missing',
  severity: 'error',
  title: 'An instance exists on one node only',
  explanation: `A \`vrrp_instance\` of one node has no counterpart on the other: none with its virtual_router_id and family, none that shares an address,
none of its name.`,
  consequence: 'there is nobody to take its addresses over: when the node fails they are gone',
  confirm: 'On both nodes: `grep -n vrrp_instance /etc/keepalived/keepalived.conf`, and in what it includes.',
  remedy:
    'the same vrrp_instance on the other node, with its own priority, unicast_src_ip and unicast_peer; then reload',
  references: ['keepalived.conf(5) vrrp_instance'],
  needs: ['pair'],
  check({ pair }) {
    return [
      ...pair.onlyA.map((instance) => judge(pair.a, pair.b, instance)),
      ...pair.onlyB.map((instance) => judge(pair.b, pair.a, instance)),
    ];
  },
});

function judge(node: NodeConfiguration, other: NodeConfiguration, instance: VrrpInstance): Judgement {
  const vrid = instance.vrid.value === null ? '' : ` (vrid ${instance.vrid.value})`;
  return {
    subject: { ...subjectOf([node, other], instance), nodes: [node.node] },
    message: `${instance.name}${vrid} is on ${node.node} only`,
    evidence: [
      lineEvidence(node, instance.line),
      ...other.config.instances.slice(0, 3).map(({ line }) => lineEvidence(other, line)),
    ],
  };
}
