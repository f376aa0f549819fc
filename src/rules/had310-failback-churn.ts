import type { ElectionSide } from '../model/election.ts';
import { leaderOf, lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const failbackChurn = defineRule({
  code: 'HAD310',
  name: 'failback-churn',
  severity: 'info',
  title: 'A node that comes back takes the VIP at its first good check',
  explanation: `The node that leads preempts, has no \`preempt_delay\`, and one of its checks counts as well again after a single success (\`rise 1\`, the
default). A service that comes and goes moves the VIP each time.`,
  consequence: 'a service that comes and goes takes the VIP with it, and each move breaks connections',
  confirm: 'In the logs: `ha-doctor explain HAD201` says what flapping looks like.',
  remedy: 'rise 3 in the check, or preempt_delay 60 beside state BACKUP on the node that leads',
  references: ['keepalived.conf(5) rise, preempt_delay'],
  needs: ['elections', 'pair'],
  check({ elections, pair }) {
    return elections.flatMap((router) => {
      const leader = leaderOf(router);
      if (leader === undefined || router.sides.length < 2) return [];
      const { node, instance } = leader;
      if (instance.nopreempt.value || instance.preemptDelaySeconds.value > 0) return [];
      const quick = checksOf(leader).filter(({ rise }) => rise.value === 1);
      const [first] = quick;
      if (first === undefined) return [];
      return [
        {
          subject: subjectOf([pair.a, pair.b], instance),
          message: `${node.node} takes the VIP back at the first success of ${quick.map(({ name }) => name).join(', ')}`,
          evidence: quick.map(({ rise, line }) => lineEvidence(node, rise.line ?? line)),
        },
      ];
    });
  },
});

function checksOf({ instance, node }: ElectionSide) {
  const names = new Set(instance.tracked.filter(({ kind }) => kind === 'script').map(({ name }) => name));
  return node.config.scripts.filter(({ name }) => names.has(name));
}
