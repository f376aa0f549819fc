import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { StreamBytes } from '../bytes/byte-source.ts';
import { cookedInterfaceIndex } from './cooked-interface.ts';
import { filter, snapLength, taggedFilter } from './filter.ts';
import { anyInterface, interfaceNamesByIndex } from './interfaces.ts';
import {
  EngineForbidden,
  EngineMissing,
  isVlanRefused,
  type LiveSession,
  permissionHint,
  type SessionEnd,
  startFailure,
} from './live-session.ts';
import { PacketReader } from './packet-reader.ts';
import type { CaptureSink } from './source.ts';

/**
 * Runs its arguments as a command that ends when our end of stdin closes, at the latest. tcpdump alone would notice
 * that nobody reads it any more with the next packet only; and the kernel closes the pipe also where we are killed.
 */
const leash = `
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
{ while read -r _; do :; done <&3; kill -TERM "$command"; } >/dev/null 2>&1 &
watch=$!
exec 3<&- </dev/null
wait "$command"
status=$?
kill "$watch" 2>/dev/null
exit "$status"`;

/** `-U` alone is not quick: without immediate mode (tcpdump 4.7) packets wait for up to a second. */
function leashedTcpdump(program: string, interfaceName: string, expression: string): readonly string[] {
  const options = ['--immediate-mode', '-U', '-nn', '-s', String(snapLength), '-i', interfaceName, '-w', '-'];
  return ['/bin/sh', '-c', leash, 'sh', program, ...options, expression];
}

/** Starts tcpdump on the interface. Rejects with a CaptureError where that cannot be. */
export async function openTcpdump(interfaceName: string, sink: CaptureSink): Promise<LiveSession> {
  const program = findTcpdump(interfaceName);
  let said = '';
  for (const expression of interfaceName === anyInterface ? [filter] : [taggedFilter, filter]) {
    const start = (): TcpdumpRun => new TcpdumpRun(leashedTcpdump(program, interfaceName, expression));
    const run = start();
    if (await run.listening) return new TcpdumpSession(interfaceName, sink, run, start);
    said = run.said;
    if (!isVlanRefused(said)) break;
  }
  throw startFailure(interfaceName, 'tcpdump', said, permissionHint(program));
}

class TcpdumpSession implements LiveSession {
  readonly ended: Promise<SessionEnd>;
  readonly #sink: CaptureSink;
  readonly #interfaceName: string;
  readonly #start: () => TcpdumpRun;
  #run: TcpdumpRun;
  #reader: PacketReader | null = null;
  #frames = 0;
  #stopped = false;

  constructor(interfaceName: string, sink: CaptureSink, run: TcpdumpRun, start: () => TcpdumpRun) {
    this.#interfaceName = interfaceName;
    this.#sink = sink;
    this.#run = run;
    this.#start = start;
    this.ended = this.#capture();
  }

  stop(): void {
    this.#stopped = true;
    this.#reader?.stop();
    this.#run.stop();
  }

  async #capture(): Promise<SessionEnd> {
    let dropped = 0;
    for (;;) {
      const run = this.#run;
      await this.#deliver(run);
      dropped += run.dropped;
      if (this.#stopped || !isAboutDown(run.said)) {
        return { frames: this.#frames, dropped, failure: this.#stopped ? null : run.said };
      }
      await this.#restart();
    }
  }

  async #deliver(run: TcpdumpRun): Promise<void> {
    const reader = this.#createReader();
    reader.frames = this.#frames;
    this.#reader = reader;
    if (this.#stopped) reader.stop();
    const bytes = new StreamBytes(run.stdout);
    try {
      for (let piece = await bytes.read(); piece !== null; piece = await bytes.read()) {
        if (reader.finished) {
          run.stop();
          continue;
        }
        reader.push(piece);
        this.#frames = reader.frames;
        const batch = this.#sink.batch();
        if (batch !== undefined) await batch;
      }
    } finally {
      bytes.close();
      run.stop();
      await run.ended;
    }
  }

  /** libpcap before 1.10 gives up where the interface goes down. Goes on once it is up again, or cannot be any more. */
  async #restart(): Promise<void> {
    do {
      await delay(restartMilliseconds);
      this.#run = this.#start();
      if (this.#stopped) this.#run.stop();
    } while (!(await this.#run.listening) && isAboutDown(this.#run.said) && !this.#stopped);
  }

  #createReader(): PacketReader {
    if (this.#interfaceName !== anyInterface) return new PacketReader('tcpdump', this.#sink, this.#interfaceName);
    const nameOf = interfaceNamesByIndex();
    return new PacketReader('tcpdump', {
      packet: (packet) => {
        const index = cookedInterfaceIndex(packet);
        packet.interfaceName = index === null ? null : nameOf(index);
        this.#sink.packet(packet);
      },
    });
  }
}

const restartMilliseconds = 250;

function isAboutDown(said: string): boolean {
  return /went down|not up|network is down/i.test(said);
}

const graceMilliseconds = 2000;
const mostLines = 8;

/** One run of tcpdump, and what it says on stderr. */
class TcpdumpRun {
  /** True as soon as it captures; false where it ends without. */
  readonly listening: Promise<boolean>;
  /** Fulfilled when it is gone and all it wrote is read. */
  readonly ended: Promise<void>;
  /** Packets dropped by the kernel and the interface, which it tells at its end. */
  dropped = 0;
  readonly #process: ChildProcessWithoutNullStreams;
  #lines: string[] = [];
  #grace: NodeJS.Timeout | null = null;

  constructor([program = '', ...args]: readonly string[]) {
    // In a process group of its own: Ctrl-C in the terminal is for us, who then stop it in order.
    const child = spawn(program, args, { detached: true, env: { ...process.env, LC_ALL: 'C' } });
    this.#process = child;
    child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      child.once('error', ({ message }) => {
        this.#lines.push(message);
        resolve();
      });
      child.once('close', () => resolve());
      child.once('exit', () => {
        if (this.#grace !== null) clearTimeout(this.#grace);
        child.stdin.end();
      });
    });
    this.listening = new Promise((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (line.includes('listening on')) {
          // What it said until then was no reason not to capture.
          this.#lines = [];
          resolve(true);
        } else {
          this.#hear(line);
        }
      });
      void this.ended.then(() => resolve(false));
    });
  }

  get stdout(): Readable {
    return this.#process.stdout;
  }

  /** What it complained of, as one line. */
  get said(): string {
    return this.#lines.join(' ') || 'tcpdump ended by itself';
  }

  stop(): void {
    const { exitCode, signalCode } = this.#process;
    // Its process group may be another's by now.
    if (this.#grace !== null || exitCode !== null || signalCode !== null) return;
    this.#process.stdin.end();
    this.#grace = setTimeout(() => this.#kill(), graceMilliseconds);
  }

  #kill(): void {
    const { pid } = this.#process;
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It was just ending.
    }
  }

  #hear(line: string): void {
    const drops = /^(\d+) packets? dropped by (?:kernel|interface)/.exec(line);
    if (drops !== null) this.dropped += Number(drops[1]);
    else if (/^\d+ packets? /.test(line) || /^tcpdump: data link type/.test(line)) return;
    else if (this.#lines.length < mostLines) this.#lines.push(line.replace(/^tcpdump: (?:pcap_loop: )?/, ''));
  }
}

/** tcpdump is often in a folder that an ordinary user's PATH lacks. */
const systemFolders = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

function findTcpdump(interfaceName: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...systemFolders];
  const found = folders.map((folder) => join(folder, 'tcpdump')).filter(isFile);
  const [program] = found;
  if (program === undefined) {
    throw new EngineMissing('there is no tcpdump on this machine', {
      hint: 'install it: apt install tcpdump, dnf install tcpdump',
    });
  }
  const runnable = found.find(isExecutable);
  if (runnable !== undefined) return runnable;
  const group = groupName(statSync(program).gid);
  throw new EngineForbidden(`no permission to capture on ${interfaceName}: ${program} is for the group ${group} only`, {
    hint: `run it with sudo, or once: sudo usermod -aG ${group} ${userInfo().username}, and log in again`,
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function groupName(id: number): string {
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(id));
    return line?.split(':')[0] ?? String(id);
  } catch {
    return String(id);
  }
}
