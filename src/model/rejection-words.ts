import type { Rejection } from './log.ts';

/** What is wrong with an advert that is not taken. */
export const rejectionWords: Readonly<Record<Rejection, string>> = {
  password: 'the password differs',
  'auth-type': 'the authentication type differs',
  'auth-trailer': 'the signature (auth_hmac) does not match',
  ah: 'IPsec AH does not match',
  interval: 'advert_int differs',
  version: 'the VRRP version differs',
  checksum: 'the checksum does not match',
  ttl: 'the TTL is not 255',
  addresses: 'the VIP lists differ',
  length: 'the length is wrong',
  type: 'the packet type is unknown',
  'unicast-multicast': 'unicast against multicast',
  source: 'the sender is no peer',
  vrid: 'the vrid is none of its own',
  other: 'see the line',
};
