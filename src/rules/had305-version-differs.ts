import { judgeDifferences } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const versionDiffers = defineRule({
  code: 'HAD305',
  name: 'version-differs',
  severity: 'error',
  title: 'The nodes of a pair speak different versions of VRRP',
  explanation: `keepalived speaks VRRPv2 unless \`vrrp_version 3\` (for all instances) or \`version 3\` (for one) is set; an instance with IPv6 addresses speaks
VRRPv3 in any case. It drops adverts of another version than its own.`,
  consequence: 'each node drops the adverts of the other: both become master and hold the VIP',
  confirm:
    'On both nodes: `grep -n version /etc/keepalived/keepalived.conf`; `ha-doctor sniff -i IFACE` names it HAD112.',
  remedy:
    'the same vrrp_version in global_defs of both nodes (3, unless a node older than keepalived 1.2.13 takes part); then reload both',
  references: ['keepalived.conf(5) vrrp_version, version', 'RFC 9568 section 7.1'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD305', context, ({ a, b }) => ({
      message: `${pair.a.node} speaks VRRPv${a.text}, ${pair.b.node} VRRPv${b.text}`,
    }));
  },
});
