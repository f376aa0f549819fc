import { inSeconds } from '../model/time.ts';
import type { ElasticIpRun, Timeline } from '../model/timeline.ts';
import { atTime, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

/** Which step of the script fills a variable, and what it needs. */
const steps: Readonly<Record<string, readonly [step: string, remedy: string]>> = {
  INSTANCE_ID: [
    'the metadata service did not tell the id of its own instance',
    'see that curl http://169.254.169.254/latest/meta-data/instance-id answers on the node (HAD703: it may want a token), and that wget is there',
  ],
  OTHER_INSTANCE_ID: [
    'describe-instances did not find the other instance',
    'on the node, as root: aws ec2 describe-instances --filters Name=private-dns-name,Values=HA_NODE; compare HA_NODE_1 and HA_NODE_2 with the private DNS names, and the policy of the role',
  ],
  EIP_INSTANCE: [
    'describe-addresses failed, or the address was with nobody although the script had taken it before',
    'on the node, as root: aws ec2 describe-addresses --allocation-ids ALLOCATION_ID; the role needs DescribeAddresses and AssociateAddress',
  ],
  ALLOCATION_ID: ['ALLOCATION_ID is not set', 'set ALLOCATION_ID in the notify script'],
};

export const notifyStepFailed = defineRule({
  code: 'HAD709',
  name: 'notify-step-failed',
  severity: 'error',
  title: 'A step of the notify script failed: it logged empty values',
  explanation: `The script that moves the Elastic IP writes what it found into a "Params and Values" line, and goes on whether it found it or not. A value that
is empty tells which step failed: INSTANCE_ID comes from the metadata service, OTHER_INSTANCE_ID from describe-instances, EIP_INSTANCE and
ASSOCIATION_ID from describe-addresses. The last two are empty as well while the address is associated with nothing, as at the first start.`,
  consequence: 'the script moved nothing, or not to where it should, and ended as if all were well',
  confirm:
    'On the node: `grep "Params and Values" /var/log/syslog | tail -3`; then the named command by hand, as root.',
  remedy: 'run the step that failed by hand on the node, as root: it says why',
  references: ['https://github.com/nginxinc/aws-ha-elastic-ip'],
  needs: ['timeline'],
  check({ timeline }, context) {
    const nodes = [...new Set(timeline.elasticIpRuns.map(({ node }) => node))];
    return nodes.flatMap((node) => judge(node, timeline, context));
  },
});

/** What was wrong when a node's script last failed, unless it has gone well since. */
function judge(node: string, { elasticIpRuns }: Timeline, context: RuleContext): Judgement[] {
  const runs = elasticIpRuns.filter((run) => run.node === node);
  const failed = runs.filter((run) => failedSteps(run, elasticIpRuns).length > 0);
  const last = failed.at(-1);
  if (last === undefined) return [];
  const [cause = ''] = failedSteps(last, elasticIpRuns);
  const [step, remedy] = steps[cause] ?? ['', ''];
  const isOver = runs.indexOf(last) < runs.length - 1;
  const isSure = cause !== 'EIP_INSTANCE';
  return [
    {
      subject: subjectOf([node], last.instance),
      message: `the notify script on ${node}${atTime(last.time, context)} had no ${last.empty.join(', ')}: ${step}${failed.length > 1 ? ` (${failed.length} runs of ${runs.length})` : ''}${isOver ? '; its last run went well' : ''}`,
      evidence: logEvidence(failed.slice(-4), context),
      remedy,
      certainty: isSure ? 'certain' : 'likely',
    },
  ];
}

/** A script that took the address had it for so long at least, in seconds: AWS needs five to six to move it. */
const settledSeconds = 30;

/** The variables of a run that ought not to be empty, the first step first. */
function failedSteps(run: ElasticIpRun, all: readonly ElasticIpRun[]): readonly string[] {
  return Object.keys(steps).filter((name) => {
    if (!run.empty.includes(name)) return false;
    return name !== 'EIP_INSTANCE' || (wasTakenBefore(run, all) && !isOnTheMove(run, all));
  });
}

/** Whether another run saw the address with somebody and moved it just then: in between it is with nobody. */
function isOnTheMove(run: ElasticIpRun, all: readonly ElasticIpRun[]): boolean {
  return all.some(
    ({ holder, time }) =>
      holder !== null &&
      time !== null &&
      run.time !== null &&
      Math.abs(inSeconds(time) - inSeconds(run.time)) <= settledSeconds,
  );
}

/** Whether some node's script should have associated the address long before this one looked. */
function wasTakenBefore(run: ElasticIpRun, all: readonly ElasticIpRun[]): boolean {
  const at = run.time === null ? null : inSeconds(run.time);
  return all.some(
    ({ state, time, own }) =>
      state === 'MASTER' && own !== null && time !== null && at !== null && at - inSeconds(time) > settledSeconds,
  );
}
