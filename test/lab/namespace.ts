import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { run } from './command.ts';

/**
 * A host of the lab: network, mounts, processes and host name of its own.
 * Its init reads a pipe from us. When we are gone, however that came about, the pipe closes, init ends,
 * and the kernel ends every process that was started in here.
 */
export class Namespace {
  readonly name: string;
  readonly #init: ChildProcess;
  readonly #enter: string[];

  private constructor(name: string, init: ChildProcess) {
    this.name = name;
    this.#init = init;
    this.#enter = [`--target=${init.pid}`, '--mount', '--uts', '--net'];
  }

  /** `setup` is shell, run inside before anything else, under the host name `hostname`. */
  static async create(name: string, hostname: string, setup: string): Promise<Namespace> {
    await run('ip', 'netns', 'add', name);
    // Ignoring SIGCHLD makes the kernel reap what daemons leave behind: the `cat` that init becomes would not.
    const script = `set -e; trap '' CHLD; hostname ${hostname}\n${setup}\necho ready; exec cat`;
    const unshare = ['unshare', '--mount', '--uts', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const init = spawn('ip', ['netns', 'exec', name, ...unshare, 'sh', '-c', script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a Ctrl-C in the terminal is for us: we then take the lab down in order
    });
    const namespace = new Namespace(name, init);
    await printed(init, init.stdout, 'ready');
    return namespace;
  }

  exec(argv: readonly string[]): Promise<string> {
    return run('nsenter', ...this.#enterProcesses(), ...argv);
  }

  /** Starts a program that ends with the namespace at the latest. */
  spawn(argv: readonly string[]): ChildProcess {
    return spawn('nsenter', [...this.#enterProcesses(), ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** A shell in here, as `local` is one on the host. */
  shell(script: string): ChildProcessWithoutNullStreams {
    const argv = [...this.#enterProcesses(), 'sh', '-c', script];
    return spawn('nsenter', argv, { detached: true, stdio: 'pipe' });
  }

  /** Starts a program of ours on the host's network: it has our files, we can signal it, and it ends with us at the latest. */
  spawnOnNetwork(argv: readonly string[]): ChildProcess {
    const enter = ['nsenter', `--target=${this.#init.pid}`, '--net', '--'];
    return spawn('setpriv', ['--pdeathsig', 'KILL', ...enter, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #enterProcesses(): string[] {
    return [...this.#enter, `--pid=/proc/${this.#init.pid}/ns/pid_for_children`, '--'];
  }
}

/** Waits until a child has said `text` on one of its streams; fails with all it said if it ends before. */
export function printed(child: ChildProcess, stream: NodeJS.ReadableStream | null, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    stream?.on('data', () => {
      if (said.includes(text)) resolve();
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}: ${said}`)));
  });
}
