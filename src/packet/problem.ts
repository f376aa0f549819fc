import type { Problem } from '../model/packet.ts';

/** Shared by everything that decoded without a problem. */
export const noProblems: readonly Problem[] = Object.freeze([]);

/** The capture does not hold all of the packet. */
export function cut(text: string): Problem {
  return { kind: 'cut', text };
}

/** The sender breaks the format; `text` names the RFC section. */
export function malformed(text: string): Problem {
  return { kind: 'malformed', text };
}

/** The problems of two layers, the outer one's first. */
export function allProblems(outer: readonly Problem[], inner: readonly Problem[]): readonly Problem[] {
  if (outer.length === 0) return inner;
  return inner.length === 0 ? outer : [...outer, ...inner];
}
