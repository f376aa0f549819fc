import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NginxDirective } from '../../src/model/nginx.ts';
import { filesSource, isNginxDump, loadNginxDump } from '../../src/nginx/config/dump.ts';
import { gatherNginx } from '../../src/nginx/config/gather.ts';
import { matchesGlob } from '../../src/nginx/config/glob.ts';
import { loadNginx } from '../../src/nginx/config/load.ts';
import { openDirectory } from '../../src/node/directory.ts';

function load(files: Readonly<Record<string, string>>) {
  const source = filesSource(Object.entries(files).map(([name, text]) => ({ path: `/etc/nginx/${name}`, text })));
  const { directives, errors, ...rest } = loadNginx('/etc/nginx/nginx.conf', source);
  return {
    ...rest,
    directives,
    errors: errors.map(({ kind, file, line, message }) => `${kind} ${file.slice(11)}:${line} ${message}`),
  };
}

const written = (directives: readonly NginxDirective[]): unknown[] =>
  directives.map(({ name, args, block }) => [name, ...args, ...(block === null ? [] : [written(block)])]);

test('words, quotes, escapes, variables and comments', () => {
  const { directives, errors } = load({
    'nginx.conf': 'http { log_format a \'it\\\'s "x"\' "b\\tc" d\\;e # {\n ; map $a $b { "" $' + '{c}d; } }',
  });
  expect(errors).toEqual([]);
  expect(written(directives)).toEqual([
    [
      'http',
      [
        ['log_format', 'a', 'it\'s "x"', 'b\tc', 'd\\;e'],
        ['map', '$a', '$b', [['', '$' + '{c}d']]],
      ],
    ],
  ]);
});

test('each directive knows its file, line and context', () => {
  const { directives } = load({
    'nginx.conf': 'events {}\nhttp {\n  include conf.d/*.conf;\n}\n',
    'conf.d/b.conf': 'server {\n location / { return 200; } }',
    'conf.d/a.conf': '\nupstream u { server 10.0.0.1; }',
    'conf.d/.hidden.conf': 'nothing;',
  });
  const all: string[] = [];
  const walk = (list: readonly NginxDirective[]) => {
    for (const { name, file, line, context, block } of list) {
      all.push(`${context}: ${name} ${file.slice(11)}:${line}`);
      walk(block ?? []);
    }
  };
  walk(directives);
  expect(all).toEqual([
    'main: events nginx.conf:1',
    'main: http nginx.conf:2',
    'http: upstream conf.d/a.conf:2',
    'http/upstream: server conf.d/a.conf:2',
    'http: server conf.d/b.conf:1',
    'http/server: location conf.d/b.conf:2',
    'http/location: return conf.d/b.conf:2',
  ]);
});

test('the body of a Lua block is one word', () => {
  const body = " -- it's }\n local s = \"}\" .. '\\'}' .. [==[ } ]] ]==] --[[ } ]]\n if x then y({ 1 }) end ";
  const { directives, errors } = load({ 'nginx.conf': `http { server { set_by_lua_block $x {${body}} root /; } }` });
  expect(errors).toEqual([]);
  expect(written(directives)).toEqual([
    [
      'http',
      [
        [
          'server',
          [
            ['set_by_lua_block', '$x', body, []],
            ['root', '/'],
          ],
        ],
      ],
    ],
  ]);
});

describe('errors are collected, and nothing is lost', () => {
  test.each([
    ['http { server { listen 80 } root /; }', ['syntax nginx.conf:1 unexpected "}"']],
    ['http { server { listen 80; }', ['syntax nginx.conf:1 unexpected end of file, expecting "}"']],
    ['}\nhttp {}', ['syntax nginx.conf:1 unexpected "}"']],
    [
      'http { proxy_pas x; listen 80; }',
      [
        'unknown nginx.conf:1 unknown directive "proxy_pas"',
        'directive nginx.conf:1 "listen" directive is not allowed here',
      ],
    ],
    [
      'http { include gone.conf; include none/*.conf; root a; }',
      ['include nginx.conf:1 open() "/etc/nginx/gone.conf" failed (2: No such file or directory)'],
    ],
  ])('%s', (text, errors) => {
    const config = load({ 'nginx.conf': text });
    expect(config.errors).toEqual(errors);
    expect(config.directives.some(({ name }) => name === 'http')).toBe(true);
  });

  test('files that include one another', () => {
    const { errors } = load({ 'nginx.conf': 'include a;', a: 'include b;', b: 'include a; user x;' });
    expect(errors).toEqual([
      'include b:1 the include leads back to itself: /etc/nginx/a -> /etc/nginx/b -> /etc/nginx/a',
    ]);
  });

  test('files that multiply', () => {
    const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}`, `include f${i + 1};`.repeat(10)]));
    const { errors } = load({ 'nginx.conf': 'include f0;', ...files, f8: 'user x;' });
    expect(errors.at(-1)).toMatch(/more than 500000 directives, with includes; the rest is left out$/);
  });

  test('bytes, a line of ten megabytes, braces without end', () => {
    const bytes = String.fromCharCode(...Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 256));
    expect(load({ 'nginx.conf': bytes }).errors.length).toBeLessThanOrEqual(64);
    expect(load({ 'nginx.conf': `user ${'x'.repeat(10_000_000)};` }).errors).toEqual([
      'syntax nginx.conf:1 too long parameter "xxxxxxxxxx..." started',
    ]);
    expect(load({ 'nginx.conf': 'a {'.repeat(100_000) }).errors).toContain(
      'syntax nginx.conf:1 more than 64 blocks stand in one another',
    );
  });
});

describe('from a directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ha-doctor-nginx-'));
    mkdirSync(join(folder, 'etc/nginx/conf.d'), { recursive: true });
    writeFileSync(
      join(folder, 'etc/nginx/nginx.conf'),
      'events {}\nhttp { include conf.d/*.conf; include loop.conf; }\n',
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('a loop of links, a folder and a file that are not to be read', async () => {
    symlinkSync('loop.conf', join(folder, 'etc/nginx/loop.conf'));
    mkdirSync(join(folder, 'etc/nginx/conf.d/folder.conf'));
    writeFileSync(join(folder, 'etc/nginx/conf.d/z.conf'), 'root /srv;');
    const { errors, directives } = await gatherNginx('/etc/nginx/nginx.conf', openDirectory(folder));
    expect(errors.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'unreadable: open() "/etc/nginx/conf.d/folder.conf" failed (it is a directory)',
      'unreadable: open() "/etc/nginx/loop.conf" failed (too many symbolic links)',
    ]);
    expect(written(directives)).toEqual([
      ['events', []],
      ['http', [['root', '/srv']]],
    ]);
  });
});

test.each([
  ['/a/*.conf', '/a/b.conf', true],
  ['/a/*.conf', '/a/.b.conf', false],
  ['/a/*.conf', '/a/b/c.conf', false],
  ['/a/*/c', '/a/b/c', true],
  ['/a/?[b-d]', '/a/xc', true],
  ['/a/[!b-d]', '/a/c', false],
  ['/a/[!b-d]', '/a/x', true],
  ['/a/*b*c', '/a/abxbxc', true],
  ['/a/*b*c', '/a/abxbxd', false],
  [`/${'*a'.repeat(500)}b`, `/${'a'.repeat(5000)}`, false],
])('the pattern %s and %s', (pattern, path, fits) => {
  expect(matchesGlob(pattern, path)).toBe(fits);
});

test('what nginx -T prints, with its own words before', () => {
  const dump = `nginx: the configuration file /etc/nginx/nginx.conf syntax is ok
# configuration file /etc/nginx/nginx.conf:
http {
include conf.d/*.conf;
}

# configuration file /etc/nginx/conf.d/a.conf:
root /a;
# configuration file /etc/nginx/nginx.conf:
index b;

`;
  expect(isNginxDump(dump)).toBe(true);
  expect(isNginxDump('http {}')).toBe(false);
  const { files, directives, errors } = loadNginxDump(dump);
  expect(errors).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual(['/etc/nginx/nginx.conf', '/etc/nginx/conf.d/a.conf']);
  expect(written(directives)).toEqual([
    [
      'http',
      [
        ['root', '/a'],
        ['index', 'b'],
      ],
    ],
  ]);
});
