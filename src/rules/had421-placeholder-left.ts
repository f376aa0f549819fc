import type { ConfigItem } from '../model/keepalived.ts';
import { subjectOf } from './in-configurations.ts';
import { instanceAt, linesEvidence } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

/** What guides and templates write where a value of one's own belongs. */
const placeholders = [
  /^<[^<>]+>$/, // <password>
  /^<[^<>\s]*[a-z][^<>]*>(?:\/\d+)?$/i, // <virtual-ip-address>/24
  /^(?:x{1,3}|\d{1,3})(?:\.(?:x{1,3}|\d{1,3})){3}(?:\/\d+)?$/i, // 10.0.x.x
  /^(?:change|replace)[-_ ]?(?:me|this|it)$/i,
  /^your[-_][a-z]/i,
  /^\$\{?[A-Z_][A-Z0-9_-]*\}?$/i, // a definition that is not there
  /^__?[A-Z][A-Z0-9_]*__?(?:\/\d+)?$/, // __VIRTUAL_IP__
];
const address = /^[\d.]+(?:\/\d+)?$/;

export const placeholderLeft = defineRule({
  code: 'HAD421',
  name: 'placeholder-left',
  severity: 'error',
  title: 'A placeholder of a guide or template was left in',
  explanation: `Guides write \`<password>\`, \`<path-to-health-check-script>\` or \`x.x.x.x\` where a value of one's own belongs, templates \`$NAME\` or
\`__NAME__\`. To keepalived they are values as any other: a password, the path of a script, an address that is none.`,
  consequence: 'the setting does nothing, or is the same in every installation that followed the guide',
  confirm: 'Look at the line.',
  remedy: 'the value that is meant, on both nodes; then keepalived -t and reload',
  references: ['keepalived.conf(5)'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap((node) => {
      const found = placeholdersIn(node.config.items);
      const instances = new Set(found.map((item) => instanceAt(node, item)));
      return [...instances].map((instance) => {
        const own = found.filter((item) => instanceAt(node, item) === instance);
        const names = own.map(({ words }) => words[0] ?? '');
        return {
          subject: subjectOf([node], instance),
          message: `${node.node} has placeholders where values belong: ${[...new Set(names)].slice(0, 4).join(', ')}`,
          evidence: linesEvidence(node, own),
        };
      });
    });
  },
});

function placeholdersIn(items: readonly ConfigItem[]): ConfigItem[] {
  return items.flatMap((item) => {
    const isOne = item.words.some((word) => !address.test(word) && placeholders.some((pattern) => pattern.test(word)));
    return [...(isOne ? [item] : []), ...placeholdersIn(item.block ?? [])];
  });
}
