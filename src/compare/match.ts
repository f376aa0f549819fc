import type { VrrpInstance } from '../model/keepalived.ts';
import type { InstancePair } from '../model/pair.ts';

/** Which instances of two nodes are one virtual router, and which stand alone. */
export interface Matching {
  readonly pairs: readonly Pick<InstancePair, 'a' | 'b'>[];
  readonly onlyA: readonly VrrpInstance[];
  readonly onlyB: readonly VrrpInstance[];
}

/** How many instances of the other node with the same vrid, address or name one is weighed against. */
const mostAlike = 64;

/**
 * Matches instances by what they have in common: virtual_router_id and family first, by which nodes find each other, then
 * a virtual address, then the name. Without any of these they are two.
 */
export function matchInstances(a: readonly VrrpInstance[], b: readonly VrrpInstance[]): Matching {
  const marked = new Map<string, number[]>();
  for (const [j, two] of b.entries()) {
    for (const [mark] of marksOf(two)) {
      const known = marked.get(mark);
      if (known === undefined) marked.set(mark, [j]);
      else if (known.length < mostAlike) known.push(j);
    }
  }
  const candidates = a.flatMap((one, i) => {
    const alike = new Map<number, number>();
    for (const [mark, weight] of marksOf(one))
      for (const j of marked.get(mark) ?? []) alike.set(j, (alike.get(j) ?? 0) | weight);
    return [...alike].flatMap(([j, likeness]) => {
      const two = b[j];
      return two === undefined ? [] : [{ a: one, b: two, i, likeness, order: i + j }];
    });
  });
  candidates.sort((one, two) => two.likeness - one.likeness || one.order - two.order);
  const pairs: { readonly a: VrrpInstance; readonly b: VrrpInstance; readonly i: number }[] = [];
  const taken = new Set<VrrpInstance>();
  for (const { a: one, b: two, i } of candidates) {
    if (taken.has(one) || taken.has(two)) continue;
    taken.add(one).add(two);
    pairs.push({ a: one, b: two, i });
  }
  return {
    pairs: pairs.sort((one, two) => one.i - two.i).map(({ a: one, b: two }) => ({ a: one, b: two })),
    onlyA: a.filter((instance) => !taken.has(instance)),
    onlyB: b.filter((instance) => !taken.has(instance)),
  };
}

/** By what an instance may be recognised, and how much that weighs: a bit each, so that two addresses are no more than one. */
function marksOf({ vrid, family, vips, name }: VrrpInstance): (readonly [mark: string, weight: number])[] {
  return [
    ...(vrid.value === null ? [] : [[`vrid ${family} ${vrid.value}`, 4] as const]),
    ...vips.map(({ address }) => [`address ${address}`, 2] as const),
    [`name ${name}`, 1],
  ];
}
