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

/** Runs by which an instance took the address from another one; of each instance, as often as counts as flapping. */
function judge({ elasticIpRuns, flapCount, flapSeconds }: Timeline, context: RuleContext): Judgement[] {
  const takes = elasticIpRuns.filter(
    ({ state, own, holder }) => state === 'MASTER' && own !== null && holder !== null && own !== holder,
  );
  const takers = [...new Set(takes.map(({ node }) => node))];
  const worst = takers
    .map((node) =>
      worstStretch(
        takes.filter((run) => run.node === node),
        flapCount,
        flapSeconds,
      ),
    )
    .find((stretch) => stretch.length > 0);
  const [first, last] = [worst?.[0], worst?.at(-1)];
  if (worst === undefined || first === undefined || last === undefined) return [];
  const all = elasticIpRuns.slice(elasticIpRuns.indexOf(first), elasticIpRuns.indexOf(last) + 1);
  const seconds = (timeOf(last) ?? 0) - (timeOf(first) ?? 0);
  const nodes = [...new Set([...takers, ...all.map(({ node }) => node)])];
  return [
    {
      subject: subjectOf(nodes, first.instance),
      message: `${first.node} took the Elastic IP ${times(worst.length)} in ${durationOf(seconds)}, the last time${atTime(last.time, context)}: the nodes move it to and fro`,
      evidence: logEvidence(all.slice(0, mostEvidence), context),
      causes: ['HAD201', 'HAD101', 'HAD704'],
    },
  ];
}

const mostEvidence = 8;

/** The longest run of takes of which `count` lie within `seconds`; empty where there is none. */
function worstStretch(takes: readonly ElasticIpRun[], count: number, seconds: number): readonly ElasticIpRun[] {
  let best: readonly ElasticIpRun[] = [];
  for (let from = 0, to = 0; to < takes.length; to++) {
    const end = timeOf(takes[to]);
    while (from < to && (end === null || end - (timeOf(takes[from]) ?? Number.NEGATIVE_INFINITY) > seconds)) from++;
    if (to + 1 - from >= count && to + 1 - from > best.length) best = takes.slice(from, to + 1);
  }
  return best;
}

function timeOf(run: ElasticIpRun | undefined): number | null {
  return run?.time == null ? null : inSeconds(run.time);
}
