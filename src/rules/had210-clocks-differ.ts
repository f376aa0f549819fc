import type { ClockDifference } from '../model/timeline.ts';
import { durationOf, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

/** What NTP leaves is less. */
const tolerableSeconds = 0.5;

export const clocksDiffer = defineRule({
  code: 'HAD210',
  name: 'clocks-differ',
  severity: 'warning',
  title: "The nodes' clocks differ",
  explanation: `What one node does is in the other's log within a millisecond: priority 0 is sent and heard, the first advert of a new master makes
the old one give way. Where the two lines bear times that do not fit, or the effect comes before its cause, the clocks differ. ha-doctor
corrects by the difference, and tells all times by the clock of the first node.`,
  consequence:
    'logs merged by their times tell another story than what happened; auth_hmac (keepalived 2.4) rejects adverts of a clock that is off',
  confirm: 'On both nodes at once: `date +%s.%N`; `chronyc tracking` or `timedatectl timesync-status`.',
  remedy:
    'let both nodes follow the same time servers (chrony or systemd-timesyncd); if the times are off by whole hours, look at the time zones',
  references: ['RFC 8633', 'keepalived.conf(5) auth_hmac window'],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.clockDifferences.map((difference) => judge(difference, context));
  },
});

function judge(difference: ClockDifference, context: RuleContext): Judgement {
  const { node, reference, offsetSeconds, pairs, isReversed, cause, effect } = difference;
  const side = offsetSeconds < 0 ? 'ahead of' : 'behind';
  const proof = isReversed
    ? 'an effect comes before its cause'
    : `cause and effect are so far apart, ${pairs === 1 ? 'once' : `${pairs} times`}`;
  const isSmall = Math.abs(offsetSeconds) < tolerableSeconds;
  return {
    subject: subjectOf([node, reference], null),
    message: `the clock of ${node} is ${durationOf(Math.abs(offsetSeconds))} ${side} ${reference}'s (${proof}); times are corrected by that`,
    certainty: pairs > 1 ? 'certain' : 'likely',
    evidence: [...logEvidence([cause], context, 'the cause'), ...logEvidence([effect], context, 'its effect')],
    ...(isSmall ? { severity: 'info' } : {}),
  };
}
