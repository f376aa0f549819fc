import type { ElectedRouter, ElectionRow, Failure, Standing } from '../model/election.ts';
import { printable } from '../model/printable.ts';
import type { Style } from './style.ts';
import { drawTable } from './table.ts';
import { cut, wrap } from './wrap.ts';

/** Virtual routers shown in text; `--json` has all. */
const mostShown = 50;

/** Who is master when what fails: a table for each virtual router. */
export function renderElections(routers: readonly ElectedRouter[], style: Style): string {
  const more = routers.length - mostShown;
  return [
    ...routers.slice(0, mostShown).map((router) => `${title(router, style)}\n${table(router, style)}`),
    ...(more > 0 ? [`and ${more} more instances (--json)`] : []),
  ].join('\n\n');
}

/** A row of `fails` as text and JSON name it: `lb1:chk_nginx`, `lb1:interface eth0`, `lb1:daemon`, `lb1:node`. */
export function failureName({ node, kind, name }: Failure): string {
  if (kind === 'check') return `${node}:${name}`;
  return kind === 'interface' ? `${node}:interface ${name}` : `${node}:${kind}`;
}

function title({ name, sides }: ElectedRouter, style: Style): string {
  const [first] = sides;
  if (first === undefined) return printable(name);
  const { family, vrid, vips } = first.instance;
  const addresses = vips.map(({ address }) => address).join(', ') || 'no VIP';
  const text = `  ${family} vrid ${vrid.value ?? 'missing'}  ${addresses}`;
  return style.strong(printable(name)) + wrap(printable(text), style.columns, 2);
}

function table(router: ElectedRouter, style: Style): string {
  const nodes = router.sides.map(({ node }) => node.node);
  const head = ['fails', ...nodes.map(printable), 'master', 'why', 'returns'];
  const whole = router.rows[0] === undefined ? '' : masterText(router.rows[0]);
  const rows = router.rows.map((row) => cells(row, nodes, whole));
  const widths = head.map((_, i) => Math.max(head[i]?.length ?? 0, ...rows.map((row) => row.texts[i]?.length ?? 0)));
  // The name of what fails gives way where the window is narrow.
  const rest = widths.slice(1).reduce((sum, width) => sum + width + 2, 2);
  const room = style.columns === null ? null : Math.max(12, style.columns - rest);
  return drawTable([
    head.map((word, i) => style.dim(i === 0 ? word : word.padStart(isNumber(i, nodes) ? (widths[i] ?? 0) : 0))),
    ...rows.map(({ texts, row }) =>
      texts.map((text, i) => {
        if (i === 0) return paintRow(room === null ? text : cut(text, room, style), row, style);
        if (isNumber(i, nodes)) return paintStanding(text.padStart(widths[i] ?? 0), row.standings[i - 1], row, style);
        if (i === nodes.length + 1) return row.master === null ? style.fault(text) : style.master(text);
        return i === nodes.length + 2 ? paintRow(text, row, style) : text;
      }),
    ),
  ]);
}

function isNumber(column: number, nodes: readonly string[]): boolean {
  return column > 0 && column <= nodes.length;
}

/** `whole` is who is master while nothing fails, which a repair that leads to nobody in particular comes back to. */
function cells(
  row: ElectionRow,
  nodes: readonly string[],
  whole: string,
): { readonly texts: string[]; readonly row: ElectionRow } {
  const standings = nodes.map((node) => row.standings.find((standing) => standing.node === node));
  const texts = [
    failsText(row.fails),
    ...standings.map((standing) => standingText(standing)),
    masterText(row),
    whyText(row),
    row.fails.length === 0 ? '' : (row.returns ?? whole),
  ];
  return { texts: texts.map(printable), row };
}

function failsText(fails: readonly Failure[]): string {
  const [first, second] = fails;
  if (first === undefined) return 'nothing';
  return second === undefined ? failureName(first) : `both:${first.name}`;
}

function standingText(standing: Standing | undefined): string {
  if (standing === undefined) return '';
  return standing.absence === 'fault' ? 'FAULT' : (standing.absence ?? String(standing.priority ?? ''));
}

function masterText({ master, masters, reason }: ElectionRow): string {
  if (master !== null) return master;
  if (masters.length > 1) return 'both';
  return reason === 'nobody' ? 'nobody' : 'not known';
}

const reasons: Readonly<Record<ElectionRow['reason'], string>> = {
  'highest-priority': 'highest priority',
  tie: 'equal',
  'tie-higher-address': 'higher address',
  nopreempt: 'nopreempt',
  'only-candidate': 'only candidate',
  fault: 'other in FAULT',
  'sync-group': 'sync group',
  'split-brain': 'do not hear each other',
  nobody: '',
};

function whyText({ reason, isKept }: ElectionRow): string {
  if (!isKept) return reasons[reason];
  return reason === 'highest-priority' ? 'VIP stays' : `VIP stays (${reasons[reason]})`;
}

/** Rows stand out in which a failing check does not move the VIP, or nobody holds it alone. */
function paintRow(text: string, { isKept, master }: ElectionRow, style: Style): string {
  if (master === null) return style.fault(text);
  return isKept ? style.warning(text) : text;
}

function paintStanding(text: string, standing: Standing | undefined, row: ElectionRow, style: Style): string {
  if (standing === undefined) return text;
  if (standing.absence !== null) return style.fault(text);
  return row.masters.includes(standing.node) ? style.master(text) : style.backup(text);
}
