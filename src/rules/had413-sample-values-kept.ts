import type { ConfigLine, NodeConfiguration } from '../model/keepalived.ts';
import { subjectOf } from './in-configurations.ts';
import { linesEvidence } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

/** Of keepalived's sample and of nginx-ha-setup. */
const sampleVrid = 51;
const samplePassword = '1111';
const sampleRouterId = 'LVS_DEVEL';
const sampleMail = /@firewall\.loc$/;

export const sampleValuesKept = defineRule({
  code: 'HAD413',
  name: 'sample-values-kept',
  severity: 'info',
  title: 'Values of the sample configuration',
  explanation: `vrid 51, the password 1111, \`router_id LVS_DEVEL\` and mail to firewall.loc are in the samples that most configurations begin with. Pairs
that kept them meet on a shared segment: the vrid has to be the pair's own there.`,
  consequence: 'another pair that was made from the same sample, on the same segment, becomes part of this one',
  confirm: '`ha-doctor sniff` on the segment shows which vrids are in use.',
  remedy: 'values of its own for this pair, on both nodes at the same time',
  references: ['RFC 9568 section 5.2.3', 'keepalived doc/samples'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap((node) => {
      const found = samplesOf(node);
      if (found.length === 0) return [];
      return [
        {
          subject: { ...subjectOf([node], null) },
          message: `${node.node} has values of the sample: ${found.map(({ name }) => name).join(', ')}`,
          evidence: linesEvidence(
            node,
            found.map(({ line }) => line),
          ),
        },
      ];
    });
  },
});

function samplesOf({ config }: NodeConfiguration): { name: string; line: ConfigLine }[] {
  const { routerId, items } = config.global;
  const found: { name: string; line: ConfigLine }[] = [];
  const add = (isSample: boolean, name: string, line: ConfigLine | null): void => {
    if (isSample && line !== null && !found.some((other) => other.name === name)) found.push({ name, line });
  };
  add(routerId.value === sampleRouterId, `router_id ${sampleRouterId}`, routerId.line);
  for (const mail of items.filter(({ words }) => words[0] === 'notification_email').flatMap(({ block }) => block ?? []))
    add(sampleMail.test(mail.words[0] ?? ''), 'mail to firewall.loc', mail);
  for (const { vrid, authentication } of config.instances) {
    add(vrid.value === sampleVrid, `virtual_router_id ${sampleVrid}`, vrid.line);
    const password = authentication?.password;
    add(password?.value?.significant === samplePassword, 'the password', password?.line ?? null);
  }
  return found;
}
