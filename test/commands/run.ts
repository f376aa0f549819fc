import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { builtProgram, root } from './built.ts';

const program = await builtProgram();

/** What output depends on, pinned. A test adds to it. */
const pinned: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  NO_COLOR: '1',
  TZ: 'UTC',
  LANG: 'C.UTF-8',
};

/** Whatever a command is given, it ends within seconds; a loaded machine is slow, though. */
const longestMilliseconds = 20_000;

export interface RunOptions {
  /** Added to the pinned environment; null takes a variable out. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** What comes on stdin; without it stdin is empty. */
  readonly input?: Uint8Array;
  readonly cwd?: string;
}

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the built `ha-doctor` to its end. */
export function haDoctor(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return ended(start([process.execPath, program, ...args], options), options);
}

/** Runs a shell command in which `ha-doctor` is the built one. */
export function shell(command: string, options: RunOptions = {}): Promise<Ended> {
  return ended(start(['bash', '-c', withProgram(command)], options), options);
}

/** A shell command in which `ha-doctor` is the built one: a function, and an array for where its own process is wanted. */
export function withProgram(command: string): string {
  return `HA_DOCTOR=("${process.execPath}" "${program}"); ha-doctor() { "${process.execPath}" "${program}" "$@"; }\n${command}`;
}

function environment(changes: RunOptions['env'] = {}): Record<string, string> {
  const merged = { ...pinned, ...changes };
  return Object.fromEntries(Object.entries(merged).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function start([command = '', ...args]: readonly string[], { env, cwd = root }: RunOptions): ChildProcess {
  return spawn(command, args, { cwd, env: environment(env), timeout: longestMilliseconds, killSignal: 'SIGKILL' });
}

/** What a child printed, once it has ended. One that had to be killed hung, and fails the test. */
async function ended(child: ChildProcess, { input }: RunOptions = {}): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (piece) => out.push(piece));
  child.stderr?.on('data', (piece) => err.push(piece));
  child.stdin?.on('error', () => {});
  if (input !== undefined) child.stdin?.end(input);
  else child.stdin?.end();
  const [exitCode, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') throw new Error(`no end after ${longestMilliseconds} ms: ${child.spawnargs.join(' ')}`);
  return { stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString(), exitCode, signal };
}

/** Whether a program is installed, for tests that need it and are skipped without. */
export function isInstalled(name: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A word as a shell wants it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
