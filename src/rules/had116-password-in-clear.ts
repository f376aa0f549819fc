import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const passwordInClear = defineRule({
  code: 'HAD116',
  name: 'password-in-clear',
  severity: 'info',
  title: 'The VRRP password is readable on the wire',
  explanation: `\`auth_type PASS\` sends the password in clear in every advert. It keeps two pairs from being mixed up by accident, but keeps nobody
out who can see the segment; RFC 3768 dropped it for that reason, and VRRPv3 has no authentication.`,
  consequence: 'anyone on the segment reads the password and can take over the addresses',
  confirm: '`tcpdump -vni IFACE ip proto 112` prints it as auth "…".',
  remedy:
    'do not use that password elsewhere; on a segment with strangers unicast_peer and a firewall, or auth_hmac (keepalived 2.4)',
  references: ['RFC 3768 section 10', 'RFC 2338 section 5.3.6'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(
      wire,
      (advert) => advert.authtype === 'simple',
      ({ first }, sender) => ({
        message: `${sender.src} sends its password in clear (authtype simple)`,
        evidence: [advertEvidence(first, context)],
      }),
    );
  },
});
