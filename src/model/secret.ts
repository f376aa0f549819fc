/**
 * Secrets in evidence that `collect` masked: `****(3f9a01-5be20c7d)`, with a `+` behind a VRRP password of more than 8 bytes.
 * The first part names the key of the set of bundles, the second is the same for equal secrets of that set.
 */
const markPattern = /^\*{4}\(([0-9a-f]{6}-[0-9a-f]{8})(\+?)\)$/;

/** The mark as it is written. */
export function secretMark(set: string, digest: string, isLonger: boolean): string {
  return `****(${set}-${digest}${isLonger ? '+' : ''})`;
}

/** A word of a configuration that stands for a masked secret: what takes part, and whether more was written; else null. */
export function readSecretMark(word: string): { readonly significant: string; readonly isLonger: boolean } | null {
  const [, digest, longer] = markPattern.exec(word) ?? [];
  return digest === undefined ? null : { significant: `****(${digest})`, isLonger: longer === '+' };
}

/** What guides, templates and keepalived's samples write where a secret belongs: there is nothing to mask, and rules tell of it. */
const publicValues = [
  /^1111$/,
  /^<[^<>]+>$/,
  /^(?:change|replace)[-_ ]?(?:me|this|it)$/i,
  /^your[-_][a-z]/i,
  /^\$\{?[A-Z_][A-Z0-9_-]*\}?$/i,
  /^__?[A-Z][A-Z0-9_]*__?$/,
];

export function isPublicValue(word: string): boolean {
  return publicValues.some((pattern) => pattern.test(word));
}

/** Whether two secrets are one, by what takes part of them. null: nobody knows, since they were masked under different keys. */
export function isSameSecret(a: string, b: string): boolean | null {
  const [ours, theirs] = [setOf(a), setOf(b)];
  if (ours === theirs || isPublicValue(a) || isPublicValue(b)) return a === b;
  return null;
}

function setOf(significant: string): string | null {
  return markPattern.exec(significant)?.[1]?.slice(0, 6) ?? null;
}
