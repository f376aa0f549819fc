import type { VersionRange } from '../../model/versions.ts';

/** Below zero where `a` is the older one: by numbers, `2.10` after `2.9`; a part that is missing counts as 0. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The version in what `keepalived --version` prints, `Keepalived v2.2.7 (01/16,2022)`; null where there is none. */
export function readVersion(text: string): VersionRange | null {
  const [, version] = /\bkeepalived v(\d{1,4}\.\d{1,4}(?:\.\d{1,4})?)/i.exec(text) ?? [];
  return version === undefined ? null : { oldest: version, newest: version };
}

/** `2.2.7`, or a range `2.1.5-2.3.3`; null where it is neither. */
export function parseVersions(text: string): VersionRange | null {
  const [, oldest, newest] = /^v?(\d{1,4}(?:\.\d{1,4}){1,2})(?:-v?(\d{1,4}(?:\.\d{1,4}){1,2}))?$/.exec(text) ?? [];
  if (oldest === undefined) return null;
  const range = { oldest, newest: newest ?? oldest };
  return compareVersions(range.oldest, range.newest) <= 0 ? range : null;
}
