import { describe, expect, test } from 'vitest';
import { comparePair } from '../../src/compare/pair.ts';
import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import { behavioursIn } from '../../src/keepalived/versions/behaviours.ts';
import { isSameSecret, readSecretMark } from '../../src/model/secret.ts';
import { Redaction, secretDefinitions } from '../../src/node/redaction.ts';

const mark = /\*{4}\([0-9a-f]{6}-[0-9a-f]{8}\+?\)/g;
const masked = (text: string) => new Redaction().text(text).replace(mark, '#');

describe('secrets are masked, and what stands around them stays', () => {
  test.each([
    ['  auth_pass s3cret', '  auth_pass #'],
    ['authentication { auth_type PASS auth_pass s3cret }', 'authentication { auth_type PASS auth_pass # }'],
    ['  # auth_pass old-one', '  # auth_pass #'],
    ['  auth_pass "two words"  # why', '  auth_pass "#"  # why'],
    ['  key 1 0123456789abcdef', '  key 1 #'],
    ['export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'export AWS_SECRET_ACCESS_KEY=#'],
    ['AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE"', 'AWS_ACCESS_KEY_ID="#"'],
    ['key AKIAIOSFODNN7EXAMPLE is used', 'key # is used'],
    ['{"SecretAccessKey": "abc/def+ghi", "a": 1}', '{"SecretAccessKey": "#", "a": 1}'],
    ['{"args":"curl --password \\"x y\\" z"}', '{"args":"curl --password \\"#\\" z"}'],
    ["PASSWORD='$ecret word'", "PASSWORD='#'"],
    ['password: hunter2, user: a', 'password: # user: a'],
    ['curl -u monitor:pa55 http://127.0.0.1/', 'curl -u monitor:# http://127.0.0.1/'],
    ['curl --user "monitor:pa55" http://x', 'curl --user "monitor:#" http://x'],
    ['proxy_pass http://user:pw@backend:80;', 'proxy_pass http://user:#@backend:80;'],
    ['proxy_set_header Authorization "Basic dXNlcjpwdw==";', 'proxy_set_header Authorization "#";'],
    ['-H "Authorization: Bearer abc.def"', '-H "Authorization: Bearer #"'],
    ['set $api_token "abc";', 'set $api_token "#";'],
    ['secure_link_md5 "$secure_link_expires$uri very-secret";', 'secure_link_md5 "#";'],
    ['client_secret abc;', 'client_secret #;'],
    ['sshpass -p pw ssh lb2', 'sshpass -p # ssh lb2'],
    ['mysql -h db -ppw -e "select 1"', 'mysql -h db -p# -e "select 1"'],
    ['snmpget -v2c -c public-not 10.0.0.1', 'snmpget -v2c -c # 10.0.0.1'],
    ['ops:$apr1$abcdefgh$0123456789abcdefghijk.', 'ops:#'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4', 'token #'],
    [
      'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb',
      'a\n-----BEGIN RSA PRIVATE KEY-----#\nb',
    ],
    ['-----BEGIN PRIVATE KEY-----\nMIIE and no end', '-----BEGIN PRIVATE KEY-----#'],
  ])('%s', (text, expected) => expect(masked(text)).toBe(expected));
});

test('what is no secret stays as it is', () => {
  const text = `  auth_type PASS
  auth_pass 1111
  auth_pass <password>
PASSWORD=$(cat /etc/pw) TOKEN="\${TOKEN:-}" PASS=$1
  proxy_pass http://backend:8080/path@x;
  ssl_certificate_key /etc/ssl/key.pem;
  auth_basic_user_file /etc/nginx/htpasswd;
  track_script { chk_password }
  set $upstream backend;
Keepalived_vrrp[7]: (VI_1) received an invalid passwd!
passed=3 tests, tokens 5
`;
  expect(new Redaction().text(text)).toBe(text);
});

test('equal secrets have equal marks, of VRRP passwords by their first 8 bytes', () => {
  const redaction = new Redaction();
  const marks =
    redaction.text('auth_pass longpass\nauth_pass longpass1\nauth_pass longpasX\nauth_pass "longpass"').match(mark) ??
    [];
  const [exact, longer, other, quoted] = marks.map((text) => readSecretMark(text));
  expect(exact).toMatchObject({ isLonger: false });
  expect(longer).toEqual({ significant: exact?.significant, isLonger: true });
  expect(other?.significant).not.toBe(exact?.significant);
  expect(quoted).toEqual(exact);
  expect(redaction.text(redaction.text('auth_pass longpass'))).toBe(redaction.text('auth_pass longpass'));
  expect(redaction.field('longpass')).toMatch(/^\*[0-9a-f]{7}$/);
  expect(redaction.field('1111')).toBe('1111');
});

test('marks of two keys are not compared', () => {
  const [a, b] = [new Redaction(), new Redaction()].map((redaction) => redaction.secret('same'));
  expect([isSameSecret(a!, a!), isSameSecret(a!, b!), isSameSecret(a!, 'same'), isSameSecret(a!, '1111')]).toEqual([
    true,
    null,
    null,
    false,
  ]);
});

test('a password that is a definition is masked where it is defined', () => {
  const [main, defined] = [`auth_pass $PASS\nauth_pass \${PASS}\nauth_pass $other`, '$PASS=s3cret\n$VIP=10.0.0.1\n'];
  const names = secretDefinitions([main, defined]);
  expect([...names]).toEqual(['PASS']);
  const redaction = new Redaction();
  expect(redaction.text(main, names).replace(mark, '#')).toBe(`auth_pass $PASS\nauth_pass \${PASS}\nauth_pass $other`);
  expect(redaction.text(defined, names).replace(mark, '#')).toBe('$PASS=#\n$VIP=10.0.0.1\n');
});

describe('rules decide on marks as on what they stand for', () => {
  const conf = (password: string) => `vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 7
  priority 100
  authentication {
    auth_type PASS
    auth_pass ${password}
  }
  virtual_ipaddress { 10.0.0.1 }
}
`;
  const nodeOf = (node: string, text: string) => {
    const files = { read: () => ({ text, isExecutable: false }), glob: () => ['/k.conf'] };
    const config = parseKeepalivedConfig('/k.conf', files, { configId: null, version: null });
    if (config === null) throw new Error('no configuration');
    return { node, keepalivedVersion: null, behaviours: behavioursIn(null), config, scripts: [] };
  };
  const codes = (a: string, b: string) => {
    const pair = comparePair(nodeOf('lb1', a), nodeOf('lb2', b), []);
    return pair.differences.flatMap(({ code, isExpected }) => (isExpected ? [] : [code]));
  };

  test.each([
    ['secret', 'secret'],
    ['secret', 'other'],
    ['longpass1', 'longpass2'],
    ['1111', 'secret'],
  ])('%s and %s', (a, b) => {
    const redaction = new Redaction();
    expect(codes(redaction.text(conf(a)), redaction.text(conf(b)))).toEqual(codes(conf(a), conf(b)));
    expect(codes(redaction.text(conf(a)), redaction.text(conf(a)))).toEqual(codes(conf(a), conf(a)));
    const [plain, marked] = [conf(a), redaction.text(conf(a))].map((text) => nodeOf('lb1', text).config);
    expect(marked?.errors.map(({ kind, line }) => [kind, line])).toEqual(
      plain?.errors.map(({ kind, line }) => [kind, line]),
    );
  });

  test('of bundles that were made apart nothing is said', () => {
    expect(codes(new Redaction().text(conf('one')), new Redaction().text(conf('two')))).toEqual(
      codes(conf('one'), conf('one')),
    );
  });
});

test('no text takes long', () => {
  const redaction = new Redaction();
  for (const part of [
    'password',
    'password=',
    'password="',
    'a',
    '-',
    '://a:',
    '-----BEGIN PRIVATE KEY-----',
    ' -u a:',
    'snmpget ',
    'mysql ',
    '$',
    'eyJaaaaaaaaa.',
    'set $key',
  ]) {
    const started = performance.now();
    redaction.text(part.repeat(Math.ceil(1_000_000 / part.length)));
    expect([part, performance.now() - started < 5000]).toEqual([part, true]);
  }
});
