import { atTime, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule } from './rule.ts';

export const manualFailoverLeft = defineRule({
  code: 'HAD206',
  name: 'manual-failover-left',
  severity: 'warning',
  title: 'The manual failover file was left in place',
  explanation: `nginx-ha-keepalived hands the VIP over by hand when a file is there (/var/run/keepalived-manual-failover): a check that tests for
it fails and lowers the priority. While the file stays the check goes on failing, and the node counts as the weaker one, however well it is.`,
  consequence: 'the node cannot become master by priority, not even when the other one is sick as well',
  confirm: 'On the node: `ls -l /var/run/keepalived-manual-failover`.',
  remedy: 'on that node: rm /var/run/keepalived-manual-failover',
  references: ['https://docs.nginx.com/nginx/admin-guide/high-availability/ha-keepalived/'],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.checks
      .filter(({ isManualFailover, isFailing }) => isManualFailover && isFailing)
      .map(({ node, name, last }) => ({
        subject: subjectOf([node], null),
        message: `${name} fails on ${node}${atTime(last.line.time, context, 'since')}: the manual failover file is there`,
        certainty: 'likely',
        evidence: logEvidence([last], context),
      }));
  },
});
