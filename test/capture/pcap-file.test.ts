import { describe, expect, test } from 'vitest';
import { pcapFile } from './builders.ts';
import { readAll } from './read-all.ts';

const frame = Buffer.from('01005e00001252540000000108004500', 'hex');

describe('pcap', () => {
  test.each([
    ['little-endian, microseconds', true, 0xa1b2c3d4, 6],
    ['big-endian, microseconds', false, 0xa1b2c3d4, 6],
    ['little-endian, nanoseconds', true, 0xa1b23c4d, 9],
    ['big-endian, nanoseconds', false, 0xa1b23c4d, 9],
    ['little-endian, modified', true, 0xa1b2cd34, 6],
    ['big-endian, modified', false, 0xa1b2cd34, 6],
  ])('%s', (_, littleEndian, magic, timeDigits) => {
    const packet = { bytes: frame, seconds: 1_700_000_000, fraction: 123_456, originalLength: 60 };
    const file = pcapFile([packet, packet], { littleEndian, magic, linkType: 113 });
    const expected = {
      bytes: Uint8Array.from(frame),
      start: 0,
      end: 16,
      originalLength: 60,
      linkType: 113,
      seconds: 1_700_000_000,
      nanoseconds: timeDigits === 9 ? 123_456 : 123_456_000,
      timeDigits,
      interfaceName: null,
    };
    expect(readAll(file)).toEqual({
      packets: [
        { ...expected, frame: 1 },
        { ...expected, frame: 2 },
      ],
      problem: null,
      dropped: null,
    });
  });

  test('times after 2038 and fractions of more than a second are still times', () => {
    const { packets } = readAll(pcapFile([{ bytes: frame, seconds: 0xffffffff, fraction: 2_000_001 }]));
    expect(packets[0]).toMatchObject({ seconds: 0x100000001, nanoseconds: 1000 });
  });

  test('the frame check sequence in the upper half is no part of the link type', () => {
    expect(readAll(pcapFile([{ bytes: frame }], { linkType: 0x2400_0001 })).packets[0]?.linkType).toBe(1);
  });

  test.each([
    ['2.2', [2, 2], 16, 60, 60],
    ['543.0', [543, 0], 16, 60, 60],
    ['2.3, written the new way', [2, 3], 60, 16, 60],
    ['2.3, written the old way', [2, 3], 16, 60, 60],
  ] as const)('the two lengths of version %s', (_, version, second, first, originalLength) => {
    const packet = { bytes: frame, capturedLength: first, originalLength: second };
    const { packets, problem } = readAll(pcapFile([packet], { version }));
    expect(problem).toBeNull();
    expect(packets[0]).toMatchObject({ end: 16, originalLength });
  });

  test('a version that does not exist', () => {
    expect(readAll(pcapFile([{ bytes: frame }], { version: [3, 0] })).problem).toBe(
      'capture.pcap is damaged before its first frame: version 3.0 of the pcap format is not one that exists, at byte 0',
    );
  });

  test('garbage between packets ends the capture there', () => {
    const file = pcapFile([{ bytes: frame }, { bytes: frame, capturedLength: 262_145 }, { bytes: frame }]);
    const { packets, problem } = readAll(file);
    expect(packets).toHaveLength(1);
    expect(problem).toBe(
      'capture.pcap is damaged after frame 1: a packet that claims to be 262145 bytes long, at byte 56',
    );
  });

  test('the largest packet that libpcap takes', () => {
    const { packets, problem } = readAll(
      pcapFile([{ bytes: Buffer.alloc(262_144, 7) }, { bytes: frame }]),
      [1000, 70_000],
    );
    expect(problem).toBeNull();
    expect(packets.map(({ end }) => end)).toEqual([262_144, 16]);
  });

  test('of USB and D-Bus messages, which may be larger, only as much as of a packet', () => {
    const { packets, problem } = readAll(
      pcapFile([{ bytes: Buffer.alloc(900_000) }, { bytes: frame }], { linkType: 231 }),
    );
    expect(problem).toBeNull();
    expect(packets.map(({ end, originalLength }) => [end, originalLength])).toEqual([
      [262_144, 900_000],
      [16, 16],
    ]);
  });

  test('an empty capture is none the worse for it', () => {
    expect(readAll(pcapFile([]))).toEqual({ packets: [], problem: null, dropped: null });
  });

  test.each([
    [10, 'before its first frame: 10 of the 24 bytes of the file header'],
    [36, 'before its first frame: 12 bytes of a packet header'],
    [45, 'before its first frame: 5 of the 16 bytes of a packet'],
    [68, 'after frame 1: 12 bytes of a packet header'],
  ])('cut after %i bytes', (length, where) => {
    const file = pcapFile([{ bytes: frame }, { bytes: frame }]);
    expect(readAll(file.subarray(0, length)).problem).toBe(`capture.pcap is cut short ${where}`);
  });
});
