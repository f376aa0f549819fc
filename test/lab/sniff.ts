import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hostOf } from './hosts.ts';
import type { Expectation } from './scenarios.ts';

const program = fileURLToPath(new URL('../../bin/ha-doctor.js', import.meta.url));

export interface Sniffed extends Omit<Expectation, 'maybe' | 'mastersByChance' | 'failovers'> {
  exitCode: number | null;
}

/** What `ha-doctor sniff -r FILE` says of a recording, in the words of the scenario table. */
export function sniff(file: string): Promise<Sniffed> {
  return answerOf(spawn(process.execPath, [program, 'sniff', '-r', file, '--json', '--no-adverts']));
}

/** The command that sniffs live on the switch until it is interrupted, and saves what it caught. */
export function liveCommand(engine: string, saved: string): string[] {
  return [process.execPath, program, 'sniff', '-i', 'br0', '--engine', engine, '-w', saved, '--json', '--no-adverts'];
}

/** What a running `ha-doctor sniff --json` says by its end. */
export async function answerOf(child: ChildProcess): Promise<Sniffed> {
  let output = '';
  let complaints = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    complaints += chunk;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  const lines: Line[] = output.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)));
  const summary = lines.at(-1);
  if (summary?.type !== 'summary') throw new Error(`sniff ended with ${exitCode}: ${complaints}`);
  const codes = (wanted: (severity: string) => boolean): string[] =>
    [...new Set(summary.findings.filter(({ severity }) => wanted(severity)).map(({ code }) => code))].sort();
  return {
    exitCode,
    codes: codes((severity) => severity !== 'info'),
    info: codes((severity) => severity === 'info'),
    masters: Object.fromEntries(
      summary.routers.map(({ family, vrid, master }) => [`${family} ${vrid}`, master === null ? null : hostOf(master)]),
    ),
    transitions: lines.flatMap((line) => (line.type === 'transition' ? [`${line.reason} ${hostOf(line.to)}`] : [])),
  };
}

type Line =
  | { type: 'transition'; reason: string; to: string }
  | { type: 'garp' | 'carp' | 'finding' }
  | {
      type: 'summary';
      findings: { code: string; severity: string }[];
      routers: { family: string; vrid: number; master: string | null }[];
    };
