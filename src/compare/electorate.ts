import { type Electorate, simulate } from '../keepalived/priority/simulate.ts';
import type { ElectedRouter } from '../model/election.ts';
import type { NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import type { Pair } from '../model/pair.ts';
import { isHeard, type Station } from './hearing.ts';
import { sourceAddress } from './source-address.ts';

/** Who is master when what fails, of each virtual router of two nodes. */
export function electionsOfPair(pair: Pair, interfaces: readonly NodeInterfaces[]): readonly ElectedRouter[] {
  const { a, b } = pair;
  const on = (node: NodeConfiguration, instance: VrrpInstance) => station(node, instance, interfaces);
  return simulate([
    ...pair.instances.map((both) => electorate(on(a, both.a), on(b, both.b))),
    ...pair.onlyA.map((instance) => electorate(on(a, instance))),
    ...pair.onlyB.map((instance) => electorate(on(b, instance))),
  ]);
}

/** The same of one node, without another. */
export function electionsOfNode(
  node: NodeConfiguration,
  interfaces: readonly NodeInterfaces[],
): readonly ElectedRouter[] {
  return simulate(node.config.instances.map((instance) => electorate(station(node, instance, interfaces))));
}

function station(node: NodeConfiguration, instance: VrrpInstance, interfaces: readonly NodeInterfaces[]): Station {
  const host = interfaces.find((candidate) => candidate.node === node.node);
  return { node, instance, sourceAddress: sourceAddress(instance, host) };
}

function electorate(one: Station, two?: Station): Electorate {
  if (two === undefined) return { sides: [{ ...one, hears: true }] };
  return {
    sides: [
      { ...one, hears: isHeard(two, one) },
      { ...two, hears: isHeard(one, two) },
    ],
  };
}
