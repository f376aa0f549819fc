import type { Evidence } from '../model/finding.ts';
import type { Pair, SettingDifference } from '../model/pair.ts';
import { faultsOf, keywordOf, lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const checkDiffers = defineRule({
  code: 'HAD312',
  name: 'check-differs',
  severity: 'warning',
  title: 'The nodes of a pair check differently',
  explanation: `A check's command, interval, weight, fall, rise, timeout or user is not the same on both nodes, or its script is another file, or one node
does not track it. Priorities are added up by each node from its own checks, so that the arithmetic of a failover holds only when both
check alike.`,
  consequence: 'the same fault is weighed differently on each node: the VIP may stay on the sick one, or move to it',
  confirm: '`ha-doctor simulate A B` shows who is master when what fails.',
  remedy: 'the same vrrp_script, script file and track_script on both nodes; then reload both',
  references: ['keepalived.conf(5) vrrp_script, track_script'],
  needs: ['pair'],
  check({ pair }) {
    const faults = faultsOf(pair, 'HAD312');
    if (faults.length === 0) return [];
    const checks = new Map<string, SettingDifference[]>();
    for (const fault of faults) checks.set(checkOf(fault), [...(checks.get(checkOf(fault)) ?? []), fault]);
    return [
      {
        subject: subjectOf([pair.a, pair.b], null),
        message: [...checks].map(([check, differences]) => `${check}: ${summary(pair, differences)}`).join('; '),
        evidence: faults.flatMap((fault) => evidenceOf(pair, fault)),
      },
    ];
  },
});

/** The check's name: of `vrrp_script chk / weight`, and of `vrrp_instance VI_1 / track_script chk`. */
function checkOf(difference: SettingDifference): string {
  const keyword = keywordOf(difference);
  const named = keyword.startsWith('track_') ? keyword : difference.path.slice(0, -keyword.length - 3);
  return named.slice(named.indexOf(' ') + 1);
}

function summary({ a, b }: Pair, differences: readonly SettingDifference[]): string {
  const command = differences.find((difference) => ['script', 'file', 'process'].includes(keywordOf(difference)));
  if (command?.b.text === null) return `on ${a.node} only`;
  if (command?.a.text === null) return `on ${b.node} only`;
  return differences
    .map((difference) => {
      const { a: one, b: two } = difference;
      const keyword = keywordOf(difference);
      if (keyword === 'content') return 'the script is not the same file';
      if (keyword.startsWith('track_')) {
        if (two.text === null) return `tracked by ${a.node} only`;
        if (one.text === null) return `tracked by ${b.node} only`;
        return `tracked with weight ${one.text} and ${two.text}`;
      }
      return `${keyword} is ${one.text ?? 'not set'} and ${two.text ?? 'not set'}`;
    })
    .join(', ');
}

function evidenceOf({ a, b }: Pair, difference: SettingDifference): Evidence[] {
  return [
    ...(difference.a.line === null ? [] : [lineEvidence(a, difference.a.line)]),
    ...(difference.b.line === null ? [] : [lineEvidence(b, difference.b.line)]),
  ];
}
