import type { AdvertRef, Router, Wire } from '../model/wire.ts';
import { advertEvidence, listOf, nameOf, subjectOf } from './on-the-wire.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const foreignRouter = defineRule({
  code: 'HAD102',
  name: 'foreign-router',
  severity: 'error',
  title: 'Another cluster uses the same virtual_router_id on this segment',
  explanation: `A virtual router is known by its id alone (RFC 9568 section 5.2.3): two pairs on one segment that picked one vrid take each
other's adverts for their own. Sets of addresses that share none tell them apart; sets that overlap are one pair that was edited on one
side (HAD110).`,
  consequence:
    "up to keepalived 2.3.2 each pair logs and drops the other's adverts; from 2.3.3 the pair of lower priority gives up its addresses: nobody serves them",
  confirm:
    'Ask who owns the foreign address (`ip neigh`, the switch); `tcpdump -vni IFACE ip proto 112` lists senders and addresses.',
  remedy:
    'another virtual_router_id in vrrp_instance, on both nodes of one of the pairs, then reload; or unicast_peer with check_unicast_src',
  references: ['RFC 9568 section 5.2.3', 'keepalived.conf(5) virtual_router_id, check_unicast_src'],
  needs: ['wire'],
  check({ wire }, context) {
    return wire.routers.flatMap((router) => {
      const refs = new Map<string, AdvertRef>();
      for (const { kind, a, b } of router.mismatches) {
        if (kind !== 'addresses-disjoint') continue;
        for (const ref of [a, b]) if (!refs.has(ref.advert.src)) refs.set(ref.advert.src, ref);
      }
      const [first, second] = refs.values();
      return first === undefined || second === undefined ? [] : [judge(wire, router, [...refs.values()], context)];
    });
  },
});

/** One finding a virtual router: a third sender of either cluster is no other fault. */
function judge(wire: Wire, router: Router, refs: readonly AdvertRef[], context: RuleContext): Judgement {
  const clusters = new Map<string, string[]>();
  for (const { advert } of refs) {
    const addresses = listOf([...advert.addrs].sort());
    clusters.set(addresses, [...(clusters.get(addresses) ?? []), advert.src]);
  }
  const owners = [...clusters].map(([addresses, sources]) => `${listOf(sources)} for ${addresses}`);
  return {
    subject: subjectOf(
      router,
      refs.slice(0, 2).map(({ advert }) => advert.src),
    ),
    message: `${nameOf(router)} is used by ${owners.join(', and by ')}: ${owners.length === 2 ? 'two' : owners.length} clusters share one vrid`,
    evidence: refs.map((ref) => advertEvidence(ref, context, `addrs ${listOf(ref.advert.addrs)}`)),
    remedy: `another virtual_router_id on both nodes of one pair (not seen here: ${freeVrids(wire).join(', ')}), then reload; or unicast_peer with check_unicast_src`,
  };
}

function freeVrids(wire: Wire): number[] {
  const { routers, carps, otherVrids } = wire;
  const used = new Set([...routers.map(({ vrid }) => vrid), ...carps.map(({ vhid }) => vhid), ...otherVrids]);
  const free: number[] = [];
  for (let vrid = Math.max(50, ...used) + 1; free.length < 3 && vrid <= 255; vrid++) free.push(vrid);
  for (let vrid = 1; free.length < 3 && vrid <= 255; vrid++) if (!used.has(vrid)) free.push(vrid);
  return free;
}
