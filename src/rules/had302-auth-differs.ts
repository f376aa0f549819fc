import { judgeDifferences, keywordOf, valueText } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const authDiffers = defineRule({
  code: 'HAD302',
  name: 'auth-differs',
  severity: 'error',
  title: 'The nodes of a pair authenticate differently',
  explanation: `VRRPv2 sends the type of authentication and 8 bytes of password with each advert, and keepalived drops an advert in which either is not
its own. Passwords that are alike in their first 8 bytes are the same to it. VRRPv3 has no authentication (HAD414); \`auth_hmac\` of
keepalived 2.4 compares keys instead.`,
  consequence: 'each node drops the adverts of the other: both become master and hold the VIP',
  confirm:
    'On both nodes: `journalctl -u keepalived | grep -i "passwd\\|auth"`; `ha-doctor sniff -i IFACE` names it HAD113.',
  remedy: 'the same authentication block on both nodes, with a password of at most 8 bytes; then reload both',
  references: ['RFC 2338 section 5.3.6', 'keepalived.conf(5) authentication, auth_hmac'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD302', context, (difference) => {
      const { a, b } = difference;
      const keyword = keywordOf(difference);
      if (a.secret !== null && b.secret !== null)
        return { message: `${keyword} differs between ${pair.a.node} and ${pair.b.node} in its first 8 bytes` };
      return {
        message: `${keyword} is ${valueText(a, context)} on ${pair.a.node} and ${valueText(b, context)} on ${pair.b.node}`,
      };
    });
  },
});
