import type { CheckEffect, CheckHistory } from '../model/timeline.ts';
import { atTime, durationOf, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const checkScriptFailed = defineRule({
  code: 'HAD209',
  name: 'check-script-failed',
  severity: 'warning',
  title: 'A check failed',
  explanation: `What keepalived tracks (a script, a process, a file) failed, timed out or could not be run. With a weight that changes the
priority by it, and the node that then has the higher one becomes master; with weight 0 the instance enters FAULT. Whether the VIP moves at
all is arithmetic: the weight has to be greater than the distance between the two priorities.`,
  consequence: 'the node is, or was, not fit to serve; whether the VIP left it depends on the weight',
  confirm: 'On the node, as the script_user: run the command of the vrrp_script, and `echo $?`.',
  remedy: 'mend what the check tests; a check that times out needs a longer timeout or a faster test',
  references: ['keepalived.conf(5) vrrp_script: interval, timeout, fall, rise, weight'],
  needs: ['timeline'],
  check({ timeline }, context) {
    // Somebody asked for a manual failover; where its file was left, HAD206 says so.
    return timeline.checks.filter(({ isManualFailover }) => !isManualFailover).map((check) => judge(check, context));
  },
});

function judge(check: CheckHistory, context: RuleContext): Judgement {
  const { node, what, name, failures, outcomes, longestSeconds, isFailing, first, last, ledTo } = check;
  const subject = what === 'script' ? name : `tracked ${what} ${name}`;
  const how = outcomes.length === 0 ? '' : ` (${outcomes.join(', ')})`;
  const long =
    longestSeconds === null ? '' : `, for ${durationOf(longestSeconds)}${failures > 1 ? ' at the longest' : ''}`;
  const when = isFailing
    ? `fails on ${node}${atTime(last.line.time, context, 'since')}`
    : `failed on ${node}${atTime(last.line.time, context)}`;
  const often = failures > 1 ? `, ${times(failures)} in all` : '';
  const led = [...new Set(ledTo.map(effectOf))].slice(0, 2);
  return {
    subject: { ...subjectOf([node], null), instance: instanceOf(ledTo) },
    message: `${subject} ${when}${how}${isFailing ? '' : long}${often}${led.length === 0 ? '' : `; ${led.join(', ')}`}`,
    evidence: logEvidence([...(failures > 1 ? [first] : []), last, ...ledTo.slice(-2)], context),
  };
}

/** What a failure led to: `VI_1 priority 151 -> 101`, `VI_1 entered FAULT`. */
function effectOf({ instance, from, to }: CheckEffect): string {
  if (to === null) return `${instance} entered FAULT`;
  return `${instance} priority ${from === null ? '' : `${from} -> `}${to}`;
}

function instanceOf(effects: readonly CheckEffect[]): string | null {
  const names = new Set(effects.map(({ instance }) => instance));
  return names.size === 1 ? ([...names][0] ?? null) : null;
}
