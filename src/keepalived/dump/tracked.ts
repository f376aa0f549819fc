import type { DumpedTracked } from '../../model/dump.ts';
import type { TrackedKind } from '../../model/keepalived.ts';

/** A line of what is tracked: `chk_nginx weight 50`, `nginx, weight 4`, `eth1 weight -10 reverse`; null for no name. */
export function readTracked(text: string, kind: TrackedKind): DumpedTracked | null {
  const name = /^[^\s,:]+/.exec(text)?.[0];
  if (name === undefined) return null;
  const weight = /\bweight:? (-?\d{1,5})/.exec(text)?.[1];
  return { kind, name, weight: Number(weight ?? 0), isReversed: /\breverse\b/.test(text) };
}
