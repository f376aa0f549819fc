import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { captureBytes, packetEnds } from './adverts.ts';
import { type Ended, haDoctor, isInstalled, quoted, shell } from './run.ts';
import { scratch } from './scratch.ts';
import { sniffLines, summaryOf } from './shapes.ts';

const { folder, file } = scratch();

const small = captureBytes('no-vips.pcap');
const ends = packetEnds(small);

/** One clear line, perhaps with a hint, and nothing that a person would take for a crash. */
function expectError({ stderr, exitCode }: Ended, message: RegExp | string): void {
  const lines = stderr.trimEnd().split('\n');
  const errors = lines.filter((line) => line.startsWith('ha-doctor: error: '));
  expect(errors).toHaveLength(1);
  expect(lines.filter((line) => !/^ha-doctor: (error|hint|warning): \S/.test(line))).toEqual([]);
  const [error = ''] = errors;
  if (typeof message === 'string') expect(error).toBe(`ha-doctor: error: ${message}`);
  else expect(error).toMatch(message);
  expect(error.length).toBeLessThan(200);
  expect(stderr).not.toMatch(/\n {4}at |Error:|undefined|\[object/);
  expect(exitCode).toBe(2);
}

describe('what is no capture', () => {
  const noise = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * i * 31 + 7) & 0xff));
  const inputs: readonly [what: string, content: string | Uint8Array, message: RegExp][] = [
    ['an empty file', '', / is empty$/],
    ['one byte', '\x01', / is not a capture, but some other binary file$/],
    ['four bytes of a pcap file', small.subarray(0, 4), / is cut short before its first frame: 4 of the 24 bytes /],
    ['binary garbage', noise, / is not a capture, but some other binary file$/],
    ['text', 'vrrp_instance VI_1 {\n}\n', / is not a capture, but text$/],
    ['an endless line', 'x'.repeat(100_000), / is not a capture, but text$/],
    ['gzip of nothing', gzipSync(''), / is empty$/],
    ['gzip of text', gzipSync('hello'), / is not a capture, but text$/],
    ['gzip of gzip', gzipSync(gzipSync(small)), / is compressed with gzip twice$/],
    ['the start of a gzip file', gzipSync(small).subarray(0, 5), / its gzip data end early$/],
  ];

  test.concurrent.for(inputs)('%s, as a file and on stdin', async ([what, content, message], { expect }) => {
    const path = file(`${what.replaceAll(' ', '-')}.bin`, content);
    const [byName, byPipe] = await Promise.all([
      haDoctor(['sniff', '-r', path]),
      haDoctor(['sniff', '-r', '-'], { input: Buffer.from(content as string) }),
    ]);
    expectError(byName, message);
    expectError(byPipe, message);
    expect(byName.stdout + byPipe.stdout).toBe('');
    expect(byName.stderr).toContain(path);
    expect(byPipe.stderr).toContain('error: stdin is ');
  });

  test('a directory, and something in a file as if it were one', async () => {
    mkdirSync(join(folder, 'lb1'));
    expectError(await haDoctor(['sniff', '-r', 'lb1'], { cwd: folder }), 'lb1 holds no captures');
    file('plain', 'x');
    expectError(
      await haDoctor(['sniff', '-r', 'plain/x.pcap'], { cwd: folder }),
      'cannot open plain/x.pcap: there is no such file',
    );
    expectError(await shell(`ha-doctor sniff -r - < ${folder}`), 'stdin is a directory, not a capture');
  });

  test('devices', async () => {
    expectError(await haDoctor(['sniff', '-r', '/dev/null']), '/dev/null is a device, not a capture file');
    expectError(await haDoctor(['sniff', '-r', '/dev/zero']), '/dev/zero is a device, not a capture file');
    expectError(await shell('ha-doctor sniff -r - < /dev/null'), 'stdin is empty');
  });

  test('a missing file, and an empty name', async () => {
    expectError(await haDoctor(['sniff', '-r', 'nope.pcap']), 'cannot open nope.pcap: there is no such file');
    expectError(await haDoctor(['sniff', '-r', '']), '--read "": expected the name of a file');
  });

  const canDrop = process.getuid?.() !== 0 || isInstalled('setpriv');
  test.skipIf(!canDrop)('a file that one may not read', async () => {
    chmodSync(file('secret.pcap', small), 0o000);
    const unprivileged =
      process.getuid?.() === 0 ? 'setpriv --reuid 65534 --regid 65534 --clear-groups bash -c' : 'bash -c';
    const run = await shell(
      `export -f ha-doctor; ${unprivileged} "ha-doctor sniff -r ${join(folder, 'secret.pcap')} --json"`,
    );
    expectError(run, `cannot open ${join(folder, 'secret.pcap')}: permission denied`);
    expect(summaryOf(sniffLines(run.stdout)).errors).toHaveLength(1);
  });
});

describe('a capture that was cut', () => {
  // The others are tried in one process, for every byte: cut.test.ts.
  const lengths = [23, 24, 25, 24 + 15, 24 + 16, ...ends.slice(1, 4).flatMap((end) => [end - 1, end, end + 1])];

  test.concurrent.for(lengths)('after %i bytes', async (length, { expect }) => {
    const isWhole = ends.includes(length);
    const run = await haDoctor(['sniff', '-r', file(`cut-${length}.pcap`, small.subarray(0, length)), '--json']);
    const summary = summaryOf(sniffLines(run.stdout));
    expect(summary.frames).toBe(ends.filter((end) => end <= length).length - (length >= 24 ? 1 : 0));
    if (isWhole) expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    else expectError(run, / is cut short (before its first frame|after frame \d+): \d+ (of the \d+ )?bytes of /);
  });

  test('what was before the cut is reported, also as text', async () => {
    const run = await haDoctor(['sniff', '-r', file('half.pcap', small.subarray(0, (ends[5] ?? 0) + 3))]);
    expectError(run, / is cut short after frame 5: 3 bytes of a packet header$/);
    expect(run.stdout).toContain('master 10.77.0.1');
    expect(run.stdout).toContain('5 frames, ');
  });

  test('findings and an unreadable rest: 2 wins over 1', async () => {
    const split = captureBytes('auth-mismatch.pcap');
    const run = await haDoctor(['sniff', '-r', file('split.pcap', split.subarray(0, split.length - 1)), '-q']);
    expectError(run, / is cut short after frame 32: /);
    expect(run.stdout).toContain('HAD101');
  });

  test('--fail-on never removes 1, not 2', async () => {
    const run = await haDoctor(['sniff', '-r', join(folder, 'split.pcap'), '-q', '--fail-on', 'never']);
    expect(run.exitCode).toBe(2);
  });

  test.concurrent.for([1, 9, 17, 60])('gzip data without the last %i bytes', async (missing, { expect }) => {
    const packed = gzipSync(small);
    const path = file(`cut-${missing}.pcap.gz`, packed.subarray(0, packed.length - missing));
    const run = await haDoctor(['sniff', '-r', path]);
    expectError(run, / is cut short (before its first frame|after frame \d+): its gzip data end early$/);
    if (missing < 60) expect(run.stdout).toContain('master 10.77.0.1');
  });

  test('gzip data with a wrong byte', async () => {
    const packed = gzipSync(small);
    packed[packed.length - 30] = (packed[packed.length - 30] ?? 0) ^ 0x55;
    expectError(
      await haDoctor(['sniff', '-r', file('wrong.pcap.gz', packed)]),
      / is damaged (before its first|after) frame/,
    );
  });

  test('gzip data with something behind it: a warning, and all is well', async () => {
    const run = await haDoctor(['sniff', '-r', file('more.gz', Buffer.concat([gzipSync(small), Buffer.from('more')]))]);
    expect(run.stderr).toMatch(/^ha-doctor: warning: .*more\.gz: what follows its gzip data is ignored\n$/);
    expect(run.exitCode).toBe(0);
  });
});

describe('a capture that lies', () => {
  const withU32 = (at: number, value: number) => {
    const bytes = Buffer.from(small);
    bytes.writeUInt32LE(value, at);
    return bytes;
  };

  test.concurrent.for([
    ['a packet of 4 GB', withU32(24 + 8, 0xffff_ffff), / damaged before its first frame: .*4294967295 bytes long/],
    ['a packet of 262145 bytes', withU32((ends[2] ?? 0) + 8, 262_145), / damaged after frame 2: .*262145 bytes long/],
    ['a packet as large as may be', withU32((ends[2] ?? 0) + 8, 262_144), / cut short after frame 2: /],
    ['a version that is none', withU32(4, 0x0009_0009), / version 9\.9 of the pcap format is not one that exists/],
    ['a link type that nobody knows', withU32(20, 147), /: cannot read link type 147$/],
    ['a link type without IP', withU32(20, 105), /: cannot read link type IEEE802_11$/],
  ] as const)('%s', async ([what, bytes, message], { expect }) => {
    const run = await haDoctor(['sniff', '-r', file(`${what.replaceAll(' ', '-')}.pcap`, bytes)]);
    expectError(run, message);
    expect(run.stdout).not.toContain('nothing wrong');
  });
});

test('a name with a newline, an escape sequence and a turn of direction reaches the terminal as text', async () => {
  const name = 'lb1\n\x1b[2J\x1b]0;pwned\x07\u202e\x9b31m\u2028.pcap';
  const shown = 'lb1\\x0a\\x1b[2J\\x1b]0;pwned\\x07\\u{202e}\\x9b31m\\u{2028}.pcap';
  const missing = await haDoctor(['sniff', '-r', name], { cwd: folder });
  expectError(missing, `cannot open ${shown}: there is no such file`);
  const path = file(name, captureBytes('v2-multicast.pcap'));
  const found = await haDoctor(['sniff', '-r', path, '--vrid', '9']);
  expect(found.stdout).toContain(`no adverts of vrid 9 in ${path.replace(name, shown)} for `);
  expect(found.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
  const json = await haDoctor(['sniff', '-r', path, '--vrid', '9', '--json']);
  expect(json.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
  expect(summaryOf(sniffLines(json.stdout)).captures).toEqual([path]);
});

test.concurrent.for([
  [
    'an interface',
    ['sniff', '-i', 'eth\x1b[31m0\n\u202e'],
    '"eth\\x1b[31m0\\x0a\\u{202e}" is not the name of an interface',
  ],
  ['a command', ['sn\x1b[31mff\r\n'], 'no such command: sn\\x1b[31mff\\x0d\\x0a'],
  ['a rule', ['explain', 'HAD\x1b[31m\n'], 'no such rule: HAD\\x1b[31m\\x0a'],
  ['an option', ['sniff', '--\x1b[31mjson\n'], 'no such option: --\\x1b[31mjson\\x0a'],
  ['a value', ['sniff', '-c', '\x1b[31m\n3'], '--count \\x1b[31m\\x0a3: expected a number from 1 on'],
  ['a node', ['sniff', 'lb\x1b[31m1'], 'lb\\x1b[31m1 names no interface of a node'],
] as const)('%s with escape sequences reaches the terminal as text', async ([, args, message], { expect }) => {
  const run = await haDoctor(args);
  expectError(run, message);
  expect(run.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

describe('an interface that is not there', () => {
  test('is one line that names those that are', async () => {
    const run = await haDoctor(['sniff', '-i', 'nope0', '--for', '1s']);
    expectError(run, /no interface nope0/);
    expect(run.stdout).toBe('');
  });

  test('in JSON as well', async () => {
    const run = await haDoctor(['sniff', '-i', 'nope0', '--json']);
    expectError(run, /no interface nope0/);
    expect(summaryOf(sniffLines(run.stdout)).errors).toHaveLength(1);
  });
});

describe('stdin', () => {
  const capture = 'captures/v2-multicast.pcap';
  const wanted = 'nothing wrong on the wire  23 frames, 13 adverts';

  test.concurrent.for([
    `ha-doctor sniff -r - < ${capture}`,
    `cat ${capture} | ha-doctor sniff -r -`,
    `cat ${capture} | ha-doctor sniff -r /dev/stdin`,
    `ha-doctor sniff -r /dev/stdin < ${capture}`,
    `ha-doctor sniff -r <(cat ${capture})`,
    `gzip -c ${capture} | ha-doctor sniff -r -`,
    `(head -c 30; sleep 0.2; cat) < ${capture} | ha-doctor sniff -r -`,
    `mkfifo ${quoted(join(folder, 'fifo'))}; cat ${capture} > ${quoted(join(folder, 'fifo'))} & ha-doctor sniff -r ${quoted(join(folder, 'fifo'))}`,
  ])('%s', async (command, { expect }) => {
    const run = await shell(command);
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain(wanted);
  });

  test('that is closed', async () => {
    expectError(await shell('ha-doctor sniff -r - <&-'), 'stdin is empty');
  });

  test.skipIf(!isInstalled('script') || process.platform !== 'linux')('that is a terminal', async () => {
    const run = await shell(`export -f ha-doctor; SHELL=/bin/bash script -qec 'ha-doctor sniff -r -' /dev/null`);
    expect(run.stdout).toContain('ha-doctor: error: stdin is a terminal, not a capture');
    expect(run.exitCode).toBe(2);
  });
});
