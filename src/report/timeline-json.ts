import type { Finding, Ignored, Skipped, SourceError } from '../model/finding.ts';
import type { Timestamp } from '../model/time.ts';
import type { Failover, LogRef, StateTransition, Timeline } from '../model/timeline.ts';
import { jsonText } from './json.ts';
import type { Times } from './times.ts';

/** One transition of `logs --json`. */
export function stateTransitionJson(transition: StateTransition, times: Times): string {
  return jsonText(transitionFields(transition, times));
}

/** The same as a line of its own, for `--follow`. */
export function stateTransitionLine(transition: StateTransition, times: Times): string {
  return jsonText({ type: 'transition', ...transitionFields(transition, times) });
}

function transitionFields(
  { time, node, instance, group, from, to, reason, peer, line }: StateTransition,
  times: Times,
) {
  return { time: timeOf(time, times), node, instance, group, from, to, reason, peer, file: line.file, line: line.line };
}

export function failoverJson(failover: Failover, times: Times): string {
  const { instance, from, to, start, end, vacantSeconds, overlapSeconds, cause } = failover;
  return jsonText({
    instance,
    from,
    to,
    start: timeOf(start, times),
    end: timeOf(end, times),
    vacant: rounded(vacantSeconds),
    overlap: rounded(overlapSeconds),
    cause: { kind: cause.kind, text: cause.text, evidence: cause.evidence.map((ref) => evidenceOf(ref, times)) },
  });
}

/** `instances`, `nodes` and, where asked for, `unknown`: what follows the failovers, without braces. */
export function historiesJson({ instances, nodes }: Timeline, unknown: readonly LogRef[] | null, times: Times): string {
  const own = {
    instances: instances.map(({ node, instance, state, since, entered, seconds }) => ({
      node,
      instance,
      state,
      since: timeOf(since, times),
      entered: { MASTER: 0, BACKUP: 0, FAULT: 0, ...entered },
      seconds: Object.fromEntries(Object.entries(seconds).map(([state, value]) => [state, rounded(value)])),
    })),
    nodes: nodes.map(
      ({ node, files, lines, matched, first, last, offsetSeconds, version, isDetailed, unknown: count }) => ({
        node,
        files,
        lines,
        matched,
        first: timeOf(first, times),
        last: timeOf(last, times),
        offset: rounded(offsetSeconds),
        version,
        detailed: isDetailed,
        unknown: count,
      }),
    ),
    ...(unknown === null ? {} : { unknown: unknown.map((ref) => evidenceOf(ref, times)) }),
  };
  return jsonText(own).slice(1, -1);
}

/** The tail of a document that is written piece by piece. */
export function tailJson(tail: {
  readonly findings: readonly Finding[];
  readonly ignored: readonly Ignored[];
  readonly skipped: readonly Skipped[];
  readonly errors: readonly SourceError[];
}): string {
  return jsonText(tail).slice(1, -1);
}

function evidenceOf({ node, line }: LogRef, times: Times): object {
  return {
    kind: 'log',
    node,
    file: line.file,
    line: line.line,
    time: timeOf(line.time, times),
    text: line.message.trim().slice(0, 300),
  };
}

function timeOf(time: Timestamp | null, times: Times): string | null {
  return time === null ? null : times.rfc3339(time);
}

/** Seconds to the microsecond: what is beyond comes from floating point, not from the logs. */
function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e6) / 1e6;
}
