import type { Finding, Ignored, SourceError } from '../../model/finding.ts';
import { printable } from '../../model/printable.ts';
import { inSeconds, type Timestamp } from '../../model/time.ts';
import type { Failover, LogRef, StateTransition, Timeline } from '../../model/timeline.ts';
import { countFindings, renderFindings } from '../../report/finding.ts';
import type { Style } from '../../report/style.ts';
import { drawTable } from '../../report/table.ts';
import { renderFailoverLine, renderStateTransition, renderTimeline } from '../../report/timeline.ts';
import {
  failoverJson,
  historiesJson,
  stateTransitionJson,
  stateTransitionLine,
  tailJson,
} from '../../report/timeline-json.ts';
import type { Times } from '../../report/times.ts';
import { wrap } from '../../report/wrap.ts';
import type { Diagnosis } from '../../rules/engine.ts';

/** What is known at the end. */
export interface Told extends Diagnosis {
  readonly timeline: Timeline;
  readonly ignored: readonly Ignored[];
  readonly errors: readonly SourceError[];
  /** `--unknown`: the lines that are not understood; null where nobody asked. */
  readonly unknown: readonly LogRef[] | null;
  /** `--instance` that no log names. */
  readonly missing: readonly string[];
}

/** How the output of logs looks: what comes as it is read, and the end. */
export interface LogsPrinter {
  /** In the order of time; null where nobody wants to see them. */
  readonly transition: ((transition: StateTransition) => void) | null;
  readonly failover: ((failover: Failover) => void) | null;
  end(told: Told): void;
}

export interface PrinterOptions {
  readonly write: (text: string) => void;
  readonly times: Times;
  readonly style: Style;
  readonly version: string;
  /** Prints what happens as it happens. */
  readonly follow: boolean;
}

/** Text: with `--follow` a line a transition, and in the end the whole picture. */
export class TextPrinter implements LogsPrinter {
  readonly transition: LogsPrinter['transition'];
  readonly failover: LogsPrinter['failover'];
  readonly #options: PrinterOptions;

  constructor(options: PrinterOptions) {
    this.#options = options;
    const { write, style, times, follow } = options;
    this.transition = follow ? (transition) => write(`${renderStateTransition(transition, style, times)}\n`) : null;
    this.failover = follow ? (failover) => write(`${renderFailoverLine(failover, style)}\n`) : null;
  }

  end({ timeline, findings, unknown, missing, errors }: Told): void {
    const { write, style, times, follow } = this.#options;
    // Nothing could be read at all: stderr has said so.
    if (errors.length > 0 && timeline.nodes.every(({ first, matched }) => first === null && matched === 0)) return;
    const parts = [
      renderTimeline(timeline, style, times, drawTable),
      ...(findings.length > 0 ? [renderFindings(findings, style)] : []),
      ...(unknown === null ? [] : [renderUnknown(unknown, style)]),
      this.#closing(timeline, findings, missing),
    ];
    write(`${follow ? '\n' : ''}${parts.filter((part) => part !== '').join('\n\n')}\n`);
  }

  /** The verdict in a word, and what was read. */
  #closing({ nodes, transitionCount }: Timeline, findings: readonly Finding[], missing: readonly string[]): string {
    const { style, times } = this.#options;
    const lines = nodes.reduce((sum, node) => sum + node.lines, 0);
    const matched = nodes.reduce((sum, node) => sum + node.matched, 0);
    const span = spanOf(nodes, times);
    const plain =
      missing.length > 0
        ? `no instance ${missing.map(printable).join(' or ')} in the logs`
        : findings.length > 0
          ? countFindings(findings)
          : transitionCount > 0
            ? 'no findings in the logs'
            : 'no transitions in the logs';
    const isWell = missing.length === 0 && findings.length === 0 && transitionCount > 0;
    const figures = `  ${count(nodes.length, 'node')}, ${count(lines, 'line')}, ${matched.toLocaleString('en-US')} about VRRP, ${count(transitionCount, 'transition')}${span}`;
    const fits = style.columns === null || plain.length + figures.length <= style.columns;
    return `${isWell ? style.master(plain) : plain}${fits ? '' : '\n'}${style.dim(fits ? figures : wrap(figures, style.columns, 2))}`;
  }
}

/** `--json`: one document, written piece by piece; with `--follow` a line a transition, and the document last. */
export class JsonPrinter implements LogsPrinter {
  readonly transition: LogsPrinter['transition'];
  readonly failover = null;
  readonly #options: PrinterOptions;
  #transitions = 0;

  constructor(options: PrinterOptions) {
    this.#options = options;
    const { write, times, follow } = options;
    this.transition = follow
      ? (transition) => write(`${stateTransitionLine(transition, times)}\n`)
      : (transition) => {
          write(`${this.#transitions++ === 0 ? this.#head() : ','}${stateTransitionJson(transition, times)}`);
        };
  }

  end({ timeline, findings, skipped, ignored, errors, unknown }: Told): void {
    const { write, times } = this.#options;
    if (this.#transitions === 0) write(this.#head());
    write('],"failovers":[');
    for (const [i, failover] of timeline.failovers.entries())
      write(`${i === 0 ? '' : ','}${failoverJson(failover, times)}`);
    write(`],"failoverCount":${timeline.failoverCount},${historiesJson(timeline, unknown, times)}`);
    write(`,${tailJson({ findings, skipped, errors, ignored })}}\n`);
  }

  #head(): string {
    const { version, follow } = this.#options;
    const type = follow ? '"type":"summary",' : '';
    return `{${type}"schema":"ha-doctor/1","command":"logs","version":${JSON.stringify(version)},"transitions":[`;
  }
}

/** `--unknown`, as `FILE:LINE: TEXT`. */
function renderUnknown(unknown: readonly LogRef[], style: Style): string {
  if (unknown.length === 0) return '';
  const lines = unknown.map(({ line }) =>
    wrap(`  ${printable(`${line.file}:${line.line}: ${line.message.trim().slice(0, 300)}`)}`, style.columns, 4),
  );
  return [style.strong('lines of keepalived that are not understood'), ...lines].join('\n');
}

/** `, 2026-11-20 18:41:59 to 18:42:11`. */
function spanOf(nodes: Timeline['nodes'], times: Times): string {
  const all = nodes.flatMap(({ first, last }) => [first, last].flatMap((time) => time ?? []));
  if (all.length === 0) return '';
  const ordered = all.toSorted((a, b) => inSeconds(a) - inSeconds(b));
  const [start, end] = [ordered[0], ordered.at(-1)] as [Timestamp, Timestamp];
  const clock = ({ seconds, nanoseconds }: Timestamp) => times.clock(seconds, nanoseconds, 0);
  const [from, to] = [times.date(start), times.date(end)];
  return `, ${from} ${clock(start)} to ${to === from ? '' : `${to} `}${clock(end)}`;
}

function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}
