import type { Failover } from '../model/timeline.ts';
import { atTime, durationOf, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const advertsLate = defineRule({
  code: 'HAD203',
  name: 'adverts-late',
  severity: 'warning',
  title: 'A backup took over from a master that was at work',
  explanation: `The backup's timer ran out although the master went on: its own log shows that it stayed master all the time. The adverts were
lost or late between them, one way or both. When they are heard again the two compare priorities, and one gives way; up to then both hold
the VIP.`,
  consequence: 'while it lasts both nodes hold the VIP, and traffic goes to whichever announced it last',
  confirm:
    "On the backup: `tcpdump -ni IFACE ip proto 112` shows whether the master's adverts arrive; if they do, its own firewall drops them (`nft list ruleset`).",
  remedy:
    'find the loss: firewall rules reloaded at that time, a switch with IGMP snooping and no querier, a hypervisor that drops multicast',
  references: ['RFC 9568 section 6.4.2', 'keepalived issues 2087, 2220, 2649'],
  needs: ['timeline'],
  check({ timeline }, context) {
    const late = timeline.failovers.filter(({ wasAlive }) => wasAlive);
    const kinds = new Map<string, Failover[]>();
    for (const failover of late) {
      const key = JSON.stringify([failover.instance, failover.from, failover.to]);
      kinds.set(key, [...(kinds.get(key) ?? []).slice(-64), failover]);
    }
    return [...kinds.values()].map((alike) => judge(alike, context));
  },
});

function judge(alike: readonly Failover[], context: RuleContext): Judgement {
  const worst = alike.reduce((a, b) => ((b.overlapSeconds ?? 0) > (a.overlapSeconds ?? 0) ? b : a));
  const { instance, from, to, start, overlapSeconds, isOpen, cause } = worst;
  const both = overlapSeconds === null ? '' : `: both were master for ${durationOf(overlapSeconds)}`;
  const more = alike.length > 1 ? `; so it did ${times(alike.length)} in all` : '';
  return {
    subject: subjectOf([from ?? '', to ?? ''].filter(Boolean), instance),
    message: `${to} took ${instance} over${atTime(start, context)} while ${from} was master${isOpen ? `, and both are since` : both}${more}`,
    evidence: logEvidence(cause.evidence, context),
  };
}
