import type { NginxChange } from '../../model/nginx.ts';
import type { NginxSync } from '../../nginx/sync.ts';

export interface Expectations {
  /** Patterns of paths, as `--ignore-path` takes them: `http/server *\/listen`. */
  readonly ignorePaths: readonly string[];
  /** /etc/nginx-sync.conf, where a node has one. */
  readonly sync: NginxSync | null;
  /** Whether two files, one of each node, are known to hold the same. */
  readonly isSameContent: (pathA: string, pathB: string) => boolean;
}

/** Says of each change whether it is expected: such a change is no finding. */
export function withExpected(changes: readonly NginxChange[], expectations: Expectations): readonly NginxChange[] {
  return changes.map((change) => {
    const expected = reasonOf(change, expectations);
    return expected === null ? change : { ...change, expected, code: null };
  });
}

function reasonOf(change: NginxChange, { ignorePaths, sync, isSameContent }: Expectations): string | null {
  const pattern = ignorePaths.find((pattern) => matchesPath(pattern, change.path));
  if (pattern !== undefined) return `--ignore-path ${pattern}`;
  const files = [change.a?.file, change.b?.file].filter((file) => file !== undefined);
  if (sync !== null && files.every((file) => sync.excludes(file))) return 'EXCLUDE in /etc/nginx-sync.conf';
  const isRenamed = change.kind === 'changed' && change.a !== null && change.b !== null;
  return isRenamed && isSameContent(change.a.value, change.b.value) ? 'the files hold the same' : null;
}

/**
 * Whether a path, or a block that it is in, fits a pattern: `*` stands for anything, ` / ` and `/` are the same, and what
 * tells a directive from others of its name may be left out (`listen` for `listen *:443`).
 */
export function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern
    .trim()
    .replace(/ *\/ */g, '/')
    .replace(/\/$/, '');
  const segments = path.split(' / ').map((segment) => segment.replace(/ *\/ */g, '/'));
  return segments.some((segment, i) => {
    const outer = segments.slice(0, i);
    const [name = ''] = segment.split(' ');
    return [segment, name].some((last) => matchesStar(wanted, [...outer, last].join('/')));
  });
}

function matchesStar(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!text.startsWith(first)) return false;
  if (rest.length === 0) return text === first;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
