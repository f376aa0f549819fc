import type { VirtualAddress } from '../model/keepalived.ts';
import type { InstancePair, Pair } from '../model/pair.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const vipListDiffers = defineRule({
  code: 'HAD307',
  name: 'vip-list-differs',
  severity: 'error',
  title: 'The nodes of a pair list different virtual addresses',
  explanation: `An advert carries the addresses of \`virtual_ipaddress\`, and keepalived compares the set with its own; order and prefix lengths do not
count. Up to 2.3.2 it drops an advert whose set differs, from 2.3.3 it logs that once and accepts it. \`virtual_ipaddress_excluded\` is
neither sent nor compared: there a difference shows only when the other node takes over.`,
  consequence:
    'up to keepalived 2.3.2 each node drops the adverts of the other and both become master; from 2.3.3 an address that only one node lists is lost at failover',
  confirm:
    'On both nodes: `grep -A9 virtual_ipaddress /etc/keepalived/keepalived.conf`; `journalctl -u keepalived | grep -i "not present\\|ip number"`.',
  remedy:
    'the same virtual_ipaddress block on both nodes, then reload both; extra addresses go into virtual_ipaddress_excluded, on both',
  references: ['keepalived.conf(5) virtual_ipaddress, virtual_ipaddress_excluded', 'keepalived: vrrp_check_packet()'],
  needs: ['pair'],
  check({ pair }) {
    return pair.instances.flatMap((instances) => [
      ...judge(pair, instances, 'vips', 'virtual_ipaddress'),
      ...judge(pair, instances, 'excludedVips', 'virtual_ipaddress_excluded'),
    ]);
  },
});

function judge(pair: Pair, { a, b }: InstancePair, part: 'vips' | 'excludedVips', keyword: string): Judgement[] {
  const onlyA = without(a[part], b[part]);
  const onlyB = without(b[part], a[part]);
  if (onlyA.length + onlyB.length === 0) return [];
  const sides = [[pair.a, a, onlyA] as const, [pair.b, b, onlyB] as const];
  return [
    {
      subject: { ...subjectOf([pair.a, pair.b], a), vip: [...onlyA, ...onlyB][0]?.address ?? null },
      message: sides
        .filter(([, , only]) => only.length > 0)
        .map(
          ([{ node }, , only]) => `only ${node} lists ${only.map(({ address }) => address).join(', ')} in ${keyword}`,
        )
        .join('; '),
      evidence: sides.flatMap(([node, instance, only]) => {
        const lines = only.length > 0 ? only : instance[part].slice(0, 1);
        return lines.length > 0
          ? lines.map(({ line }) => lineEvidence(node, line))
          : [lineEvidence(node, instance.line, `${instance.line.text}: no ${keyword}`)];
      }),
      ...(part === 'vips' ? byVersion(pair) : excluded),
    },
  ];
}

const excluded = {
  severity: 'warning' as const,
  consequence: 'an address that only one node lists is gone while the other is master',
  remedy: 'the same virtual_ipaddress_excluded block on both nodes; then reload both',
};

/** The consequence for the versions in use; the rule's own names both where they are not known. */
function byVersion({ a, b }: Pair): Partial<Judgement> {
  const behaviours = [a, b].map(({ behaviours: of }) => of['vip-list-mismatch']);
  if (behaviours.every((behaviour) => behaviour === 'new')) {
    return { consequence: 'an address that only one node lists is gone while the other is master; it is logged once' };
  }
  if (behaviours.every((behaviour) => behaviour === 'old')) {
    return { consequence: 'each node drops the adverts of the other: both become master and hold the VIP' };
  }
  return {};
}

function without(list: readonly VirtualAddress[], others: readonly VirtualAddress[]): readonly VirtualAddress[] {
  const known = new Set(others.map(({ address }) => address));
  return list.filter(({ address }) => !known.has(address));
}
