import type { DumpedInstance, InstanceCounters, KeepalivedDump } from '../../model/dump.ts';
import type { TrackedKind } from '../../model/keepalived.ts';
import type { VrrpState } from '../../model/log.ts';
import { readTracked } from './tracked.ts';

/** What the numbers of `state` and `wantstate` stand for (vrrp.h). */
const states: readonly VrrpState[] = ['INIT', 'BACKUP', 'MASTER', 'FAULT'];
const authTypes: readonly DumpedInstance['authType'][] = ['none', 'PASS', 'AH'];

const trackedKeys: readonly (readonly [string, TrackedKind])[] = [
  ['track_script', 'script'],
  ['track_ifp', 'interface'],
  ['track_file', 'file'],
  ['track_process', 'process'],
  ['track_bfd', 'bfd'],
];

/** keepalived.json: its instances as in keepalived.data, and their counters as in keepalived.stats. */
export interface JsonDump extends KeepalivedDump {
  readonly counters: readonly InstanceCounters[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads keepalived.json, `json_version` 1 (a list) and 2 (`{"vrrp": [...]}`). null where the text is no JSON, or has no
 * instance in it. The password that it holds is left out.
 */
export function readJson(text: string): JsonDump | null {
  const document = parsed(text);
  const list = Array.isArray(document) ? document : isObject(document) ? document['vrrp'] : null;
  if (!Array.isArray(list)) return null;
  const entries = list.filter(isObject).flatMap((entry) => {
    const { data, stats } = entry;
    return isObject(data) && typeof data['iname'] === 'string' ? [{ name: data['iname'], data, stats }] : [];
  });
  if (entries.length === 0) return null;
  return {
    instances: entries.flatMap(({ name, data }) => readInstance(name, data) ?? []),
    scripts: [],
    counters: entries.flatMap(({ name, stats }) => (isObject(stats) ? [countersOf(name, stats)] : [])),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readInstance(name: string, data: Json): DumpedInstance | null {
  const state = states[numberIn(data, 'state') ?? -1];
  if (state === undefined) return null;
  return {
    instance: name,
    state,
    wantedState: states[numberIn(data, 'wantstate') ?? -1] ?? null,
    version: numberIn(data, 'version'),
    syncGroup: null,
    master: null,
    masterPriority: numberIn(data, 'master_priority'),
    interface: typeof data['ifp_ifname'] === 'string' ? data['ifp_ifname'] : null,
    sourceAddress: null,
    vrid: numberIn(data, 'vrid'),
    priority: numberIn(data, 'base_priority'),
    effectivePriority: numberIn(data, 'effective_priority'),
    intervalSeconds: numberIn(data, 'adver_int'),
    accept: truthIn(data, 'accept'),
    nopreempt: truthIn(data, 'nopreempt'),
    preemptDelaySeconds: numberIn(data, 'preempt_delay'),
    authType: authTypes[numberIn(data, 'auth_type') ?? -1] ?? null,
    vips: firstWords(data['vips']),
    excludedVips: firstWords(data['evips']),
    peers: null,
    tracked: trackedKeys.flatMap(([key, kind]) => textsIn(data[key]).flatMap((text) => readTracked(text, kind) ?? [])),
    lastTransitionSeconds: numberIn(data, 'last_transition'),
  };
}

function numberIn(data: Json, key: string): number | null {
  const value = data[key];
  return typeof value === 'number' ? value : null;
}

/** keepalived writes some as 0 and 1. */
function truthIn(data: Json, key: string): boolean | null {
  const value = data[key];
  return typeof value === 'boolean' || typeof value === 'number' ? Boolean(value) : null;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function firstWords(value: unknown): string[] {
  return textsIn(value).flatMap((text) => /^\S+/.exec(text)?.[0] ?? []);
}

function countersOf(instance: string, stats: Json): InstanceCounters {
  return {
    instance,
    advertsReceived: numberIn(stats, 'advert_rcvd'),
    advertsSent: numberIn(stats, 'advert_sent'),
    becameMaster: numberIn(stats, 'become_master'),
    releasedMaster: numberIn(stats, 'release_master'),
    lengthErrors: numberIn(stats, 'packet_len_err'),
    ttlErrors: numberIn(stats, 'ip_ttl_err'),
    typeErrors: numberIn(stats, 'invalid_type_rcvd'),
    intervalErrors: numberIn(stats, 'advert_interval_err'),
    addressListErrors: numberIn(stats, 'addr_list_err'),
    authTypeErrors: numberIn(stats, 'invalid_authtype'),
    authMismatchErrors: numberIn(stats, 'authtype_mismatch'),
    authFailures: numberIn(stats, 'auth_failure'),
    priorityZeroReceived: numberIn(stats, 'pri_zero_rcvd'),
    priorityZeroSent: numberIn(stats, 'pri_zero_sent'),
  };
}
