import type { ElectedRouter, ElectionRow, ElectionSide } from '../model/election.ts';
import type { Pair } from '../model/pair.ts';
import { kindOfCheck, leaderOf, lineEvidence, subjectOf, weightOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const weightNeverFailsOver = defineRule({
  code: 'HAD402',
  name: 'weight-never-fails-over',
  severity: 'error',
  title: 'A check that fails does not move the VIP',
  explanation: `A weight changes the priority of its node, and the VIP moves only if the other node's is then higher; equal is not enough. A weight above
0 is added while the check succeeds, one below 0 is taken while it fails. In a sync group weights on members are ignored without
\`sync_group_tracking_weight\`, and beside priority 255 every weight is. Weight 0 is no number: a failure is FAULT then, and the other node
takes over whatever its priority.`,
  consequence: 'the service dies on the node that leads, and the VIP stays there',
  confirm: '`ha-doctor simulate A B` shows the priorities for each failure.',
  remedy: 'a weight greater than the gap between the priorities, on both nodes, or weight 0; then reload both',
  references: ['keepalived.conf(5) track_script, sync_group_tracking_weight', 'keepalived: vrrp_track.c'],
  needs: ['elections', 'pair'],
  check({ elections, pair }) {
    return elections.flatMap((router) => judge(router, pair));
  },
});

function judge(router: ElectedRouter, pair: Pair): Judgement[] {
  const leader = leaderOf(router);
  const other = router.sides.find((side) => side !== leader);
  if (leader === undefined || other === undefined) return [];
  const rows = router.rows.filter(
    ({ fails }) => fails.length === 1 && fails[0]?.kind === 'check' && fails[0].node === leader.node.node,
  );
  // nopreempt on the other is HAD403, the check of the manual failover HAD419.
  const kept = rows.filter(
    ({ isKept, reason, fails }) =>
      isKept && reason !== 'nopreempt' && kindOfCheck(leader, fails[0]?.name ?? '') !== 'manual-failover',
  );
  if (kept.length === 0) return [];
  const checks = kept.map(({ fails }) => fails[0]?.name ?? '');
  const isWorse = rows.every(({ isKept }) => isKept) || checks.some((check) => kindOfCheck(leader, check) === 'nginx');
  return [
    {
      subject: subjectOf([pair.a, pair.b], leader.instance),
      severity: isWorse ? 'error' : 'warning',
      message: kept.map((row, i) => sentence(row, checks[i] ?? '', leader, other)).join('; '),
      evidence: [
        ...checks.map((check) => lineEvidence(leader.node, weightOf(leader, check).line)),
        ...[leader, other].map(({ node, instance }) => lineEvidence(node, instance.priority.line ?? instance.line)),
      ],
      remedy: remedy(router, leader, other, checks),
      ...(isWorse
        ? {}
        : {
            consequence: 'this failure alone does not move the VIP; that is well if only several together are meant to',
          }),
    },
  ];
}

function sentence(row: ElectionRow, check: string, leader: ElectionSide, other: ElectionSide): string {
  const priorityOf = ({ node }: ElectionSide) =>
    row.standings.find((standing) => standing.node === node.node)?.priority;
  const [ours, theirs] = [priorityOf(leader) ?? '?', priorityOf(other) ?? '?'];
  return `${check} fails on ${leader.node.node}: priority ${ours}, ${other.node.node} has ${theirs}, and the VIP stays`;
}

/** The least weight that does: with the same one on both nodes the gap between them stays what it is. */
function remedy(router: ElectedRouter, leader: ElectionSide, other: ElectionSide, checks: readonly string[]): string {
  if (leader.instance.priority.value === 255) {
    return `on ${leader.node.node}: a priority below 255 (weights do not count beside it), or ${checks.join(', ')} with weight 0; then reload`;
  }
  const group = leader.instance.syncGroup;
  if (router.rows[0] !== undefined && group !== null && !followsWeight(router, leader, checks)) {
    return `track ${checks.join(', ')} in vrrp_sync_group ${group} instead of its members, on both nodes; then reload both`;
  }
  const healthy = router.rows[0]?.standings ?? [];
  const priorityOf = ({ node }: ElectionSide) => healthy.find((standing) => standing.node === node.node)?.priority ?? 0;
  const least = priorityOf(leader) - priorityOf(other) + 1;
  const sign = checks.every((check) => weightOf(leader, check).value < 0) ? '-' : '';
  return `${checks.join(', ')}: weight ${sign}${least} or more on both nodes, or weight 0 (FAULT when it fails); then reload both`;
}

/** Whether the failure changes the leader's priority at all. */
function followsWeight(router: ElectedRouter, leader: ElectionSide, checks: readonly string[]): boolean {
  const priorityIn = (row: ElectionRow | undefined) =>
    row?.standings.find(({ node }) => node === leader.node.node)?.priority;
  const healthy = priorityIn(router.rows[0]);
  return router.rows.some(
    (row) => row.fails.length === 1 && checks.includes(row.fails[0]?.name ?? '') && priorityIn(row) !== healthy,
  );
}
