import fc from 'fast-check';
import { expect, it } from 'vitest';
import { byteSearch } from '../../src/syslog/byte-search.ts';

const room = 300;
/** Few letters, so that texts and their beginnings turn up by chance. */
const letters = fc.constantFrom('a', 'b', 'K', '\n', ' ', 'ÿ');
const text = fc.array(fc.constantFrom('a', 'b', 'K', ' '), { minLength: 4, maxLength: 7 }).map((all) => all.join(''));

it('counts and finds what plain loops do', () => {
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: room }),
      fc.array(text, { minLength: 1, maxLength: 20 }),
      fc.nat(room),
      fc.nat(room),
      (content, texts, one, other) => {
        const search = byteSearch(room, texts);
        const latin1 = content.join('');
        search.bytes.set(Buffer.from(latin1, 'latin1'));
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const lineFeeds = [...latin1.slice(from, to)].filter((letter) => letter === '\n').length;
        expect(search.countLines(from, to)).toBe(lineFeeds);
        const lineFeed = latin1.indexOf('\n', from);
        expect(search.lineFeed(from, to)).toBe(lineFeed < 0 ? to : Math.min(lineFeed, to));
        // Never behind the first of them, and every one in turn.
        const places = [...latin1].flatMap((_, at) =>
          at >= from && at < to && texts.some((its) => latin1.startsWith(its, at)) ? [at] : [],
        );
        const found: number[] = [];
        for (let at = search.find(from, to); at < to; at = search.find(at + 1, to)) found.push(at);
        expect(found).toEqual(expect.arrayContaining(places));
        expect(found.every((at) => at >= from && at < to)).toBe(true);
        // By its first letters a place may be another text's or none; not where there is one text alone.
        if (texts.length === 1) {
          const begins = (at: number) => latin1.startsWith(texts[0]!.slice(0, 4), at);
          expect(found.filter((at) => !begins(at) && at + 4 <= latin1.length)).toEqual([]);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
