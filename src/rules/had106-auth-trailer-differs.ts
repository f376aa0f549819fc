import type { Advert } from '../model/packet.ts';
import { judgeMismatches } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const authTrailerDiffers = defineRule({
  code: 'HAD106',
  name: 'auth-trailer-differs',
  severity: 'error',
  title: 'auth_hmac on one node only, or with different keys',
  explanation: `keepalived 2.4 can sign adverts: \`auth_hmac\` puts 28 bytes behind the advert, with the id of the key, a time, a counter and a
128-bit HMAC. A receiver that enforces it drops adverts without that trailer or under a key it does not have; one that does not know it
may drop the longer packet.`,
  consequence: 'adverts are dropped: both nodes become master',
  confirm:
    'On both nodes: `grep -n -A6 auth_hmac /etc/keepalived/keepalived.conf`; `journalctl -u keepalived | grep -i authentication`.',
  remedy: 'the same auth_hmac block with the same key id on both nodes (roll it out in permissive mode), then reload',
  references: ['keepalived.conf(5) auth_hmac (2.4)', 'draft-cassen-vrrp-auth-hmac'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'trailer', context, ({ a, b }) => ({
      message: `${a.advert.src} ${trailerOf(a.advert)}, ${b.advert.src} ${trailerOf(b.advert)}`,
      remarks: [trailerOf(a.advert), trailerOf(b.advert)],
    }));
  },
});

function trailerOf({ trailer }: Advert): string {
  return trailer?.kind === 'hmac' ? `signs with key id ${trailer.keyId}` : 'does not sign';
}
