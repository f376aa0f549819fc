import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { floods, writeBomb, writePair, writeSparse } from './captures.ts';
import { program } from './processes.ts';
import type { Outcome, Row } from './row.ts';

const limitMegabytes = 150;

/** Loaded before the program: notes at its end how much memory it had at most (VmHWM of proc(5)), in kilobytes. */
const witness = `
const { readFileSync, writeFileSync } = require('node:fs');
process.on('exit', () => {
  const [, peak] = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'));
  writeFileSync(process.env.BENCH_PEAK, peak);
});
`;

type Mode = 'summary' | 'text' | 'json' | 'text, slow reader' | 'json, slow reader';

const modes: Readonly<Record<Mode, { readonly options: readonly string[]; readonly reader: string }>> = {
  summary: { options: ['--summary'], reader: 'cat' },
  text: { options: [], reader: 'cat' },
  json: { options: ['--json'], reader: 'cat' },
  'text, slow reader': { options: [], reader: 'sleep 5; cat' },
  'json, slow reader': { options: ['--json'], reader: 'sleep 5; cat' },
};

const allModes = Object.keys(modes) as Mode[];
const promptModes: readonly Mode[] = ['summary', 'text', 'json'];

type Write = (path: string) => void | Promise<void>;

/** The most memory that `sniff` takes at any time, over captures that are large, and over some that mean harm. */
export async function memory(folder: string): Promise<Outcome> {
  if (!existsSync('/proc/self/status')) return { rows: [], missing: ['memory: only Linux tells what it was at most'] };
  const inputs: readonly (readonly [name: string, write: Write, modes: readonly Mode[]])[] = [
    ['1,000,000 adverts', (path) => writePair(path, 1_000_000, 'pass'), allModes],
    ['1 GB with 1 % VRRP', (path) => writeSparse(path, 1_000_000_000), promptModes],
    ...Object.entries(floods).map(
      ([name, write]) => [name, write, name.includes('senders') ? allModes : promptModes] as const,
    ),
    ['1 GB of zeros in gzip', writeBomb, ['summary', 'json']],
  ];
  const rows: Row[] = [];
  for (const [name, write, wanted] of inputs) {
    const capture = join(folder, 'memory.pcap');
    await write(capture);
    rows.push(measure(name, capture, folder, wanted));
    rmSync(capture);
  }
  return { rows, missing: [] };
}

function measure(name: string, capture: string, folder: string, wanted: readonly Mode[]): Row {
  const peaks = wanted.map((mode) => [mode, peakMegabytes(capture, folder, mode)] as const);
  const highest = Math.max(...peaks.map(([, peak]) => peak));
  return {
    measure: `memory: ${name}`,
    ours: `${highest.toFixed(0)} MB`,
    peer: peaks.map(([mode, peak]) => `${mode} ${peak.toFixed(0)}`).join(', '),
    ratio: '',
    target: `< ${limitMegabytes} MB`,
    met: highest < limitMegabytes,
  };
}

function peakMegabytes(capture: string, folder: string, mode: Mode): number {
  const { options, reader } = modes[mode];
  return peakOf(['sniff', '-r', capture, ...options], folder, reader);
}

/** Of ha-doctor with these arguments, read by a shell command; Infinity where it did not come to its end. */
export function peakOf(args: readonly string[], folder: string, reader = 'cat'): number {
  const peak = join(folder, 'peak.txt');
  rmSync(peak, { force: true });
  writeFileSync(join(folder, 'witness.cjs'), witness);
  const [node, script] = program;
  const argv = [node, '--require', join(folder, 'witness.cjs'), script, ...args];
  spawnSync('sh', ['-c', `"$@" 2>/dev/null | (${reader} >/dev/null)`, 'sh', ...argv], {
    env: { ...process.env, BENCH_PEAK: peak },
  });
  return existsSync(peak) && statSync(peak).size > 0
    ? Number(readFileSync(peak, 'utf8')) / 1024
    : Number.POSITIVE_INFINITY;
}
