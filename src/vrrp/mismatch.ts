import type { Advert } from '../model/packet.ts';
import type { MismatchKind } from '../model/wire.ts';

/**
 * Whether every receiver drops it, whatever it is set to: damaged, no advertisement, or a multicast from beyond the
 * segment (RFC 9568 sections 7.1 and 5.1.1.3). It changes nothing between the routers that it reaches.
 */
export function isDroppedByAll({ checksum, messageType, multicast, ttl }: Advert): boolean {
  return checksum === 'bad' || messageType !== 1 || (multicast && ttl !== 255);
}

/** Whether an advert says reliably what its sender is told to send: whole, and not damaged on the way. */
export function isSound(advert: Advert): boolean {
  return advert.checksum !== 'bad' && advert.problems.length === 0;
}

/** VRRPv2 or VRRPv3: no router takes another (RFC 9568 section 7.1). */
export function isKnownVersion({ version }: Advert): boolean {
  return version === 2 || version === 3;
}

/** In what two senders of one virtual router do not agree, from one sound advert of each. */
export function mismatchesOf(a: Advert, b: Advert): MismatchKind[] {
  if (!isSound(a) || !isSound(b)) return [];
  const addresses = new Set(a.addrs);
  const shared = new Set(b.addrs.filter((address) => addresses.has(address)));
  // Two clusters: in what else they differ is no fault of either.
  if (shared.size === 0 && a.addrs.length > 0 && b.addrs.length > 0) return ['addresses-disjoint'];
  if (a.version !== b.version) return ['version'];
  const kinds: MismatchKind[] = [];
  if (a.intvl !== b.intvl) kinds.push('interval');
  if (a.authtype !== b.authtype || a.auth !== b.auth) kinds.push('auth');
  if (trailerKey(a) !== trailerKey(b)) kinds.push('trailer');
  if (a.multicast !== b.multicast) kinds.push('cast');
  if (a.checksum === 'good' && b.checksum === 'good' && a.checksumVariant !== b.checksumVariant) {
    kinds.push('checksum-variant');
  }
  if (shared.size !== addresses.size || shared.size !== new Set(b.addrs).size) kinds.push('addresses');
  return kinds;
}

const dropping: readonly MismatchKind[] = ['version', 'auth', 'cast'];

/**
 * Whether keepalived drops an advert for this mismatch (vrrp_check_packet() in every version up to 2.4): both nodes
 * become master. VRRPv3 adopts the master's interval instead.
 */
export function isRejected(kind: MismatchKind, version: number): boolean {
  return kind === 'interval' ? version === 2 : dropping.includes(kind);
}

/**
 * Whether the receiver decides: differing addresses are dropped up to keepalived 2.3.2 only, and an `auth_hmac` trailer is
 * asked for in the mode `enforce`, but not in `receive-only` and `permissive`, by which it is rolled out. Such a mismatch
 * proves no rejection by itself.
 */
export function mayBeRejected(kind: MismatchKind): boolean {
  return kind === 'addresses' || kind === 'trailer';
}

/** keepalived 2.4's `auth_hmac` trailer and its key; bytes that nobody knows say nothing. */
function trailerKey(advert: Advert): number | null {
  return advert.trailer?.kind === 'hmac' ? advert.trailer.keyId : null;
}
