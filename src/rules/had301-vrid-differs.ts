import { judgeDifferences } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const vridDiffers = defineRule({
  code: 'HAD301',
  name: 'vrid-differs',
  severity: 'error',
  title: 'The nodes of a pair have different virtual_router_id',
  explanation: `Nodes of one virtual router find each other by \`virtual_router_id\` and nothing else. An advert with another one is not for them
(RFC 9568 section 7.1), and keepalived does not even log it unless \`log_unknown_vrids\` is set. The two are taken for a pair because they
share a virtual address or a name.`,
  consequence: 'each node takes the other for another cluster: both become master and hold the VIP',
  confirm:
    'On both nodes: `grep -A9 vrrp_instance /etc/keepalived/keepalived.conf`; then `ha-doctor sniff -i IFACE` shows two vrids.',
  remedy: 'the same virtual_router_id on both nodes, one that no other cluster of the segment uses; then reload',
  references: ['RFC 9568 section 5.2.3', 'keepalived.conf(5) virtual_router_id, log_unknown_vrids'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD301', context, ({ a, b }) => ({
      message: `virtual_router_id is ${a.text ?? 'missing'} on ${pair.a.node} and ${b.text ?? 'missing'} on ${pair.b.node}`,
    }));
  },
});
