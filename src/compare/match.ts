import type { VrrpInstance } from '../model/keepalived.ts';
import type { InstancePair } from '../model/pair.ts';

/** Which instances of two nodes are one virtual router, and which stand alone. */
export interface Matching {
  readonly pairs: readonly Pick<InstancePair, 'a' | 'b'>[];
  readonly onlyA: readonly VrrpInstance[];
  readonly onlyB: readonly VrrpInstance[];
}

/**
 * Matches instances by what they have in common: virtual_router_id and family first, by which nodes find each other, then
 * a virtual address, then the name. Without any of these they are two.
 */
export function matchInstances(a: readonly VrrpInstance[], b: readonly VrrpInstance[]): Matching {
  const candidates = a
    .flatMap((one, i) => b.map((two, j) => ({ a: one, b: two, likeness: likeness(one, two), order: i + j })))
    .filter((candidate) => candidate.likeness > 0)
    .sort((one, two) => two.likeness - one.likeness || one.order - two.order);
  const pairs: Pick<InstancePair, 'a' | 'b'>[] = [];
  const taken = new Set<VrrpInstance>();
  for (const { a: one, b: two } of candidates) {
    if (taken.has(one) || taken.has(two)) continue;
    taken.add(one).add(two);
    pairs.push({ a: one, b: two });
  }
  return {
    pairs: pairs.sort((one, two) => a.indexOf(one.a) - a.indexOf(two.a)),
    onlyA: a.filter((instance) => !taken.has(instance)),
    onlyB: b.filter((instance) => !taken.has(instance)),
  };
}

function likeness(a: VrrpInstance, b: VrrpInstance): number {
  const isSameRouter = a.vrid.value !== null && a.vrid.value === b.vrid.value && a.family === b.family;
  const theirs = new Set(b.vips.map(({ address }) => address));
  const sharesAddress = a.vips.some(({ address }) => theirs.has(address));
  return (isSameRouter ? 4 : 0) + (sharesAddress ? 2 : 0) + (a.name === b.name ? 1 : 0);
}
