import type { Evidence, Subject } from '../model/finding.ts';
import type { Timestamp } from '../model/time.ts';
import type { LogRef } from '../model/timeline.ts';
import type { RuleContext } from './rule.ts';

/** The words that rules use for what logs say. */

export function subjectOf(nodes: readonly string[], instance: string | null): Subject {
  return { nodes: [...new Set(nodes)].sort(), instance, family: null, vrid: null, vip: null };
}

/** A line of a log as evidence, once for each place, with a remark behind its own words. */
export function logEvidence(refs: readonly LogRef[], context: RuleContext, remark = ''): Evidence[] {
  const seen = new Set<string>();
  return refs.flatMap(({ node, line }) => {
    const place = `${node} ${line.file} ${line.line}`;
    if (seen.has(place)) return [];
    seen.add(place);
    return [
      {
        kind: 'log',
        node,
        file: line.file,
        line: line.line,
        time: line.time === null ? null : context.rfc3339(line.time),
        text: `${line.message.trim().slice(0, 300)}${remark === '' ? '' : ` (${remark})`}`,
      } as const,
    ];
  });
}

/** ` at 16:50:10.515`; nothing where the log has no times. */
export function atTime(time: Timestamp | null, context: RuleContext, word = 'at'): string {
  return time === null ? '' : ` ${word} ${context.clock(time)}`;
}

/** `0.42 s`, `12 s`, `5 min`, `3 h`. */
export function durationOf(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(seconds < 1 ? 2 : 1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `once`, `twice`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}
