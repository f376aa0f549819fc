import type { ElectedRouter } from '../model/election.ts';
import { leaderOf, lineEvidence, subjectOf, weightOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const nopreemptWithWeight = defineRule({
  code: 'HAD403',
  name: 'nopreempt-with-weight',
  severity: 'error',
  title: 'nopreempt keeps the other node from taking over from a sick one',
  explanation: `A check with a weight lowers the priority of its node, and the other one takes over by preempting it. \`nopreempt\` is read on the node that
would take over: with it that node waits until the master falls silent, whatever its priority. Weight 0 works together with it: the sick node
enters FAULT and says so.`,
  consequence: 'the check fails, the priority falls, and the VIP stays on the sick node',
  confirm: '`ha-doctor simulate A B` shows the rows with nopreempt.',
  remedy:
    'weight 0 for the check, on both nodes: a failure is FAULT then, and nopreempt still keeps the VIP from moving back',
  references: ['keepalived.conf(5) nopreempt, track_script', 'keepalived: vrrp_state_backup()'],
  needs: ['elections'],
  check({ elections }) {
    return elections.flatMap((router) => (router.sides.length === 2 ? judgePair(router) : judgeOne(router)));
  },
});

function judgePair(router: ElectedRouter): Judgement[] {
  const leader = leaderOf(router);
  const other = router.sides.find((side) => side !== leader);
  if (leader === undefined || other === undefined) return [];
  const checks = router.rows
    .filter(({ isKept, reason, fails }) => isKept && fails.length === 1 && reason === 'nopreempt')
    .map(({ fails }) => fails[0]?.name ?? '');
  if (checks.length === 0) return [];
  return [
    {
      subject: subjectOf([leader.node, other.node], leader.instance),
      message: `${checks.join(', ')} fails on ${leader.node.node}, and nopreempt keeps ${other.node.node} from taking over`,
      evidence: [
        ...checks.map((check) => lineEvidence(leader.node, weightOf(leader, check).line)),
        lineEvidence(other.node, other.instance.nopreempt.line ?? other.instance.line),
      ],
      remedy: `${checks.join(', ')}: weight 0 on both nodes (FAULT when it fails), or no nopreempt on ${other.node.node}; then reload both`,
    },
  ];
}

function judgeOne({ sides: [side], rows }: ElectedRouter): Judgement[] {
  if (side?.instance.nopreempt.value !== true) return [];
  const checks = rows.flatMap(({ fails }) => (fails[0]?.kind === 'check' ? [fails[0].name] : []));
  const weighted = checks.filter((check) => weightOf(side, check).value !== 0);
  if (weighted.length === 0) return [];
  return [
    {
      subject: subjectOf([side.node], side.instance),
      severity: 'info',
      certainty: 'possible',
      message: `${weighted.join(', ')} with a weight and nopreempt: if the other node is configured alike, the VIP stays on a sick one`,
      evidence: [
        ...weighted.map((check) => lineEvidence(side.node, weightOf(side, check).line)),
        lineEvidence(side.node, side.instance.nopreempt.line ?? side.instance.line),
      ],
    },
  ];
}
