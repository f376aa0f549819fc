import type { GapBucket, NearFailover, Router } from '../model/wire.ts';
import { advertEvidence, secondsOf, subjectOf } from './on-the-wire.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const nearFailover = defineRule({
  code: 'HAD108',
  name: 'near-failover',
  severity: 'warning',
  title: 'A gap between adverts that nearly made the backup take over',
  explanation: `A backup takes over after three intervals and its skew time without an advert (RFC 9568 section 6.1). A gap that came within one
interval of that, without a failover, is a warning shot: adverts are lost or late. Gaps in which the capture itself lost packets, the
interface was down, or that began with priority 0 do not count.`,
  consequence: 'the next longer gap is a failover that nobody needs, and with it a moment of two masters',
  confirm:
    'On the master: `journalctl -u keepalived | grep -i "thread timer"`; load, CPU steal, VM snapshots; errors and drops in `ip -s link`.',
  remedy:
    'find the loss or the stall; until then a longer advert_int on both nodes (or down_timer_adverts, keepalived 2.2.4 and later)',
  references: ['RFC 9568 section 6.1', 'keepalived.conf(5) advert_int, down_timer_adverts'],
  needs: ['wire'],
  check({ wire }, context) {
    return wire.routers.flatMap((router) =>
      router.senders.flatMap((sender) => {
        const nearest = router.nearFailovers
          .filter((fact) => fact.sender === sender)
          .sort((a, b) => b.gapSeconds - a.gapSeconds)
          .slice(0, 3);
        const [worst] = nearest;
        if (worst === undefined) return [];
        const judgement = judge(router, worst, nearest, context);
        // When they were dropped is not told: the adverts that are missing may be among them.
        return [(wire.dropped ?? 0) > 0 ? { ...judgement, severity: 'info', certainty: 'possible' } : judgement];
      }),
    );
  },
});

function judge(router: Router, worst: NearFailover, nearest: readonly NearFailover[], context: RuleContext): Judgement {
  const { sender, gapSeconds, receiverKnown } = worst;
  const more = sender.nearFailovers - 1;
  const others = more === 0 ? '' : `; ${more} more such gap${more === 1 ? '' : 's'}`;
  return {
    subject: subjectOf(router, [sender.src]),
    message: `${sender.src} was silent for ${secondsOf(gapSeconds)}: ${marginOf(worst)}${others}`,
    certainty: receiverKnown ? 'certain' : 'likely',
    evidence: nearest.flatMap((fact) => [
      advertEvidence(fact.before, context),
      advertEvidence(
        fact.after,
        context,
        `${secondsOf(fact.gapSeconds)} later${fact === worst ? `; gaps ${histogramOf(sender.gapHistogram())}` : ''}`,
      ),
    ]),
  };
}

/** How close it came. Of a backup that never spoke only the shortest timer that it can have is known. */
function marginOf({ gapSeconds, masterDownSeconds, receiverKnown }: NearFailover): string {
  const timer = secondsOf(masterDownSeconds);
  if (!receiverKnown) return `a backup takes over after ${timer} or later, by its priority`;
  const marginMs = Math.round((masterDownSeconds - gapSeconds) * 1000);
  return marginMs >= 0
    ? `${marginMs} ms before the backup's timer of ${timer}`
    : `${-marginMs} ms past the backup's timer of ${timer}`;
}

/** The longest gaps and how often each: `1 s x57, 2.9 s x1`. */
function histogramOf(buckets: readonly GapBucket[]): string {
  const longest = buckets.slice(-6).map(({ from, count }) => `${secondsOf(from)} x${count}`);
  return longest.join(', ');
}
