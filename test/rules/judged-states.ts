import { type HostOutput, readHost } from '../../src/host/host.ts';
import type { NetworkdFile } from '../../src/host/networkd.ts';
import { emptySnapshot, type Snapshot } from '../../src/model/snapshot.ts';
import { fused, type GivenPair, type Host, statesOf } from '../state/given.ts';
import { type Log, tell } from '../timeline/logs.ts';
import { play, type Step } from '../vrrp/timeline.ts';
import { confOf } from './confs.ts';
import { type Configurations, snapshotOfConfigurations } from './judged-configurations.ts';

/** What evidence commands printed on a node. */
export type Outputs = Readonly<Partial<Record<HostOutput, string>>>;

/** What two nodes were found to be, beside their configurations. */
export interface StatesFixture extends GivenPair, Pick<Configurations, 'scripts'> {
  readonly outputs?: Readonly<Partial<Record<Host, Outputs>>>;
  /** Of systemd-networkd, on both nodes. */
  readonly networkdFiles?: readonly NetworkdFile[];
  readonly told?: () => readonly Log[];
  /** What was captured beside. */
  readonly captured?: readonly Step[];
}

/** What rules see of them. */
export function snapshotOfStates(given: StatesFixture): Snapshot {
  const { scripts = [], outputs, networkdFiles = null, told, captured, ...pair } = given;
  const { confs = {}, lb2State } = pair;
  const states = statesOf(pair);
  const lb2 = lb2State === undefined || lb2State.unreachable !== undefined ? {} : { lb2: confs.lb2 ?? confOf('lb2') };
  const hosts = Object.entries(outputs ?? {}).map(([node, own]) =>
    readHost(node, (name) => own[name] ?? null, networkdFiles),
  );
  return {
    ...emptySnapshot,
    ...snapshotOfConfigurations({ lb1: confs.lb1 ?? confOf('lb1'), ...lb2, scripts }),
    interfaces: states.flatMap(({ node, interfaces }) => (interfaces === null ? [] : [{ node, interfaces }])),
    states,
    status: fused(pair),
    hosts: outputs === undefined ? null : hosts,
    timeline: told === undefined ? null : tell(told()),
    wire: captured === undefined ? null : play(captured).wire,
  };
}
