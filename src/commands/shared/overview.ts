import type { CommandEntry } from './command-entry.ts';

/** `ha-doctor --help`. */
export function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length));
  return [
    'ha-doctor: troubleshooting for nginx behind keepalived (VRRP)',
    '',
    ...commands.map(({ usage, summary }) => `  ha-doctor ${usage.padEnd(width)}  ${summary}`),
    '',
    '  ha-doctor COMMAND --help    options of a command',
    '  ha-doctor --version',
    '',
    'exit code: 0 nothing wrong, 1 findings, 2 unreadable input or wrong usage',
    '',
  ].join('\n');
}

/** The name that a mistyped one most likely means: at most two letters off; null where none is near. */
export function nearest(word: string, names: readonly string[]): string | null {
  const ranked = names.map((name) => [distance(word, name), name] as const).sort(([a], [b]) => a - b);
  const [best] = ranked;
  return best !== undefined && best[0] <= 2 ? best[1] : null;
}

/** Letters to insert, drop or replace (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
