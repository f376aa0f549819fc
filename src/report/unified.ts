import { createTwoFilesPatch } from 'diff';
import type { NginxConfig, NginxDrift } from '../model/nginx.ts';
import { maskNginx } from '../model/nginx-secrets.ts';
import { printable } from '../model/printable.ts';
import type { Mark } from './settings.ts';
import type { Style } from './style.ts';

/** Two files in which nearly every line differs would take minutes. */
const timeoutMilliseconds = 1500;

/** The text of the files behind the changes, as `diff -u` shows it, each pair of files once. */
export function renderUnified(
  { nodes, changes }: NginxDrift,
  a: NginxConfig,
  b: NginxConfig,
  mark: Mark,
  style: Style,
): string {
  const pairs = new Map<string, readonly [string, string]>();
  for (const change of changes) {
    if (change.expected !== null) continue;
    const [fileA, fileB] = [change.a?.file ?? change.b?.file ?? '', change.b?.file ?? change.a?.file ?? ''];
    pairs.set(`${fileA}\n${fileB}`, [fileA, fileB]);
  }
  return [...pairs.values()]
    .map(([fileA, fileB]) => {
      const [textA, textB] = [textOf(a, fileA), textOf(b, fileB)].map((text) => maskNginx(text, mark)) as [
        string,
        string,
      ];
      const [nameA, nameB] = [`${nodes[0]}:${fileA}`, `${nodes[1]}:${fileB}`];
      const patch = createTwoFilesPatch(nameA, nameB, textA, textB, undefined, undefined, {
        context: 3,
        timeout: timeoutMilliseconds,
        headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
      });
      return patch === undefined
        ? `${printable(nameA)} and ${printable(nameB)} differ in too many lines`
        : patch
            .split('\n')
            .map((line) => paintLine(line, style))
            .join('\n')
            .trimEnd();
    })
    .join('\n');
}

/** A file that is not there is empty, as with `diff -N`. */
function textOf({ files }: NginxConfig, path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}

function paintLine(line: string, style: Style): string {
  const safe = printable(line.replace(/\t/g, '        '));
  if (/^(\+\+\+|---|@@)/.test(line)) return style.dim(safe);
  if (line.startsWith('+')) return style.master(safe);
  return line.startsWith('-') ? style.fault(safe) : safe;
}
