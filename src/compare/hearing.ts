import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { isSameSecret } from '../model/secret.ts';

/** An instance on its node, and the source of its adverts where that is known. */
export interface Station {
  readonly node: NodeConfiguration;
  readonly instance: VrrpInstance;
  readonly sourceAddress: string | null;
}

/**
 * Whether the adverts of one reach the other and are accepted there, by what keepalived checks in vrrp_check_packet().
 * Where it depends on a version that is not known, they are taken not to be.
 */
export function isHeard(speaker: Station, listener: Station): boolean {
  const [ours, theirs] = [listener.instance, speaker.instance];
  if (ours.family !== theirs.family || ours.vrid.value !== theirs.vrid.value) return false;
  if (ours.version.value !== theirs.version.value) return false;
  if (ours.version.value === 2 && ours.intervalSeconds.value !== theirs.intervalSeconds.value) return false;
  if (!acceptsAuth(ours, theirs)) return false;
  if (ours.mode !== theirs.mode) return false;
  if (ours.mode === 'multicast' && ours.multicastGroup.value !== theirs.multicastGroup.value) return false;
  if (ours.mode === 'unicast' && !isAddressed(speaker, listener)) return false;
  return haveSameVips(ours, theirs) || listener.node.behaviours['vip-list-mismatch'] === 'new';
}

/** Unicast adverts go to the peers that are listed; `check_unicast_src` accepts none but theirs. */
function isAddressed(speaker: Station, listener: Station): boolean {
  const lists = ({ peers }: VrrpInstance, address: string | null) =>
    address === null || peers.some((peer) => peer.address === address);
  if (!lists(speaker.instance, listener.sourceAddress)) return false;
  return !listener.instance.checkUnicastSource.value || lists(listener.instance, speaker.sourceAddress);
}

/** What a VRRPv2 receiver compares: the type and 8 bytes (RFC 2338 section 5.3.6). */
function acceptsAuth({ authentication: ours }: VrrpInstance, { authentication: theirs }: VrrpInstance): boolean {
  const [a, b] = [ours, theirs].map((auth) => (auth?.isInEffect === true ? auth : null));
  if (a == null || b == null) return a === b;
  const [one, two] = [a.password.value, b.password.value];
  if (a.type.value !== b.type.value) return false;
  if (one === null || two === null) return one === two;
  return isSameSecret(one.significant, two.significant) ?? true;
}

export function haveSameVips(a: VrrpInstance, b: VrrpInstance): boolean {
  const [left, right] = [a, b].map(({ vips }) => new Set(vips.map(({ address }) => address)));
  return left?.size === right?.size && [...(left ?? [])].every((address) => right?.has(address));
}
