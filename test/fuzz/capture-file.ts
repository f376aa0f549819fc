import { PcapngBlocks } from '../capture/builders.ts';

/** A packet as it stands in a pcap file, taken apart so that it can be changed and put together again. */
export interface Recorded {
  bytes: Uint8Array;
  seconds: number;
  fraction: number;
  /** What the file claims; as long as the bytes are, unless it lies. */
  captured: number;
  original: number;
}

export interface Recording {
  linkType: number;
  packets: Recorded[];
}

/** Takes apart a little-endian pcap file, such as those in captures/. */
export function parsePcap(bytes: Buffer): Recording {
  const packets: Recorded[] = [];
  for (let at = 24; at + 16 <= bytes.length; ) {
    const captured = bytes.readUInt32LE(at + 8);
    packets.push({
      bytes: Uint8Array.from(bytes.subarray(at + 16, at + 16 + captured)),
      seconds: bytes.readUInt32LE(at),
      fraction: bytes.readUInt32LE(at + 4),
      captured,
      original: bytes.readUInt32LE(at + 12),
    });
    at += 16 + captured;
  }
  return { linkType: bytes.readUInt32LE(20), packets };
}

export interface PcapShape {
  readonly littleEndian: boolean;
  readonly magic: number;
}

export function writePcap({ linkType, packets }: Recording, { littleEndian, magic }: PcapShape): Buffer {
  const parts = [words(littleEndian, [magic, 0, 0, 0, 262_144, linkType])];
  parts[0]?.set(halves(littleEndian, [2, 4]), 4);
  for (const { bytes, seconds, fraction, captured, original } of packets) {
    const modified = magic === 0xa1b2cd34 ? [2, 0x0800] : [];
    parts.push(words(littleEndian, [seconds, fraction, captured, original, ...modified]), Buffer.from(bytes));
  }
  return Buffer.concat(parts);
}

export interface PcapngShape {
  readonly littleEndian: boolean;
  readonly kind: 'enhanced' | 'simple' | 'obsolete';
  readonly names: readonly string[];
  readonly resolution: number;
}

export function writePcapng({ linkType, packets }: Recording, shape: PcapngShape): Buffer {
  const { littleEndian, kind, names, resolution } = shape;
  const blocks = new PcapngBlocks(littleEndian);
  const interfaces = names.map((name) => blocks.interface({ linkType, name, resolution }));
  const unitsPerSecond = 10n ** BigInt(Math.min(resolution, 18));
  return Buffer.concat([
    blocks.section(),
    ...interfaces,
    ...packets.map(({ bytes, seconds, fraction, original }, i) => {
      const units = BigInt.asUintN(
        64,
        BigInt(seconds) * unitsPerSecond + (BigInt(fraction) * unitsPerSecond) / 1_000_000n,
      );
      if (kind === 'simple') return blocks.simplePacket(bytes, original);
      const index = i % Math.max(1, names.length);
      return kind === 'obsolete'
        ? blocks.obsoletePacket(bytes, units, index, original)
        : blocks.enhancedPacket(bytes, units, index, original);
    }),
    blocks.statistics(0, 1n, 2n),
  ]);
}

function words(littleEndian: boolean, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) {
    if (littleEndian) bytes.writeUInt32LE(value >>> 0, i * 4);
    else bytes.writeUInt32BE(value >>> 0, i * 4);
  }
  return bytes;
}

function halves(littleEndian: boolean, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [i, value] of values.entries()) {
    if (littleEndian) bytes.writeUInt16LE(value, i * 2);
    else bytes.writeUInt16BE(value, i * 2);
  }
  return bytes;
}
