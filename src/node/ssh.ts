import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Shell, ShellFailure, ShellNode } from './shell-node.ts';
import { quoted } from './shell-script.ts';

/** As many connections as are opened at one time: sshd drops some of more (MaxStartups of sshd_config(5) begins at 10 to 100). */
const mostOpening = 16;
const connectSeconds = 10;
/** ssh's own exit code where it could not reach the node or log in. */
const sshFailed = 255;

/**
 * A node behind the system's ssh, with the user's own configuration, agent, jump hosts and known hosts. One connection is
 * made, when the first thing is asked, and shared. Nothing is ever asked of the person (BatchMode).
 */
export function openSsh(host: string, name: string = host, program = 'ssh'): ShellNode {
  return new ShellNode(name, `ssh ${host}`, new SshShell(host, program));
}

/** Whether text can name a host: it must not be read as an option, nor hold what no name holds. */
export function isHost(text: string): boolean {
  return /^[^-\s\p{C}][^\s\p{C}]*$/u.test(text);
}

class SshShell implements Shell {
  readonly #host: string;
  readonly #program: string;
  #connection: Promise<Connection> | null = null;

  constructor(host: string, program: string) {
    this.#host = host;
    this.#program = program;
  }

  async start(script: string): Promise<ChildProcessWithoutNullStreams> {
    this.#connection ??= opening.run(() => connect(this.#program, this.#host));
    const { socket } = await this.#connection;
    const options = ['-T', '-S', socket, '-o', 'ControlMaster=no', '-o', 'BatchMode=yes'];
    return spawn(this.#program, [...options, '--', this.#host, `exec sh -c ${quoted(script)}`], { stdio: 'pipe' });
  }

  failure(status: number | null, stderr: string): ShellFailure {
    return status === sshFailed || status === null
      ? new ShellFailure('unreachable', reasonIn(stderr) || 'the connection was lost')
      : new ShellFailure('failed', reasonIn(stderr) || `the shell on the node ended with exit code ${status}`);
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => null);
    if (connection == null) return;
    connection.master.kill();
    await connection.ended;
    await rm(connection.folder, { recursive: true, force: true });
  }
}

interface Connection {
  readonly folder: string;
  readonly socket: string;
  readonly master: ChildProcessWithoutNullStreams;
  readonly ended: Promise<void>;
}

/** Opens the connection that all scripts share: a master of ssh's multiplexing, as a child of ours that ends with us. */
async function connect(program: string, host: string): Promise<Connection> {
  // A socket's path has room for 104 bytes on some systems: no long folder.
  const folder = await mkdtemp(join(tmpdir(), 'had-'));
  const socket = join(folder, 's');
  const options = ['-M', '-N', '-T', '-S', socket];
  for (const option of [
    'BatchMode=yes',
    `ConnectTimeout=${connectSeconds}`,
    'ServerAliveInterval=10',
    'ServerAliveCountMax=2',
    'ControlPersist=no',
    'ClearAllForwardings=yes',
    'ForwardAgent=no',
    'ForwardX11=no',
    // Says when the connection stands.
    'PermitLocalCommand=yes',
    'LocalCommand=echo connected',
  ]) {
    options.push('-o', option);
  }
  const master = spawn(program, [...options, '--', host], { stdio: 'pipe' });
  let said = '';
  master.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 65_536) said += text;
  });
  master.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    master.on('close', () => resolve());
    master.on('error', () => resolve());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      master.stdout.once('data', () => resolve());
      master.on('error', (error: NodeJS.ErrnoException) =>
        reject(
          new ShellFailure('unreachable', error.code === 'ENOENT' ? `there is no ${program} command` : error.message),
        ),
      );
      master.on('close', () => reject(new ShellFailure('unreachable', reasonIn(said) || 'ssh ended without a word')));
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return { folder, socket, master, ended };
}

/** The line in which ssh says why: the last, since warnings and banners come first. */
function reasonIn(stderr: string): string {
  return stderr.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
}

/** Lets a limited number of tasks run at one time, the others wait for their turn. */
class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

const opening = new Turnstile(mostOpening);
