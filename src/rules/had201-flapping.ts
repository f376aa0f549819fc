import type { Flapping, Timeline } from '../model/timeline.ts';
import { atTime, durationOf, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const flapping = defineRule({
  code: 'HAD201',
  name: 'flapping',
  severity: 'error',
  title: 'An instance becomes master again and again',
  explanation: `A failover is an event; three of them within ten minutes (\`--flap N/MINUTES\`) are a state. Each one moves the VIP, breaks
connections, and may meet the next before clients have learnt the last. What recurs is the cause: a check at the edge of its timeout, a
backup that misses adverts now and then, priorities that each failed check turns round.`,
  consequence: 'connections break at each move, and clients meet whichever node announced the VIP last',
  confirm:
    '`ha-doctor logs` on both logs: the table names the cause of each failover; the one that recurs is the one to mend.',
  remedy:
    'mend the cause that recurs; until then fall 3 and rise 3 in the vrrp_script, or preempt_delay, on both nodes',
  references: ['keepalived.conf(5) vrrp_script fall, rise; preempt_delay, nopreempt'],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.flapping.map((fact) => judge(fact, timeline, context));
  },
});

function judge(fact: Flapping, timeline: Timeline, context: RuleContext): Judgement {
  const { node, instance, count, seconds, dwellSeconds, first, last } = fact;
  const dwell = dwellSeconds === null ? '' : `; it stayed for ${durationOf(dwellSeconds)} in the median`;
  const recurring = recurringCause(fact, timeline);
  const why = recurring === null ? '' : `; ${recurring.count} failovers in that time: ${recurring.text}`;
  return {
    subject: subjectOf([node], instance),
    message: `${node} became master of ${instance} ${count} times within ${durationOf(seconds)}${atTime(first.time, context, 'from')} on${dwell}${why}`,
    evidence: logEvidence([first, last], context),
  };
}

/** The cause that most failovers of the stretch have, in the words of the last of them. */
function recurringCause({ instance, first, last }: Flapping, { failovers }: Timeline) {
  const [from, to] = [first.time?.seconds ?? 0, last.time?.seconds ?? 0];
  const within = failovers.filter(
    ({ instance: other, end, cause }) =>
      other === instance &&
      end !== null &&
      end.seconds >= from &&
      end.seconds <= to &&
      !['preemption', 'startup', 'unknown'].includes(cause.kind),
  );
  const counts = new Map<string, { count: number; text: string }>();
  for (const { cause } of within) {
    counts.set(cause.kind, { count: (counts.get(cause.kind)?.count ?? 0) + 1, text: cause.text });
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most !== undefined && most.count > 1 ? most : null;
}
