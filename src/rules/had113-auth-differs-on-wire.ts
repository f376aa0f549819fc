import { authOf, judgeMismatches } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const authDiffersOnWire = defineRule({
  code: 'HAD113',
  name: 'auth-differs-on-wire',
  severity: 'error',
  title: 'Nodes of one virtual router send different authentication',
  explanation: `A VRRPv2 receiver drops an advert whose authentication type or data is not its own (RFC 2338 section 7.1). The password field has 8
bytes: of a longer \`auth_pass\` the rest is cut off. keepalived logs it as an invalid passwd or a type mismatch, from 2.3.3 only once.`,
  consequence: "each node drops the other's adverts: both become master",
  confirm:
    'On both nodes: `grep -A4 authentication /etc/keepalived/keepalived.conf`; `journalctl -u keepalived | grep -i -e passwd -e auth`.',
  remedy: 'the same auth_type and auth_pass in vrrp_instance on both nodes (its first 8 bytes count), then reload',
  references: ['RFC 2338 section 5.3.6', 'RFC 2338 section 7.1', 'keepalived.conf(5) auth_pass'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'auth', context, ({ a, b }) => {
      const [left, right] = [authOf(a.advert, context), authOf(b.advert, context)];
      const sameType = a.advert.authtype === b.advert.authtype;
      return {
        message: `${a.advert.src} sends ${left}, ${b.advert.src} ${right.replace(/^auth /, '')}`,
        remarks: sameType ? [left, right] : ['', ''],
        ...(sameType
          ? { remedy: 'the same auth_pass in vrrp_instance on both nodes (its first 8 bytes count), then reload' }
          : { remedy: 'the same auth_type in vrrp_instance on both nodes, then reload' }),
      };
    });
  },
});
