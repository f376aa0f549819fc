import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { openFile } from '../../src/capture/open.ts';
import type { ElectedRouter, Failure } from '../../src/model/election.ts';
import { Dissector } from '../../src/packet/dissect.ts';
import { snapshotOfConfigurations } from '../rules/judged-configurations.ts';
import { type FailoverPair, failoverPairs } from './failover-pairs.ts';
import { type Generation, generations } from './generations.ts';
import { type HostName, hosts } from './hosts.ts';
import { type Lab, labAvailable, startLab } from './lab.ts';
import type { Scenario } from './scenarios.ts';

const wanted = process.env['HA_DOCTOR_LAB'];
const available = wanted === 'off' ? { ok: false, reason: 'HA_DOCTOR_LAB=off' } : labAvailable();

/** Longer than a master-down interval and a run of the check; a loaded machine takes longer to get there. */
const settleMilliseconds = 2500;
const patienceMilliseconds = 12_000;

/**
 * What differs by version on every one; the others each on one, in turn. On all three each was played when
 * this was written, and what `simulate` foretold is what happened.
 */
const plays = failoverPairs.flatMap((pair, i) => {
  const inTurn = generations[i % generations.length] ?? '2.2.7';
  return (pair.differsByVersion ? generations : [inTurn]).map((generation) => ({ pair, generation }));
});

vi.setConfig({ maxConcurrency: 8 });

describe.skipIf(!available.ok && wanted !== 'required')('who is master when what fails, foretold and played', () => {
  test.concurrent.for(plays)(
    '$pair.name, keepalived $generation',
    { timeout: 400_000 },
    async ({ pair, generation }, { expect }) => {
      const { expected, seen } = await playAll(pair, generation);
      expect(expected.length).toBeGreaterThan(6);
      expect(seen).toEqual(expected);
    },
  );

  test.concurrent.for(['2.1.5', '2.2.7', '2.3.3'] as const)(
    'different lists of VIPs, keepalived %s',
    { timeout: 120_000 },
    async (generation, { expect }) => {
      const [seeds] = failoverPairs;
      if (seeds === undefined) throw new Error('no pairs');
      const more = { ...seeds, lb1: seeds.lb1.replace('10.77.0.100/24', '10.77.0.100/24\n10.77.0.102/24') };
      const [healthy] = foretold(more, generation)[0]?.rows ?? [];
      const lab = await started(more, generation);
      try {
        await settled(async () => JSON.stringify(await mastersOf(lab)) === JSON.stringify(healthy?.masters));
        expect(await mastersOf(lab)).toEqual(healthy?.masters);
        expect(healthy?.reason).toBe(generation === '2.3.3' ? 'highest-priority' : 'split-brain');
      } finally {
        await lab.stop();
      }
    },
  );
});

/** A row as text: what fails, who is master then and at which priority on the wire, and who after the repair. */
type Played = string;

async function playAll(pair: FailoverPair, generation: Generation): Promise<{ expected: Played[]; seen: Played[] }> {
  const [router] = foretold(pair, generation);
  const expected: Played[] = [];
  const seen: Played[] = [];
  for (const row of router?.rows ?? []) {
    const fails = row.fails.map(({ node, kind, name }) => `${node} ${kind} ${name}`).join(', ');
    const priority = row.standings.find(({ node }) => node === row.master)?.priority ?? null;
    const lab = await started(pair, generation);
    try {
      const healthy = router?.rows[0]?.master ?? null;
      await untilMaster(lab, healthy);
      await each(row.fails, (failure) => fail(lab, failure));
      const master = await untilMaster(lab, row.master, row.fails);
      const onWire = await priorityOf(lab, master);
      await each(row.fails, (failure) => repair(lab, failure));
      const returned = await untilMaster(lab, row.returns);
      expected.push(`${fails}: ${row.master} ${priority}, then ${row.returns}`);
      seen.push(`${fails}: ${master} ${onWire}, then ${returned}`);
    } finally {
      await lab.stop();
    }
  }
  return { expected, seen };
}

function foretold({ lb1, lb2 }: FailoverPair, versions: Generation): readonly ElectedRouter[] {
  return snapshotOfConfigurations({ lb1, lb2, versions }).elections ?? [];
}

/** Both daemons started together, on a switch that is recorded. */
async function started(pair: FailoverPair, generation: Generation): Promise<Lab> {
  const lab = await startLab(scenarioOf(pair.name, generation), generation);
  for (const host of ['lb1', 'lb2'] as const)
    writeFileSync(join(lab.node(host).root, 'etc/keepalived/keepalived.conf'), pair[host], { mode: 0o644 });
  await lab.record(join(lab.folder, 'played.pcap'));
  await Promise.all(lab.nodes.map((node) => node.startKeepalived()));
  return lab;
}

function scenarioOf(name: string, generation: Generation): Scenario {
  const expect = {
    codes: [],
    maybe: [],
    info: [],
    masters: {},
    mastersByChance: false,
    transitions: null,
    failovers: null,
  };
  const nodes = { lb1: [], lb2: [] };
  return {
    name,
    shows: name,
    generations: [generation],
    nodes,
    idle: [],
    events: [],
    seconds: 0,
    expect,
    expectOn: {},
    sides: [],
  };
}

async function each(fails: readonly Failure[], act: (failure: Failure) => Promise<unknown>): Promise<void> {
  await Promise.all(fails.map(act));
}

async function fail(lab: Lab, { node: host, kind, name }: Failure): Promise<unknown> {
  const node = lab.node(host as HostName);
  const on = host as HostName;
  if (kind === 'check') return node.exec(['touch', `/run/${name}-is-sick`]);
  if (kind === 'interface') return lab.happen({ at: 0, on, does: 'cable-out' });
  if (kind === 'daemon') return node.stopKeepalived();
  // Power is cut: nobody says anything, and nothing of it is left.
  await lab.happen({ at: 0, on, does: 'cable-out' });
  await node.killKeepalived();
  return node.exec(['ip', 'addr', 'flush', 'dev', 'eth0', 'to', '10.77.0.96/28']);
}

async function repair(lab: Lab, { node: host, kind, name }: Failure): Promise<unknown> {
  const node = lab.node(host as HostName);
  const on = host as HostName;
  if (kind === 'check') return node.exec(['rm', `/run/${name}-is-sick`]);
  if (kind === 'interface') return lab.happen({ at: 0, on, does: 'cable-in' });
  if (kind === 'node') await lab.happen({ at: 0, on, does: 'cable-in' });
  return node.startKeepalived();
}

/** Waits until the one that is foretold is master and stays it; answers who is in the end. */
async function untilMaster(lab: Lab, master: string | null, fails: readonly Failure[] = []): Promise<string | null> {
  const down = fails.filter(({ kind }) => kind === 'node' || kind === 'interface').map(({ node }) => node);
  const current = async () => (await mastersOf(lab)).filter((node) => !down.includes(node));
  await settled(async () => {
    const masters = await current();
    return masters.length <= 1 && (masters[0] ?? null) === master;
  });
  const masters = await current();
  return masters.length > 1 ? 'both' : (masters[0] ?? null);
}

/** Holds for long enough, or patience is at its end. */
async function settled(holds: () => Promise<boolean>): Promise<void> {
  const start = Date.now();
  let since: number | null = null;
  while (Date.now() - start < patienceMilliseconds) {
    await delay(200);
    since = (await holds()) ? (since ?? Date.now()) : null;
    if (since !== null && Date.now() - Math.max(since, start) >= settleMilliseconds) return;
  }
}

/** The nodes that hold the VIP of VI_1. */
async function mastersOf(lab: Lab): Promise<string[]> {
  const held = await Promise.all(
    lab.nodes.map(async (node) => ((await node.addresses()).includes('10.77.0.100') ? [node.name] : [])),
  );
  return held.flat().sort();
}

/** The priority in the last advert of a node, as our own dissector reads it. */
async function priorityOf(lab: Lab, node: string | null): Promise<number | null> {
  if (node === null || node === 'both') return null;
  const source = hosts[node as HostName].ipv4;
  const dissector = new Dissector();
  let last: number | null = null;
  await openFile(join(lab.folder, 'played.pcap')).run({
    packet: (packet) => {
      const decoded = dissector.dissect(packet);
      if (decoded?.type === 'advert' && decoded.vrid === 51 && decoded.src === source) last = decoded.prio;
    },
    batch: () => {},
    warning: () => {},
  });
  return last;
}

test('every pair has a name of its own', () => {
  expect(new Set(failoverPairs.map(({ name }) => name)).size).toBe(failoverPairs.length);
});
