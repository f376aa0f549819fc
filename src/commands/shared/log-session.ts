import type { LogEnd, LogEvent, LogLine, LogProblem } from '../../model/log.ts';
import { inSeconds, type Timestamp } from '../../model/time.ts';
import type { TimelineBuilder } from '../../timeline/timeline.ts';
import { DaemonWatch } from './daemon-watch.ts';
import { mostNodes, NodeNames } from './node-names.ts';
import type { NodeLogSource } from './open-logs.ts';
import type { ProgressLine } from './progress-line.ts';
import { Turns } from './turns.ts';

export interface SessionOptions {
  readonly builder: TimelineBuilder;
  readonly progress: ProgressLine;
  /** Seconds since the epoch: what is earlier only tells how things stood, what is later is left out. */
  readonly since: number | null;
  readonly until: number | null;
  /** `--instance`; empty: all. */
  readonly instances: readonly string[];
  readonly follow: boolean;
  readonly onProblem: (problem: LogProblem, log: SessionLog) => void;
  readonly onNote: (note: LogProblem) => void;
  /** Writes out what was gathered. */
  readonly flush: () => Promise<void>;
}

/** A log, and the name that its node was given, if any. */
export interface SessionLog {
  readonly source: NodeLogSource<LogEvent>;
  readonly name: string | null;
}

/** Takes the lines of several logs, side by side in their own time, to the timeline. */
export class LogSession {
  readonly problems: LogProblem[] = [];
  /** Instances that were asked for and seen. */
  readonly seen = new Set<string>();
  readonly #options: SessionOptions;
  readonly #names = new NodeNames();
  readonly #turns = new Turns();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async run(logs: readonly SessionLog[]): Promise<void> {
    for (const log of logs) this.#turns.join(log);
    const runs: Promise<void>[] = [];
    for (const log of logs) {
      // One after the other up to their first piece: nodes are then in the order of the arguments.
      await new Promise<void>((begun) => {
        runs.push(this.#read(log, begun).finally(begun));
      });
    }
    await Promise.all(runs);
  }

  async #read(log: SessionLog, begun: () => void): Promise<void> {
    const { builder, progress, follow, flush, onProblem, onNote } = this.#options;
    const { source } = log;
    const fixed = log.name ?? source.node;
    const nodes = new Set<string>();
    let at = Number.NEGATIVE_INFINITY;
    // Nearly always that of the line before.
    let node: string | null = null;
    let host: string | null = null;
    let pid: number | null = null;
    let isTooMany = false;
    const daemons = new DaemonWatch();
    const end = await source.run({
      event: (line, event) => {
        if (line.time !== null) at = inSeconds(line.time);
        if (node === null || line.host !== host) {
          host = line.host;
          node = this.#names.of(log, source.name, fixed, line);
          if (node === null) {
            isTooMany = true;
            return;
          }
          nodes.add(node);
        }
        if (line.pid !== pid) {
          pid = line.pid;
          const note = daemons.see(node, line);
          if (note !== null) onNote({ source: source.name, message: note, hint: null });
        }
        this.#take(node, line, event);
      },
      batch: async (reading) => {
        begun();
        progress.report(source.name, reading);
        await flush();
        if (!follow) await this.#turns.wait(log, at);
      },
    });
    this.#turns.leave(log);
    for (const problem of end.problems) {
      this.problems.push(problem);
      onProblem(problem, log);
    }
    for (const note of end.notes) onNote(note);
    if (isTooMany) {
      const message = `${source.name} names more than ${mostNodes} hosts: the lines of others are left out`;
      onNote({ source: source.name, message, hint: null });
    }
    // A log that says nothing was read all the same.
    const quiet = nodes.size === 0 ? this.#names.of(log, source.name, fixed, nothing) : null;
    if (quiet !== null) nodes.add(quiet);
    for (const node of nodes) builder.read(node, readingOf(end, nodes.size));
  }

  #take(node: string, line: LogLine, event: LogEvent): void {
    const { builder, since, until, instances } = this.#options;
    if (instances.length > 0 && 'instance' in event && event.instance !== null) {
      if (!instances.includes(event.instance)) return;
      this.seen.add(event.instance);
    }
    const at = line.time === null ? null : inSeconds(line.time);
    if (at !== null && until !== null && at > until) return;
    if (at !== null && since !== null && at < since) builder.prelude(node, line, event);
    else builder.add(node, line, event);
  }
}

const nothing: LogLine = { file: '', line: 0, time: null, host: null, tag: '', pid: null, message: '' };

/** Of a file with the lines of several nodes each has only those that say something. */
function readingOf({ files, lines, first, last }: LogEnd, nodes: number): Reading {
  return { files, lines: nodes === 1 ? lines : null, first, last };
}

interface Reading {
  readonly files: readonly string[];
  readonly lines: number | null;
  readonly first: Timestamp | null;
  readonly last: Timestamp | null;
}
