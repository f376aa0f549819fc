import type { Snapshot } from '../../src/model/snapshot.ts';
import { fused, type GivenPair, statesOf } from '../state/given.ts';
import { confOf } from './confs.ts';
import { type Configurations, snapshotOfConfigurations } from './judged-configurations.ts';

/** What two nodes were found to be, beside their configurations. */
export type StatesFixture = GivenPair & Pick<Configurations, 'scripts'>;

/** What rules see of them. */
export function snapshotOfStates({ scripts = [], ...pair }: StatesFixture): Snapshot {
  const { confs = {}, lb2State } = pair;
  const states = statesOf(pair);
  const lb2 = lb2State === undefined || lb2State.unreachable !== undefined ? {} : { lb2: confs.lb2 ?? confOf('lb2') };
  return {
    ...snapshotOfConfigurations({ lb1: confs.lb1 ?? confOf('lb1'), ...lb2, scripts }),
    interfaces: states.flatMap(({ node, interfaces }) => (interfaces === null ? [] : [{ node, interfaces }])),
    states,
    status: fused(pair),
  };
}
