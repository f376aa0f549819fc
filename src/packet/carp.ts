import type { Carp, Decoded } from '../model/packet.ts';
import { ByteReader } from './byte-reader.ts';
import { writeU16 } from './bytes.ts';
import { checksumOf, sumOfWords } from './checksum.ts';
import { cut, noProblems } from './problem.ts';

/** Length of a CARP message: 8 bytes of header, a counter of 8, an HMAC of 20. */
const messageLength = 36;

/** The message's own length of authentication data, in 32-bit words: the counter and the HMAC. */
const authLength = 7;

/**
 * CARP shares VRRP's protocol number and the version 2, type 1 of its first byte (OpenBSD netinet/ip_carp.h). A VRRPv2
 * message with the same fourth byte would have 7 addresses and 44 bytes, or be cut short by its 8 authentication bytes.
 */
export function isCarp(message: ByteReader): boolean {
  return message.wireLength === messageLength && message.u8(0) === 0x21 && message.u8(3) === authLength;
}

export type CarpMessage = Pick<Carp, 'vhid' | 'advbase' | 'advskew' | 'demote'>;

/** A message for which `isCarp` holds. Fields that the capture does not hold are 0. */
export function decodeCarp(message: ByteReader): Decoded<CarpMessage> {
  const value = {
    vhid: message.u8(1) ?? 0,
    advskew: message.u8(2) ?? 0,
    demote: message.u8(4) ?? 0,
    advbase: message.u8(5) ?? 0,
  };
  const isCut = message.length < messageLength;
  const problems = isCut
    ? [cut(`captured ${message.length} of ${messageLength} bytes of the CARP message`)]
    : noProblems;
  return { value, problems, consumed: message.length };
}

export interface CarpFields extends CarpMessage {
  /** 8 bytes, and 20 bytes. */
  readonly counter: Uint8Array;
  readonly hmac: Uint8Array;
}

export function encodeCarp(fields: CarpFields): Uint8Array {
  const message = new Uint8Array(messageLength);
  message.set([0x21, fields.vhid, fields.advskew, authLength, fields.demote, fields.advbase], 0);
  message.set(fields.counter, 8);
  message.set(fields.hmac, 16);
  writeU16(message, 6, checksumOf(sumOfWords(new ByteReader(message), 0, messageLength)));
  return message;
}
