import { electionsOfNode, electionsOfPair } from '../../compare/electorate.ts';
import { comparePair } from '../../compare/pair.ts';
import { emptySnapshot, type Snapshot } from '../../model/snapshot.ts';
import type { NodeEvidence } from './configuration.ts';

/** What one node or two say, as rules want it. */
export function snapshotOf(nodes: readonly NodeEvidence[]): Snapshot {
  const configurations = nodes.map(({ configuration }) => configuration);
  const interfaces = nodes.flatMap(({ configuration: { node }, interfaces: own }) =>
    own === null ? [] : [{ node, interfaces: own }],
  );
  const [a, b] = configurations;
  const pair = a === undefined || b === undefined ? null : comparePair(a, b, interfaces);
  const elections =
    pair !== null ? electionsOfPair(pair, interfaces) : a === undefined ? null : electionsOfNode(a, interfaces);
  return {
    ...emptySnapshot,
    configurations,
    pair,
    elections,
    interfaces: interfaces.length === 0 ? null : interfaces,
  };
}
