import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PcapngBlocks } from '../capture/builders.ts';
import { advertFrame, captureOf } from './adverts.ts';
import { haDoctor } from './run.ts';
import { scratch } from './scratch.ts';
import { sniffLines } from './shapes.ts';

const { file } = scratch();

/** What a terminal obeys: control characters but the line feed, and marks that turn the direction of text. */
const obeyed = /[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u;

const passwords: readonly [what: string, auth: string, shown: string][] = [
  ['an escape sequence', '\x1b[2Jx', '"\\x1b[2Jx"'],
  ['a line feed', 'ab\ncd', '"ab\\x0acd"'],
  ['NULs within', 'a\0\0b', '"a\\x00\\x00b"'],
  ['high bytes', '\xe9\xff\x80', '"éÿ\\x80"'],
  ['a C1 control', '\x9b31m', '"\\x9b31m"'],
  ['DEL and tab', '\x7f\t', '"\\x7f\\x09"'],
  ['a quotation mark', 'a"b\\', '"a"b\\"'],
  ['a soft hyphen', 'a\xadb', '"a\\xadb"'],
  ['nothing', '', '""'],
];

describe('a password of', () => {
  test.concurrent.for(passwords)('%s', async ([what, auth, shown], { expect }) => {
    const frames = [advertFrame({ auth }), advertFrame({ auth: 'other', source: '10.77.0.2' })];
    const path = file(`${what.replaceAll(' ', '-')}.pcap`, captureOf([...frames, ...frames, ...frames]));
    const [text, secrets, json, coloured] = await Promise.all([
      haDoctor(['sniff', '-r', path]),
      haDoctor(['sniff', '-r', path, '-q', '--show-secrets']),
      haDoctor(['sniff', '-r', path, '--json']),
      haDoctor(['sniff', '-r', path, '--color', 'always']),
    ]);
    expect(text.stdout).toContain(`auth ${shown}`);
    for (const { stdout } of [text, secrets, json]) expect(stdout).not.toMatch(obeyed);
    expect(coloured.stdout.replace(/\x1b\[\d+m/g, '')).not.toMatch(obeyed);

    // JSON is exact: a byte a character.
    const [first] = sniffLines(json.stdout);
    expect(first).toMatchObject({ type: 'advert', auth });

    // Findings mask it, unless asked not to.
    expect(text.stdout).toMatch(/HAD113.* auth \*{4}\([0-9a-f]{4}\)/);
    expect(secrets.stdout).toContain(`auth ${shown}`);
    expect(secrets.stdout).not.toMatch(/\*{4}\(/);
    if (auth !== '') {
      const findings = text.stdout.slice(text.stdout.indexOf('\n\n'));
      expect(findings).not.toContain(shown.slice(1, -1));
    }
  });

  test('any eight bytes', async () => {
    const auths = fc.sample(fc.string({ unit: latin1, minLength: 1, maxLength: 8 }), { numRuns: 200, seed: 20261120 });
    const wanted = auths.map((auth) => auth.replace(/\0+$/, ''));
    const path = file('any.pcap', captureOf(auths.map((auth) => advertFrame({ auth }))));
    const json = await haDoctor(['sniff', '-r', path, '--json']);
    const lines = sniffLines(json.stdout).flatMap((line) => (line.type === 'advert' ? [line.auth] : []));
    expect(lines).toEqual(wanted);
    expect((await haDoctor(['sniff', '-r', path])).stdout).not.toMatch(obeyed);
  });

  test('--mask hides it wherever it stands', async () => {
    const path = file('masked.pcap', captureOf([advertFrame({ auth: 'secretpa' }), advertFrame({ auth: 'secretpa' })]));
    for (const options of [[], ['--json'], ['--summary'], ['--json', '--summary'], ['-q']]) {
      const { stdout } = await haDoctor(['sniff', '-r', path, '--mask', ...options]);
      expect(stdout).not.toContain('secretpa');
    }
  });

  test('marks are equal for equal passwords within a run, and of no use for the next', async () => {
    const frames = ['secretpa', 'hunter22', 'secretpa'].map((auth) => advertFrame({ auth }));
    const path = file('marks.pcap', captureOf(frames));
    const marks = async () => {
      const { stdout } = await haDoctor(['sniff', '-r', path, '--mask', '--json']);
      return sniffLines(stdout).flatMap((line) => (line.type === 'advert' ? [line.auth] : []));
    };
    const runs = await Promise.all([marks(), marks(), marks()]);
    for (const [first, second, third] of runs) {
      expect(first).toMatch(/^\*{4}\([0-9a-f]{4}\)$/);
      expect(third).toBe(first);
      expect(second).not.toBe(first);
    }
    expect(new Set(runs.map(String)).size).toBeGreaterThan(1);
  });
});

const latin1 = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));

describe('an interface that a pcapng file calls', () => {
  test.concurrent.for([
    ['an escape sequence', 'eth\x1b[31m0'],
    ['lines', 'a\nb\r\nc'],
    ['right to left', 'eth\u202e0\u2066'],
    ['broken UTF-8', '\udcff\ufffd'],
  ] as const)('%s', async ([what, name], { expect }) => {
    const blocks = new PcapngBlocks();
    const packets = [0n, 1_000_000n, 2_000_000n].map((units) => blocks.enhancedPacket(advertFrame(), units));
    const path = file(
      `${what.replaceAll(' ', '-')}.pcapng`,
      Buffer.concat([blocks.section(), blocks.interface({ name }), ...packets]),
    );
    const [text, json] = await Promise.all([
      haDoctor(['sniff', '-r', path]),
      haDoctor(['sniff', '-r', path, '--json']),
    ]);
    expect(text.stdout).toContain('ipv4 vrid 51 on ');
    expect(text.stdout).not.toMatch(obeyed);
    expect(json.stdout).not.toMatch(obeyed);
    expect(sniffLines(json.stdout).length).toBeGreaterThan(3);
  });
});

test('what is spoofed in thousands is told in a few hundred lines', async () => {
  const frames = Array.from({ length: 6000 }, (_, i) =>
    advertFrame({ source: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, vrid: (i % 255) + 1, auth: String(i) }),
  );
  const { stdout, exitCode } = await haDoctor(['sniff', '-r', file('flood.pcap', captureOf(frames)), '--summary']);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').length).toBeLessThan(700);
  expect(stdout).toContain('and 4080 more of HAD116 password-in-clear (--json)');
  expect(stdout).toContain('and 223 more virtual routers (--json)');
  expect(stdout).toMatch(/, 1904 adverts of further senders counted together, /);
});
