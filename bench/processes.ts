import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

declare const __ROOT__: string;

/** ha-doctor as it is built. */
export const program = [process.execPath, join(__ROOT__, 'bin/ha-doctor.js')] as const;

export interface Times {
  /** From start to end, and the processor's part of it in user and kernel mode, seconds. */
  readonly wall: number;
  readonly cpu: number;
}

/** Runs a command with stdout to a file. bash has its processor time, which Node does not tell. */
export function time(argv: readonly string[], output = '/dev/null'): Times {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >"$0" 2>/dev/null';
  const { stderr, error } = spawnSync('bash', ['-c', script, output, ...argv], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  if (wall === undefined || user === undefined || system === undefined) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return { wall, cpu: user + system };
}

/** Runs two commands in turns, so that what else the machine does meets both; the first round only warms the caches. */
export function sideBySide(rounds: number, ours: () => Times, peer: () => Times): { ours: Times[]; peer: Times[] } {
  ours();
  peer();
  const results: { ours: Times[]; peer: Times[] } = { ours: [], peer: [] };
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) results.ours.push(ours());
    results.peer.push(peer());
    if (round % 2 === 1) results.ours.push(ours());
  }
  return results;
}

export function isInstalled(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between the two values that are nearest. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = q * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}
