import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NginxChange } from '../../../src/model/nginx.ts';
import { drift } from './configs.ts';

/** Configurations of a few servers, locations, upstreams and maps, so that two of them have much in common. */
const word = fc.constantFrom('a', 'b', 'c', '$x', 'two words', '10.0.0.1', '/p');
const simple = fc
  .tuple(
    fc.constantFrom(
      'root',
      'set',
      'allow',
      'deny',
      'add_header',
      'return',
      'rewrite',
      'server',
      'listen',
      'proxy_pass',
      'other',
    ),
    fc.array(word, { minLength: 1, maxLength: 3 }),
  )
  .map(([name, args]): Node => ({ words: [name, ...args], block: null }));

interface Node {
  readonly words: readonly string[];
  readonly block: readonly Node[] | null;
}

const { tree } = fc.letrec<{ tree: Node[]; block: Node }>((tie) => ({
  tree: fc.array(fc.oneof({ depthSize: 'small', maxDepth: 3 }, simple, tie('block')), { maxLength: 6 }),
  block: fc
    .tuple(
      fc.constantFrom(
        ['server'],
        ['location', '/a'],
        ['location', '~', 'b'],
        ['location', '~', 'c'],
        ['if', '($x)'],
        ['upstream', 'u'],
        ['map', '$a', '$b'],
      ),
      tie('tree'),
    )
    .map(([words, block]) => ({ words, block })),
}));

const plain = (word: string) => (/\s/.test(word) ? `"${word}"` : word);

function write(nodes: readonly Node[], style: { gap: string; quote: (word: string) => string }): string {
  return nodes
    .map(({ words, block }) => {
      const head = words.map(style.quote).join(style.gap);
      return block === null
        ? `${head}${style.gap};${style.gap}`
        : `${head} {${style.gap}${write(block, style)}}${style.gap}`;
    })
    .join('');
}

const sparse = { gap: ' ', quote: plain };
const configOf = (nodes: readonly Node[], style = sparse) => `events {}\nhttp {\n${write(nodes, style)}\n}\n`;

test('a configuration does not differ from itself', () => {
  fc.assert(
    fc.property(tree, (nodes) => {
      expect(drift(configOf(nodes), configOf(nodes))).toEqual([]);
    }),
  );
});

test('comments, white space and quotes never count', () => {
  const noisy = {
    gap: '\n\t # it is; { "so" \r\n ',
    quote: (text: string) => `'${text}'`,
  };
  fc.assert(
    fc.property(tree, (nodes) => {
      expect(drift(configOf(nodes), configOf(nodes, noisy))).toEqual([]);
    }),
  );
});

test('from the other side it is the mirror image', () => {
  const mirror = (change: NginxChange) => {
    const kinds = { added: 'removed', removed: 'added', changed: 'changed', moved: 'moved' } as const;
    return { ...change, kind: kinds[change.kind], a: change.b, b: change.a };
  };
  // What moved may be told under the name of either place.
  const told = (changes: readonly NginxChange[]) =>
    changes
      .map(({ kind, path, group, ...change }) =>
        JSON.stringify({ kind, path: kind === 'moved' ? '' : path, group: kind === 'moved' ? '' : group, ...change }),
      )
      .sort();
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const [there, back] = [drift(configOf(a), configOf(b)), drift(configOf(b), configOf(a))];
      expect(told(back.map(mirror))).toEqual(told(there));
    }),
    { numRuns: Number(process.env['RUNS'] ?? 200) },
  );
});

test('two that differ are told apart', () => {
  fc.assert(
    fc.property(tree, word, (nodes, value) => {
      const changed = [...nodes, { words: ['sendfile', value], block: null }];
      expect(drift(configOf(nodes), configOf(changed))).toMatchObject([{ kind: 'added', path: 'http / sendfile' }]);
    }),
  );
});
