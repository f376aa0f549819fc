import type { NodeConfiguration, VrrpScript } from '../model/keepalived.ts';
import type { CheckHistory, Timeline } from '../model/timeline.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { logEvidence } from './in-the-logs.ts';
import { defineRule, type Judgement } from './rule.ts';

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
  mayUse: ['timeline'],
  check({ configurations, timeline }, context) {
    return configurations.flatMap((node) => {
      const late = lateOf(node, timeline);
      const known = new Set(late.map(({ script }) => script));
      const tight = node.config.scripts.filter(
        (script) =>
          !known.has(script) &&
          script.intervalSeconds.value <= 1 &&
          script.timeoutSeconds.value <= 1 &&
          script.fall.value === 1,
      );
      return [
        ...late.map(
          ({ script, check }): Judgement => ({
            subject: { ...subjectOf([node], null), instance: script.name },
            message: `${script.name} on ${node.node} takes longer than its timeout of ${script.timeoutSeconds.value} s, by the log`,
            evidence: [
              lineEvidence(node, script.timeoutSeconds.line ?? script.intervalSeconds.line ?? script.line),
              ...logEvidence([check.last], context),
            ],
            consequence: 'a slow run counts as a failure, and moves the VIP although the service is there',
            remedy: `in ${script.name}: a timeout, and an interval, above what the script takes; and fall 2 or more; then reload`,
          }),
        ),
        ...(tight.length === 0 ? [] : [tightness(node, tight)]),
      ];
    });
  },
});

/** Scripts that the log says to have timed out; how long others ran keepalived does not log. */
function lateOf(
  { node, config }: NodeConfiguration,
  timeline: Timeline | null,
): { readonly script: VrrpScript; readonly check: CheckHistory }[] {
  const checks = (timeline?.checks ?? []).filter(
    (check) => check.node === node && check.what === 'script' && check.outcomes.includes('timed out'),
  );
  return config.scripts.flatMap((script) => {
    const check = checks.find(({ name }) => name === script.name);
    return check === undefined ? [] : [{ script, check }];
  });
}

function tightness(node: NodeConfiguration, tight: readonly VrrpScript[]): Judgement {
  return {
    subject: subjectOf([node], null),
    severity: 'info',
    message: `${tight.map(({ name }) => name).join(', ')} on ${node.node}: one run of more than a second is a failure`,
    evidence: tight.map(({ intervalSeconds, line }) => lineEvidence(node, intervalSeconds.line ?? line)),
  };
}
