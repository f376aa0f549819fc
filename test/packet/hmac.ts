import { createHmac } from 'node:crypto';
import { addressBytes } from '../../src/packet/address.ts';
import { concat } from '../../src/packet/bytes.ts';
import { encodeVrrp, type VrrpEndpoints, type VrrpFields } from '../../src/packet/vrrp.ts';
import { encodeHmacTrailer, type HmacTrailerFields } from '../../src/packet/vrrp-trailer.ts';

/**
 * A trailer that keepalived 2.4.1 accepts. Its HMAC covers 20 bytes of what must not be exchanged (family, version, VRID,
 * zero, source address, zeros), then the message with the trailer, checksum and HMAC as zeros (keepalived,
 * vrrp_auth_hmac.c). The trailer comes first: the checksum of IPv6 covers it.
 */
export function signedTrailer(
  fields: VrrpFields,
  endpoints: VrrpEndpoints,
  key: Uint8Array,
  sequence: Omit<HmacTrailerFields, 'mac'>,
): Uint8Array {
  const source = addressBytes(endpoints.source);
  const bound = new Uint8Array(20);
  bound.set([source.length === 4 ? 4 : 6, fields.version, fields.vrid, 0], 0);
  bound.set(source, 4);
  const unsigned = encodeHmacTrailer({ ...sequence, mac: '0'.repeat(32) });
  const message = encodeVrrp({ ...fields, trailer: unsigned, checksum: 0 }, endpoints);
  const mac = createHmac('sha256', key).update(concat(bound, message)).digest('hex').slice(0, 32);
  return encodeHmacTrailer({ ...sequence, mac });
}
