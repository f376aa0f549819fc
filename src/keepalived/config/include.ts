import { maxAlternatives } from './limits.ts';

/**
 * What makes an include an error (keepalived.conf(5) `include_check`): a file that cannot be read or is executable, a
 * name that matches nothing, a pattern that matches nothing, an alternative in braces that matches nothing.
 */
export type IncludeCheck = 'readable' | 'match' | 'wildcard_match' | 'brace_match';

const all: readonly IncludeCheck[] = ['readable', 'match', 'wildcard_match', 'brace_match'];

/** The letter behind `include` adds checks to those of `include_check`. */
const letters: Readonly<Record<string, readonly IncludeCheck[]>> = {
  '': [],
  r: ['readable'],
  m: ['match'],
  w: ['wildcard_match'],
  b: ['brace_match'],
  a: all,
};

/** `include PATTERN`, `includer PATTERN`, …; null where the line is none. */
export function readInclude(
  line: string,
): { readonly checks: readonly IncludeCheck[]; readonly pattern: string } | null {
  const match = /^include([rmwba]?)[ \t]+(\S.*)$/.exec(line);
  if (match === null) return null;
  const pattern = match[2] ?? '';
  const quoted = /^"([^"]*)"$/.exec(pattern);
  return { checks: letters[match[1] ?? ''] ?? [], pattern: quoted?.[1] ?? pattern };
}

/** What `include_check` with these words leaves of the checks so far: `+` adds what follows, `-` takes it away. */
export function includeChecks(before: ReadonlySet<IncludeCheck>, words: readonly string[]): ReadonlySet<IncludeCheck> {
  if (words.length === 0) return new Set(all);
  const isChange = /^[+-]/.test(words[0] ?? '');
  const checks = new Set(isChange ? before : []);
  let adds = true;
  for (const word of words) {
    if (/^[+-]/.test(word)) adds = word.startsWith('+');
    const named = all.find((check) => check === word.replace(/^[+-]/, ''));
    if (named === undefined) continue;
    if (adds) checks.add(named);
    else checks.delete(named);
  }
  return checks;
}

/** Whether a path is a pattern (glob(7)). */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/** The paths that braces stand for (`{a,b}.conf`), GLOB_BRACE of glob(3). */
export function alternatives(pattern: string): readonly string[] {
  let patterns = [pattern];
  for (;;) {
    const next = patterns.flatMap(expandOnce);
    if (next.length > maxAlternatives || next.every((path, index) => path === patterns[index])) return patterns;
    patterns = next;
  }
}

function expandOnce(pattern: string): string[] {
  const end = pattern.indexOf('}');
  const begin = pattern.lastIndexOf('{', end);
  if (end < 0 || begin < 0) return [pattern];
  const [before, after] = [pattern.slice(0, begin), pattern.slice(end + 1)];
  return pattern
    .slice(begin + 1, end)
    .split(',')
    .map((choice) => before + choice + after);
}

/** `path` as seen from `directory`, without `.` and `..`; relative where both are. */
export function resolvePath(directory: string, path: string): string {
  const whole = path.startsWith('/') || directory === '' ? path : `${directory}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part === '..' && whole.startsWith('/')) continue;
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `${whole.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/** The directory of a path; empty for a name alone. */
export function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end === 0 ? '/' : path.slice(0, Math.max(end, 0));
}
