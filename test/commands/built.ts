import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. Commands run here, so that paths in transcripts are the same for everybody. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Within node_modules, so that the built program finds the packages that it imports. */
const cache = join(root, 'node_modules/.cache/ha-doctor');
const ingredients = ['package.json', 'tsconfig.json', 'tsconfig.types.json', 'scripts/build.js', 'bin', 'src'];
const longestBuildMilliseconds = 120_000;
const dayMilliseconds = 86_400_000;

/**
 * The command line, built from the sources as they are now, by the project's own build script: dist/ may be of
 * yesterday, or half written by somebody else's build. Built once for all test files, and again when a source changes.
 */
export async function builtProgram(): Promise<string> {
  const folder = join(cache, `built-${hashOf(ingredients.map((name) => join(root, name)))}`);
  const program = join(folder, 'bin/ha-doctor.js');
  while (!existsSync(folder)) {
    const lock = `${folder}.lock`;
    if (!takeLock(lock)) {
      await delay(100);
      continue;
    }
    try {
      if (!existsSync(folder)) await buildInto(folder);
    } finally {
      rmSync(lock, { recursive: true, force: true });
    }
  }
  return program;
}

async function buildInto(folder: string): Promise<void> {
  removeOldBuilds();
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  for (const name of ingredients) cpSync(join(root, name), join(draft, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(draft, 'node_modules'));
  try {
    await promisify(execFile)(process.execPath, [join(draft, 'scripts/build.js')]);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(`the command line does not build:\n${(stderr ?? message).slice(0, 2000)}`);
  }
  renameSync(draft, folder);
}

/** Whether it is ours. One that was left by a run that was killed is not waited for. */
function takeLock(lock: string): boolean {
  mkdirSync(cache, { recursive: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const age = ageOf(lock);
    if (age !== null && age > longestBuildMilliseconds) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function removeOldBuilds(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    const age = name.startsWith('built-') && !name.endsWith('.lock') ? ageOf(path) : null;
    if (age !== null && age > dayMilliseconds) rmSync(path, { recursive: true, force: true });
  }
}

function ageOf(path: string): number | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : Date.now() - stats.mtimeMs;
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (!statSync(path).isDirectory()) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
    else for (const name of readdirSync(path).sort()) add(join(path, name));
  };
  for (const path of paths) add(path);
  return hash.digest('hex').slice(0, 16);
}
