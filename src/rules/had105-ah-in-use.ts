import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const ahInUse = defineRule({
  code: 'HAD105',
  name: 'ah-in-use',
  severity: 'warning',
  title: 'Adverts inside IPsec AH (auth_type AH)',
  explanation: `\`auth_type AH\` wraps adverts in an IPsec authentication header, protocol 51. RFC 3768 removed it from VRRP in 2004. Its sequence
number belongs to one sender; with several senders receivers drop what they take for a replay. VRRPv3 has no authentication, and IPv6 is not supported.
A firewall that admits protocol 112 does not admit it.`,
  consequence:
    'it works for two IPv4 nodes; it breaks with a third sender, with IPv6, with VRRPv3, and behind a firewall that knows protocol 112 only',
  confirm:
    '`tcpdump -ni IFACE ip proto 51` shows the adverts; on the nodes: `grep -n auth_type /etc/keepalived/keepalived.conf`.',
  remedy:
    'set auth_type PASS (or no authentication block) in vrrp_instance on both nodes, and protocol 112 in the firewall, then reload',
  references: ['RFC 3768 section 10', 'RFC 4302', 'keepalived.conf(5) auth_type'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(
      wire,
      (advert) => advert.ah !== null || advert.authtype === 'ah',
      ({ first }, sender, router) => {
        const severe = router.family === 'ipv6' || router.senders.length > 2;
        const why =
          router.family === 'ipv6'
            ? ' over IPv6'
            : router.senders.length > 2
              ? `, one of ${router.senders.length} senders`
              : '';
        return {
          severity: severe ? 'error' : 'warning',
          message: `${sender.src} sends adverts inside IPsec AH${why}`,
          evidence: [
            advertEvidence(
              first,
              context,
              first.advert.ah === null ? '' : `spi 0x${first.advert.ah.spi.toString(16).padStart(8, '0')}`,
            ),
          ],
        };
      },
    );
  },
});
