import type { Finding } from '../model/finding.ts';
import type { ComparedValue, Pair, Relation, SettingDifference } from '../model/pair.ts';
import { printable } from '../model/printable.ts';
import type { Style } from './style.ts';
import { drawTable } from './table.ts';
import { cut } from './wrap.ts';

/** A secret as a person may see it. */
export type Mark = (secret: string) => string;

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
  const shown = pair.differences.filter(
    (difference) => all || !difference.isExpected || findingOf(difference, findings) !== null,
  );
  if (shown.length === 0) return '';
  const verdicts = shown.map((difference) => verdict(difference, findingOf(difference, findings)));
  const widest = Math.max(...verdicts.map(({ length }) => length));
  // Three columns share what the verdict leaves.
  const room =
    style.columns === null ? Number.POSITIVE_INFINITY : Math.max(10, Math.floor((style.columns - widest - 8) / 3));
  const rows: string[][] = [];
  let block = '';
  for (const [i, difference] of shown.entries()) {
    const [heading, keyword] = split(difference.path);
    if (heading !== block) rows.push([style.strong(printable(heading)), '', '', '']);
    block = heading;
    const paint = isFault(difference, findings) ? style.fault : style.dim;
    rows.push([
      cut(`  ${printable(keyword)}`, room, style),
      ...[difference.a, difference.b].map((value) => cut(printable(valueText(value, mark)), room, style)),
      paint(verdicts[i] ?? ''),
    ]);
  }
  const head = ['setting', pair.a.node, pair.b.node, 'verdict'].map((word) =>
    style.dim(cut(printable(word), room, style)),
  );
  return drawTable([head, ...rows]);
}

/** The code of the finding about a difference; null where there is none. */
export function findingOf(difference: SettingDifference, findings: readonly Finding[]): string | null {
  const { code, instance } = difference;
  const judged = findings.some(
    (finding) => finding.code === code && (instance === null || finding.subject.instance === instance),
  );
  return judged ? code : null;
}

export function valueText({ text, secret }: ComparedValue, mark: Mark): string {
  if (secret === null) return text ?? '-';
  return `${mark(secret.significant)}${secret.isLonger ? '...' : ''}`;
}

const oughts: Readonly<Record<Relation, string>> = {
  same: 'has to be the same',
  differs: 'has to differ',
  mirrors: 'has to mirror',
  free: 'may differ',
};
const kept: Readonly<Record<Relation, string>> = {
  same: 'the same',
  differs: 'differs, as it has to',
  mirrors: 'mirrors',
  free: 'may differ',
};

function verdict({ expect, isExpected }: SettingDifference, finding: string | null): string {
  if (finding !== null) return `${finding} ${oughts[expect]}`;
  return isExpected ? kept[expect] : oughts[expect];
}

function isFault(difference: SettingDifference, findings: readonly Finding[]): boolean {
  return !difference.isExpected || findingOf(difference, findings) !== null;
}

/** `vrrp_instance VI_1` and `advert_int`. */
function split(path: string): readonly [heading: string, keyword: string] {
  const at = path.lastIndexOf(' / ');
  return at < 0 ? [path, '(all of it)'] : [path.slice(0, at), path.slice(at + 3)];
}
