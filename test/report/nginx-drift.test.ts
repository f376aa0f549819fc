import { describe, expect, test } from 'vitest';
import type { NginxChange, NginxDrift } from '../../src/model/nginx.ts';
import { nginxDriftJson, renderNginxDrift } from '../../src/report/nginx-drift.ts';
import { createStyle } from '../../src/report/style.ts';

const change = (changes: Partial<NginxChange>): NginxChange => ({
  path: 'http / server shop.example.com:443 / location /api / proxy_read_timeout',
  group: 'http / server shop.example.com:443',
  kind: 'changed',
  a: { value: '60s', file: '/etc/nginx/conf.d/shop.conf', line: 12 },
  b: { value: '5s', file: '/etc/nginx/conf.d/shop.conf', line: 14 },
  effect: 'behaviour',
  severity: 'warning',
  elsewhere: 0,
  expected: null,
  code: 'HAD501',
  ...changes,
});

const drift = (...changes: NginxChange[]): NginxDrift => ({
  nodes: ['lb1', 'lb2'],
  changes,
  missing: [],
  syncedFrom: null,
  unsynced: [],
});
const mark = (secret: string) => `****(${secret.length})`;
const plain = createStyle({ colour: false, utf8: false, columns: null });
const draw = (columns: number | null, ...changes: NginxChange[]) =>
  renderNginxDrift(drift(...changes), mark, { ...plain, columns }, false);

describe('the table of changes', () => {
  test('stands under the server that they are in, with both values and places', () => {
    const removed = change({
      kind: 'removed',
      path: 'http / server shop.example.com:443 / location /b',
      b: null,
      severity: 'error',
      elsewhere: 2,
    });
    expect(
      `\n${draw(null, change({}), removed, change({ group: 'file /etc/users', path: 'file /etc/users' }))}\n`,
    ).toMatchInlineSnapshot(`
      "
      http / server shop.example.com:443
                                               lb1               lb2
        ~  location /api / proxy_read_timeout  60s shop.conf:12  5s shop.conf:14
        -  location /b (and 2 more places)     60s shop.conf:12  -

      file /etc/users
              lb1               lb2
        ~     60s shop.conf:12  5s shop.conf:14
      "
    `);
  });

  test('says that there is none, and how many were expected', () => {
    expect(draw(null)).toBe('nginx: no difference');
    expect(draw(null, change({ expected: 'own', code: null }))).toBe(
      'nginx: no difference\n\n1 expected difference left out (--all)',
    );
  });

  test('fits into the terminal, and is safe for it', () => {
    const long = change({ a: { value: `\x1b[31m${'x'.repeat(500)}`, file: '/etc/nginx/a\x07.conf', line: 1 } });
    for (const columns of [80, 200]) {
      const text = draw(columns, long);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test('of thousands shows the first', () => {
    expect(draw(null, ...Array.from({ length: 1000 }, () => change({})))).toMatch(/\nand 800 more \(--json\)$/);
  });
});

test('as JSON', () => {
  expect(nginxDriftJson(drift(change({})), mark)).toEqual({
    changes: [
      {
        path: 'http / server shop.example.com:443 / location /api / proxy_read_timeout',
        kind: 'changed',
        a: { value: '60s', file: '/etc/nginx/conf.d/shop.conf', line: 12 },
        b: { value: '5s', file: '/etc/nginx/conf.d/shop.conf', line: 14 },
        finding: 'HAD501',
        severity: 'warning',
        effect: 'behaviour',
        elsewhere: 0,
        expected: null,
      },
    ],
    missing: [],
  });
});
