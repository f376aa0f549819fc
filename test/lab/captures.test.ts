import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { captures, capturesReadme, encodedCaptures, takes } from './captures.ts';
import { sniff } from './sniff.ts';

const folder = fileURLToPath(new URL('../../captures', import.meta.url));
const files = readdirSync(folder).filter((file) => file !== 'README.md');

describe('captures/', () => {
  test('has a file for every row of its table, and a row for every file', () => {
    expect(files.toSorted()).toEqual(captures.map(({ file }) => file).toSorted());
  });

  test('has a README made from the table', async () => {
    await expect(capturesReadme()).toMatchFileSnapshot(join(folder, 'README.md'));
  });

  test('has no file of more than 20 kB', () => {
    expect(files.filter((file) => statSync(join(folder, file)).size > 20_000)).toEqual([]);
  });

  test('has nothing encoded that the lab plays', () => {
    const played = takes.flatMap(({ name, captures }) => [name, ...captures.map(({ file }) => file)]);
    expect(
      encodedCaptures.filter(({ file }) => played.includes(file) || played.includes(file.replace(/\..*/, ''))),
    ).toEqual([]);
    expect(encodedCaptures.filter(({ origin }) => origin !== 'encoded')).toEqual([]);
  });

  test.concurrent.for(captures)('$file shows what its row says', async ({ file, codes, info, maybe }, { expect }) => {
    const sniffed = await sniff(join(folder, file));
    const certain = sniffed.codes.filter((code) => codes.includes(code) || !maybe.includes(code));
    expect({ codes: certain, info: sniffed.info }).toEqual({ codes, info });
  });
});
