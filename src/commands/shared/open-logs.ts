import { BrokenBytes, type ByteSource } from '../../bytes/byte-source.ts';
import type { LogEnd, LogLine, LogProblem, LogSink, LogSource } from '../../model/log.ts';
import { findLogs } from '../../node/find-logs.ts';
import { FollowedLog } from '../../node/follow.ts';
import { journalLog, journalName } from '../../node/journal.ts';
import { type LogFile, type NodeLogs, stdinLog, UnreadableLog } from '../../node/log-file.ts';
import { localLogs } from '../../node/logs.ts';
import type { NodePort } from '../../node/port.ts';
import type { SyslogClock } from '../../syslog/clock.ts';
import { foreignToLogs } from '../../syslog/foreign.ts';
import { LogReader } from '../../syslog/reader.ts';
import { Zone } from '../../syslog/zone.ts';
import { clockOf, filesWithin, type LogSpan } from './log-times.ts';

/** Of the files that reach into the span, all is delivered. */
export interface LogOptions<Event> extends Omit<LogSpan, 'zone'> {
  /** Of times that name no offset; null: the node's own where it is known, else this machine's. */
  readonly zone: Zone | null;
  /** As LogReading has them. */
  readonly texts: readonly string[];
  readonly interpret: (tag: string, message: string) => Event | null;
  /** Goes on with what is written later. */
  readonly follow: boolean;
}

/** The logs of one node. `node` is its name where its place tells; else the host of the lines may. */
export interface NodeLogSource<Event> extends LogSource<Event> {
  readonly node: string | null;
}

/**
 * Opens the logs that a name stands for: `-` is stdin, null this machine's journal or else /var/log, anything else a path as
 * findLogs takes it. Several sources where a bundle holds several nodes. Never rejects: what cannot be opened is a problem
 * at the end of the run.
 */
export async function openLogs<Event>(
  name: string | null,
  options: LogOptions<Event>,
): Promise<readonly NodeLogSource<Event>[]> {
  if (name === '-') return [new LogRun(stdinLog.name, { ...nowhere, logs: [[stdinLog]] }, options)];
  if (name === null) {
    const logs = [[journalLog(options)], ...(await localLogs())];
    return [new LogRun('local', { ...nowhere, logs }, options)];
  }
  try {
    return (await findLogs(name)).map((node) => new LogRun(name, node, options));
  } catch (error) {
    return [failed(name, error, options)];
  }
}

const nowhere: NodeLogs = { node: null, logs: [], timeZone: null, problem: null };

/** Opens the logs of a node behind a port. */
export async function openNodeLogs<Event>(port: NodePort, options: LogOptions<Event>): Promise<NodeLogSource<Event>> {
  try {
    return new LogRun(port.name, await port.logs(options), options);
  } catch (error) {
    return failed(port.name, error, options);
  }
}

function failed<Event>(name: string, error: unknown, options: LogOptions<Event>): NodeLogSource<Event> {
  const run = new LogRun(name, nowhere, options);
  run.fail(name, error);
  return run;
}

class LogRun<Event> implements NodeLogSource<Event> {
  readonly name: string;
  readonly node: string | null;
  readonly #logs: NodeLogs['logs'];
  readonly #options: LogOptions<Event> & LogSpan;
  readonly #files: string[] = [];
  readonly #problems: LogProblem[] = [];
  readonly #notes: LogProblem[] = [];
  #end: Omit<LogEnd, 'files' | 'problems' | 'notes'> = { lines: 0, matched: 0, first: null, last: null };
  #bytes = 0;
  #bytesInAll: number | null = null;
  #hasKeepalived = false;
  #stopped = false;
  #stopReading: () => void = () => {};

  constructor(name: string, { node, logs, timeZone, problem }: NodeLogs, options: LogOptions<Event>) {
    this.name = name;
    this.node = node;
    this.#logs = logs;
    const zone = options.zone ?? (timeZone === null ? undefined : Zone.named(timeZone)) ?? Zone.local();
    this.#options = { ...options, zone };
    if (problem !== null) this.#problem(name, `${name}: ${problem}`);
  }

  async run(sink: LogSink<Event>): Promise<LogEnd> {
    for (const [index, files] of this.#logs.entries()) {
      const before = this.#problems.length;
      await this.#runLog(files, sink);
      // What another log made up for was no problem: a journal that is not there.
      if (this.#hasKeepalived && index > 0 && files.length > 0) this.#excuse(before);
      if (this.#hasKeepalived || this.#stopped) break;
    }
    if (this.#end.lines === 0 && this.#problems.length === 0 && !this.#stopped) {
      const isLive = this.#logs[0]?.[0]?.name === journalName;
      const whose = this.node === null ? '' : ` of ${this.node}`;
      this.#problem(
        this.name,
        isLive ? `neither the journal nor /var/log${whose} tells of keepalived` : `${this.name} is empty`,
      );
    }
    const { lines, matched, first } = this.#end;
    if (lines > 0 && !this.#hasKeepalived && !this.#stopped) {
      if (matched === 0 && first === null)
        this.#problem(this.name, `${this.name} is no log: none of its lines has a time, or is keepalived's`);
      else this.#note(this.name, `${this.name} tells nothing of keepalived: it may log elsewhere, or not run`);
    }
    return { ...this.#end, files: this.#files, problems: this.#problems, notes: this.#notes };
  }

  stop(): void {
    this.#stopped = true;
    this.#stopReading();
  }

  /** Keeps what a person can mend as a problem; anything else is a bug. */
  fail(source: string, error: unknown): void {
    if (error instanceof UnreadableLog)
      this.#problem(source, `cannot ${error.verb} ${source}: ${error.message}`, error.hint);
    else if (error instanceof BrokenBytes) this.#problem(source, `${source} is ${error.how}: ${error.message}`);
    else throw error;
  }

  #problem(source: string, message: string, hint: string | null = null): void {
    this.#problems.push({ source, message, hint });
  }

  #note(source: string, message: string): void {
    this.#notes.push({ source, message, hint: null });
  }

  #excuse(count: number): void {
    this.#notes.push(...this.#problems.splice(0, count));
  }

  async #runLog(files: readonly LogFile[], sink: LogSink<Event>): Promise<void> {
    const dated = await filesWithin(files, this.#options);
    const sizes = dated.map(({ file }) => file.size);
    this.#bytesInAll = sizes.reduce(
      (sum, size) => (sum === null || size === null ? null : sum + size),
      0 as number | null,
    );
    this.#bytes = 0;
    for (const [index, next] of dated.entries()) {
      if (this.#stopped) return;
      const { file } = next;
      const before = this.#bytes;
      try {
        const clock = await clockOf(next, this.#options.zone);
        if (this.#options.follow && index === dated.length - 1 && file.path !== null) {
          await this.#follow(file, file.path, clock, sink);
        } else {
          const bytes = await file.open((phrase) => this.#note(file.name, `${file.name}: ${phrase}`));
          await this.#read(file, bytes, clock, sink);
        }
      } catch (error) {
        this.fail(file.name, error);
      }
      this.#bytes = before + (file.size ?? 0);
    }
  }

  async #follow(file: LogFile, path: string, clock: SyslogClock, sink: LogSink<Event>): Promise<void> {
    const followed = new FollowedLog(path);
    this.#stopReading = () => followed.stop();
    for await (const bytes of followed.files()) {
      await this.#read(file, bytes, clock, sink);
      if (this.#stopped) return;
    }
  }

  async #read(file: LogFile, bytes: ByteSource, clock: SyslogClock, sink: LogSink<Event>): Promise<void> {
    if (!this.#options.follow) this.#stopReading = () => bytes.close();
    if (this.#files.at(-1) !== file.name) this.#files.push(file.name);
    const reader = new LogReader<Event>({
      ...{ file: file.name, isNumbered: file.isNumbered, clock },
      ...{ texts: this.#options.texts, interpret: this.#options.interpret },
      event: (line, event) => {
        this.#hasKeepalived ||= isKeepalived(line);
        sink.event(line, event);
      },
    });
    const before = this.#end;
    const count = () => {
      this.#end = {
        lines: before.lines + reader.lines,
        matched: before.matched + reader.matched,
        first: before.first ?? reader.first,
        last: reader.last ?? before.last,
      };
    };
    try {
      let isFirst = true;
      for (let piece = await bytes.read(); piece !== null && !this.#stopped; piece = await bytes.read()) {
        const foreign = isFirst ? foreignToLogs(piece) : null;
        if (foreign !== null)
          return this.#problem(file.name, `${file.name} is ${foreign.what}, not a log`, foreign.hint);
        isFirst = false;
        if (this.#options.follow) clock.reference = Date.now() / 1000;
        reader.push(piece);
        count();
        this.#bytes += piece.length;
        await sink.batch({ lines: this.#end.lines, bytes: this.#bytes, bytesInAll: this.#bytesInAll });
      }
      reader.end();
    } catch (error) {
      reader.end();
      this.fail(file.name, error);
    } finally {
      bytes.close();
      count();
    }
    for (const phrase of reader.problems) this.#problem(file.name, `${file.name}: ${phrase}`);
  }
}

/** Lines of a console name no program, and processes may be given another name. */
function isKeepalived({ tag, message }: LogLine): boolean {
  return tag === '' || /^keepalived/i.test(tag) || /^(?:\(|VRRP_)/.test(message);
}
