import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { noProblems } from './problem.ts';

/**
 * The EtherType behind an LLC and SNAP header (IEEE 802 section 9.2: `aa aa 03`, organisation 00-00-00, EtherType); null
 * for any other LLC frame, which carries nothing that we follow.
 */
export function decodeLlcSnap(reader: ByteReader): Decoded<number | null> {
  const isSnap = reader.u16(0) === 0xaaaa && reader.u16(2) === 0x0300 && reader.u16(4) === 0;
  const type = isSnap ? reader.u16(6) : undefined;
  if (type === undefined) return { value: null, problems: noProblems, consumed: 0 };
  return { value: type, problems: noProblems, consumed: 8 };
}

/** An LLC and SNAP header of organisation 00-00-00 and its payload. */
export function encodeLlcSnap(type: number, payload: Uint8Array): Uint8Array {
  const header = Uint8Array.of(0xaa, 0xaa, 0x03, 0, 0, 0, 0, 0);
  writeU16(header, 6, type);
  return concat(header, payload);
}
