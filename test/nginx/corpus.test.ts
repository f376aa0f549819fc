import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadNginxDump } from '../../src/nginx/config/dump.ts';
import { gatherNginx } from '../../src/nginx/config/gather.ts';
import { openDirectory } from '../../src/node/directory.ts';
import { hasNginx, isAboutText, isRoot, testNginx } from './real-nginx.ts';

/** nginx trees of public projects, beside the repository; nothing of them is in it. */
const corpus = join(import.meta.dirname, '../../../shared/corpus/nginx');

/** Where a file may stand that is no whole configuration. */
const wrappers = {
  main: (include: string) => include,
  http: (include: string) => `events {}\nhttp { ${include} }\n`,
  server: (include: string) => `events {}\nhttp { server { ${include} } }\n`,
  location: (include: string) => `events {}\nhttp { server { location / { ${include} } } }\n`,
};

/** Files of which nginx and we do not say the same, each with nginx's own words. */
const knownDifferences: Readonly<Record<string, string>> = {};

describe.skipIf(!existsSync(corpus) || !hasNginx || !isRoot)('the corpus, beside nginx', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-doctor-nginx-'));
    cpSync(corpus, folder, { recursive: true, mode: 0 });
    // Users of other machines are none of ours, and nginx reads no further.
    for (const file of files) {
      const text = readFileSync(join(folder, file), 'latin1');
      rmSync(join(folder, file));
      writeFileSync(join(folder, file), text.replace(/^\s*user\s+[^;]*;/gm, ''), 'latin1');
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const files = existsSync(corpus)
    ? readdirSync(corpus, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(corpus, join(entry.parentPath, entry.name)))
    : [];

  test('there are files, and few that are read otherwise', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(Object.keys(knownDifferences).length).toBeLessThanOrEqual(files.length * 0.03);
  });

  test.each(files)('%s', async (file) => {
    const path = join(folder, file);
    for (const [context, wrap] of Object.entries(wrappers)) {
      const main = context === 'main' ? path : join(folder, file, '..', `wrapped-${context}-${file.split('/').at(-1)}`);
      if (context !== 'main') writeFileSync(main, wrap(`include ${path};`));
      const { errors } = await gatherNginx(main, openDirectory('/'));
      const [first] = errors;
      const ours = first === undefined ? null : `${first.message} in ${first.file}:${first.line}`;
      const { complaint } = testNginx(main);
      const theirs = complaint !== null && isAboutText(complaint) ? complaint : null;
      if (knownDifferences[file] !== undefined) expect(theirs).toBe(knownDifferences[file]);
      else
        expect(`${context}: ${ours}`).toBe(`${context}: ${theirs}${theirs === null && ours !== null ? complaint : ''}`);
    }
  });

  test.each(files.filter((file) => file.endsWith('/nginx.conf')))('%s as nginx -T prints it', async (file) => {
    const main = join(folder, file);
    const { isOk, stdout } = testNginx(main, '-T');
    if (!isOk) return;
    expect(loadNginxDump(Buffer.from(stdout, 'latin1').toString('utf8'))).toEqual(
      await gatherNginx(main, openDirectory('/')),
    );
  });
});
