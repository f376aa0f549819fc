import { kindOfCheck, leaderOf, lineEvidence, subjectOf, weightOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const manualFailoverIneffective = defineRule({
  code: 'HAD419',
  name: 'manual-failover-ineffective',
  severity: 'warning',
  title: 'The manual failover file does not move the VIP',
  explanation: `nginx-ha-keepalived's check for a manual failover fails while \`/var/run/keepalived-manual-failover\` exists, which lowers the priority of its
node. If the weight is less than the gap between the priorities, or the other node has \`nopreempt\`, nothing moves.`,
  consequence: 'an operator who creates the file, to take the node out for maintenance, takes nothing out',
  confirm: '`ha-doctor simulate A B` shows the row of the check.',
  remedy: 'a weight greater than the gap between the priorities, on both nodes; then reload both',
  references: ['keepalived.conf(5) track_script, nopreempt'],
  needs: ['elections', 'pair'],
  check({ elections, pair }) {
    return elections.flatMap((router) => {
      const leader = leaderOf(router);
      if (leader === undefined) return [];
      const checks = router.rows
        .filter(
          ({ isKept, fails }) =>
            isKept && fails.length === 1 && kindOfCheck(leader, fails[0]?.name ?? '') === 'manual-failover',
        )
        .map(({ fails }) => fails[0]?.name ?? '');
      if (checks.length === 0) return [];
      return [
        {
          subject: subjectOf([pair.a, pair.b], leader.instance),
          message: `${checks.join(', ')} fails on ${leader.node.node}, and the VIP stays`,
          evidence: [
            ...checks.map((check) => lineEvidence(leader.node, weightOf(leader, check).line)),
            ...router.sides.map(({ node, instance }) => lineEvidence(node, instance.priority.line ?? instance.line)),
          ],
        },
      ];
    });
  },
});
