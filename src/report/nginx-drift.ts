import type { NginxChange, NginxDrift, NginxPlace } from '../model/nginx.ts';
import { printable } from '../model/printable.ts';
import { paintOf, type Style } from './style.ts';
import { drawTable } from './table.ts';

/** Changes shown in text; `--json` has all. */
const mostShown = 200;
const signs = { added: '+', removed: '-', changed: '~', moved: '>' } as const;

/**
 * The changes as a table, grouped by the server, upstream or other block that they are in, the worst groups first. Expected
 * ones are counted, with `all` they are shown too.
 */
export function renderNginxDrift({ nodes, changes }: NginxDrift, style: Style, all: boolean): string {
  const shown = changes.filter(({ expected }) => all || expected === null);
  const quiet = changes.length - shown.length;
  const blocks = [...groupsOf(shown.slice(0, mostShown))].map(([group, members]) =>
    renderGroup(group, members, nodes, style),
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
  style: Style,
): string {
  const rows = members.map((change) => {
    const paint = change.expected === null ? paintOf(change.severity, style) : style.dim;
    const rest = change.path.startsWith(`${group} / `) ? change.path.slice(group.length + 3) : change.path;
    const name = change.path === group ? '' : rest;
    const more = change.elsewhere > 0 ? ` (and ${change.elsewhere} more places)` : '';
    return [
      paint(signs[change.kind]),
      clip(name, cellWidth(style) - more.length) + style.dim(more),
      side(change.a, style),
      side(change.b, style),
    ];
  });
  return `${style.strong(printable(group))}\n${drawTable([['', '', printable(a), printable(b)], ...rows])}`;
}

function side(place: NginxPlace | null, style: Style): string {
  if (place === null) return style.dim('-');
  const width = cellWidth(style);
  const where = clip(`${place.file.slice(place.file.lastIndexOf('/') + 1)}:${place.line}`, Math.floor(width / 2));
  const value = clip(place.value === '' ? 'set' : place.value, width - where.length - 1);
  return `${value} ${style.dim(where)}`;
}

/** The width that one of three columns has. */
function cellWidth({ columns }: Style): number {
  return columns === null ? 100 : Math.max(20, Math.floor((columns - 14) / 3));
}

function clip(text: string, width: number): string {
  const safe = printable(text);
  return safe.length > width ? `${safe.slice(0, Math.max(0, width - 3))}...` : safe;
}

/** The nginx part of `diff --json`. */
export function nginxDriftJson({ changes, missing }: NginxDrift): object {
  return {
    changes: changes.map(({ path, kind, a, b, code, severity, effect, elsewhere, expected }) => ({
      path,
      kind,
      a,
      b,
      finding: code,
      severity,
      effect,
      elsewhere,
      expected,
    })),
    missing: missing.map(({ path, node, other, holds }) => ({ path, node, other, holds })),
  };
}
