import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable } from '../../src/model/printable.ts';
import { jsonText } from '../../src/report/json.ts';

/** Control characters (C0, DEL, C1), marks of direction, invisible ones, and line breaks of Unicode. */
const obeyed =
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0001}\u{e0020}-\u{e007f}]/u;

/** The same texts each time: what fails here fails for everybody. */
const seed = 20_261_120;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom('\x1b', '[', '\x9b', '\u202e', '\u2066', '\n', 'a', '\u{e0041}', '\ud800', '\udc00'),
  }),
);

describe('printable', () => {
  test.each([
    ['plain', 'plain'],
    ['ä € 漢字 🙂', 'ä € 漢字 🙂'],
    ['\x1b[31m', '\\x1b[31m'],
    ['a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
    ['\0\x7f\x9b', '\\x00\\x7f\\x9b'],
    ['a\u202eb\u2066', 'a\\u{202e}b\\u{2066}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ufeff', '\\u{feff}'],
    ['', ''],
  ])('%j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test('never lets through what a terminal obeys, and changes nothing else', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(obeyed);
        expect(printable(shown)).toBe(shown);
        if (!obeyed.test(text) && !/\p{Cf}/u.test(text)) expect(shown).toBe(text);
      }),
      { numRuns: 2000, seed },
    );
  });
});

describe('jsonText', () => {
  test('reads back the same, and never lets through what a terminal obeys', () => {
    fc.assert(
      fc.property(anyText, fc.string(), (text, key) => {
        const value = { [key]: [text, { text }], n: 1.5, nothing: null };
        const json = jsonText(value);
        expect(json).not.toMatch(obeyed);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 2000, seed },
    );
  });

  test('plain text stands as it is', () => {
    expect(jsonText({ a: 'ä "quoted" 漢字' })).toBe('{"a":"ä \\"quoted\\" 漢字"}');
    expect(jsonText('\x9b\u202e\u{e0041}')).toBe('"\\u009b\\u202e\\udb40\\udc41"');
  });
});
