import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { AwsCommand, AwsReply } from './aws.ts';
import { commandOf, type OutputName, statArguments, sumArguments, tlsArguments } from './evidence.ts';
import type { NodeLogs } from './log-file.ts';
import type { FileEntry, FileFacts, LogReach, NodePort, Reading } from './port.ts';
import { type Search, type Searched, shellLogs } from './shell-logs.ts';
import {
  type Answer,
  type CaptureRequest,
  captureScript,
  dumpScript,
  heartbeat,
  type Request,
  readAnswers,
  readEntries,
  readFound,
  readingScript,
  readSums,
} from './shell-script.ts';
import { type TlsContent, tlsContent } from './tls.ts';

/** Runs a script on a node: by a shell of this machine, or through ssh. */
export interface Shell {
  /** Starts `script` with stdin, stdout and stderr as pipes. Rejects with a ShellFailure where the node cannot be reached. */
  start(script: string): Promise<ChildProcessWithoutNullStreams>;
  /** Why a script that ended with `status` did not answer, in the node's words. */
  failure(status: number | null, stderr: string): ShellFailure;
  close(): Promise<void>;
}

/** The node does not answer. The message says why, in one line. */
export class ShellFailure extends Error {
  readonly refusal: 'failed' | 'unreachable';
  constructor(refusal: 'failed' | 'unreachable', reason: string) {
    super(reason);
    this.refusal = refusal;
  }
}

const defaultLimit = 64 * 1024 * 1024;
const commandLimit = 16 * 1024 * 1024;
const commandSeconds = 15;
/** Paths on one command line: with the longest of names it still fits into a script. */
const factsAtOnce = 10;
/** A script must fit into one argument of execve(2): 128 KiB, with room for its quoting. */
const mostRequestBytes = 48 * 1024;
const stderrLimit = 1024 * 1024;

/** Packets that arrive at a node. */
export interface NodeCapture {
  /** pcap, as tcpdump writes it. */
  readonly packets: Readable;
  /** When the capture is over: why, where it was not for `stop`; in one line. */
  readonly ended: Promise<string | null>;
  stop(): void;
}

interface Pending {
  readonly request: Request;
  answer(answer: Answer): void;
}

/**
 * A node that answers through a shell. All that is asked in one turn of the event loop goes in one script, and takes one
 * round trip.
 */
export class ShellNode implements NodePort {
  readonly name: string;
  /** How it is reached: `local`, or `ssh HOST`. */
  readonly through: string;
  readonly #shell: Shell;
  #queue: Pending[] = [];
  readonly #running = new Set<ChildProcessWithoutNullStreams>();
  /** Scripts that were sent. */
  roundTrips = 0;

  constructor(name: string, through: string, shell: Shell) {
    this.name = name;
    this.through = through;
    this.#shell = shell;
  }

  async readFile(path: string, limit = defaultLimit): Promise<Reading> {
    if (path.includes('\0')) return { bytes: null, refusal: 'missing', reason: 'it does not exist' };
    return (await this.#ask({ kind: 'file', path, limit })).reading;
  }

  async list(folder: string): Promise<readonly FileEntry[]> {
    if (folder.includes('\0')) return [];
    const { reading } = await this.#ask({ kind: 'list', folder });
    return reading.bytes === null ? [] : readEntries(reading.bytes);
  }

  async output(name: OutputName): Promise<Reading> {
    const { argv, asRoot = false, stderr = false, convert } = commandOf(name);
    const answer = await this.#ask({ kind: 'command', argv, asRoot, seconds: commandSeconds, limit: commandLimit });
    const { reading } = answer;
    if (reading.bytes === null) return reading;
    const printed = Buffer.concat([reading.bytes, Buffer.from(stderr ? answer.stderr : '')]);
    if (answer.status !== 0 && printed.length === 0) {
      const reason = answer.stderr.split('\n')[0] || `exit code ${answer.status}`;
      const refusal = /permission|not permitted|superuser|must be root/i.test(reason) ? 'denied' : 'failed';
      return { bytes: null, refusal, reason };
    }
    return convert === undefined
      ? { ...reading, bytes: printed }
      : { ...reading, bytes: Buffer.from(convert(printed.toString())) };
  }

  /** Runs a command of `aws.ts`, side by side with whatever else is asked: each takes a second. */
  async aws({ argv, asRoot, seconds }: AwsCommand): Promise<AwsReply> {
    const request: Request = { kind: 'command', argv, asRoot, seconds, limit: commandLimit };
    const { reading, status, stderr } = await new Promise<Answer>((answer) => void this.#send([{ request, answer }]));
    if (reading.bytes === null)
      return { stdout: '', stderr: stderr || reading.reason, status, refusal: reading.refusal };
    return { stdout: Buffer.from(reading.bytes).toString(), stderr, status, refusal: null };
  }

  logs(reach: LogReach): Promise<NodeLogs> {
    return shellLogs(this, reach);
  }

  /** Looks for lines on the node. */
  async search(search: Search): Promise<Searched> {
    const { reading, stderr } = await this.#ask({ kind: 'search', ...search });
    if (reading.bytes === null) return { found: null, refusal: reading.refusal, reason: reading.reason };
    return { found: readFound(reading.bytes, search.limit), complaint: stderr };
  }

  /** Modes, owners, times and hashes of files and folders, made on the node; what is not there is left out. */
  async facts(paths: readonly string[]): Promise<readonly FileFacts[]> {
    const wanted = paths.filter((path) => path.startsWith('/') && !path.includes('\0'));
    const entries = (await this.#printParts(wanted, statArguments)).flatMap(readEntries);
    // What is no file may be read for ever, and what is large for long.
    const files = entries.filter(({ kind, size }) => kind === 'file' && size <= defaultLimit).map(({ path }) => path);
    const hashes = new Map((await this.#printParts(files, sumArguments)).flatMap(readSums));
    return entries.map((entry) => ({ ...entry, sha256: hashes.get(entry.path) ?? null }));
  }

  /** Runs a command on a few of some paths at a time; gives what was printed. */
  async #printParts(
    paths: readonly string[],
    command: (paths: readonly string[]) => readonly string[],
  ): Promise<readonly Uint8Array[]> {
    const parts = Array.from({ length: Math.ceil(paths.length / factsAtOnce) }, (_, i) =>
      paths.slice(i * factsAtOnce, (i + 1) * factsAtOnce),
    );
    const printed = await Promise.all(parts.map((part) => this.#print(command(part))));
    return printed.flatMap(({ bytes }) => bytes ?? []);
  }

  /** What a file for TLS holds, made on the node: no private key leaves it. null: there is no openssl. */
  async tls(path: string, role: 'certificate' | 'key', sha256: string): Promise<TlsContent | null> {
    const { certificate, publicKey, encrypted } = tlsArguments(path);
    const [one, two, three] = await Promise.all([certificate, publicKey, encrypted].map((argv) => this.#print(argv)));
    if (one?.bytes === null && one.refusal === 'missing') return null;
    const text = (reading: Reading | undefined) =>
      reading?.bytes == null ? '' : Buffer.from(reading.bytes).toString();
    const isEncrypted = /^[1-9]/.test(text(three));
    return tlsContent({ sha256, certificate: text(one), publicKey: text(two), isEncrypted }, role);
  }

  async #print(argv: readonly string[]): Promise<Reading> {
    const request: Request = { kind: 'command', argv, asRoot: true, seconds: commandSeconds, limit: commandLimit };
    return (await this.#ask(request)).reading;
  }

  /** Captures on the node until it is stopped; nothing is left there. Rejects with a ShellFailure. */
  async capture(request: CaptureRequest): Promise<NodeCapture> {
    const child = await this.#shell.start(captureScript(request));
    const end = this.#leash(child);
    const stderr = collect(child.stderr, stderrLimit, null);
    let isStopped = false;
    const ended = end.then((status) => {
      if (isStopped) return null;
      const said = stderr()
        .split('\n')
        .find((line) => line !== '' && !/^tcpdump: (listening on|data link type)/.test(line));
      return said?.trim() ?? this.#shell.failure(status, '').message;
    });
    const stop = () => {
      isStopped = true;
      child.stdin.end();
    };
    return { packets: child.stdout, ended, stop };
  }

  /** Tells keepalived to write what it knows to its dump, by a signal; only for who was allowed to (`--allow-signal`). */
  async askForDump(): Promise<void> {
    try {
      const child = await this.#shell.start(dumpScript());
      child.stdout.resume();
      child.stderr.resume();
      await this.#leash(child);
    } catch (error) {
      if (!(error instanceof ShellFailure)) throw error;
    }
  }

  async close(): Promise<void> {
    for (const child of this.#running) child.stdin.destroy();
    await this.#shell.close();
  }

  /** Keeps the node's end alive as long as this one is. Settles with the exit code when the child is done. */
  async #leash(child: ChildProcessWithoutNullStreams): Promise<number | null> {
    this.#running.add(child);
    child.stdin.on('error', () => {});
    const beats = setInterval(() => child.stdin.write(heartbeat.byte), heartbeat.everyMilliseconds);
    const status = await new Promise<number | null>((resolve) => {
      child.on('error', () => resolve(null));
      child.on('close', resolve);
    });
    clearInterval(beats);
    this.#running.delete(child);
    return status;
  }

  #ask(request: Request): Promise<Answer> {
    return new Promise((answer) => {
      this.#queue.push({ request, answer });
      if (this.#queue.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    let batch: Pending[] = [];
    let bytes = 0;
    for (const pending of queue) {
      const size = Buffer.byteLength(JSON.stringify(pending.request));
      if (bytes + size > mostRequestBytes) {
        void this.#send(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(pending);
      bytes += size;
    }
    void this.#send(batch);
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    const requests = batch.map(({ request }) => request);
    const nonce = randomBytes(12).toString('hex');
    const answers = await this.#run(readingScript(requests, nonce), requests, nonce);
    for (const [index, { answer }] of batch.entries()) answer(answers[index]!);
  }

  async #run(script: string, requests: readonly Request[], nonce: string): Promise<readonly Answer[]> {
    this.roundTrips++;
    try {
      const child = await this.#shell.start(script);
      const end = this.#leash(child);
      const most = requests.reduce((sum, request) => sum + ('limit' in request ? request.limit : commandLimit), 0);
      // base64 adds a third, and a line break each 76 characters.
      const stdout = collect(child.stdout, Math.ceil(most * 1.4) + 4096 * requests.length, child);
      const stderr = collect(child.stderr, stderrLimit, null);
      const status = await end;
      const failed = this.#shell.failure(
        status,
        stderr()
          .replaceAll(new RegExp(`^${nonce} \\d+$`, 'gm'), '')
          .trim(),
      );
      return readAnswers(requests, nonce, stdout(), stderr(), { refusal: failed.refusal, reason: failed.message });
    } catch (error) {
      if (!(error instanceof ShellFailure)) throw error;
      return readAnswers(requests, nonce, '', '', { refusal: error.refusal, reason: error.message });
    }
  }
}

/** Gathers a stream, up to `limit` characters; a child that says more is no longer listened to. */
function collect(
  stream: ChildProcessWithoutNullStreams['stdout'],
  limit: number,
  child: ChildProcessWithoutNullStreams | null,
): () => string {
  const chunks: string[] = [];
  let length = 0;
  stream.setEncoding('latin1');
  stream.on('data', (chunk: string) => {
    if (length > limit) return;
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) child?.stdin.destroy();
  });
  return () => chunks.join('');
}
