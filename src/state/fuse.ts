import type { VrrpInstance } from '../model/keepalived.ts';
import type { VrrpState } from '../model/log.ts';
import type { NodeState } from '../model/node-state.ts';
import type { HeldElasticIp, InstanceStatus, NodeStatus, SourceVoice, Verdict } from '../model/status.ts';
import type { Timestamp } from '../model/time.ts';
import { readinessOf } from './ready.ts';
import {
  advertisedPriority,
  heldAddresses,
  isDumpStale,
  isKeepalivedRunning,
  isMasterAmong,
  sendersOf,
  sourceAddresses,
  voicesOf,
} from './voices.ts';

/** An instance as one node's configuration has it. */
export interface ConfiguredInstance {
  readonly node: string;
  readonly instance: VrrpInstance;
}

/**
 * Who is master, of each virtual router, by all that the nodes say. No source decides alone against a better one; the
 * state file decides nothing. Where the sources do not tell, the state is null, and says why.
 */
export function fuseStatus(
  configured: readonly ConfiguredInstance[],
  states: readonly NodeState[],
): readonly InstanceStatus[] {
  return groupInstances(configured).map((members) => {
    const [{ instance }] = members as [ConfiguredInstance];
    const nodes = states
      .map((state) => ({ state, own: members.find(({ node }) => node === state.node)?.instance }))
      // A node that answers and has no such instance is no part of it; one that does not answer may be.
      .filter(({ state, own }) => own !== undefined || state.unreachable !== null)
      .map(({ state, own }) => (own === undefined ? unreachedStatus(state) : nodeStatus(state, own, states)));
    const others = mastersElsewhere(members, states);
    const hasHeard = states.some(({ heard }) => heard !== null);
    const verdict = verdictOf(nodes, others, hasHeard);
    const own = nodes.find(({ state }) => state === 'MASTER')?.node;
    return {
      instance: instance.name,
      family: instance.family,
      vrid: instance.vrid.value,
      vips: addressesOf(instance),
      verdict,
      master: verdict === 'one-master' ? (own ?? others[0] ?? null) : null,
      others,
      elasticIp: heldElasticIp(instance.name, states),
      nodes,
    };
  });
}

function heldElasticIp(instance: string, states: readonly NodeState[]): HeldElasticIp | null {
  const known = states.filter(({ elasticIp }) => elasticIp?.instance === instance);
  const [first] = known.flatMap(({ elasticIp }) => elasticIp ?? []);
  if (first === undefined) return null;
  const { publicIp, holder } = first;
  return { publicIp, holder, node: known.find(({ elasticIp }) => elasticIp?.isHeld)?.node ?? null };
}

/** The instances of all nodes that are one virtual router: the same vrid and family, or an address in common. */
function groupInstances(configured: readonly ConfiguredInstance[]): readonly (readonly ConfiguredInstance[])[] {
  const groups: ConfiguredInstance[][] = [];
  for (const member of configured) {
    const group = groups.find(
      (known) =>
        known.every(({ node }) => node !== member.node) &&
        known.some(({ instance }) => isOneRouter(instance, member.instance)),
    );
    if (group === undefined) groups.push([member]);
    else group.push(member);
  }
  return groups;
}

function isOneRouter(a: VrrpInstance, b: VrrpInstance): boolean {
  if (a.family !== b.family) return false;
  const shared = addressesOf(a).some((address) => addressesOf(b).includes(address));
  if (shared) return true;
  const isSameName = a.name === b.name;
  return a.vrid.value === b.vrid.value
    ? isSameName || addressesOf(a).length === 0 || addressesOf(b).length === 0
    : isSameName;
}

function addressesOf(instance: VrrpInstance): readonly string[] {
  return [...instance.vips, ...instance.excludedVips].map(({ address }) => address);
}

function nodeStatus(state: NodeState, instance: VrrpInstance, states: readonly NodeState[]): NodeStatus {
  const sources = voicesOf(state, instance, states);
  const { decided, unknown } = decide(state, sources);
  const dumped = isDumpStale(state, instance)
    ? undefined
    : state.dump?.instances.find(({ instance: name }) => name === instance.name);
  return {
    node: state.node,
    state: decided,
    priority: {
      base: instance.priority.value,
      effective: advertisedPriority(state, instance, states) ?? dumped?.effectivePriority ?? null,
    },
    vips: heldAddresses(state, instance).map(({ vip }) => vip.address),
    excludedVips: instance.excludedVips.map(({ address }) => address),
    since: sinceWhen(sources, decided),
    ...readinessOf(state, instance, decided, states),
    sources,
    unknown,
  };
}

/** Of a node that does not answer not even its configuration is known, and so not which adverts are its own. */
function unreachedStatus({ node, unreachable }: NodeState): NodeStatus {
  return {
    node,
    state: null,
    priority: { base: null, effective: null },
    vips: [],
    excludedVips: [],
    since: null,
    ready: null,
    notReady: [],
    unsure: unreachable === null ? [] : [unreachable],
    sources: [],
    unknown: unreachable,
  };
}

interface Decision {
  readonly decided: VrrpState | null;
  readonly unknown: string | null;
}

/**
 * The state by the best source that counts. Two that contradict each other, where nothing better settles it, leave it
 * open: an address that is not there makes no BACKUP of an instance that last called itself MASTER.
 */
function decide(state: NodeState, voices: readonly SourceVoice[]): Decision {
  const know = (decided: VrrpState): Decision => ({ decided, unknown: null });
  const open = (unknown: string): Decision => ({ decided: null, unknown });
  if (state.unreachable !== null) return open(state.unreachable);
  if (isKeepalivedRunning(state) === false) return know('STOP');
  const said = (source: SourceVoice['source']) => {
    const voice = voices.find((other) => other.source === source && !other.isStale);
    return voice === undefined || voice.says === 'RUNNING' ? null : voice.says;
  };
  const [address, advert] = [said('address'), said('advert')];
  if (address === 'MASTER' || advert === 'MASTER') return know('MASTER');
  const isNotMaster = address === 'BACKUP' || advert === 'BACKUP';
  const own = said('dump') ?? said('log');
  if (own !== null && !isNotMaster && isKeepalivedRunning(state) === null) {
    return open('whether keepalived still runs is not known');
  }
  if (own === 'MASTER' && isNotMaster) {
    // Its own word of now: the address was taken off. The log may lack what came after.
    if (advert === null && said('dump') === 'MASTER') return know('MASTER');
    if (advert === null) return open('it last called itself MASTER, and its addresses are not there');
  } else if (own !== null) return know(own);
  if (isNotMaster && isKeepalivedRunning(state) === true) return know('BACKUP');
  if (isNotMaster) return open('it is not master; whether keepalived runs is not known');
  if (said('elastic-ip') !== null) return open('only the Elastic IP tells, which may be on the wrong node');
  return open('nothing that was read tells its state');
}

/** Since when: the last transition, where that is the state it led to. */
function sinceWhen(voices: readonly SourceVoice[], state: VrrpState | null): Timestamp | null {
  return voices.find(({ source, says, isStale }) => source === 'log' && says === state && !isStale)?.time ?? null;
}

/** Who was heard to be master, and is none of the nodes: the one that was not named, or a stranger. */
function mastersElsewhere(members: readonly ConfiguredInstance[], states: readonly NodeState[]): readonly string[] {
  const own = members.flatMap(({ node, instance }) => {
    const state = states.find((other) => other.node === node);
    return state === undefined ? [] : sourceAddresses(state, instance);
  });
  const heard = states.flatMap((state) =>
    members.flatMap(({ instance }) => sendersOf(state, instance).filter((sender) => isMasterAmong(sender, state))),
  );
  // A node that could not be read has addresses that nobody knows.
  const isAnyUnread = states.some(({ unreachable }) => unreachable !== null);
  return isAnyUnread ? [] : [...new Set(heard.map(({ src }) => src))].filter((src) => !own.includes(src));
}

/**
 * A node whose daemon is gone and that still holds an address draws traffic like a master. Of a single node that is not
 * master one learns who is only by listening.
 */
function verdictOf(nodes: readonly NodeStatus[], others: readonly string[], hasHeard: boolean): Verdict {
  const masters = nodes.filter(({ state, vips }) => state === 'MASTER' || vips.length > 0).length + others.length;
  if (masters > 1) return 'split-brain';
  if (nodes.length === 0 || nodes.some(({ state }) => state === null)) return 'unknown';
  if (nodes.some(({ state }) => state === 'MASTER') || others.length > 0) return 'one-master';
  return nodes.length === 1 && !hasHeard ? 'unknown' : 'no-master';
}
