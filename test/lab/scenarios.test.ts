import { cpSync, lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { type Generation, generationRoot, generations } from './generations.ts';
import { type Lab, labAvailable, startLab } from './lab.ts';
import { expectedOf, tellLogs } from './logs.ts';
import { type Expectation, expectation, type Scenario, scenarios } from './scenarios.ts';
import { type Sniffed, sniff } from './sniff.ts';

/** `required`: what is missing is a failure; `off`: not now. Else the lab runs where it can. */
const wanted = process.env['HA_DOCTOR_LAB'];
/** Where to keep the files of runs that did not meet the expectation. */
const keep = process.env['HA_DOCTOR_LAB_KEEP'];

/** keepalived is idle for most of the time: two processors bear this many labs without delaying an advert. */
const atOnce = 9 * Math.min(2, availableParallelism());
/** A run that misses its expectation proves nothing if this machine stood still during it. */
const tolerableStallSeconds = 0.15;
const attempts = 3;

const cases = scenarios.flatMap((scenario) => scenario.generations.map((generation) => ({ scenario, generation })));
const missing = wanted === 'off' ? 'HA_DOCTOR_LAB=off' : await whatIsMissing();
let met = 0;

vi.setConfig({ maxConcurrency: atOnce });

describe('real pairs', () => {
  if (missing !== null) {
    console.log(`lab: none of ${cases.length} runs: ${missing}`);
    test.skipIf(wanted !== 'required')(`cannot run: ${missing}`, () => {
      throw new Error(`HA_DOCTOR_LAB=required, but: ${missing}`);
    });
    return;
  }

  afterAll(() => {
    console.log(`lab: ${met} of ${cases.length} runs as expected, keepalived ${generations.join(', ')}`);
    if (wanted === 'required') expect(met).toBe(cases.length);
  });

  for (const { scenario, generation } of cases) {
    test.concurrent(`${scenario.name}, keepalived ${generation}`, { timeout: 300_000 }, async ({ expect }) => {
      const { expected, observed } = await play(scenario, generation);
      expect(observed).toEqual(expected);
      met++;
    });
  }
});

async function whatIsMissing(): Promise<string | null> {
  const available = labAvailable();
  if (!available.ok) return available.reason;
  try {
    for (const generation of generations) await generationRoot(generation);
    return null;
  } catch (error) {
    return `no other keepalived: ${error instanceof Error ? error.message : error}`;
  }
}

interface Outcome {
  expected: unknown;
  observed: unknown;
}

async function play(scenario: Scenario, generation: Generation): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const lab = await startLab(scenario, generation);
    try {
      const { stalledSeconds } = await lab.take();
      const outcome = await compare(lab);
      if (isDeepStrictEqual(outcome.expected, outcome.observed)) return outcome;
      if (keep !== undefined) copyFiles(lab.folder, join(keep, `${scenario.name}-${generation}-${attempt}`));
      if (stalledSeconds <= tolerableStallSeconds || attempt === attempts) return outcome;
    } finally {
      await lab.stop();
    }
  }
}

function copyFiles(from: string, to: string): void {
  const plain = (path: string): boolean => lstatSync(path).isFile() || lstatSync(path).isDirectory();
  cpSync(from, to, { recursive: true, filter: plain });
}

/** What each recording should show and shows, and first what the nodes themselves say. */
async function compare(lab: Lab): Promise<Outcome> {
  const { name, sides } = lab.scenario;
  const onSwitch = expectation(lab.scenario, lab.generation);
  const views = [
    { file: `${name}.pcap`, expect: onSwitch },
    ...sides.map((side) => ({ file: `${name}-${side.suffix}.pcap`, expect: { ...onSwitch, ...side.expect } })),
  ];
  const expected: Record<string, unknown> = { nodes: onSwitch.masters };
  const observed: Record<string, unknown> = { nodes: lab.masters() };
  for (const { file, expect } of views) {
    expected[file] = asSniffed(expect);
    observed[file] = withoutChance(await sniff(join(lab.folder, file)), expect);
  }
  for (const format of ['traditional', 'rfc3339', 'rfc5424'] as const) {
    const told = await tellLogs(lab, format);
    expected[`logs, ${format}`] = expectedOf(lab, onSwitch.failovers ?? told.failovers);
    observed[`logs, ${format}`] = told;
  }
  return { expected, observed };
}

function asSniffed({ codes, info, masters, transitions }: Expectation): Sniffed {
  return { exitCode: codes.length > 0 ? 1 : 0, codes, info, masters, transitions };
}

/** Leaves out what may be there or not. */
function withoutChance(sniffed: Sniffed, expect: Expectation): Sniffed {
  const codes = sniffed.codes.filter((code) => expect.codes.includes(code) || !expect.maybe.includes(code));
  const byChance = codes.length === 0 && sniffed.codes.length > 0;
  return {
    ...sniffed,
    codes,
    exitCode: byChance && sniffed.exitCode === 1 ? 0 : sniffed.exitCode,
    masters: expect.mastersByChance ? expect.masters : sniffed.masters,
    transitions: expect.transitions === null ? null : sniffed.transitions,
  };
}
