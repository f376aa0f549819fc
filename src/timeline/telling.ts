import type { Cause, CauseKind, LogRef } from '../model/timeline.ts';
import type { At } from './node-facts.ts';

/** keepalived that finds no master is one itself after three seconds and a bit, with the usual advert_int. */
export const promptSeconds = 5;

/** keepalived that has just started raises its priority with the first results of its checks. */
export const settlingSeconds = 10;

/** A reload shows in the election within so many seconds, and so long may a take-over last. */
export const electionSeconds = 60;

export function within(fact: At, other: At | null, seconds: number): boolean {
  return other === null || Math.abs(fact.at - other.at) <= seconds;
}

export function nameOf(node: string | null): string {
  return node ?? 'the other node';
}

export function refs(at: At | null | undefined): LogRef[] {
  return at == null ? [] : [at.what];
}

/** Each line once, as evidence. */
export function cause(kind: CauseKind, text: string, evidence: readonly LogRef[]): Cause {
  const seen = new Set<string>();
  const once = evidence.filter(({ node, line }) => {
    const place = `${node} ${line.file} ${line.line}`;
    return !seen.has(place) && seen.add(place);
  });
  return { kind, text, evidence: once.map(({ node, line }) => ({ node, line })) };
}
