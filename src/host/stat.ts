import type { FilePermissions } from '../model/keepalived.ts';
import { isRecord, numberIn, parseJson, stringIn } from './json.ts';

/**
 * `commands/stat.json`, by path: a list of `path`, `mode`, `uid`, `gid`. `mode` is a number or octal digits; null, or no
 * mode at all: there was no such file. Entries of another shape are left out.
 */
export function readStatJson(text: string): ReadonlyMap<string, FilePermissions> {
  const entries = parseJson(text);
  const stats = new Map<string, FilePermissions>();
  for (const entry of Array.isArray(entries) ? entries.filter(isRecord) : []) {
    const path = stringIn(entry, 'path');
    if (path === null) continue;
    stats.set(path, { path, mode: modeIn(entry), uid: numberIn(entry, 'uid'), gid: numberIn(entry, 'gid') });
  }
  return stats;
}

function modeIn(entry: Readonly<Record<string, unknown>>): number | null {
  const digits = stringIn(entry, 'mode');
  if (digits !== null) return /^[0-7]{1,6}$/.test(digits) ? Number.parseInt(digits, 8) & 0o7777 : null;
  return numberIn(entry, 'mode');
}
