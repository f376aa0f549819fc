import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const ttlNot255 = defineRule({
  code: 'HAD107',
  name: 'ttl-not-255',
  severity: 'error',
  title: 'Adverts with a TTL or hop limit other than 255',
  explanation: `A router on the way lowers the TTL, so that 255 proves that a packet comes from the same segment; receivers must drop any other
multicast advert (RFC 9568 section 5.1.1.3). keepalived does not check it for unicast, unless min_ttl or max_ttl is set.`,
  consequence: 'receivers drop a multicast advert: the backup becomes master too',
  confirm: 'On the receiver: `journalctl -u keepalived | grep -i ttl`, and the TTL counter of keepalived.stats.',
  remedy:
    'put both nodes on one segment, or take out what changes the TTL (mangle rules, a proxy of multicast); for nodes in different subnets unicast_peer',
  references: ['RFC 9568 section 5.1.1.3', 'RFC 9568 section 5.1.2.3', 'keepalived.conf(5) unicast_ttl, min_ttl'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(
      wire,
      (advert) => advert.ttl !== 255,
      ({ first }, sender, router) => {
        const word = router.family === 'ipv6' ? 'hop limit' : 'TTL';
        const { multicast, ttl } = first.advert;
        return {
          severity: multicast ? 'error' : 'info',
          message: `${sender.src} sends ${multicast ? 'multicast' : 'unicast'} adverts with ${word} ${ttl}`,
          evidence: [advertEvidence(first, context, `${word.toLowerCase()} ${ttl}`)],
          ...(multicast
            ? {}
            : { consequence: 'none, unless the receiver sets min_ttl: unicast adverts may cross routers' }),
        };
      },
      ({ multicast }) => multicast,
    );
  },
});
