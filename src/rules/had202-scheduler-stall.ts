import type { Stall, Timeline } from '../model/timeline.ts';
import { atTime, durationOf, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

/** With the usual advert_int of one second a backup waits this long. */
const usualPatienceSeconds = 3;

export const schedulerStall = defineRule({
  code: 'HAD202',
  name: 'scheduler-stall',
  severity: 'warning',
  title: 'keepalived did not run for a while',
  explanation: `keepalived logs how late its timers are when it was not given a processor: a machine that swaps, a hypervisor that pauses it for
a snapshot or a migration, a host without a share left. A master that does not run sends no adverts. A backup waits three intervals and its
skew time, then it takes over; the old master wakes up, and for a moment there are two.`,
  consequence:
    'a stall that is longer than the backup waits is a failover that nobody needs, and a moment of two masters',
  confirm:
    "At the time of the line: `sar -u -W`, steal in `top`, the hypervisor's log of snapshots and migrations; `journalctl -k` for blocked tasks.",
  remedy:
    'give keepalived precedence: vrrp_rt_priority 50 and vrrp_no_swap in global_defs (on both nodes); no live snapshots of the active node',
  references: [
    'keepalived.conf(5) vrrp_rt_priority, vrrp_no_swap, vrrp_process_priority',
    'keepalived issues 1955, 2066, 2238',
  ],
  needs: ['timeline'],
  check({ timeline }, context) {
    const nodes = [...new Set(timeline.stalls.map(({ node }) => node))];
    return nodes.map((node) =>
      judge(
        timeline.stalls.filter((stall) => stall.node === node),
        timeline,
        context,
      ),
    );
  },
});

function judge(stalls: readonly Stall[], timeline: Timeline, context: RuleContext): Judgement {
  const worst = stalls.reduce((a, b) => ((b.seconds ?? 0) > (a.seconds ?? 0) ? b : a));
  const caused = timeline.failovers.filter(
    ({ cause }) =>
      cause.kind === 'scheduler-stall' &&
      cause.evidence.some(({ line }) => stalls.some((stall) => stall.line === line)),
  );
  const seconds = worst.seconds === null ? '' : ` for ${durationOf(worst.seconds)}`;
  const [first] = caused;
  const led = first === undefined ? '' : `; ${first.to} took ${first.instance} over meanwhile`;
  const more = stalls.length > 1 ? `; late ${times(stalls.length)} in all` : '';
  const isHarmless = caused.length === 0 && (worst.seconds ?? 0) < usualPatienceSeconds;
  return {
    subject: subjectOf([worst.node], null),
    message: `keepalived on ${worst.node} did not run${seconds}${atTime(worst.line.time, context)}${led}${more}`,
    evidence: logEvidence([worst, ...caused.flatMap(({ cause }) => cause.evidence)], context),
    ...(isHarmless ? { severity: 'info' } : {}),
  };
}
