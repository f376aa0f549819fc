import type { Pair, SettingDifference } from '../model/pair.ts';
import { faultsOf, keywordOf, lineEvidence, pairOf, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const settingDiffers = defineRule({
  code: 'HAD313',
  name: 'setting-differs',
  severity: 'warning',
  title: 'A setting that ought to be the same on both nodes is not',
  explanation: `Beside what makes adverts acceptable, the nodes of a pair should treat the VIP alike: how it is put onto the interface, whether packets to it
are let in, how often it is announced, which scripts are told. \`ha-doctor diff --all A B\` shows what may differ, and what has to.`,
  consequence: 'the VIP behaves differently depending on which node has it, which shows after a failover only',
  confirm: '`ha-doctor diff A B`.',
  remedy: 'the same setting on both nodes; then reload',
  references: ['keepalived.conf(5)'],
  needs: ['pair'],
  check({ pair }) {
    const faults = faultsOf(pair, 'HAD313');
    const instances = [...new Set(faults.map(({ instance }) => instance))];
    return instances.map((name) =>
      judge(
        pair,
        faults.filter(({ instance }) => instance === name),
      ),
    );
  },
});

function judge(pair: Pair, faults: readonly SettingDifference[]): Judgement {
  const [first] = faults;
  const instances = first === undefined ? undefined : pairOf(pair, first);
  return {
    subject: subjectOf([pair.a, pair.b], instances?.a ?? null),
    message: faults
      .map(
        (fault) =>
          `${keywordOf(fault)} is ${fault.a.text ?? 'not set'} on ${pair.a.node} and ${fault.b.text ?? 'not set'} on ${pair.b.node}`,
      )
      .join('; '),
    evidence: faults.flatMap(({ a, b }) => [
      ...(a.line === null ? [] : [lineEvidence(pair.a, a.line)]),
      ...(b.line === null ? [] : [lineEvidence(pair.b, b.line)]),
    ]),
  };
}
