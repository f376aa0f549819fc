import { ipv6GroupsText, parseAddress } from '../model/address.ts';
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

/** Sixteen bytes in the form of RFC 5952; undefined past the end of the window. */
export function ipv6Text(reader: ByteReader, offset: number): string | undefined {
  if (reader.u8(offset + 15) === undefined) return undefined;
  return ipv6GroupsText(Array.from({ length: 8 }, (_, group) => reader.u16(offset + 2 * group) ?? 0));
}

/** The bytes of `52:54:00:33:a5:02`. Throws RangeError on other text. */
export function macBytes(text: string): Uint8Array {
  if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2})*$/i.test(text)) throw new RangeError(`not a hardware address: ${text}`);
  return Uint8Array.from(text.split(':'), (byte) => Number.parseInt(byte, 16));
}

/** The bytes of a dotted quad or of an IPv6 address, 4 or 16. Throws RangeError on other text. */
export function addressBytes(text: string): Uint8Array {
  const address = parseAddress(text);
  if (address === undefined) throw new RangeError(`not an IP address: ${text}`);
  return Uint8Array.from(address.bytes);
}
