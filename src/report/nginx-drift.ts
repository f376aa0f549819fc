import type { NginxChange, NginxDrift, NginxPlace } from '../model/nginx.ts';
import { maskNginxValue } from '../model/nginx-secrets.ts';
import { printable } from '../model/printable.ts';
import type { Mark } from './settings.ts';
import { paintOf, type Style } from './style.ts';
import { drawTable } from './table.ts';

/** Changes shown in text; `--json` has all. */
const mostShown = 200;
const signs = { added: '+', removed: '-', changed: '~', moved: '>' } as const;

/**
 * The changes as a table, grouped by the server, upstream or other block that they are in, the worst groups first. Expected
 * ones are counted, with `all` they are shown too.
 */
export function renderNginxDrift({ nodes, changes }: NginxDrift, mark: Mark, style: Style, all: boolean): string {
  const shown = changes.filter(({ expected }) => all || expected === null);
  const quiet = changes.length - shown.length;
  const blocks = [...groupsOf(shown.slice(0, mostShown))].map(([group, members]) =>
    renderGroup(group, members, nodes, mark, style),
  );
  const more = shown.length - mostShown;
  return [
    ...(shown.length === 0 ? ['nginx: no difference'] : blocks),
    ...(more > 0 ? [`and ${more} more (--json)`] : []),
    ...(quiet > 0
      ? [style.dim(`${quiet} expected ${quiet === 1 ? 'difference' : 'differences'} left out (--all)`)]
      : []),
  ].join('\n\n');
}

function groupsOf(changes: readonly NginxChange[]): Map<string, NginxChange[]> {
  const groups = new Map<string, NginxChange[]>();
  for (const change of changes) {
    const members = groups.get(change.group);
    if (members === undefined) groups.set(change.group, [change]);
    else members.push(change);
  }
  return groups;
}

function renderGroup(
  group: string,
  members: readonly NginxChange[],
  [a, b]: readonly [string, string],
  mark: Mark,
  style: Style,
): string {
  const rows = members.map((change) => {
    const rest = change.path.startsWith(`${group} / `) ? change.path.slice(group.length + 3) : change.path;
    const elsewhere = change.elsewhere > 0 ? ` (and ${change.elsewhere} more places)` : '';
    return {
      sign: (change.expected === null ? paintOf(change.severity, style) : style.dim)(signs[change.kind]),
      cells: [
        [printable(change.path === group ? '' : rest), elsewhere] as const,
        cellOf(change, change.a, mark),
        cellOf(change, change.b, mark),
      ],
    };
  });
  const widths = widthsOf(
    rows.map(({ cells }) => cells.map(([text, note]) => text.length + note.length)),
    style.columns,
  );
  const drawn = rows.map(({ sign, cells }) => [
    sign,
    ...cells.map(
      ([text, note], i) => clip(text, (widths[i] ?? 0) - note.length) + (note === '' ? '' : style.dim(note)),
    ),
  ]);
  return `${style.strong(printable(group))}\n${drawTable([['', '', printable(a), printable(b)], ...drawn])}`;
}

/** A value, and where it stands. */
function cellOf({ path }: NginxChange, place: NginxPlace | null, mark: Mark): readonly [string, string] {
  if (place === null) return ['', '-'];
  const name = place.file.slice(place.file.lastIndexOf('/') + 1);
  return [
    printable(place.value === '' ? 'set' : maskNginxValue(path, place.value, mark)),
    ` ${clip(printable(name), 24)}:${place.line}`,
  ];
}

/** No column is wider in a pipe; in a terminal the widest give way until all fit. */
const mostWidth = 100;
const leastWidth = 16;
/** What stands between and before the columns, and the sign. */
const marginWidth = 12;

function widthsOf(rows: readonly (readonly number[])[], columns: number | null): number[] {
  const widths = [0, 1, 2].map((i) => Math.min(mostWidth, Math.max(0, ...rows.map((row) => row[i] ?? 0))));
  const room = columns === null ? Number.POSITIVE_INFINITY : Math.max(3 * leastWidth, columns - marginWidth);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 3))}...` : text;
}

/** The nginx part of `diff --json`. */
export function nginxDriftJson({ changes, missing }: NginxDrift, mark: Mark): object {
  const placeOf = (path: string, place: NginxPlace | null) =>
    place === null ? null : { ...place, value: maskNginxValue(path, place.value, mark) };
  return {
    changes: changes.map(({ path, kind, a, b, code, severity, effect, elsewhere, expected }) => ({
      path,
      kind,
      a: placeOf(path, a),
      b: placeOf(path, b),
      finding: code,
      severity,
      effect,
      elsewhere,
      expected,
    })),
    missing: missing.map(({ path, node, other, holds }) => ({ path, node, other, holds })),
  };
}
