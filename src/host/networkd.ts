import type { NetworkdLink } from '../model/host.ts';

/** A `.network` file of systemd-networkd. */
export interface NetworkdFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The interfaces that systemd-networkd manages, by `networkctl list --no-legend` (index, link, type, operational and setup
 * state), and what the first file that matches each one says of addresses that are not networkd's
 * (systemd.network(5), KeepConfiguration).
 */
export function readNetworkd(listed: string, files: readonly NetworkdFile[] | null): readonly NetworkdLink[] {
  return listed.split(/\r?\n/).flatMap((line) => {
    const [, name, setup] = /^\W*\d+\s+(\S+)\s+\S+\s+\S+\s+(\S+)/.exec(line) ?? [];
    if (name === undefined || setup === undefined || !/^config/.test(setup)) return [];
    return [{ interface: name, keepsForeign: files === null ? null : keeps(name, files) }];
  });
}

/** Files count in the order of their names, whatever folder they are in. */
function keeps(name: string, files: readonly NetworkdFile[]): boolean | null {
  const baseName = ({ path }: NetworkdFile) => path.slice(path.lastIndexOf('/') + 1);
  const sorted = [...files].sort((a, b) => (baseName(a) < baseName(b) ? -1 : 1));
  const file = sorted.find(({ text }) => valuesOf(text, 'Match', 'Name').some((pattern) => matches(name, pattern)));
  if (file === undefined) return null;
  const value = valuesOf(file.text, 'Network', 'KeepConfiguration').at(-1) ?? 'no';
  return ['yes', 'true', '1', 'on', 'static'].includes(value.toLowerCase());
}

/** The words of a setting, of all lines that set it. */
function valuesOf(text: string, section: string, key: string): readonly string[] {
  let current = '';
  return text.split(/\r?\n/).flatMap((line) => {
    current = /^\[(\w+)\]/.exec(line)?.[1] ?? current;
    const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
    return current === section && name === key && value !== undefined ? value.split(/\s+/) : [];
  });
}

/** Shell patterns, with `*` and `?` (systemd.network(5), Name). */
function matches(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (!startsWith(name, first)) return false;
  let at = first.length;
  for (const [i, part] of rest.entries()) {
    const isLast = i === rest.length - 1;
    let found = isLast ? name.length - part.length : at;
    while (!isLast && found <= name.length - part.length && !startsWith(name.slice(found), part)) found++;
    if (found < at || !startsWith(name.slice(found), part)) return false;
    at = found + part.length;
  }
  return parts.length > 1 || at === name.length;
}

function startsWith(text: string, part: string): boolean {
  return text.length >= part.length && [...part].every((character, i) => character === '?' || character === text[i]);
}
