import type { Faults } from '../model/timeline.ts';
import { atTime, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const faultState = defineRule({
  code: 'HAD205',
  name: 'fault-state',
  severity: 'error',
  title: 'An instance entered FAULT',
  explanation: `In FAULT an instance neither sends nor takes part in the election: a check of weight 0 fails, the interface is down or has lost
its address, a tracked file or process says so, or the sync group took it along. It leaves FAULT for BACKUP when all causes are gone.

At a start FAULT is often just early, because the interface comes up later; one that ended within a minute of a start is only mentioned.`,
  consequence: 'the node cannot be master; while it lasts there is nobody to take over from the other one',
  confirm:
    'On the node: `kill -s $(keepalived --signum=DATA) $(cat /run/keepalived.pid)`, then the faults in /tmp/keepalived.data; `ip -br link`.',
  remedy: 'mend what the log names; if a failing check is meant to lower the priority only, give it a weight',
  references: [
    'keepalived.conf(5) track_script, track_interface, weight',
    'keepalived: vrrp_state_fault(), down_instance()',
  ],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.faults.map((fact) => judge(fact, context));
  },
});

function judge(
  { node, instance, count, isStanding, isStartOnly, why, last, evidence }: Faults,
  context: RuleContext,
): Judgement {
  const because = why === null ? ', and the log does not say why' : `: ${why}`;
  const when = isStanding
    ? ` is in FAULT on ${node}${atTime(last.time, context, 'since')}`
    : ` entered FAULT on ${node}${atTime(last.time, context)}`;
  const often = count === 1 ? '' : ` (${times(count)} in all)`;
  return {
    subject: subjectOf([node], instance),
    message: `${instance}${when}${often}${because}`,
    evidence: logEvidence(evidence, context),
    ...(isStartOnly ? { severity: 'info' } : {}),
  };
}
