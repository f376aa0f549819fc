import { describe, expect, test } from 'vitest';
import type { NginxChange, NginxConfig } from '../../src/model/nginx.ts';
import { maskNginx } from '../../src/model/nginx-secrets.ts';
import { nginxDriftJson, renderNginxDrift } from '../../src/report/nginx-drift.ts';
import { createStyle } from '../../src/report/style.ts';
import { renderUnified } from '../../src/report/unified.ts';

/** Equal for equal secrets, as the mark of a run is. */
const mark = (secret: string) => `****(${[...secret].reduce((sum, one) => sum + one.charCodeAt(0), 0)})`;
const hidden = (text: string) => maskNginx(text, () => '****');

describe('what is secret in nginx.conf', () => {
  test.each([
    ['proxy_set_header Authorization "Basic a;b";', 'proxy_set_header Authorization ****;'],
    ["proxy_set_header Cookie 'a=1; b=2';", 'proxy_set_header Cookie ****;'],
    ['fastcgi_param API_TOKEN abc;', 'fastcgi_param API_TOKEN ****;'],
    ['add_header Set-Cookie id=abc;', 'add_header Set-Cookie ****;'],
    ['set $db_password "x y";', 'set $db_password ****;'],
    ['client_secret s3cr3t;', 'client_secret ****;'],
    ['secure_link_md5 "$uri salt";', 'secure_link_md5 ****;'],
    ['proxy_pass http://user:pass@app/;', 'proxy_pass http://user:****@app/;'],
    ['a; proxy_set_header X-Api-Key abc; b;', 'a; proxy_set_header X-Api-Key ****; b;'],
    ['set $token "two\nlines";', 'set $token ****\n;'],
  ])('%s', (text, shown) => {
    expect(hidden(text)).toBe(shown);
  });

  test.each([
    'proxy_set_header Cookie $http_cookie;',
    'proxy_set_header Host $host;',
    'proxy_pass http://app:8080/;',
    'set $backend app;',
    'server_tokens off;',
    'proxy_cookie_path / /a;',
    '# http://example.com/user@host',
  ])('not in %s', (text) => {
    expect(hidden(text)).toBe(text);
  });

  test('is found in no time in any text', () => {
    for (const piece of ['set $token "', "client_secret '\\", '://a:', 'proxy_set_header ', 'add_header token'])
      expect(hidden(piece.repeat(20_000)).length).toBeGreaterThan(0);
  });
});

const file = '/etc/nginx/nginx.conf';
const configOf = (secret: string): NginxConfig => ({
  path: file,
  directives: [],
  errors: [],
  files: [{ path: file, text: `http {\n  proxy_set_header Authorization "${secret}; x";\n  root /srv;\n}\n` }],
});
const change: NginxChange = {
  path: 'http / proxy_set_header Authorization',
  group: 'http',
  kind: 'changed',
  a: { value: '"hunter2; x"', file, line: 2 },
  b: { value: '"swordfish; x"', file, line: 2 },
  effect: 'served',
  severity: 'error',
  elsewhere: 0,
  expected: null,
  code: 'HAD501',
};
const drift = { nodes: ['lb1', 'lb2'] as const, changes: [change], missing: [], syncedFrom: null, unsynced: [] };
const style = createStyle({ colour: false, utf8: false, columns: null });

test('the text of the files shows that secrets differ, and not what they are', () => {
  const text = renderUnified(drift, configOf('hunter2'), configOf('swordfish'), mark, style);
  expect(text).not.toMatch(/hunter2|swordfish/);
  expect(text).toMatch(/^- {2}proxy_set_header Authorization \*{4}\(\d+\);$/m);
  expect(text).toMatch(/^\+ {2}proxy_set_header Authorization \*{4}\(\d+\);$/m);
});

test('nor do the table and the JSON, with the same marks', () => {
  const [one, two] = ['hunter2; x', 'swordfish; x'].map(mark);
  const table = renderNginxDrift(drift, mark, style, true);
  const json = JSON.stringify(nginxDriftJson(drift, mark));
  for (const text of [table, json]) {
    expect(text).not.toMatch(/hunter2|swordfish/);
    expect(text).toContain(one);
    expect(text).toContain(two);
  }
});
