import type { ConfigComplaint } from '../model/timeline.ts';
import { logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const configWarningLogged = defineRule({
  code: 'HAD212',
  name: 'config-warning-logged',
  severity: 'warning',
  title: 'keepalived complained about its configuration',
  explanation: `keepalived starts with a configuration that it does not understand in part: it logs what it ignored, shortened or replaced, and goes
on. What was meant is then not in force: a check that is not used, a password cut to eight characters, a keyword with a typing error.`,
  consequence: 'the instance runs with other settings than the file seems to say',
  confirm: 'On the node: `keepalived --config-test` names the same lines (exit code 4: it would run with changes).',
  remedy: 'mend the line that keepalived named, then systemctl reload keepalived',
  references: ['keepalived(8) --config-test', 'keepalived.conf(5)'],
  needs: ['timeline'],
  check({ timeline }, context) {
    // A script moves the address where there is none (AWS). With VRRPv3 "at least one is required", and keepalived ends.
    return timeline.complaints
      .filter(({ detail }) => !/no VIP specified(?!.{0,40}required)/i.test(detail))
      .map((complaint) => judge(complaint, context));
  },
});

function judge(complaint: ConfigComplaint, context: RuleContext): Judgement {
  const { node, file, configLine, instance, detail, count } = complaint;
  const place = configLine === null ? (file ?? '') : `${file ?? 'keepalived.conf'}:${configLine}`;
  const said = detail.trim().slice(0, 200);
  return {
    subject: { ...subjectOf([node], instance), vip: null },
    message: `${node}${place === '' ? '' : `, ${place}`}: ${said}${count > 1 ? ` (at each of ${count} starts or reloads)` : ''}`,
    evidence: logEvidence([complaint], context),
    // Without vrrp_strict it is taken as it is, and most pairs have it so.
    ...(/first IPv6 VIP address should be link local/i.test(detail) ? { severity: 'info' } : {}),
  };
}
