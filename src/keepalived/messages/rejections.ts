import type { LogEvent, Rejection } from '../../model/log.ts';
import { behavioursIn } from '../versions/behaviours.ts';
import type { Row } from './format.ts';

const newestSampled = '2.4.3';

/** Adverts that were heard and not taken. */
export const rejectionRows: readonly Row[] = [
  rejection('auth', '1.2.24-2.3.1', '(%s) received an invalid passwd!', 'password'),
  rejection('auth', '2.3.3-', '(%s) received an invalid passwd from %a!', 'password'),
  rejection('auth', '1.2.7-1.2.19', 'receive an invalid passwd!', 'password'),
  rejection('auth', '1.2.24-2.3.1', '(%s) received a %d auth, expecting %d!', 'auth-type'),
  rejection('auth', '2.3.3-', '(%s) received a %d auth from %a, expecting %d!', 'auth-type'),
  rejection('auth', '1.2.7-1.2.19', 'receive a %d auth, expecting %d!', 'auth-type'),
  rejection('auth', '1.2.24-2.3.1', '(%s) Invalid auth type: %d', 'auth-type'),
  rejection('auth', '2.3.3-', '(%s) Invalid auth type from %a: %d', 'auth-type'),
  rejection('auth', '1.2.19-1.2.19', 'Invalid auth type: %d', 'auth-type'),
  rejection('auth', '2.0.20-2.3.1', '(%s) No AH header but auth type is AH', 'ah'),
  rejection('auth', '2.3.3-', '(%s) No AH header but auth type is AH from %a', 'ah'),
  rejection('auth', '2.0.20-2.3.1', '(%s) Received AH header but auth type not AH', 'ah'),
  rejection('auth', '2.3.3-', '(%s) Received AH header but auth type not AH from %a', 'ah'),
  rejection('auth', '1.2.7-', '(%s) IPSEC-AH : invalid IPSEC HMAC-MD5 value. %*', 'ah'),
  rejection('auth', '1.2.7-1.3.5', '(%s) IPSEC-AH : sequence number %d already proceeded. %*', 'ah'),
  rejection('auth', '1.3.9-', '(%s) IPSEC-AH : sequence number %d already processed. %*', 'ah'),
  rejection('auth', '1.2.7-', 'IPSEC AH : invalid IPSEC SPI value. %d and expect %d', 'ah'),
  rejection('auth', '2.4.3-', '(%s) invalid authentication HMAC from %a', 'auth-trailer'),
  rejection('auth', '2.4.0-2.4.0', '(%s) invalid authentication MAC from %a', 'auth-trailer'),
  rejection('auth', '2.4.0-', '(%s) malformed authentication trailer from %a', 'auth-trailer'),
  rejection('auth', '2.4.0-', '(%s) missing authentication trailer from %a', 'auth-trailer'),
  rejection('auth', '2.4.0-', '(%s) replayed authentication trailer from %a', 'auth-trailer'),
  rejection('auth', '2.4.0-', '(%s) stale authentication trailer from %a, %*', 'auth-trailer'),
  rejection('auth', '2.4.0-', '(%s) unknown authentication key id %d from %a', 'auth-trailer'),

  rejection('advert', '1.2.24-2.0.10', '(%s) advertisement interval mismatch mine=%d sec rcved=%d sec', 'interval'),
  rejection('advert', '2.0.20-2.3.1', "(%s) advertisement interval mismatch mine=%d sec rcv'd=%d sec", 'interval'),
  rejection('advert', '2.3.3-', "(%s) advertisement interval mismatch with %a mine=%d sec rcv'd=%d sec", 'interval'),
  rejection('advert', '1.2.19-1.2.19', 'advertisement interval mismatch mine=%d sec rcved=%d sec', 'interval'),
  rejection('advert', '1.2.7-1.2.13', 'advertissement interval mismatch mine=%d rcved=%d', 'interval'),

  rejection('advert', '1.2.24-2.0.10', '(%s) invalid version. %d and expect %d', 'version'),
  rejection('advert', '2.0.20-2.3.1', '(%s) wrong version. Received %d and expect %d', 'version'),
  rejection('advert', '2.3.3-', '(%s) wrong VRRP version from %a. Received %d and expect %d', 'version'),
  rejection('advert', '1.2.7-1.2.19', 'invalid version. %d and expect %d', 'version'),

  rejection('checksum', '1.2.24-2.3.1', '(%s) Invalid VRRPv%d checksum', 'checksum'),
  rejection('checksum', '2.3.3-', '(%s) Invalid VRRPv%d checksum from %a', 'checksum'),
  rejection('checksum', '1.2.19-1.2.19', 'Invalid VRRPv%d checksum', 'checksum'),
  rejection('checksum', '1.2.7-1.2.13', 'Invalid vrrp checksum', 'checksum'),

  rejection('checksum', '2.0.20-2.3.1', '(%s) invalid TTL/HL. Received %d and expect %d', 'ttl'),
  rejection('checksum', '2.3.3-', '(%s) invalid TTL/HL from %a. Received %d and expect %d', 'ttl'),
  rejection('checksum', '2.1.5-2.3.1', '(%s) TTL/HL %d not in range %d - %d', 'ttl'),
  rejection('checksum', '2.3.3-', '(%s) TTL/HL %d from %a not in range [%d, %d]', 'ttl'),
  rejection('checksum', '1.2.24-2.0.10', '(%s) invalid ttl. %d and expect %d', 'ttl'),
  rejection('checksum', '1.2.7-1.2.19', 'invalid ttl. %d and expect %d', 'ttl'),

  rejection(
    'advert',
    '1.2.24-2.2.4',
    '(%s) ip address associated with VRID %d not present in MASTER advert : %w',
    'addresses',
  ),
  rejection(
    'advert',
    '2.2.7-2.3.1',
    '(%s) ip address associated with VRID %d not present in MASTER advert: %w',
    'addresses',
  ),
  rejection(
    'advert',
    '2.3.3-',
    '(%s) ip address associated with VRID %d not present in advert from %a: %w',
    'addresses',
  ),
  rejection('advert', '1.2.7-1.2.19', 'ip address associated with VRID%*', 'addresses'),
  rejection(
    'advert',
    '1.2.7-1.2.19',
    'one or more VIP associated with VRID mismatch actual MASTER advert',
    'addresses',
  ),
  rejection('advert', '1.2.24-2.0.10', '(%s) receive an invalid ip number count associated with VRID!', 'addresses'),
  rejection('advert', '1.2.24-2.0.10', '(%s) received an invalid ip number count %d, expected %d!', 'addresses'),
  rejection('advert', '2.0.20-2.3.1', '(%s) received an unexpected ip number count %d, expected %d!', 'addresses'),
  rejection('advert', '2.0.20-', '(%s) expected %d VIPs but received %d', 'addresses'),
  rejection('advert', '1.2.7-1.2.19', 'receive an invalid ip number count associated with VRID!', 'addresses'),

  rejection('advert', '2.0.20-2.3.1', '(%s) vrrp packet too %w, length %d and expect %d', 'length'),
  rejection('advert', '2.3.3-', '(%s) vrrp packet from %a too %w, length %d and expect %d', 'length'),
  rejection('advert', '2.0.20-2.3.1', '(%s) ip_tot_len mismatch against received length. %d and received %d', 'length'),
  rejection(
    'advert',
    '2.3.3-',
    '(%s) ip_tot_len mismatch against received length from %a. %d and received %d',
    'length',
  ),
  rejection('advert', '2.0.20-', 'IPv%d VRRP packet too short - %d bytes', 'length'),
  rejection('advert', '2.1.5-', 'IPv%d VRRP packet with AH too short - %d bytes', 'length'),

  rejection('advert', '2.0.20-2.3.1', '(%s) Invalid packet type. %d and expect %d', 'type'),
  rejection('advert', '2.3.3-', '(%s) Invalid packet type from %a. %d and expect %d', 'type'),

  rejection('advert', '2.0.20-2.3.1', '(%s) Expected %w packet but received %w packet', 'unicast-multicast'),
  rejection('advert', '2.3.3-', '(%s) Expected %w packet but received %w packet from %a', 'unicast-multicast'),
  rejection('advert', '2.1.5-', '(%s) discarding %w packet on %w instance', 'unicast-multicast'),

  rejection('advert', '1.2.24-', '(%s) unicast source address %a not a unicast peer', 'source'),
  rejection(
    'election',
    '1.2.24-',
    '(%s) WARNING - equal priority advert received from remote host with our IP address.',
    'source',
  ),
  rejection('election', '2.3.3-', '(%s) Dropping packet(s) from %a since we are address owner', 'other'),

  rejection('advert', '2.2.7-', 'Unknown VRID(%d) received on interface(%w) from %a. ignoring...', 'vrid'),
  rejection('advert', '2.0.20-', 'Unknown VRID(%d) received on interface(%w). ignoring...', 'vrid'),
];

/** The peer is the `%a` of the format. */
function rejection(category: Row['category'], versions: string, format: string, reason: Rejection): Row {
  const namesInstance = format.startsWith('(%s) ');
  const holes = [...format.matchAll(/%(.)/g)];
  const peer = holes.findIndex(([, kind]) => kind === 'a');
  const isLoggedOnce = loggedOnce(versions);
  const event = (...values: readonly unknown[]): LogEvent => ({
    kind: 'advert-rejected',
    instance: namesInstance ? String(values[0]) : null,
    reason,
    peer: peer < 0 ? null : String(values[peer]),
    isLoggedOnce,
    detail: String(values[holes.length]),
  });
  return { category, versions, format, event };
}

/** null where the form is of versions that do, and of such that do not. */
function loggedOnce(versions: string): boolean | null {
  const [oldest = '', newest] = versions.split('-');
  const behaviour = behavioursIn({ oldest, newest: newest || newestSampled })['rejections-logged-once'];
  return behaviour === 'either' ? null : behaviour === 'new';
}
