import type { ChecksumVariant } from '../model/packet.ts';
import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

const variants: Readonly<Record<ChecksumVariant, { reads: string; keyword: string }>> = {
  'no-pseudo-header': { reads: 'computed without the pseudo-header', keyword: 'v3_checksum_as_v2' },
  'multicast-pseudo-header': {
    reads: 'computed with the multicast group as destination, though sent by unicast',
    keyword: 'old_unicast_checksum',
  },
  'without-trailer': { reads: 'computed without its authentication trailer', keyword: 'auth_hmac' },
};

export const checksumVariant = defineRule({
  code: 'HAD103',
  name: 'checksum-variant',
  severity: 'warning',
  title: "The checksum is right, but by another rule than keepalived's default",
  explanation: `Three kinds of adverts look damaged to tcpdump and Wireshark and are not: VRRPv3 over IPv4 computed without the pseudo-header
(keepalived's v3_checksum_as_v2; some routers do so by default), VRRPv3 unicast computed with 224.0.0.18 as destination (keepalived up to
1.3.6, old_unicast_checksum), and adverts with keepalived 2.4's auth_hmac trailer, whose checksum leaves the trailer out.`,
  consequence:
    'harmless while every node computes alike; a receiver that computes otherwise drops the adverts and becomes master too',
  confirm: 'On the receiver: `journalctl -u keepalived | grep -i checksum`.',
  remedy: 'the same v3_checksum_as_v2 and old_unicast_checksum on both nodes, then reload',
  references: ['RFC 9568 section 5.2.8', 'keepalived.conf(5) v3_checksum_as_v2, old_unicast_checksum'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(
      wire,
      (advert) => advert.checksumVariant !== null,
      ({ first }, sender, router) => {
        const variant = first.advert.checksumVariant ?? 'no-pseudo-header';
        const { reads, keyword } = variants[variant];
        const contrary = router.mismatches.find(
          ({ kind, a, b }) =>
            kind === 'checksum-variant' && (a.advert.src === sender.src || b.advert.src === sender.src),
        );
        const other = contrary === undefined ? null : contrary.a.advert.src === sender.src ? contrary.b : contrary.a;
        return {
          severity: other === null ? 'info' : 'warning',
          message: `${sender.src}: checksum ${reads} (${keyword})${other === null ? '' : `, ${other.advert.src} computes it otherwise`}`,
          evidence: [
            advertEvidence(first, context, `checksum good as ${variant}`),
            ...(other === null
              ? []
              : [
                  advertEvidence(
                    other,
                    context,
                    `checksum good${other.advert.checksumVariant === null ? '' : ` as ${other.advert.checksumVariant}`}`,
                  ),
                ]),
          ],
          remedy: `the same setting of ${keyword} on both nodes, then reload`,
        };
      },
    );
  },
});
