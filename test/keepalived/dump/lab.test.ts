import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { parseKeepalivedConfig } from '../../../src/keepalived/config/parse.ts';
import { readData } from '../../../src/keepalived/dump/data.ts';
import { readJson } from '../../../src/keepalived/dump/json.ts';
import { readStats } from '../../../src/keepalived/dump/stats.ts';
import type { DumpedInstance, InstanceCounters } from '../../../src/model/dump.ts';
import type { VirtualAddress, VrrpInstance } from '../../../src/model/keepalived.ts';
import { generations } from '../../lab/generations.ts';
import { labAvailable, startLab } from '../../lab/lab.ts';
import type { LabNode } from '../../lab/node.ts';
import { scenarios } from '../../lab/scenarios.ts';
import { filesOf } from '../config/conf.ts';
import { pairsOfConfigurations } from './pairs.ts';

const required = process.env['HA_DOCTOR_LAB'] === 'required';
const isOff = process.env['HA_DOCTOR_LAB'] === 'off';
const able = labAvailable();

const folder = '/etc/keepalived';

/** keepalived hears its first adverts, its checks have answered, and it is what it will be. */
const settledSeconds = 9;

interface Dumps {
  readonly data: string;
  readonly stats: string;
  readonly json: string;
}

/** What SIGUSR1, SIGUSR2 and SIGRTMIN+2 make keepalived write. */
async function dumpsOf(node: LabNode): Promise<Dumps> {
  const files = ['data', 'stats', 'json'].map((name) => join(node.root, `tmp/keepalived.${name}`));
  await node.exec([
    'sh',
    '-c',
    'for signal in USR1 USR2 36; do kill -$signal $(cat /run/keepalived.pid); sleep 0.3; done',
  ]);
  const isThere = (file: string): boolean => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  for (let waited = 0; waited < 5000 && !files.every(isThere); waited += 50) await delay(50);
  const [data = '', stats = '', json = ''] = files.map((file) => readFileSync(file, 'utf8'));
  return { data, stats, json };
}

function addressOf({ address, prefixLength, family }: VirtualAddress): string {
  return prefixLength === (family === 'ipv4' ? 32 : 128) ? address : `${address}/${prefixLength}`;
}

/** The fields of the model that a dump has too, all checks being well. `json`: those that keepalived.json has. */
function expected(instance: VrrpInstance, json: boolean): Partial<DumpedInstance> {
  const { version, authentication, tracked, priority } = instance;
  const bonus = tracked.reduce((sum, { weight: { value }, isReversed }) => {
    const counts = isReversed ? -value : value;
    return sum + (isReversed ? Math.min(0, counts) : Math.max(0, counts));
  }, 0);
  const effective = priority.value === 255 ? 255 : Math.min(254, Math.max(1, priority.value + bonus));
  const fields = {
    instance: instance.name,
    version: version.value,
    interface: instance.interface.value,
    vrid: instance.vrid.value,
    priority: priority.value,
    effectivePriority: effective,
    intervalSeconds: instance.intervalSeconds.value,
    accept: instance.accept.value,
    nopreempt: instance.nopreempt.value,
    authType: authentication?.isInEffect ? authentication.type.value : 'none',
    vips: instance.vips.map(addressOf),
    excludedVips: instance.excludedVips.map(addressOf),
    preemptDelaySeconds: instance.preemptDelaySeconds.value,
  } as const;
  if (json) return fields;
  return {
    ...fields,
    syncGroup: instance.syncGroup,
    peers: instance.peers.map(({ address }) => address),
    tracked: tracked.map(({ kind, name, weight, isReversed }) => ({ kind, name, weight: weight.value, isReversed })),
  };
}

/** The same fields of a dump. */
function found(dumped: DumpedInstance | undefined, like: Partial<DumpedInstance>): Partial<DumpedInstance> {
  if (dumped === undefined) return {};
  // Where it is 0 keepalived.data does not name it.
  const all = { ...dumped, preemptDelaySeconds: dumped.preemptDelaySeconds ?? 0 };
  return Object.fromEntries(Object.keys(like).map((key) => [key, all[key as keyof DumpedInstance]]));
}

/** The later count of adverts, where the earlier one is a little less. */
function advertsUpTo(one: InstanceCounters, later: InstanceCounters | undefined): Partial<InstanceCounters> {
  const isLittle = (before: number | null, after: number | null): boolean =>
    before !== null && after !== null && before <= after && after - before <= 5;
  const { advertsSent = null, advertsReceived = null } = later ?? {};
  return {
    ...(isLittle(one.advertsSent, advertsSent) ? { advertsSent } : {}),
    ...(isLittle(one.advertsReceived, advertsReceived) ? { advertsReceived } : {}),
  };
}

const [model] = scenarios;
if (model === undefined) throw new Error('the lab has no scenarios');

describe('the model of a configuration, and the dumps of the keepalived that runs it', () => {
  const cases = pairsOfConfigurations.flatMap((pair) => generations.map((generation) => ({ ...pair, generation })));
  test.skipIf(isOff || (!able.ok && !required)).concurrent.for(cases)(
    '$name, keepalived $generation',
    { timeout: 120_000 },
    async ({ name, files, generation }, { expect }) => {
      const lab = await startLab({ ...model, name, nodes: { lb1: [], lb2: [] } }, generation);
      try {
        for (const node of lab.nodes) {
          for (const [path, text] of Object.entries(files(node.name))) {
            mkdirSync(dirname(join(node.root, folder, path)), { recursive: true });
            writeFileSync(join(node.root, folder, path), text, { mode: 0o644 });
          }
        }
        await Promise.all(lab.nodes.map((node) => node.startKeepalived()));
        await delay(settledSeconds * 1000);
        for (const node of lab.nodes) {
          const { data, stats, json } = await dumpsOf(node);
          const texts = Object.entries(files(node.name)).map(([path, text]) => [`${folder}/${path}`, text]);
          const from = filesOf(Object.fromEntries(texts));
          const config = parseKeepalivedConfig(`${folder}/keepalived.conf`, from, {
            configId: node.name,
            version: generation,
          });
          const instances = config?.instances ?? [];
          expect(instances.length).toBeGreaterThan(0);
          const dumped = readData(data)?.instances ?? [];
          const dumpedAsJson = readJson(json);
          for (const instance of instances) {
            const named = ({ instance: one }: { instance: string }): boolean => one === instance.name;
            const fields = expected(instance, false);
            expect({ host: node.name, ...found(dumped.find(named), fields) }).toEqual({ host: node.name, ...fields });
            const jsonFields = expected(instance, true);
            expect(found(dumpedAsJson?.instances.find(named), jsonFields)).toEqual(jsonFields);
          }
          expect(dumped.map(({ state }) => state)).toEqual(dumpedAsJson?.instances.map(({ state }) => state));
          // Adverts go on between the two.
          const later = dumpedAsJson?.counters ?? [];
          const counters = readStats(stats)?.map((one, index) => ({ ...one, ...advertsUpTo(one, later[index]) }));
          expect(counters).toEqual(later);
          // keepalived keeps no script that nothing tracks.
          const tracked = [...instances, ...(config?.syncGroups ?? [])].flatMap((one) => one.tracked);
          const scripts = config?.scripts.filter((script) => tracked.some((one) => one.name === script.name)) ?? [];
          const read = readData(data)?.scripts ?? [];
          expect(read.map(({ name: script, weight, isReversed }) => ({ script, weight, isReversed }))).toEqual(
            scripts.map(({ name: script, weight, isReversed }) => ({ script, weight: weight.value, isReversed })),
          );
        }
      } finally {
        await lab.stop();
      }
    },
  );
});
