import type { Behaviour, BehaviourName, VersionRange } from '../../model/versions.ts';
import { compareVersions } from './version.ts';

interface Change {
  /** The last version known to do it the old way, and the first known to do it the new way. */
  readonly lastOld: string;
  readonly firstNew: string;
  readonly old: string;
  readonly new: string;
}

/**
 * What changed in keepalived, and when. Read in its source or seen in the lab (2.1.5, 2.2.7, 2.3.3); between `lastOld`
 * and `firstNew` it is not known.
 */
export const changes: Readonly<Record<BehaviourName, Change>> = {
  'vip-list-mismatch': {
    lastOld: '2.3.2',
    firstNew: '2.3.3',
    old: 'an advert whose addresses are not those of the own list is dropped',
    new: 'it is accepted, and logged once',
  },
  'v3-interval-mismatch': {
    lastOld: '2.3.3',
    firstNew: '2.3.4',
    old: 'a VRRPv3 backup takes the interval of the master over without a word',
    new: 'it does, and logs it',
  },
  'strict-unicast': {
    lastOld: '2.1.5',
    firstNew: '2.2.7',
    old: 'unicast_peer together with vrrp_strict ends keepalived at start',
    new: 'unicast_peer works together with vrrp_strict',
  },
  'rejections-logged-once': {
    lastOld: '2.3.2',
    firstNew: '2.3.3',
    old: 'every advert that is dropped is logged',
    new: 'the first of a kind is logged, and none after it until the state or the master changes',
  },
  'sync-group-of-one': {
    lastOld: '2.1.5',
    firstNew: '2.2.7',
    old: 'a sync group of one member is taken away: what it tracks is of no matter, and the weights of its member count',
    new: 'it is a group like any other: what it tracks counts, and its member counts weights with sync_group_tracking_weight only',
  },
};

/** How keepalived does it in the versions that may be in use; `either` where that is not known. */
function behaviourIn(name: BehaviourName, versions: VersionRange | null): Behaviour {
  if (versions === null) return 'either';
  const { lastOld, firstNew } = changes[name];
  if (compareVersions(versions.newest, lastOld) <= 0) return 'old';
  if (compareVersions(versions.oldest, firstNew) >= 0) return 'new';
  return 'either';
}

/** All of them at once. */
export function behavioursIn(versions: VersionRange | null): Readonly<Record<BehaviourName, Behaviour>> {
  return {
    'vip-list-mismatch': behaviourIn('vip-list-mismatch', versions),
    'v3-interval-mismatch': behaviourIn('v3-interval-mismatch', versions),
    'strict-unicast': behaviourIn('strict-unicast', versions),
    'rejections-logged-once': behaviourIn('rejections-logged-once', versions),
    'sync-group-of-one': behaviourIn('sync-group-of-one', versions),
  };
}
