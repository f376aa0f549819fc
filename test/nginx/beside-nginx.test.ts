import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatherNginx } from '../../src/nginx/config/gather.ts';
import { openDirectory } from '../../src/node/directory.ts';
import { hasNginx, isAboutText, isRoot, testNginx } from './real-nginx.ts';

/** Pieces of which configurations are made that nginx and we have to read alike. */
const pieces = fc.constantFrom(
  ...[
    ';',
    ' ; ',
    '{',
    '}',
    ' ',
    '\n',
    '\t',
    '\r\n',
    '"',
    "'",
    '\\',
    '\\"',
    "\\'",
    '#',
    '# x\n',
    '$',
    '${',
    '$' + '{a}',
    ')',
    '(',
  ],
  ...[
    'server',
    'location /',
    'if ($a)',
    'listen 1',
    'root a',
    'gzip on',
    'gzip',
    'map $a $b',
    'types',
    'return 200',
    'set $a',
  ],
  ...[
    'http',
    'events',
    'include',
    'mime.types',
    'a',
    'b c',
    '~*',
    '"q r"',
    "'s'",
    'access_by_lua_block',
    '--',
    '[[',
    ']]',
  ],
  ...['a'.repeat(4090), 'b'.repeat(700), ' '.repeat(2100), 'ü'.repeat(1400)],
);

/** nginx prints single bytes, and no more than 2,048 of them. */
function brief(complaint: string | null): string | null {
  if (complaint === null) return null;
  const short = complaint.replace(/([aü])\1{99,}.*/, '$1...');
  return short.replace(/unexpected "[^ -~]"/, 'unexpected "?"').replace(/(too long parameter ".).*("\.*)/, '$1$2');
}

describe.skipIf(!hasNginx || !isRoot)('beside nginx', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-doctor-nginx-'));
    writeFileSync(join(folder, 'mime.types'), 'text/html html;');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const firstErrors = async (text: string) => {
    const path = join(folder, 'nginx.conf');
    writeFileSync(path, text);
    const { errors } = await gatherNginx(path, openDirectory('/'));
    const { complaint } = testNginx(path);
    const ours = errors[0] === undefined ? null : `${errors[0].message} in ${errors[0].file}:${errors[0].line}`;
    // Of the machine and of values it complains where we have nothing to say.
    fc.pre(complaint === null || isAboutText(complaint));
    return { ours: brief(ours), theirs: brief(complaint) };
  };

  test.each([
    ['main', (soup: string) => soup],
    ['http', (soup: string) => `events {}\nhttp {\n${soup}\n}\n`],
    ['location', (soup: string) => `events {}\nhttp { server { location / {\n${soup}\n}}}\n`],
  ])('whatever stands in %s, the same first error', { timeout: 120_000 }, async (_, wrap) => {
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 14 }), async (soup) => {
        const { ours, theirs } = await firstErrors(wrap(soup.join('')));
        expect(ours).toBe(theirs);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 40) },
    );
  });
});
