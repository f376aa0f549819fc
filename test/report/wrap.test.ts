import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrap } from '../../src/report/wrap.ts';

describe('wrap', () => {
  test.each([
    ['a text that fits stays', 'one two', 7, 0, 'one two'],
    ['a column less breaks it', 'one two', 6, 0, 'one\ntwo'],
    ['the indent counts', 'one two three', 8, 4, 'one two\n    three'],
    ['a word longer than a line stands alone', 'a bbbbbbbbbb c', 5, 2, 'a\n  bbbbbbbbbb\n  c'],
    ['blanks within a line stay', 'vrid 51  VRRPv3  master', 17, 2, 'vrid 51  VRRPv3\n  master'],
    ['what stands indented stays so', '    frame 1  text of it', 14, 6, '    frame 1\n      text of\n      it'],
    ['nothing', '', 5, 2, ''],
    ['one column', 'a b', 1, 0, 'a\nb'],
  ])('%s', (_, text, columns, indent, wanted) => {
    expect(wrap(text, columns, indent)).toBe(wanted);
  });

  test('in a pipe a line is as long as it is', () => {
    expect(wrap('word '.repeat(1000), null)).toBe('word '.repeat(1000));
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', ':', '.'), minLength: 1, maxLength: 12 });
  const text = fc.array(word, { minLength: 1, maxLength: 30 }).map((words) => words.join(' '));

  test('says the same words, in lines that fit unless a word does not', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 6 }), (words, columns, indent) => {
        const lines = wrap(words, columns, indent).split('\n');
        expect(lines.join(' ').replace(/ +/g, ' ')).toBe(words);
        for (const [i, line] of lines.entries()) {
          if (line.length > columns) expect(line.trim()).not.toContain(' ');
          if (i > 0) expect(line.length - line.trimStart().length).toBe(indent);
        }
      }),
      { seed: 20_261_120 },
    );
  });

  test('no line could have taken the first word of the next', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), (words, columns) => {
        const lines = wrap(words, columns).split('\n');
        for (let i = 1; i < lines.length; i++) {
          const [first = ''] = lines[i]?.split(' ') ?? [];
          expect(`${lines[i - 1]} ${first}`.length).toBeGreaterThan(columns);
        }
      }),
      { seed: 20_261_120 },
    );
  });
});
