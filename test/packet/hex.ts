import type { CapturedPacket } from '../../src/model/packet.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';

/** Bytes written as hex digits; all from a `#` to the end of the line is comment. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, '').replace(/\s/g, '');
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function reader(text: string): ByteReader {
  return new ByteReader(hex(text));
}

/** A packet as a capture delivers it. `originalLength` is that of the bytes unless given. */
export function captured(bytes: Uint8Array, linkType = 1, originalLength = bytes.length): CapturedPacket {
  return {
    bytes,
    start: 0,
    end: bytes.length,
    originalLength,
    linkType,
    frame: 1,
    seconds: 1_700_000_000,
    nanoseconds: 0,
    timeDigits: 6,
    interfaceName: null,
  };
}
