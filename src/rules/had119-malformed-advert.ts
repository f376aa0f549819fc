import type { Advert } from '../model/packet.ts';
import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const malformedAdvert = defineRule({
  code: 'HAD119',
  name: 'malformed-advert',
  severity: 'warning',
  title: 'An advert breaks the format',
  explanation: `A count that its bytes do not hold, a wrong length, an unknown type, reserved bits that are set: the sender is broken, or it is no VRRP
router. Packets that the capture itself cut short are not meant.`,
  consequence: 'receivers drop such adverts, each by its own rules',
  confirm: '`tcpdump -vvv -X -r FILE` shows the bytes of the frame.',
  remedy: 'find the sender by its hardware address; update or stop what sends it',
  references: ['RFC 9568 section 5.2', 'RFC 3768 section 5.3'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(wire, isMalformed, ({ first }, sender, _router, count) => {
      const what = first.advert.problems.filter(({ kind }) => kind === 'malformed').map(({ text }) => text);
      return {
        message: `${sender.src} sent ${count === 1 ? 'a malformed advert' : `${count} malformed adverts`}: ${what.join('; ')}`,
        evidence: [advertEvidence(first, context, sender.sourceMac === null ? '' : `from ${sender.sourceMac}`)],
      };
    });
  },
});

function isMalformed({ problems }: Advert): boolean {
  return problems.some(({ kind }) => kind === 'malformed');
}
