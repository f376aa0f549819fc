import type { DumpedInstance, DumpedScript, KeepalivedDump } from '../../model/dump.ts';
import type { TrackedKind } from '../../model/keepalived.ts';
import type { VrrpState } from '../../model/log.ts';
import { type Labelled, numberIn, readLabels, valueAt } from './labels.ts';
import { readTracked } from './tracked.ts';

const states: readonly VrrpState[] = ['INIT', 'BACKUP', 'MASTER', 'FAULT', 'STOP'];

const trackedLabels: readonly (readonly [RegExp, TrackedKind])[] = [
  [/^Tracked scripts/, 'script'],
  [/^Tracked interfaces/, 'interface'],
  [/^Tracked files/, 'file'],
  [/^Tracked processes/, 'process'],
  [/^Tracked (?:BFD|bfd)/, 'bfd'],
];

/**
 * Reads keepalived.data, what SIGUSR1 makes keepalived 1.3 to 2.4 write. null where the text has no instance of VRRP
 * in it. The password that it may hold is left out.
 */
export function readData(text: string): KeepalivedDump | null {
  const labels = allOf(readLabels(text));
  const instances = labels
    .filter(({ label, value }) => label === 'VRRP Instance' && value !== '')
    .flatMap(({ value, below }) => readInstance(value, below) ?? []);
  if (instances.length === 0) return null;
  const scripts = labels
    .filter(({ label, value }) => label === 'VRRP Script' && value !== '')
    .map(({ value, below }) => readScript(value, below));
  return { instances, scripts };
}

/** The labels of a dump, whatever they are indented below. */
function allOf(labels: readonly Labelled[]): readonly Labelled[] {
  return labels.flatMap((one) => [one, ...allOf(one.below)]);
}

function readInstance(name: string, labels: readonly Labelled[]): DumpedInstance | null {
  const state = stateOf(valueAt(labels, 'State'));
  if (state === null) return null;
  const masterPriority = numberIn(valueAt(labels, 'Master priority'));
  const master = valueAt(labels, 'Master router');
  const source = valueAt(labels, 'Using src_ip');
  const preempt = valueAt(labels, 'Preempt');
  const version = numberIn(valueAt(labels, 'VRRP Version'));
  return {
    instance: name,
    state,
    wantedState: stateOf(valueAt(labels, 'Wantstate')),
    version,
    syncGroup: valueAt(labels, 'Sync group'),
    // Before the first advert the address is what was in memory there.
    master: state === 'MASTER' || !isAddress(master) || (masterPriority ?? 0) === 0 ? null : master,
    masterPriority,
    interface: /^[^\s,]+/.exec(valueAt(labels, 'Interface') ?? '')?.[0] ?? null,
    sourceAddress: /^\S+/.exec(source ?? '')?.[0] ?? null,
    vrid: numberIn(valueAt(labels, 'Virtual Router ID')),
    priority: numberIn(valueAt(labels, 'Priority')),
    effectivePriority: numberIn(valueAt(labels, 'Effective priority')),
    intervalSeconds: secondsIn(valueAt(labels, 'Advert interval')),
    accept: switchedOn(valueAt(labels, 'Accept')),
    nopreempt: preempt === null ? null : preempt === 'disabled',
    preemptDelaySeconds: numberIn(valueAt(labels, 'Preempt delay')),
    authType: authTypeIn(valueAt(labels, 'Authentication type'), version),
    vips: addressesBelow(labels, /^Virtual IP(?: \(\d+\))?$/),
    excludedVips: addressesBelow(labels, /^Virtual IP Excluded(?: \(\d+\))?$/),
    peers: addressesBelow(labels, /^Unicast Peer(?: \(\d+\))?$/),
    tracked: trackedLabels.flatMap(([label, kind]) =>
      itemsBelow(labels, label).flatMap((item) => readTracked(item, kind) ?? []),
    ),
    lastTransitionSeconds: numberIn(valueAt(labels, 'Last transition')),
  };
}

function stateOf(value: string | null): VrrpState | null {
  return states.find((state) => value?.startsWith(state)) ?? null;
}

function isAddress(value: string | null): boolean {
  return /^[\da-f.:]+$/i.test(value ?? '');
}

/** `2 sec`, or `260 milli-sec`. */
function secondsIn(value: string | null): number | null {
  const number = numberIn(value);
  return number !== null && value?.includes('milli-sec') ? number / 1000 : number;
}

function switchedOn(value: string | null): boolean | null {
  return value === null ? null : value === 'enabled';
}

function authTypeIn(value: string | null, version: number | null): DumpedInstance['authType'] {
  if (value === 'SIMPLE_PASSWORD') return 'PASS';
  if (value === 'IPSEC_AH') return 'AH';
  return value === 'none' || version === 3 ? 'none' : null;
}

function itemsBelow(labels: readonly Labelled[], label: RegExp): string[] {
  return labels
    .filter((one) => label.test(one.label))
    .flatMap(({ below }) => below.map(({ label: text, value }) => (value === '' ? text : `${text}: ${value}`)));
}

/** The first word of each line: an IPv6 address may end in colons, and is then split there. */
function addressesBelow(labels: readonly Labelled[], label: RegExp): string[] {
  return itemsBelow(labels, label).flatMap((item) => /^[\da-f.:]+(?:\/\d+)?/i.exec(item.trim())?.[0] ?? []);
}

function readScript(name: string, labels: readonly Labelled[]): DumpedScript {
  const weight = valueAt(labels, 'Weight');
  return {
    name,
    weight: numberIn(weight),
    isReversed: weight?.includes('reverse') ?? false,
    intervalSeconds: numberIn(valueAt(labels, 'Interval')),
    status: valueAt(labels, 'Status'),
  };
}
