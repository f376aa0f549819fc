import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU32 } from './bytes.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** An IPsec authentication header (RFC 4302 section 2). Its integrity check value is not verified: that takes the key. */
export interface Ah {
  readonly nextHeader: number;
  readonly spi: number;
  readonly sequence: number;
  readonly payload: ByteReader;
}

/** `consumed` is the header with its integrity check value. Null where the header is not all there. */
export function decodeAh(reader: ByteReader): Decoded<Ah | null> {
  const nextHeader = reader.u8(0);
  const spi = reader.u32(4);
  const sequence = reader.u32(8);
  const length = ((reader.u8(1) ?? 0) + 2) * 4;
  if (nextHeader === undefined || spi === undefined || sequence === undefined || length > reader.length) {
    const text = 'the packet ends within its authentication header (RFC 4302 section 2)';
    const problem = Math.max(12, length) > reader.wireLength ? malformed(text) : cut(text);
    return { value: null, problems: [problem], consumed: reader.length };
  }
  if (length < 12) {
    const text = `authentication header of ${length} bytes, below 12 (RFC 4302 section 2.2)`;
    return { value: null, problems: [malformed(text)], consumed: length };
  }
  const value = { nextHeader, spi, sequence, payload: reader.window(length) };
  return { value, problems: noProblems, consumed: length };
}

export interface AhFields {
  readonly nextHeader: number;
  readonly spi: number;
  readonly sequence: number;
  /** A multiple of 4 bytes: 12 with the HMAC-MD5-96 or HMAC-SHA-1-96 that VRRPv2 uses (RFC 2338 section 5.3.6.3). */
  readonly integrityCheckValue: Uint8Array;
}

export function encodeAh(fields: AhFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(12);
  header[0] = fields.nextHeader;
  header[1] = (12 + fields.integrityCheckValue.length) / 4 - 2;
  writeU32(header, 4, fields.spi);
  writeU32(header, 8, fields.sequence);
  return concat(header, fields.integrityCheckValue, payload);
}
