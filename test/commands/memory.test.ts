import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, test } from 'vitest';
import { PcapngBlocks, pcapFile } from '../capture/builders.ts';
import { advertFrame, captureBytes, repeated } from './adverts.ts';
import { haDoctor } from './run.ts';
import { scratch } from './scratch.ts';

const { folder, file } = scratch();

const megabyte = 1_048_576;
const size = 8 * megabyte;
const good = repeated(captureBytes('failover-check-fails.pcap'), Math.ceil(size / 3600));
const little = new PcapngBlocks();
/** The collector of garbage decides how much lies about: equal runs differ by this, in bytes. */
const noise = 24 * megabyte;

/** The most memory that a run took at any time, in bytes. */
async function peakOf(path: string, options: readonly string[]): Promise<number> {
  const report = join(folder, `peak-${options.length}-${path.split('/').at(-1)}`);
  const witness = `import { writeFileSync } from 'node:fs'; process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`;
  await haDoctor(['sniff', '-r', path, ...options], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(witness)}` },
  });
  return Number(readFileSync(report, 'utf8')) * 1024;
}

/** Deterministic bytes that look like nothing. */
function garbage(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const bad: readonly [what: string, bytes: () => Uint8Array][] = [
  ['garbage', () => garbage(size)],
  ['one line of text', () => Buffer.alloc(size, 'x')],
  ['nothing but zeros', () => Buffer.alloc(size)],
  ['garbage behind a header', () => Buffer.concat([good.subarray(0, 24), garbage(size)])],
  [
    'one packet of 4 GB',
    () => Buffer.concat([pcapFile([{ bytes: new Uint8Array(0), capturedLength: 0xffff_fff0 }]), Buffer.alloc(size)]),
  ],
  ['packets of 256 kB', () => pcapFile(new Array(32).fill({ bytes: garbage(262_144) }))],
  [
    'blocks of 16 MB',
    () => Buffer.concat([little.section(), Buffer.from('ad0b0000000000010000', 'hex'), Buffer.alloc(size)]),
  ],
  [
    'endless interfaces',
    () => Buffer.concat([little.section(), ...new Array(size / 32).fill(little.interface({ name: 'eth0' }))]),
  ],
  ['gzip of 256 MB of zeros', () => gzipSync(Buffer.alloc(256 * megabyte), { level: 1 })],
  ['gzip of a good one, cut', () => gzipSync(good).subarray(0, -9)],
];

const template = advertFrame({ auth: 'secretpa' });
/** A frame of the i-th sender; its checksums are wrong, and differ. */
function senders(i: number): Uint8Array {
  const frame = Uint8Array.from(template);
  frame[27] = i >> 16;
  frame[28] = i >> 8;
  frame[29] = i;
  return frame;
}

describe('bad input takes no more memory than a good capture of the same size', () => {
  const goodPath = file('good.pcap', good);
  const known = new Map<string, Promise<number>>();
  const goodPeak = (options: readonly string[]): Promise<number> => {
    const key = options.join(' ');
    const peak = known.get(key) ?? peakOf(goodPath, options);
    known.set(key, peak);
    return peak;
  };

  test.for(bad)('%s', async ([what, bytes], { expect }) => {
    const path = file(what.replaceAll(' ', '-'), bytes());
    for (const options of [['--summary'], ['--json', '--no-adverts']]) {
      const [mine, wellBehaved] = [await peakOf(path, options), await goodPeak(options)];
      expect(
        mine,
        `${Math.round(mine / megabyte)} MB, ${Math.round(wellBehaved / megabyte)} MB for a good one`,
      ).toBeLessThan(wellBehaved + noise);
    }
  });
});

test('senders without end take no more than many (the figures are in the bench)', async ({ expect }) => {
  const frames = Array.from({ length: 60_000 }, (_, i) => ({ bytes: senders(i) }));
  const many = await peakOf(file('many.pcap', pcapFile(frames.slice(0, 20_000))), ['--summary']);
  const more = await peakOf(file('senders.pcap', pcapFile(frames)), ['--summary']);
  expect(more).toBeLessThan(many + 2 * noise);
  expect(more).toBeLessThan(150 * megabyte);
});
