import { judgeDifferences } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const unicastMulticastDiffer = defineRule({
  code: 'HAD304',
  name: 'unicast-multicast-differ',
  severity: 'error',
  title: 'One node sends to unicast peers, the other to the multicast group',
  explanation: `A node with \`unicast_peer\` sends to the addresses listed and drops what comes to the multicast group; one without sends to the group and
drops what comes to its own address ("Expected unicast packet but received multicast"). An empty \`unicast_peer\` block is multicast.`,
  consequence: 'neither accepts the adverts of the other: both become master and hold the VIP',
  confirm:
    'On both nodes: `grep -A3 unicast /etc/keepalived/keepalived.conf`; `ha-doctor sniff -i IFACE` names it HAD117.',
  remedy: "set unicast_peer on both nodes, each with the other's address, or on neither; then reload both",
  references: ['keepalived.conf(5) unicast_peer', 'keepalived: vrrp_check_packet()'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD304', context, ({ a, b }) => ({
      message: `${pair.a.node} uses ${a.text}, ${pair.b.node} uses ${b.text}`,
    }));
  },
});
