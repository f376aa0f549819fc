import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketReader } from '../../src/capture/packet-reader.ts';
import { CaptureError } from '../../src/capture/source.ts';
import { PcapngBlocks, pcapFile } from './builders.ts';
import { readAll } from './read-all.ts';

const little = new PcapngBlocks();

const lengths = [60, 0, 300, 1, 64];
const pcap = pcapFile(lengths.map((length, i) => ({ bytes: Buffer.alloc(length, i), seconds: i, fraction: i * 1000 })));
const blocks = [
  little.section(),
  little.interface({ name: 'eth0', resolution: 9 }),
  little.enhancedPacket(Buffer.alloc(60, 1), 1n),
  little.block(0xbad, Buffer.alloc(200)),
  little.simplePacket(Buffer.alloc(33, 2)),
  little.statistics(0, 1n, 2n),
  little.obsoletePacket(Buffer.alloc(0), 3n),
  new PcapngBlocks(false).section(),
  new PcapngBlocks(false).interface(),
  new PcapngBlocks(false).enhancedPacket(Buffer.alloc(90, 3), 4n),
];
const pcapng = Buffer.concat(blocks);

describe.each([
  { format: 'pcap', file: pcap, parts: [24, ...lengths.map((length) => 16 + length)], count: 5 },
  { format: 'pcapng', file: pcapng, parts: blocks.map(({ length }) => length), count: 4 },
])('a $format stream', ({ file, parts, count }) => {
  const whole = readAll(file);
  /** Where one part ends and the next one begins. */
  const boundaries = new Set(parts.map((_, i) => parts.slice(0, i + 1).reduce((sum, length) => sum + length)));

  test('is read to its end', () => {
    expect(whole.problem).toBeNull();
    expect(whole.packets).toHaveLength(count);
  });

  test('gives the same packets in pieces of any size', () => {
    expect(readAll(file, new Array(file.length).fill(1))).toEqual(whole);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 60 }), (pieces) => {
        expect(readAll(file, pieces)).toEqual(whole);
      }),
    );
  });

  test('cut anywhere gives the packets before, and a problem unless that is between two parts', () => {
    for (let length = 4; length <= file.length; length++) {
      const { packets, problem } = readAll(file.subarray(0, length));
      expect(packets).toEqual(whole.packets.slice(0, packets.length));
      if (boundaries.has(length)) expect(problem).toBeNull();
      else expect(problem).toMatch(/^capture\.pcap is cut short (before its first frame|after frame \d): \S/);
    }
  });

  test('with flipped bits neither throws anything but a CaptureError, nor depends on the pieces', () => {
    const flip = fc.record({ at: fc.integer({ min: 0, max: file.length - 1 }), bit: fc.integer({ min: 0, max: 7 }) });
    const flips = fc.array(flip, { minLength: 1, maxLength: 6 });
    const pieceLengths = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 20 });
    fc.assert(
      fc.property(flips, pieceLengths, (changes, pieces) => {
        const bytes = Uint8Array.from(file);
        for (const { at, bit } of changes) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        expect(attempt(bytes, pieces)).toEqual(attempt(bytes, []));
      }),
      { numRuns: 1000, seed: 20261120 },
    );
  });
});

test('random bytes behind a header are damage, or packets within their bounds', () => {
  const header = fc.constantFrom(pcap.subarray(0, 24), pcapng.subarray(0, 28), pcapng.subarray(0, 68));
  fc.assert(
    fc.property(header, fc.uint8Array({ maxLength: 400 }), (start, noise) => {
      for (const packet of readAll(Buffer.concat([start, noise])).packets) {
        expect(packet.end).toBeLessThanOrEqual(400);
        expect(packet.nanoseconds).toBeGreaterThanOrEqual(0);
        expect(packet.nanoseconds).toBeLessThan(1_000_000_000);
        expect(Number.isSafeInteger(packet.seconds)).toBe(true);
      }
    }),
    { numRuns: 2000, seed: 20261120 },
  );
});

test('a packet is delivered as soon as its last byte is there', () => {
  let count = 0;
  const reader = new PacketReader('stdin', { packet: () => count++ });
  reader.push(pcap.subarray(0, 24 + 16 + 59));
  expect(count).toBe(0);
  reader.push(pcap.subarray(24 + 16 + 59, 24 + 16 + 60));
  expect(count).toBe(1);
});

test('nothing is delivered after stop(), also from within a delivery', () => {
  const frames: number[] = [];
  const reader = new PacketReader('stdin', {
    packet: ({ frame }) => {
      frames.push(frame);
      if (frame === 2) reader.stop();
    },
  });
  reader.push(pcap);
  reader.push(pcap);
  expect(frames).toEqual([1, 2]);
  expect(reader.end()).toBeNull();
});

test('a claimed length costs no memory', () => {
  const claims = [
    pcapFile([{ bytes: Buffer.alloc(100), capturedLength: 262_144 }]),
    Buffer.concat([little.section(), Buffer.from('0600000000000001', 'hex'), Buffer.alloc(100)]),
    Buffer.concat([little.section(), Buffer.from('0bad000000000001', 'hex'), Buffer.alloc(100)]),
  ];
  const before = process.memoryUsage().arrayBuffers;
  for (const claim of claims) {
    const reader = new PacketReader('stdin', { packet: () => {} });
    reader.push(claim);
    expect(reader.end()).toContain('cut short');
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(500_000);
});

test('descriptions of interfaces do not add up without bound', () => {
  const file = Buffer.concat([little.section(), ...new Array(20_000).fill(little.interface({ name: 'eth0' }))]);
  expect(readAll(file).problem).toContain('more than 16384 interfaces');
});

describe('what is no capture', () => {
  const error = (bytes: string | Uint8Array): string => {
    try {
      readAll(Buffer.from(bytes as string), [1, 1, 1]);
    } catch (thrown) {
      if (!(thrown instanceof CaptureError)) throw thrown;
      return `${thrown.message} (${thrown.hint})`;
    }
    throw new Error('no error');
  };

  test.each([
    ['', 'capture.pcap is empty (undefined)'],
    [
      'ab',
      'capture.pcap is not a capture, but text (ha-doctor reads pcap and pcapng: tcpdump -w FILE, dumpcap, Wireshark)',
    ],
    [
      '\0\x01\x02',
      'capture.pcap is not a capture, but some other binary file (ha-doctor reads pcap and pcapng: tcpdump -w FILE, dumpcap, Wireshark)',
    ],
    [
      'vrrp_instance VI_1 {\n'.repeat(100),
      'capture.pcap is not a capture, but text (ha-doctor reads pcap and pcapng: tcpdump -w FILE, dumpcap, Wireshark)',
    ],
    [
      '16:37:03.557619 IP 10.99.0.1 > 10.99.0.2: VRRPv2',
      'capture.pcap is what tcpdump prints, not a capture (let tcpdump write packets instead: tcpdump -w FILE)',
    ],
    [
      'snoop\0\0\0\0\0\0\x02\0\0\0\x04',
      'capture.pcap is a snoop capture (convert it first: editcap -F pcap FILE out.pcap)',
    ],
  ])('%j', (bytes, message) => {
    expect(error(bytes)).toBe(message);
  });

  test.each([
    ['28b52ffd', 'capture.pcap is compressed with zstd (unpack it first: zstd -d)'],
    ['fd377a585a00', 'capture.pcap is compressed with xz (unpack it first: xz -d)'],
    ['1f8b0800', 'capture.pcap is compressed with gzip twice (unpack it first: gunzip)'],
  ])('%s', (start, message) => {
    expect(error(Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(600)]))).toBe(message);
  });

  test('a tar archive', () => {
    const bytes = Buffer.alloc(1024);
    bytes.write('lb1/captures/eth0.pcap');
    bytes.write('ustar', 257);
    expect(error(bytes)).toBe('capture.pcap is a tar archive (unpack it first: tar -xf)');
  });
});

function attempt(bytes: Uint8Array, pieces: readonly number[]): unknown {
  try {
    return readAll(bytes, pieces);
  } catch (error) {
    if (error instanceof CaptureError) return error.message;
    throw error;
  }
}
