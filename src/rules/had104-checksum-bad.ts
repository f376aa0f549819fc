import { advertEvidence, judgeProfiles } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const checksumBad = defineRule({
  code: 'HAD104',
  name: 'checksum-bad',
  severity: 'error',
  title: 'Adverts whose checksum is wrong by every known rule',
  explanation: `The packet is whole, and neither the RFC's checksum nor a known variant (HAD103) matches: it was damaged on the way, rewritten by
something between the nodes (NAT, a load balancer), or built by broken software.`,
  consequence: 'receivers drop such adverts (RFC 9568 section 7.1); when enough are lost the backup becomes master too',
  confirm: 'Capture on the sender as well: right there and wrong here means that the network changes the packet.',
  remedy: 'capture on the sender to see where it is damaged; take NAT or the faulty device out of the path',
  references: ['RFC 9568 section 7.1', 'RFC 3768 section 7.1'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeProfiles(
      wire,
      (advert) => advert.checksum === 'bad',
      ({ first }, sender, _router, count) => {
        const { checksumField, checksumExpected } = first.advert;
        const expected = checksumExpected === null ? '' : `, expected ${hex(checksumExpected)}`;
        return {
          message: `${sender.src} sent ${count === 1 ? 'an advert' : `${count} adverts`} with a wrong checksum`,
          evidence: [advertEvidence(first, context, `checksum ${hex(checksumField)}${expected}`)],
        };
      },
    );
  },
});

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
