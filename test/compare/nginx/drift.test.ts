import { describe, expect, test } from 'vitest';
import { brief, drift } from './configs.ts';

const http = (...lines: string[]) => `events {}\nhttp {\n${lines.join('\n')}\n}\n`;
const server = (...lines: string[]) => http('server {', 'listen 80;', 'server_name shop.example.com;', ...lines, '}');

describe('what is one thing', () => {
  test('a changed value is one line, with both values and both places', () => {
    expect(brief(drift(server('proxy_read_timeout 60s;'), server('', 'proxy_read_timeout 30s;')))).toEqual([
      'changed http / server shop.example.com:80 / proxy_read_timeout: 60s (6) -> 30s (7) warning',
    ]);
  });

  test('a server by its names and addresses, wherever it stands', () => {
    const shop = 'server { listen 443 ssl; server_name shop.example.com; root /shop; }';
    const blog = 'server { listen 443 ssl; server_name blog.example.com; root /blog; }';
    const fallback = 'server { listen 443 ssl default_server; return 444; }';
    expect(brief(drift(http(fallback, shop, blog), http(fallback, blog, shop.replace('/shop', '/new'))))).toEqual([
      'changed http / server shop.example.com:443 / root: /shop (4) -> /new (5) error',
    ]);
  });

  test('a server that lost its address is still the same', () => {
    const on = (listen: string) => http(`server { listen ${listen}; server_name a.example.com b.example.com; }`);
    expect(brief(drift(on('80'), on('8080')))).toEqual([
      'changed http / server a.example.com:80 / listen: 80 (3) -> 8080 (3) error',
    ]);
  });

  test('a location by its modifier and path', () => {
    const a = server('location = /a { return 200; }', 'location /a { return 201; }', 'location /b { return 202; }');
    const b = server('location /a { return 201; }', 'location = /a { return 404; }');
    expect(brief(drift(a, b))).toEqual([
      'changed http / server shop.example.com:80 / location = /a / return: 200 (6) -> 404 (7) error',
      'removed http / server shop.example.com:80 / location /b: location /b (8) -> nothing error',
    ]);
  });

  test('an upstream by its name, a server in it by its address, a map by its variables', () => {
    const a = http('upstream app { server 10.0.0.1:80; server 10.0.0.2:80; }', 'map $host $pool { default a; x b; }');
    const b = http(
      'upstream app { server 10.0.0.1:80 weight=5; server 10.0.0.9:80; }',
      'map $host $pool { default a; x c; }',
    );
    expect(brief(drift(a, b))).toEqual([
      'changed http / upstream app / server 10.0.0.1:80: 10.0.0.1:80 (3) -> weight=5 (3) error',
      'changed http / upstream app / server: 10.0.0.2:80 (3) -> 10.0.0.9:80 (3) error',
      'changed http / map $host $pool / x: b (4) -> c (4) error',
    ]);
  });

  test('a header by its name', () => {
    const a = server('add_header X-A 1;', 'add_header X-B 1;');
    const b = server('add_header X-B 2;', 'add_header X-C 1;');
    expect(brief(drift(a, b)).map((line) => line.replace(/.*:80 \/ /, ''))).toEqual([
      'add_header X-B: 1 (7) -> 2 (6) warning',
      'add_header X-A: X-A 1 (6) -> nothing warning',
      'add_header X-C: nothing -> X-C 1 (7) warning',
    ]);
  });
});

describe('order', () => {
  test('of regular expressions has a meaning, of prefixes has none', () => {
    const regex = (...paths: string[]) => server(...paths.map((path) => `location ${path} { return 200; }`));
    expect(brief(drift(regex('/a', '/b'), regex('/b', '/a')))).toEqual([]);
    expect(brief(drift(regex('~ a', '/x', '~ b', '~ c'), regex('~ b', '~ c', '/x', '~ a')))).toEqual([
      'moved http / server shop.example.com:80 / location ~ a: location ~ a (6) -> location ~ a (9) error',
    ]);
  });

  test('of allow and deny, of if, set and rewrite', () => {
    expect(brief(drift(server('allow 10.0.0.0/8;', 'deny all;'), server('deny all;', 'allow 10.0.0.0/8;')))).toEqual([
      'moved http / server shop.example.com:80 / allow 10.0.0.0/8: 10.0.0.0/8 (6) -> 10.0.0.0/8 (7) error',
    ]);
    expect(
      brief(drift(server('set $a 1;', 'if ($b) { return 403; }'), server('if ($b) { return 403; }', 'set $a 1;'))),
    ).toHaveLength(1);
  });

  test('of upstream servers, headers and names beyond the first has none', () => {
    const a = http(
      'upstream app { server 10.0.0.1; server 10.0.0.2; }',
      'server { server_name a b c; gzip_types x y; }',
    );
    const b = http(
      'upstream app { server 10.0.0.2; server 10.0.0.1; }',
      'server { server_name a c b; gzip_types y x; }',
    );
    expect(brief(drift(a, b))).toEqual([]);
  });

  test('of servers is told where it makes another one the default', () => {
    const one = 'server { listen 80; server_name one; }';
    const two = 'server { listen 80; server_name two; }';
    expect(brief(drift(http(one, two), http(two, one)))).toEqual([
      'changed http / default server of *:80: server one:80 (3) -> server two:80 (3) error',
    ]);
    const last = 'server { listen 80 default_server; server_name last; }';
    expect(brief(drift(http(one, two, last), http(two, one, last)))).toEqual([]);
  });
});

test('a block that stands elsewhere has moved', () => {
  const api = 'location /api { proxy_pass http://10.0.0.1; }';
  const servers = (a: string, b: string) => http(`server { server_name a; ${a} }`, `server { server_name b; ${b} }`);
  expect(brief(drift(servers(api, ''), servers('', api)))).toEqual([
    'moved http / server a:80 / location /api: location /api (3) -> location /api (4) error',
  ]);
});

test('what means the same is no change', () => {
  const a = server('proxy_read_timeout 60s;', 'client_max_body_size 1m;', 'gzip ON;', 'ssl_protocols TLSv1.2 TLSv1.3;');
  const b = server(
    "'proxy_read_timeout' 1m; # x",
    'client_max_body_size 1024k;',
    'gzip on;',
    'ssl_protocols TLSv1.3 "TLSv1.2";',
  );
  expect(brief(drift(a, b.replace('listen 80', 'listen *:80')))).toEqual([]);
});

test("the nodes' own addresses and names are no change", () => {
  const own = (node: string, address: string) =>
    http(
      `access_log /var/log/nginx/${node}.access.log;`,
      `server { listen ${address}:80; server_name ${node}.example.com; add_header X-Node ${node}; }`,
      'upstream both { server 10.77.0.1:8080; server 10.77.0.2:8080 backup; }',
    );
  expect(brief(drift(own('lb1', '10.77.0.1'), own('lb2', '10.77.0.2')))).toEqual([]);
  expect(brief(drift(own('lb1', '10.77.0.1'), own('lb12', '10.77.0.25')))).not.toEqual([]);
});

test('what a line of an included file changes in many places is told once', () => {
  const files = (timeout: string) => ({
    'nginx.conf': http(
      'server { server_name a; include proxy.conf; }',
      'server { server_name b; include proxy.conf; }',
    ),
    'proxy.conf': `proxy_read_timeout ${timeout};`,
  });
  const changes = drift(files('60s'), files('10s'));
  expect(changes).toMatchObject([{ path: 'http / server a:80 / proxy_read_timeout', elsewhere: 1 }]);
});

test.each([
  ['access_log /a;', 'access_log /b;', 'info'],
  ['keepalive_timeout 5;', 'keepalive_timeout 6;', 'warning'],
  ['ssl_protocols TLSv1.2;', 'ssl_protocols TLSv1.3;', 'error'],
  ['ssl_session_timeout 5m;', 'ssl_session_timeout 6m;', 'warning'],
  ['deny all;', '', 'error'],
  ['try_files $uri =404;', 'try_files $uri /x;', 'error'],
])('%s instead of %s is %s', (a, b, severity) => {
  expect(drift(server(a), server(b)).map((change) => change.severity)).toEqual([severity]);
});
