import { inSeconds } from '../model/time.ts';
import type { ElasticIpRun, Timeline } from '../model/timeline.ts';
import { atTime, durationOf, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const elasticIpContended = defineRule({
  code: 'HAD708',
  name: 'elastic-ip-contended',
  severity: 'error',
  title: 'The nodes move the Elastic IP to and fro',
  explanation: `Each time a node becomes master its notify script takes the Elastic IP, which takes AWS five to six seconds, and a node that becomes backup
hands it over. Where the instances change their states faster than that, or each is master for itself, the moves overtake each other. The
notify script logs before each move who held the address.`,
  consequence:
    'the address is with nobody for seconds at each move, and may end on the wrong node; AWS charges for moves beyond the first hundred of a month',
  confirm: 'On both nodes: `grep "Params and Values" /var/log/syslog`.',
  remedy:
    'mend what makes the instances change their states (HAD201 and its cause); then see that the master holds the address',
  references: [
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
    'https://github.com/nginxinc/aws-ha-elastic-ip',
  ],
  needs: ['timeline'],
  check({ timeline }, context) {
    return judge(timeline, context);
  },
});

/** The address came to an instance, by the run of whichever node's script moved it. */
interface Arrival {
  readonly run: ElasticIpRun;
  readonly at: number;
  readonly to: string;
}

/** Where the address came to one instance as often as counts as flapping. */
function judge({ elasticIpRuns, flapCount, flapSeconds }: Timeline, context: RuleContext): Judgement[] {
  const arrivals = arrivalsIn(elasticIpRuns);
  const stretches = [...new Set(arrivals.map(({ to }) => to))].map((to) =>
    worstStretch(
      arrivals.filter((arrival) => arrival.to === to),
      flapCount,
      flapSeconds,
    ),
  );
  const worst = stretches.reduce((longest, stretch) => (stretch.length > longest.length ? stretch : longest), []);
  const [first, last] = [worst[0], worst.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all = elasticIpRuns.slice(elasticIpRuns.indexOf(first.run), elasticIpRuns.indexOf(last.run) + 1);
  const node = elasticIpRuns.find(({ own }) => own === first.to)?.node;
  return [
    {
      subject: subjectOf(
        all.map((run) => run.node),
        first.run.instance,
      ),
      message: `the Elastic IP came to ${node === undefined ? first.to : `${node} (${first.to})`} ${times(worst.length)} in ${durationOf(last.at - first.at)}, the last time${atTime(last.run.time, context)}: the nodes move it to and fro`,
      evidence: logEvidence(all.slice(0, mostEvidence), context),
      causes: ['HAD201', 'HAD101', 'HAD704'],
    },
  ];
}

const mostEvidence = 8;

/**
 * A node that becomes master takes the address from whoever has it; one that is master no more, and has it, hands it over.
 * In a failover both move it to the same instance: that is one arrival.
 */
function arrivalsIn(runs: readonly ElasticIpRun[]): readonly Arrival[] {
  const arrivals: Arrival[] = [];
  for (const run of runs) {
    const { state, own, other, holder, time } = run;
    const to = state === 'MASTER' ? own : holder === own ? other : null;
    if (to === null || to === holder || time === null || to === arrivals.at(-1)?.to) continue;
    arrivals.push({ run, at: inSeconds(time), to });
  }
  return arrivals;
}

/** The longest run of arrivals within `seconds`, if it has `count` of them; else none. */
function worstStretch(arrivals: readonly Arrival[], count: number, seconds: number): readonly Arrival[] {
  let best: readonly Arrival[] = [];
  let from = 0;
  for (const [to, { at }] of arrivals.entries()) {
    while (at - (arrivals[from]?.at ?? at) > seconds) from++;
    if (to + 1 - from >= count && to + 1 - from > best.length) best = arrivals.slice(from, to + 1);
  }
  return best;
}
