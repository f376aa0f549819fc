import type { ClockDifference } from '../model/timeline.ts';
import { type Change, type Fact, isChange } from './entry.ts';
import type { NodeLog } from './node-log.ts';

/** Causes and effects of one pair of nodes that are compared, the last ones. */
const comparedLimit = 256;
/** Clocks that are known to the second, and better ones: differences below are none. */
const coarseSeconds = 1;
const fineSeconds = 0.1;
/** One pair of cause and effect alone proves no more than this: they may belong to different failovers. */
const singleLimitSeconds = 120;
const limitSeconds = 2 * 86_400;

type Seen = Change | Fact;

/** What one node did, and what another logs of it in the same millisecond: priority 0, and the first advert of a new master. */
interface Deeds {
  readonly causes: Seen[];
  readonly effects: Seen[];
}

interface Pair {
  readonly cause: Seen;
  readonly effect: Seen;
  /** The clock of the second node minus that of the first. */
  readonly difference: number;
}

/** Compares the clocks of all nodes with that of the first, by what each caused on the other, and sets their offsets. */
export function compareClocks(nodes: readonly NodeLog[]): ClockDifference[] {
  const differences: ClockDifference[] = [];
  const deeds = new Map(nodes.map((node) => [node, deedsOf(node)] as const));
  const settled = nodes.slice(0, 1);
  for (const node of nodes.slice(1)) {
    for (const reference of settled) {
      const found = compare(reference, node, deeds);
      if (found === null) continue;
      node.offsetSeconds = reference.offsetSeconds + found.offsetSeconds;
      if (found.offsetSeconds !== 0) differences.push(found);
      break;
    }
    settled.push(node);
  }
  return differences;
}

function deedsOf({ entries, answered }: NodeLog): Map<string, Deeds> {
  const deeds = new Map<string, Deeds>();
  const of = (key: string): Deeds => {
    const known = deeds.get(key) ?? { causes: [], effects: [] };
    deeds.set(key, known);
    return known;
  };
  for (const entry of entries) {
    if (entry.line.time === null) continue;
    if (isChange(entry)) {
      if (entry.to === 'MASTER') of(`master ${entry.instance}`).causes.push(entry);
      else if (entry.from === 'MASTER' && entry.signs.heard !== null)
        of(`master ${entry.instance}`).effects.push(entry);
    } else if (entry.event.kind === 'priority-zero-sent') of(`zero ${entry.event.instance}`).causes.push(entry);
    else if (entry.event.kind === 'priority-zero-received') of(`zero ${entry.event.instance}`).effects.push(entry);
  }
  for (const fact of answered) of(`master ${fact.event.instance}`).causes.push(fact);
  return deeds;
}

function compare(
  reference: NodeLog,
  node: NodeLog,
  deeds: ReadonlyMap<NodeLog, ReadonlyMap<string, Deeds>>,
): ClockDifference | null {
  const [ours, theirs] = [deeds.get(reference), deeds.get(node)];
  if (ours === undefined || theirs === undefined) return null;
  const pairs = [...ours].flatMap(([key, own]) => {
    const other = theirs.get(key);
    return other === undefined
      ? []
      : [...pairsOf(own.causes, other.effects, 1), ...pairsOf(other.causes, own.effects, -1)];
  });
  if (pairs.length === 0) return null;
  const isCoarse = [reference, node].some(({ last }) => last === null || last.digits === 0);
  const tolerance = isCoarse ? coarseSeconds : fineSeconds;
  const agreeing = largestCluster(pairs, isCoarse ? 1.1 : 0.25);
  const middle = agreeing[Math.floor(agreeing.length / 2)];
  if (middle === undefined) return null;
  const { difference } = middle;
  const shown = agreeing.find((pair) => pair.effect.at < pair.cause.at) ?? middle;
  const isSingle = agreeing.length === 1;
  if (Math.abs(difference) > (isSingle ? singleLimitSeconds : limitSeconds)) return null;
  // A node that gives way late may have been cut off from a master that had long been one.
  if (isSingle && isChange(middle.cause) && middle.effect.at > middle.cause.at) return null;
  return {
    node: node.name,
    reference: reference.name,
    offsetSeconds: Math.abs(difference) <= tolerance ? 0 : -difference,
    pairs: agreeing.length,
    isReversed: shown.effect.at < shown.cause.at,
    cause: shown.cause,
    effect: shown.effect,
  };
}

function pairsOf(causes: readonly Seen[], effects: readonly Seen[], sign: 1 | -1): Pair[] {
  return causes
    .slice(-comparedLimit)
    .flatMap((cause) =>
      effects.slice(-comparedLimit).map((effect) => ({ cause, effect, difference: sign * (effect.at - cause.at) })),
    );
}

/** The most pairs that agree within `width` seconds; of as many, or nearly, those that say the clocks are equal. */
function largestCluster(pairs: readonly Pair[], width: number): Pair[] {
  const sorted = pairs.toSorted((a, b) => a.difference - b.difference);
  const near = sorted.filter(({ difference }) => Math.abs(difference) <= width);
  let best: Pair[] = [];
  let start = 0;
  for (let end = 0; end < sorted.length; end++) {
    const last = sorted[end]?.difference ?? 0;
    while (last - (sorted[start]?.difference ?? last) > width) start++;
    const size = end - start + 1;
    if (size > best.length || (size === best.length && Math.abs(last) < Math.abs(best[0]?.difference ?? 0)))
      best = sorted.slice(start, end + 1);
  }
  return near.length >= best.length * 0.8 ? near : best;
}
