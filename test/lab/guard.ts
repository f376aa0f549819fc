import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What all namespaces and folders of labs begin with; the id of the process that made them follows. */
export const labPrefix = 'ha-doctor-lab';

const takeDown = `
  cat >/dev/null
  folder=$1
  shift
  for name in "$@"; do ip netns pids "$name" 2>/dev/null | xargs -r kill -KILL; done
  for name in "$@"; do ip netns delete "$name" 2>/dev/null; done
  rm -rf --one-file-system "$folder" || { sleep 1; rm -rf --one-file-system "$folder"; }`;

/**
 * A process of its own that takes a lab down when it is told to, or when we are gone without having said so:
 * it reads a pipe from us, which the kernel closes even for a process that is killed.
 */
export class Guard {
  readonly #shell;

  constructor(folder: string, namespaces: readonly string[]) {
    this.#shell = spawn('sh', ['-c', takeDown, 'guard', folder, ...namespaces], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true, // a Ctrl-C in the terminal must not end it before its work
    });
  }

  async release(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    this.#shell.stdin.end();
    await once(this.#shell, 'exit');
  }
}

/** Removes what is left of processes that ended together with their guards (a container that was stopped). */
export function removeLeftovers(): void {
  if (existsSync('/run/netns')) {
    for (const name of readdirSync('/run/netns').filter(ofDeadProcess)) spawnSync('ip', ['netns', 'delete', name]);
  }
  for (const name of readdirSync(tmpdir()).filter(ofDeadProcess))
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
}

function ofDeadProcess(name: string): boolean {
  const pid = new RegExp(`^${labPrefix}-(\\d+)-`).exec(name)?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
}
