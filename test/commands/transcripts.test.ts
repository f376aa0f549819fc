import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { cases } from './cases.ts';
import { isInstalled } from './run.ts';
import { canonical, transcript } from './transcript.ts';

const folder = fileURLToPath(new URL('../golden', import.meta.url));
/** Only then golden files are written; vitest by itself would write those that are missing, and pass. */
const isUpdate = process.env['npm_lifecycle_event'] === 'test:update' && process.env['CI'] === undefined;
/** script(1) of util-linux gives a terminal; BSD's takes other options. */
const hasTerminal = isInstalled('script') && process.platform === 'linux';

describe('transcripts (npm run test:update writes them)', () => {
  test.concurrent.for(cases)('$name', async (tried, { expect, skip }) => {
    skip(tried.columns !== undefined && !hasTerminal, 'no script(1) of util-linux');
    const file = join(folder, `${tried.name}.md`);
    expect(isUpdate || existsSync(file), `${file} is missing: npm run test:update`).toBe(true);
    await expect(await transcript(tried)).toMatchFileSnapshot(file);
  });

  test('every golden file has a case, and every case a name of its own', () => {
    const names = cases.map(({ name }) => `${name}.md`).sort();
    expect(names).toEqual([...new Set(names)]);
    if (!isUpdate) expect(readdirSync(folder).sort()).toEqual(names);
  });

  test('every capture-independent word is the same on each run: marks are told apart by order', () => {
    expect(canonical('****(0a1b) ****(ffff) ****(0a1b)\x1b[0m')).toBe('****(aaaa) ****(bbbb) ****(aaaa)␛[0m');
  });
});
