import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/keepalived/messages/format.ts';
import { messageRows } from '../../../src/keepalived/messages/keepalived.ts';
import { parseMessage } from '../../../src/keepalived/messages/parse.ts';
import { compareVersions } from '../../../src/keepalived/versions/version.ts';
import { catalogue, render } from './catalogue.ts';

const formats = catalogue();
const rendered = (formats ?? []).map((catalogued) => ({
  ...catalogued,
  message: render(catalogued),
  event: parseMessage('Keepalived_vrrp', render(catalogued)),
}));

describe.skipIf(formats === null)('every format of the catalogue', () => {
  test('says something, or is in the list of those that say nothing', () => {
    const unknown = rendered.filter(({ event }) => event?.kind === 'unknown');
    expect(unknown.filter(({ category }) => category !== 'config').map(({ message }) => message)).toEqual([]);
    // Beginnings that the catalogue could not tell, and two that are too general to be told from anything else.
    expect(unknown.map(({ format }) => format)).toEqual([
      '%*sUsing default value : %d',
      '%.*s',
      '%s',
      '%s - no matching file',
      '%s parameter(s) to umask option',
      "%snegative number '%s'",
      'Unable to create config_save_dir %s (error %d - %m)',
    ]);
  });

  test('is of its category: so many say something, and so many nothing', () => {
    const counts: Record<string, [says: number, nothing: number]> = {};
    for (const { category, event } of rendered) {
      const [says, nothing] = counts[category] ?? [0, 0];
      if (event?.kind !== 'unknown') counts[category] = event === null ? [says, nothing + 1] : [says + 1, nothing];
    }
    expect(counts).toEqual({
      advert: [54, 6],
      auth: [34, 6],
      checksum: [13, 14],
      config: [802, 33],
      election: [38, 1],
      garp: [11, 13],
      interface: [12, 8],
      lifecycle: [29, 57],
      priority: [3, 0],
      script: [31, 3],
      sync: [13, 5],
      transition: [20, 0],
      vip: [3, 13],
    });
  });

  test('has a row of its versions where it says something', () => {
    const astray = rendered
      .filter(({ category, event }) => category !== 'config' && event !== null && event.kind !== 'config-complaint')
      .flatMap(({ message, versions_seen }) => {
        const rows = rowsOf(message);
        const missing = versions_seen.filter((version) => !rows.some((row) => covers(row, version)));
        return missing.length === 0 ? [] : [`${message}: ${rows[0]?.versions ?? 'no row'}, not ${missing}`];
      });
    expect(astray).toEqual([]);
  });

  test('of the configuration says nothing but that something is wrong', () => {
    const kinds = rendered.flatMap(({ category, event }) => (category === 'config' && event ? [event.kind] : []));
    expect([...new Set(kinds)].sort()).toEqual(['config-complaint', 'unknown']);
  });
});

/** The rows that a message may be of, by regular expressions: another way than the table's own. */
function rowsOf(message: string): Row[] {
  return messageRows.filter(({ format }) => {
    const named = format.startsWith('(%s) ');
    const holes: Record<string, string> = { d: '-?\\d+', f: '[\\d.]+', a: '\\S+', w: '\\S+', s: '.+', '*': '.*' };
    const text = (named ? format.slice(5) : format)
      .split(/(%.)/)
      .map((part) => (part.startsWith('%') ? holes[part.slice(1)] : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
      .join('')
      .replace(/^(VRRP_\w+\\\(.\+\\\)) /, '$1:? ');
    return new RegExp(named ? `^(?:(?:VRRP_\\w+)?\\(.+?\\):? |\\S+: )${text}$` : `^${text}$`).test(message);
  });
}

function covers({ versions }: Row, tag: string): boolean {
  const [first = '', last] = versions.split('-');
  const version = tag === 'HEAD' ? '99' : tag.replace(/^v/, '');
  return compareVersions(version, first) >= 0 && (!last || compareVersions(version, last) <= 0);
}
