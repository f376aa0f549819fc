import { kindOfCheck, lineEvidence, subjectOf, weightOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const bothDownKeepsVip = defineRule({
  code: 'HAD418',
  name: 'both-down-keeps-vip',
  severity: 'info',
  title: 'With nginx dead on both nodes one still holds the VIP',
  explanation: `A check with a weight changes a priority, and never brings FAULT. When it fails on both nodes both lose as much, and the election goes on
between them. That may be meant: clients get "connection refused" from a host instead of nothing at all.`,
  consequence: 'the VIP stays on a node without nginx; monitoring that looks at the VIP alone sees it answer ping',
  confirm: '`ha-doctor simulate A B`, the last rows.',
  remedy: 'weight 0, if no node at all should hold the VIP then: a failure is FAULT',
  references: ['keepalived.conf(5) track_script'],
  needs: ['elections', 'pair'],
  check({ elections, pair }) {
    return elections.flatMap((router) => {
      const [one, two] = router.sides;
      if (one === undefined || two === undefined) return [];
      const kept = router.rows.flatMap(({ fails, master }) => {
        const [first, second] = fails;
        const isTwin = first?.kind === 'check' && second?.kind === 'check';
        return isTwin && master !== null && kindOfCheck(one, first.name) === 'nginx'
          ? [{ check: first.name, master }]
          : [];
      });
      const [first] = kept;
      if (first === undefined) return [];
      return [
        {
          subject: subjectOf([pair.a, pair.b], one.instance),
          message: `${first.check} fails on both nodes: ${first.master} holds the VIP all the same`,
          evidence: [one, two].map((side) => lineEvidence(side.node, weightOf(side, first.check).line)),
        },
      ];
    });
  },
});
