import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mutated } from './mutate.ts';
import { check, complaintsOf, sniffed } from './pipeline.ts';
import { Random } from './random.ts';
import { trial, tryMany } from './trial.ts';

const folder = fileURLToPath(new URL('../../captures', import.meta.url));
const seeds = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => readFileSync(join(folder, name)));
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const options = { columns: 80, live: false, pieceLength: 1 << 20 };

/** `npm run fuzz -- SECONDS SEED` goes on for longer, and with other seeds. */
test('captures that nobody recorded break nothing', async () => {
  const before = process.memoryUsage.rss();
  const tried = await tryMany(seeds, 20_261_120, 5000);
  expect(tried).toBeGreaterThan(20);
  expect(process.memoryUsage.rss() - before).toBeLessThan(400_000_000);
});

describe('what the fuzzer once broke stays mended', () => {
  beforeAll(() => {
    process.env['TZ'] = 'Asia/Kathmandu';
  });
  afterAll(() => {
    process.env['TZ'] = 'UTC';
  });

  test.for(readdirSync(fixtures))('%s', async (name) => {
    const bytes = readFileSync(join(fixtures, name));
    for (const live of [false, true]) {
      for (const columns of [null, 80]) await check(bytes, { columns, live, pieceLength: 61 });
    }
  });
});

describe('the fuzzer itself', () => {
  test('makes the same inputs of the same seed', () => {
    for (const number of [0, 1, 17, 200]) {
      expect(trial(seeds, 7, number)).toEqual(trial(seeds, 7, number));
      expect(trial(seeds, 7, number).bytes.equals(trial(seeds, 8, number).bytes)).toBe(false);
    }
  });

  test('reaches every kind of line and most rules: it is not turned away at the door', async () => {
    const types = new Set<string>();
    const codes = new Set<string>();
    for (let number = 0; number < 150; number++) {
      const answer = await sniffed(mutated(seeds, new Random(number)), { ...options, columns: null });
      for (const line of answer.lines) {
        types.add(line.type);
        if (line.type === 'finding') codes.add(line.code);
      }
    }
    expect([...types].sort()).toEqual(['advert', 'carp', 'finding', 'garp', 'summary', 'transition']);
    expect(codes.size).toBeGreaterThanOrEqual(14);
  });

  test('complains of what must not be', async () => {
    const answer = await sniffed(seeds[0] ?? Buffer.alloc(0), options);
    expect(complaintsOf(answer)).toEqual([]);
    expect(complaintsOf({ ...answer, text: 'a\x1b[2Jb' })).toHaveLength(1);
    expect(complaintsOf({ ...answer, text: 'prio undefined' })).toHaveLength(1);
    expect(complaintsOf({ ...answer, problems: ['two\nlines'] })).toHaveLength(2);
    expect(complaintsOf({ ...answer, lines: answer.lines.slice(0, -1) })).toEqual(['no summary at the end']);
    const [first, ...rest] = answer.lines;
    expect(complaintsOf({ ...answer, lines: [{ ...first, frame: 0 } as never, ...rest] })).toHaveLength(1);
  });
});
