import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const vridReused = defineRule({
  code: 'HAD417',
  name: 'vrid-reused',
  severity: 'error',
  title: 'Two instances with one vrid',
  explanation: `Within a family and an interface the vrid is the virtual router: keepalived cannot tell the adverts of two instances apart. One instance of
IPv4 and one of IPv6 may share it, as may instances on different interfaces.`,
  consequence: 'keepalived refuses the configuration, or the instances take each other for the peer',
  confirm: 'On the node: `grep -n virtual_router_id /etc/keepalived/keepalived.conf`.',
  remedy: 'a virtual_router_id of its own for each instance, the same on both nodes',
  references: ['RFC 9568 section 5.2.3', 'keepalived.conf(5) virtual_router_id'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap(judge);
  },
});

function judge(node: NodeConfiguration): Judgement[] {
  const firsts = new Map<string, VrrpInstance>();
  return node.config.instances.flatMap((instance): Judgement[] => {
    const { family, vrid, mode, sourceAddress } = instance;
    if (vrid.value === null) return [];
    // Unicast instances on addresses of their own never hear each other.
    const own = mode === 'unicast' ? sourceAddress.value : null;
    const key = JSON.stringify([family, vrid.value, instance.interface.value, own]);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, instance);
      return [];
    }
    return [
      {
        subject: subjectOf([node], instance),
        message: `${first.name} and ${instance.name} on ${node.node} are both vrid ${vrid.value} on ${instance.interface.value ?? 'one interface'}`,
        evidence: [first, instance].map((one) => lineEvidence(node, one.vrid.line ?? one.line)),
      },
    ];
  });
}
