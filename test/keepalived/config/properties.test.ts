import { describe, expect, test } from 'vitest';
import { type Node, print } from '../../../src/keepalived/config/tree.ts';
import { main, parse, treeOf } from './conf.ts';

/** A generator of numbers below a limit, the same for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pieces = [
  ...[
    'vrrp_instance',
    'VI_1',
    'global_defs',
    'virtual_ipaddress',
    '10.0.0.1/24',
    'track_script',
    'auth_pass',
    'priority',
  ],
  ...[
    '{',
    '}',
    '{',
    '}',
    '\n',
    '\n',
    '\n',
    ' ',
    ' ',
    '\t',
    '"',
    "'",
    '#',
    '!',
    '\\',
    '\\#',
    '$A',
    '${A}',
    '$A=',
    '$B=x \\\n',
  ],
  ...[
    '~SEQ(A, 3) ',
    '~LST(A, b, c) ',
    '@lb1 ',
    '@^lb1 ',
    '@',
    'include x.conf',
    'include_check',
    '//',
    '\0',
    '\r',
    '\u00e9',
  ],
  ...['vrrp_script', 'weight', '-5', 'vrrp_sync_group', 'group', 'unknown', 'virtual_server', 'x'.repeat(600)],
];

function textOf(seed: number): string {
  const next = generator(seed);
  return Array.from({ length: 1 + next(60) }, () => pieces[next(pieces.length)]).join(next(3) === 0 ? '' : ' ');
}

function wordsOf(nodes: readonly Node[]): unknown[] {
  return nodes.map(({ words, children, end }) => [words, children === null ? null : wordsOf(children), end !== null]);
}

const seeds = Array.from({ length: 400 }, (_, seed) => seed);

describe('whatever the text', () => {
  test('a tree that is printed and read again is the same tree', () => {
    for (const seed of seeds) {
      const text = textOf(seed);
      // Half a quote in a definition can bring into a line what no line can be written as.
      if (/\$[AB]=[^"\n]*(?:"[^"\n]*"[^"\n]*)*"[^"\n]*$/m.test(text)) continue;
      const tree = treeOf(text);
      const printed = print(tree);
      // Quotes and escapes may make a line too long that just fitted.
      if (printed.split('\n').some((line) => line.length > 1000)) continue;
      const again = treeOf(printed);
      expect(wordsOf(again), `seed ${seed}: ${JSON.stringify(text)}`).toEqual(wordsOf(tree));
    }
  });

  test('it is read to its end, and every item and complaint stands in it', () => {
    for (const seed of seeds) {
      const text = textOf(seed);
      const lines = text.split('\n').length;
      const config = parse({ [main]: text, '/etc/keepalived/x.conf': 'priority 7\n}' });
      for (const { file, line, message } of config.errors) {
        expect(message).not.toMatch(/undefined|NaN|\[object/);
        expect(line).toBeGreaterThan(0);
        expect(line).toBeLessThanOrEqual(file === main ? lines : 2);
      }
      for (const { line } of config.items) expect(line).toBeGreaterThan(0);
    }
  });

  test('bytes are no less', () => {
    for (const seed of seeds.slice(0, 100)) {
      const next = generator(seed);
      const bytes = Uint8Array.from({ length: 2000 }, () => next(256));
      const config = parse(new TextDecoder('latin1').decode(bytes));
      expect(config.files).toEqual([main]);
    }
  });

  test.each([
    ['braces', '{'.repeat(60_000)],
    ['closing braces', '}'.repeat(60_000)],
    ['nested blocks', 'vrrp_instance a {\n'.repeat(10_000)],
    ['nested LVS', 'virtual_server a {\n'.repeat(10_000)],
    ['quotes', '"'.repeat(60_000)],
    ['dollars', `$A=$B$B\n$B=$C$C\n$C=x\n${'a $A ${A} '.repeat(5_000)}`],
    ['repetitions', '~SEQ(A, 60000) ~SEQ(B, 60000) x\n'.repeat(100)],
    [
      'peers',
      `vrrp_instance a {\nunicast_peer {\n${Array.from({ length: 20_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`).join('\n')}\n}\n}`,
    ],
    ['scripts', Array.from({ length: 3_000 }, (_, i) => `vrrp_script s${i} {\nscript /bin/x\n}`).join('\n')],
  ])('many %s come to an end', (_, text) => {
    expect(parse(text).files).toEqual([main]);
  });
});
