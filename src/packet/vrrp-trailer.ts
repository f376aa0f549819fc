import type { Decoded, Problem, Trailer } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { writeU16, writeU32 } from './bytes.ts';
import { malformed, noProblems } from './problem.ts';

/** Length of keepalived's `auth_hmac` trailer in bytes, and the only type that it has: HMAC-SHA-256, cut to 128 bits. */
const hmacTrailerLength = 28;
const hmacSha256Type = 1;

/**
 * What follows the addresses (and, in VRRPv2, the authentication data) within the IP packet. keepalived's `auth_hmac`
 * (draft-cassen-vrrp-auth-hmac; keepalived 2.4.1, vrrp_auth_hmac.h): type, key id, two zero bytes, then a sequence number
 * of 4 bytes of seconds since the epoch, 2 of a binary fraction of a second and 2 of a counter, then 16 bytes of HMAC.
 * keepalived 2.4.0 had a counter of 4 bytes instead of fraction and counter: its fraction reads as 0.
 */
export function decodeTrailer(reader: ByteReader): Decoded<Trailer> {
  const length = reader.wireLength;
  const wholeSeconds = reader.u32(4);
  const fraction = reader.u16(8);
  const counter = reader.u16(10);
  const mac = reader.hex(12, 16);
  const isHmac = length === hmacTrailerLength && reader.u8(0) === hmacSha256Type;
  if (!isHmac || wholeSeconds === undefined || fraction === undefined || counter === undefined || mac === undefined) {
    return { value: { kind: 'unknown', length }, problems: noProblems, consumed: reader.length };
  }
  const reserved = reader.u16(2);
  const problems: readonly Problem[] =
    reserved === 0
      ? noProblems
      : [malformed('reserved bytes of the auth_hmac trailer are not zero (draft-cassen-vrrp-auth-hmac)')];
  const value: Trailer = {
    kind: 'hmac',
    length,
    type: hmacSha256Type,
    keyId: reader.u8(1) ?? 0,
    seconds: wholeSeconds + fraction / 0x10000,
    counter,
    mac,
  };
  return { value, problems, consumed: length };
}

export interface HmacTrailerFields {
  readonly keyId: number;
  /** Since the epoch; the fraction is cut to 1/65536. */
  readonly seconds: number;
  readonly counter: number;
  /** 32 hex digits. */
  readonly mac: string;
  readonly type?: number;
  readonly reserved?: number;
}

export function encodeHmacTrailer(fields: HmacTrailerFields): Uint8Array {
  const trailer = new Uint8Array(hmacTrailerLength);
  trailer[0] = fields.type ?? hmacSha256Type;
  trailer[1] = fields.keyId;
  writeU16(trailer, 2, fields.reserved ?? 0);
  writeU32(trailer, 4, Math.floor(fields.seconds));
  writeU16(trailer, 8, Math.floor((fields.seconds % 1) * 0x10000));
  writeU16(trailer, 10, fields.counter);
  for (let i = 0; i < 16; i++) trailer[12 + i] = Number.parseInt(fields.mac.slice(2 * i, 2 * i + 2), 16);
  return trailer;
}
