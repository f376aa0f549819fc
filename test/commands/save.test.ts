import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PcapngBlocks } from '../capture/builders.ts';
import { advertFrame, captureBytes, packetEnds } from './adverts.ts';
import { haDoctor, isInstalled, quoted, shell } from './run.ts';
import { scratch } from './scratch.ts';
import { sniffLines, summaryOf } from './shapes.ts';

const { folder, file } = scratch();
const well = 'captures/v2-multicast.pcap';

interface Answer {
  /** Without what names the file, and without frame numbers: packets that say nothing of VRRP are not saved. */
  readonly comparable: unknown;
  readonly frames: number;
  readonly adverts: number;
}

async function answerOf(path: string): Promise<Answer> {
  const { stdout } = await haDoctor(['sniff', '-r', path, '--json']);
  const lines = sniffLines(stdout);
  const summary = summaryOf(lines);
  const comparable = JSON.parse(
    JSON.stringify([...lines.slice(0, -1), { ...summary, captures: [], frames: 0, start: null, end: null }])
      .replace(/"frame":\d+/g, '"frame":0')
      .replaceAll(JSON.stringify(path), '"capture"')
      .replace(/\*{4}\([0-9a-f]{4}\)/g, '****'),
  );
  return { comparable, frames: summary.frames, adverts: summary.adverts };
}

const names = [
  'auth-mismatch',
  'failover-ipv6',
  'v2-ah',
  'v3-unicast-any-sll',
  'v3-unicast-any-sll2',
  'encoded-qinq',
  'encoded-snap-length',
  'encoded-malformed',
  'encoded-ppp',
];

describe.each(['pcap', 'pcapng'])('saved as %s', (format) => {
  const saved = new Map<string, Promise<{ path: string; answer: Answer }>>();
  /** Saves a capture once, and answers what it holds. */
  const save = (name: string): Promise<{ path: string; answer: Answer }> => {
    const known = saved.get(name) ?? saveAnew(name);
    saved.set(name, known);
    return known;
  };
  const saveAnew = async (name: string): Promise<{ path: string; answer: Answer }> => {
    const path = join(folder, `${name}.${format}`);
    const run = await haDoctor(['sniff', '-r', `captures/${name}.pcap`, '-w', path, '-q']);
    expect(run.stderr).toBe('');
    return { path, answer: await answerOf(path) };
  };

  test.concurrent.for(names)('%s gives the same answer', async (name, { expect }) => {
    const [{ answer }, original] = await Promise.all([save(name), answerOf(`captures/${name}.pcap`)]);
    expect(answer.comparable).toEqual(original.comparable);
    expect(answer.adverts).toBeGreaterThan(0);
  });

  test.skipIf(!isInstalled('tcpdump'))('opens in tcpdump', async () => {
    for (const name of names) {
      const { path, answer } = await save(name);
      const { stdout, stderr, exitCode } = await shell(`PATH=$PATH:/usr/sbin tcpdump -tnr ${quoted(path)}`);
      expect({ name, exitCode, frames: stdout.trimEnd().split('\n').length }).toEqual({
        name,
        exitCode: 0,
        frames: answer.frames,
      });
      expect(stderr).toMatch(/^reading from file /);
    }
  });

  test.skipIf(!isInstalled('tshark'))('opens in tshark', async () => {
    for (const name of ['auth-mismatch', 'v3-unicast-any-sll2', 'encoded-qinq']) {
      const { path, answer } = await save(name);
      const { stdout, exitCode } = await shell(
        `tshark -nr ${quoted(path)} -Y vrrp -T fields -e vrrp.virt_rtr_id 2>/dev/null`,
      );
      expect(exitCode).toBe(0);
      expect(stdout.trimEnd().split('\n')).toHaveLength(answer.adverts);
    }
  });
});

test('the packets are the same, byte by byte', async () => {
  const path = join(folder, 'bytes.pcap');
  await haDoctor(['sniff', '-r', well, '-w', path, '-q']);
  // Its snap length is the only thing that differs.
  expect(readFileSync(path).subarray(24).equals(captureBytes('v2-multicast.pcap').subarray(24))).toBe(true);
});

test('only what was asked for is saved', async () => {
  const path = join(folder, 'asked.pcap');
  await haDoctor(['sniff', '-r', 'captures/two-instances.pcap', '--vrid', '52', '-w', path, '-c', '6', '-q']);
  const lines = sniffLines((await haDoctor(['sniff', '-r', path, '--json'])).stdout);
  expect(summaryOf(lines)).toMatchObject({ frames: 6, routers: [{ vrid: 52 }] });
});

test('nanoseconds and interface names are kept in pcapng', async () => {
  const blocks = new PcapngBlocks();
  const source = file(
    'nano.pcapng',
    Buffer.concat([
      blocks.section(),
      blocks.interface({ name: 'eth7', resolution: 9 }),
      blocks.enhancedPacket(advertFrame(), 1_780_000_000_123_456_789n),
    ]),
  );
  const path = join(folder, 'nano-saved.pcapng');
  await haDoctor(['sniff', '-r', source, '-w', path, '-q']);
  const [advert, transition] = sniffLines((await haDoctor(['sniff', '-r', path, '--json'])).stdout);
  expect(advert).toMatchObject({ time: '2026-05-28T20:26:40.123456789Z' });
  expect(transition).toMatchObject({ interface: 'eth7' });
});

test('a capture without VRRP is saved as a capture without packets', async () => {
  const path = join(folder, 'none.pcap');
  const run = await haDoctor(['sniff', '-r', well, '--host', '10.77.0.9', '-w', path]);
  expect(run.exitCode).toBe(0);
  expect(statSync(path).size).toBe(24);
  expect((await haDoctor(['sniff', '-r', path])).stdout).toBe('no VRRP  0 frames, 0 adverts\n');
});

test('-w - writes the packets to stdout, and the words to stderr', async () => {
  const { stdout, stderr } = await shell(`ha-doctor sniff -r ${well} -w - --summary | ha-doctor sniff -r - --summary`);
  expect(stdout).toBe(stderr);
  expect(stdout).toContain('nothing wrong on the wire  23 frames, 13 adverts');
});

describe('where it cannot be saved', () => {
  test.concurrent.for([
    [
      'onto the capture that is read',
      `-r ${well} -w ${well}`,
      `${well} is the capture being read, and is not overwritten`,
    ],
    [
      'into a folder that is not there',
      `-r ${well} -w nope/x.pcap`,
      'cannot write nope/x.pcap: its folder does not exist',
    ],
    ['onto a folder', `-r ${well} -w captures`, 'cannot write captures: it is a directory'],
    ['without a name', `-r ${well} -w ''`, '--write "": expected the name of a file'],
  ] as const)('%s: one line, and nothing is read', async ([, options, message], { expect }) => {
    const run = await shell(`ha-doctor sniff ${options}`);
    expect(run.stderr.split('\n')[0]).toBe(`ha-doctor: error: ${message}`);
    expect(run).toMatchObject({ stdout: '', exitCode: 2 });
  });

  test('onto the capture that is read, by another name or as stdin', async () => {
    const path = file('own.pcap', captureBytes('v2-multicast.pcap'));
    await shell(`ln -s ${path} ${folder}/link.pcap; ln ${path} ${folder}/hard.pcap`);
    for (const options of [
      `-r ${path} -w ${folder}/link.pcap`,
      `-r ${folder}/link.pcap -w ${path}`,
      `-r ${path} -w ${folder}/hard.pcap`,
      `-r ${path} -w ${folder}/../${folder.split('/').at(-1)}/own.pcap`,
      `-r - -w ${path} < ${path}`,
    ]) {
      const run = await shell(`ha-doctor sniff ${options}`);
      expect(run.stderr).toContain('is the capture being read, and is not overwritten');
      expect(run.exitCode).toBe(2);
    }
    expect(readFileSync(path).equals(captureBytes('v2-multicast.pcap'))).toBe(true);
  });

  test('a disk that becomes full: one line, exit code 2, and the answer all the same', async () => {
    const run = await haDoctor(['sniff', '-r', well, '-w', '/dev/full', '--summary']);
    expect(run.stderr).toBe('ha-doctor: error: cannot write /dev/full: no space is left on the device\n');
    expect(run.stdout).toContain('master 10.77.0.1');
    expect(run.exitCode).toBe(2);
    const json = await haDoctor(['sniff', '-r', well, '-w', '/dev/full', '--json', '--summary']);
    expect(summaryOf(sniffLines(json.stdout)).errors).toEqual([
      { source: '/dev/full', message: 'cannot write /dev/full: no space is left on the device' },
    ]);
  });

  test('stdout that is full', async () => {
    const run = await shell(`ha-doctor sniff -r ${well} -w - --summary > /dev/full`);
    expect(run.stderr).toContain('ha-doctor: error: cannot write stdout: no space is left on the device\n');
    expect(run.stderr.match(/error: /g)).toHaveLength(1);
    expect(run.exitCode).toBe(2);
  });

  test.skipIf(process.getuid?.() !== 0 || !isInstalled('setpriv'))(
    'into a folder that one may not write to',
    async () => {
      mkdirSync(join(folder, 'locked'), { mode: 0o555 });
      const run = await shell(
        `export -f ha-doctor; setpriv --reuid 65534 --regid 65534 --clear-groups bash -c "ha-doctor sniff -r ${well} -w ${folder}/locked/x.pcap"`,
      );
      expect(run.stderr).toBe(`ha-doctor: error: cannot write ${folder}/locked/x.pcap: permission denied\n`);
      expect(run.exitCode).toBe(2);
    },
  );

  test('two link types in one pcap: what pcap cannot hold, and what can', async () => {
    const blocks = new PcapngBlocks();
    const source = file(
      'mixed.pcapng',
      Buffer.concat([
        blocks.section(),
        blocks.interface({ linkType: 1 }),
        blocks.interface({ linkType: 101 }),
        blocks.enhancedPacket(advertFrame(), 1n, 0),
        blocks.enhancedPacket(advertFrame().subarray(14), 2_000_000n, 1),
      ]),
    );
    const run = await haDoctor(['sniff', '-r', source, '-w', join(folder, 'mixed.pcap'), '-q']);
    expect(run.stderr).toContain('cannot hold packets of link types 1 and 101: pcap has one a file\n');
    expect(run.stderr).toContain('ha-doctor: hint: give -w a name that ends in .pcapng: that format can\n');
    expect(run.exitCode).toBe(2);
    const better = await haDoctor(['sniff', '-r', source, '-w', join(folder, 'mixed-saved.pcapng'), '-q']);
    expect(better).toMatchObject({ stderr: '', exitCode: 0 });
  });
});

test('a cut capture is saved as far as it goes', async () => {
  const bytes = captureBytes('v2-multicast.pcap');
  const end = packetEnds(bytes)[5] ?? 0;
  const path = join(folder, 'whole.pcap');
  const run = await haDoctor(['sniff', '-r', file('cut.pcap', bytes.subarray(0, end + 9)), '-w', path, '-q']);
  expect(run.exitCode).toBe(2);
  expect(statSync(path).size).toBe(end);
});
