import type { Finding } from '../model/finding.ts';
import type { ComparedValue, Pair, Relation, SettingDifference } from '../model/pair.ts';
import { printable } from '../model/printable.ts';
import type { Style } from './style.ts';
import { drawTable } from './table.ts';
import { cut, wrap } from './wrap.ts';

/** A secret as a person may see it. */
export type Mark = (secret: string) => string;

/** Differences shown in text; `--json` has all. */
const mostShown = 200;
/** Lines of a value, such as a long list of addresses. */
const mostLines = 8;
/** Characters of a value where lines are as long as they are. */
const mostCharacters = 400;
/** In a narrow window values are broken before names are, down to so many characters. */
const leastWidth = 12;

/**
 * The settings that two nodes do not have alike, as a table with a heading for each block: only what is not as it should
 * be, or with `all` what is. Empty where there is nothing to show.
 */
export function renderSettings(
  pair: Pair,
  findings: readonly Finding[],
  all: boolean,
  mark: Mark,
  style: Style,
): string {
  const judgedBy = findingsByDifference(findings);
  const shown = pair.differences
    .map((difference) => ({ difference, finding: judgedBy(difference) }))
    .filter(({ difference, finding }) => all || !difference.isExpected || finding !== null);
  if (shown.length === 0) return '';
  const rows = shown.slice(0, mostShown).map(({ difference, finding }) => {
    const { path, a, b, isExpected } = difference;
    const [heading, keyword] = split(path);
    const texts = [`  ${keyword}`, valueText(a, mark), valueText(b, mark), verdict(difference, finding)];
    return { heading, texts: texts.map(printable), isFault: !isExpected || finding !== null };
  });
  const head = ['setting', pair.a.node, pair.b.node, 'verdict'].map(printable);
  const widths = widthsOf([head, ...rows.map(({ texts }) => texts)], style.columns);
  const whole = style.columns === null ? null : Math.max(leastWidth, style.columns - 2);
  const drawn: string[][] = [];
  let block = '';
  for (const { heading, texts, isFault } of rows) {
    if (heading !== block) drawn.push([style.strong(broken(printable(heading), whole, style, 2))]);
    block = heading;
    const cells = texts.map((text, i) => broken(text, widths[i], style, i === 0 ? 4 : 0));
    const paint = isFault ? style.fault : style.dim;
    drawn.push(cells.map((cell, i) => (i === 3 ? paint(cell) : cell)));
  }
  const table = drawTable([head.map((word, i) => style.dim(broken(word, widths[i], style, 0))), ...drawn]);
  const more = shown.length - rows.length;
  return more > 0 ? `${table}\n\nand ${more} more settings (--json)` : table;
}

/** What each column takes: what it holds, or less, until all fit into the window; null: what it holds. */
function widthsOf(rows: readonly (readonly string[])[], columns: number | null): (number | null)[] {
  if (columns === null) return [null, null, null, null];
  const [name = 0, a = 0, b = 0, last = 0] = [0, 1, 2, 3].map((i) =>
    Math.max(...rows.map((row) => row[i]?.length ?? 0)),
  );
  const gaps = 8;
  const room = columns - gaps - last;
  const forValues = Math.max(2 * leastWidth, room - name);
  const half = Math.floor(forValues / 2);
  // What one value leaves, the other may have.
  const one = Math.min(a, Math.max(half, forValues - b));
  const two = Math.min(b, Math.max(half, forValues - one));
  return [Math.min(name, Math.max(leastWidth, room - one - two)), one, two, last];
}

/** A text in lines of at most `width` characters, those after the first indented. */
function broken(text: string, width: number | null | undefined, style: Style, indent: number): string {
  if (width == null) return cut(text, mostCharacters, style);
  const margin = ' '.repeat(indent);
  const lines = wrap(text, width, indent)
    .split('\n')
    .flatMap((line) => piecesOf(line, width, margin));
  return [...lines.slice(0, mostLines), ...(lines.length > mostLines ? [margin + style.ellipsis] : [])].join('\n');
}

/** A line of one long word in pieces. */
function piecesOf(line: string, width: number, margin: string): string[] {
  if (line.length <= width) return [line];
  const step = Math.max(1, width - margin.length);
  const pieces = [line.slice(0, width)];
  for (let at = width; at < line.length; at += step) pieces.push(margin + line.slice(at, at + step));
  return pieces;
}

/** Answers the code of the finding about a difference; null where there is none. */
export function findingsByDifference(findings: readonly Finding[]): (difference: SettingDifference) => string | null {
  const judged = new Set(findings.flatMap(({ code, subject }) => [code, `${code} ${subject.instance}`]));
  // Of a check there is one finding, in whatever instance it is tracked: it is about none of them.
  return ({ code, instance }) =>
    code !== null && (judged.has(instance === null ? code : `${code} ${instance}`) || judged.has(`${code} null`))
      ? code
      : null;
}

export function valueText({ text, secret }: ComparedValue, mark: Mark): string {
  if (secret === null) return text ?? '-';
  return `${mark(secret.significant)}${secret.isLonger ? '...' : ''}`;
}

const oughts: Readonly<Record<Relation, string>> = {
  same: 'must match',
  differs: 'must differ',
  mirrors: 'must mirror',
  free: 'may differ',
};
const kept: Readonly<Record<Relation, string>> = {
  same: 'the same',
  differs: 'differs as it must',
  mirrors: 'mirrors',
  free: 'may differ',
};

function verdict({ expect, isExpected }: SettingDifference, finding: string | null): string {
  if (finding !== null) return `${finding} ${oughts[expect]}`;
  return isExpected ? kept[expect] : oughts[expect];
}

/** `vrrp_instance VI_1` and `advert_int`. */
function split(path: string): readonly [heading: string, keyword: string] {
  const at = path.lastIndexOf(' / ');
  return at < 0 ? [path, '(all of it)'] : [path.slice(0, at), path.slice(at + 3)];
}
