import type { ByteReader } from './byte-reader.ts';

/**
 * The 16-bit words of `[offset, offset + length)` added up, not yet folded (RFC 1071). An odd last byte is the high half
 * of a word. What the window does not hold counts as zero.
 */
export function sumOfWords(reader: ByteReader, offset: number, length: number): number {
  let sum = 0;
  const end = Math.min(offset + length, reader.length);
  let i = offset;
  for (; i + 1 < end; i += 2) sum += reader.u16(i) ?? 0;
  if (i < end) sum += (reader.u8(i) ?? 0) << 8;
  return sum;
}

/** The one's complement sum: carries folded back into 16 bits. 0xffff over data with its checksum means: right. */
export function folded(sum: number): number {
  let rest = sum;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}

/** The checksum field that makes a sum (with the field taken as zero) right. */
export function checksumOf(sum: number): number {
  return ~folded(sum) & 0xffff;
}
