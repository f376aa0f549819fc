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

/** All problems of a packet, from the outermost layer inwards. */
export function allProblems(...layers: readonly (readonly Problem[])[]): readonly Problem[] {
  const found = layers.filter((problems) => problems.length > 0);
  return found.length === 0 ? noProblems : found.flat();
}
