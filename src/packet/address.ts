import type { ByteReader } from './byte-reader.ts';

/** A hardware address of `length` bytes as `52:54:00:33:a5:02`; undefined past the end of the window. */
export function macText(reader: ByteReader, offset: number, length = 6): string | undefined {
  return reader.hex(offset, length, ':');
}

/** Four bytes as a dotted quad; undefined past the end of the window. */
export function ipv4Text(reader: ByteReader, offset: number): string | undefined {
  const last = reader.u8(offset + 3);
  if (last === undefined) return undefined;
  return `${reader.u8(offset)}.${reader.u8(offset + 1)}.${reader.u8(offset + 2)}.${last}`;
}

/**
 * Sixteen bytes in the form of RFC 5952: lower case, no leading zeros, the longest run of at least two zero groups (the
 * first of equal ones) as `::`, an IPv4-mapped address with a dotted quad. Undefined past the end of the window.
 */
export function ipv6Text(reader: ByteReader, offset: number): string | undefined {
  if (reader.u8(offset + 15) === undefined) return undefined;
  let runStart = -1;
  let runLength = 1;
  let zeros = 0;
  for (let group = 0; group < 8; group++) {
    zeros = reader.u16(offset + 2 * group) === 0 ? zeros + 1 : 0;
    if (zeros > runLength) {
      runLength = zeros;
      runStart = group + 1 - zeros;
    }
  }
  if (runStart === 0 && runLength === 5 && reader.u16(offset + 10) === 0xffff) {
    return `::ffff:${ipv4Text(reader, offset + 12)}`;
  }
  // Joined, since text grown piece by piece keeps its pieces in memory.
  const hex = (from: number, to: number): string => {
    const groups: string[] = [];
    for (let group = from; group < to; group++) groups.push((reader.u16(offset + 2 * group) ?? 0).toString(16));
    return groups.join(':');
  };
  return runStart < 0 ? hex(0, 8) : [hex(0, runStart), hex(runStart + runLength, 8)].join('::');
}

/** The bytes of `52:54:00:33:a5:02`. Throws RangeError on other text. */
export function macBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text)) throw new RangeError(`not a hardware address: ${text}`);
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
}

/** The bytes of a dotted quad or of an IPv6 address, 4 or 16. Throws RangeError on other text. */
export function addressBytes(text: string): Uint8Array {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
  if (bytes === undefined) throw new RangeError(`not an IP address: ${text}`);
  return Uint8Array.from(bytes);
}

function ipv4Bytes(text: string): number[] | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split('::').map((half) => groupBytes(half));
  const [left, right] = halves;
  if (left === undefined || halves.length > 2) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  if (right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** The bytes of colon-separated groups, the last of which may be a dotted quad. */
function groupBytes(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  for (const group of text.split(':')) {
    const quad = group.includes('.') && text.endsWith(group) ? ipv4Bytes(group) : undefined;
    if (quad !== undefined) bytes.push(...quad);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}
