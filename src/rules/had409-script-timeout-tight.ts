import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const scriptTimeoutTight = defineRule({
  code: 'HAD409',
  name: 'script-timeout-tight',
  severity: 'warning',
  title: 'A check has little time to succeed',
  explanation: `A check that runs longer than its \`timeout\` (its \`interval\` unless set) counts as failed. With an interval of 1 second and \`fall 1\`, which
are the defaults, one slow second under load is a failure.`,
  consequence: 'one slow run of the script, as under load or during a backup, moves the VIP',
  confirm: 'In the logs: `journalctl -u keepalived | grep timed_out`.',
  remedy: 'interval 2, timeout 2 and fall 2 or more in the check; then reload',
  references: ['keepalived.conf(5) vrrp_script'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap((node) => {
      const tight = node.config.scripts.filter(
        ({ intervalSeconds, timeoutSeconds, fall }) =>
          intervalSeconds.value <= 1 && timeoutSeconds.value <= 1 && fall.value === 1,
      );
      if (tight.length === 0) return [];
      return [
        {
          subject: subjectOf([node], null),
          severity: 'info',
          message: `${tight.map(({ name }) => name).join(', ')} on ${node.node}: one run of more than a second is a failure`,
          evidence: tight.map(({ intervalSeconds, line }) => lineEvidence(node, intervalSeconds.line ?? line)),
        },
      ];
    });
  },
});
