import { describe, expect, test } from 'vitest';
import { PcapngBlocks } from './builders.ts';
import { readAll } from './read-all.ts';

const little = new PcapngBlocks();
const frame = Buffer.from('01005e0000125254000000010800450001', 'hex');
const time = 1_700_000_000_123_456n;

describe('pcapng', () => {
  test.each([
    ['little-endian', little],
    ['big-endian', new PcapngBlocks(false)],
  ])('%s: enhanced, obsolete and simple packets', (_, blocks) => {
    const file = Buffer.concat([
      blocks.section(),
      blocks.interface({ linkType: 113, name: 'eth0', snapLength: 10 }),
      blocks.interface({ name: 'eth1', resolution: 9 }),
      blocks.enhancedPacket(frame, time, 0, 60),
      blocks.obsoletePacket(frame, time * 1000n + 789n, 1),
      blocks.simplePacket(frame.subarray(0, 10), 60),
      blocks.simplePacket(frame.subarray(0, 4)),
    ]);
    const { packets, problem } = readAll(file);
    expect(problem).toBeNull();
    const common = { start: 0, seconds: 1_700_000_000 };
    const untimed = { ...common, seconds: 0, nanoseconds: 0, linkType: 113, timeDigits: 6, interfaceName: 'eth0' };
    expect(packets).toEqual([
      {
        ...common,
        frame: 1,
        bytes: Uint8Array.from(frame),
        end: 17,
        originalLength: 60,
        linkType: 113,
        nanoseconds: 123_456_000,
        timeDigits: 6,
        interfaceName: 'eth0',
      },
      {
        ...common,
        frame: 2,
        bytes: Uint8Array.from(frame),
        end: 17,
        originalLength: 17,
        linkType: 1,
        nanoseconds: 123_456_789,
        timeDigits: 9,
        interfaceName: 'eth1',
      },
      { ...untimed, frame: 3, bytes: Uint8Array.from(frame.subarray(0, 10)), end: 10, originalLength: 60 },
      { ...untimed, frame: 4, bytes: Uint8Array.from(frame.subarray(0, 4)), end: 4, originalLength: 4 },
    ]);
  });

  test('sections of different byte orders, each with interfaces of its own', () => {
    const big = new PcapngBlocks(false);
    const file = Buffer.concat([
      ...[little.section(), little.interface({ name: 'a' }), little.enhancedPacket(frame)],
      ...[big.section(), big.interface({ linkType: 101 }), big.enhancedPacket(frame)],
    ]);
    const { packets } = readAll(file);
    expect(packets.map(({ linkType, interfaceName }) => [linkType, interfaceName])).toEqual([
      [1, 'a'],
      [101, null],
    ]);
  });

  test.each([
    ['seconds', 0, 1_700_000_000n, 1_700_000_000, 0, 0],
    ['milliseconds', 3, 1_700_000_000_123n, 1_700_000_000, 123_000_000, 3],
    ['nanoseconds', 9, 1_700_000_000_123_456_789n, 1_700_000_000, 123_456_789, 9],
    ['nanoseconds, all bits set', 9, 0xffffffffffffffffn, 18_446_744_073, 709_551_615, 9],
    ['picoseconds', 12, 1_700_000_123_456_789_123n, 1_700_000, 123_456_789, 9],
    ['halves', 0x81, 3n, 1, 500_000_000, 1],
    ['2^-30 s', 0x80 + 30, (5n << 30n) + (1n << 29n), 5, 500_000_000, 9],
    ['2^-63 s', 0x80 + 63, (1n << 63n) + (1n << 61n), 1, 250_000_000, 9],
  ])('a time in %s', (_, resolution, units, seconds, nanoseconds, timeDigits) => {
    const file = [little.section(), little.interface({ resolution }), little.enhancedPacket(frame, units)];
    expect(readAll(Buffer.concat(file)).packets[0]).toMatchObject({ seconds, nanoseconds, timeDigits });
  });

  test('an offset of the times', () => {
    const file = [little.section(), little.interface({ offsetSeconds: -3600n }), little.enhancedPacket(frame, time)];
    expect(readAll(Buffer.concat(file)).packets[0]).toMatchObject({ seconds: 1_699_996_400, nanoseconds: 123_456_000 });
  });

  test('unknown blocks and options are passed over', () => {
    const file = Buffer.concat([
      little.section(),
      little.block(0x80000001, Buffer.alloc(12)),
      little.interface(),
      little.block(0x0bad, Buffer.alloc(300_000)),
      little.enhancedPacket(frame),
      little.block(4, Buffer.from('000000000000', 'hex').subarray(0, 4)),
    ]);
    const { packets, problem } = readAll(file);
    expect(problem).toBeNull();
    expect(packets).toHaveLength(1);
  });

  test('drops are the last that each interface of each section tells', () => {
    const section = [little.section(), little.interface(), little.interface()];
    const file = Buffer.concat([
      ...[...section, little.statistics(0, 1n, 2n), little.statistics(0, 3n, 4n), little.statistics(1, 0n, 10n)],
      ...[...section, little.statistics(1, 100n, 0n), little.statistics(7, 9n, 9n)],
    ]);
    expect(readAll(file).dropped).toBe(117);
  });

  test('names with control characters do not reach a terminal', () => {
    const file = [little.section(), little.interface({ name: 'eth\x1b[2J\0rest' }), little.enhancedPacket(frame)];
    expect(readAll(Buffer.concat(file)).packets[0]?.interfaceName).toBe('eth\\x1b[2J');
  });

  const damaged = (...blocks: readonly Buffer[]): string | null =>
    readAll(Buffer.concat([little.section(), little.interface(), little.enhancedPacket(frame), ...blocks])).problem;

  test.each([
    ['no block is that short', Buffer.from('0600000008000000', 'hex'), 'a block that claims to be 8 bytes long'],
    ['nor of odd length', Buffer.from('060000000e000000', 'hex'), 'a block that claims to be 14 bytes long'],
    ['or that long', Buffer.from('0bad000000000002', 'hex'), 'a block that claims to be 33554432 bytes long'],
    [
      'an unknown interface',
      little.enhancedPacket(frame, 0n, 3),
      'a packet of interface 3, which the file does not describe',
    ],
    [
      'a packet longer than its block',
      little.block(6, Buffer.from('00000000000000000000000014000000140000000000', 'hex').subarray(0, 20)),
      'a packet that claims to be 20 bytes long',
    ],
    ['a block that is no packet', little.block(6, Buffer.alloc(8)), 'a packet block that is too short'],
    [
      'a resolution beyond 64 bits',
      little.interface({ resolution: 20 }),
      'an interface with a time resolution (20) that does not exist',
    ],
    ['no byte order', little.block(0x0a0d0d0a, Buffer.alloc(16)), 'a section header without its byte order'],
  ])('%s', (_, block, what) => {
    expect(damaged(block)).toBe(`capture.pcap is damaged after frame 1: ${what}, at byte 104`);
  });

  test('two lengths of a block that differ', () => {
    const block = little.enhancedPacket(frame);
    block.writeUInt32LE(48, block.length - 4);
    expect(damaged(block)).toContain('a block whose two lengths differ');
  });

  test('a time that Date does not know', () => {
    const far = [little.interface({ resolution: 0 }), little.enhancedPacket(frame, 1n << 60n, 1)];
    expect(damaged(...far)).toContain('a packet of a time that no calendar has');
  });

  test.each([
    [4, 'cut short before its first frame: 4 bytes of a block header'],
    [30, 'cut short before its first frame: 2 bytes of a block header'],
    [60, 'cut short before its first frame: 8 of the 52 bytes of a block'],
  ])('cut after %i bytes', (length, what) => {
    const file = Buffer.concat([little.section(), little.interface(), little.enhancedPacket(frame)]);
    expect(readAll(file.subarray(0, length)).problem).toBe(`capture.pcap is ${what}`);
  });

  test('cut in a block that is of no interest', () => {
    const file = Buffer.concat([little.section(), little.block(0xbad, Buffer.alloc(100))]);
    expect(readAll(file.subarray(0, file.length - 30)).problem).toBe(
      'capture.pcap is cut short before its first frame: the last 30 bytes of a block are missing',
    );
  });
});
