import { compareAddresses } from '../model/address-order.ts';
import type { InstancePair, Pair } from '../model/pair.ts';
import { judgeDifferences } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const equalPriority = defineRule({
  code: 'HAD308',
  name: 'equal-priority',
  severity: 'warning',
  title: 'Both nodes have the same priority',
  explanation: `A backup does not take over from a master of its own priority: who is master first stays it. The address decides only between two that
are master at the same time, after a start in the same moment or a lost advert: then the higher one stays (RFC 9568 section 6.4.3).
Two nodes with \`state BACKUP\` and \`nopreempt\` are often meant so: whoever has the VIP keeps it.`,
  consequence:
    'which node is master depends on which started first; after each loss of adverts the VIP may move for no reason',
  confirm: 'On both nodes: `grep -n priority /etc/keepalived/keepalived.conf`.',
  remedy: 'a higher priority on the node that is to lead, such as 101 and 100; then reload it',
  references: ['RFC 9568 section 6.4.3', 'keepalived.conf(5) priority'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD308', context, ({ a }, instances) => ({
      message: `priority is ${a.text} on both nodes; ${winner(pair, instances)}`,
      ...(isMeant(instances)
        ? {
            severity: 'info' as const,
            consequence: 'whoever is master stays it, which nopreempt on both nodes says as well',
          }
        : {}),
    }));
  },
});

function isMeant({ a, b }: InstancePair): boolean {
  return [a, b].every(({ state, nopreempt }) => state.value === 'BACKUP' && nopreempt.value);
}

function winner(pair: Pair, { sourceA, sourceB }: InstancePair): string {
  if (sourceA === null || sourceB === null) return 'between two masters the higher address stays';
  const node = compareAddresses(sourceA, sourceB) > 0 ? pair.a : pair.b;
  return `between two masters ${node.node} stays, by its higher address`;
}
