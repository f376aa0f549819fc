import type { NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import type { ComparedValue, InstancePair, Pair, SettingDifference } from '../model/pair.ts';
import { isSameSecret } from '../model/secret.ts';
import { pairGroups } from './groups.ts';
import { haveSameVips } from './hearing.ts';
import { matchInstances } from './match.ts';
import { type Ought, oughtOfCheck, oughtOfGlobal, oughtOfGroup, oughtOfInstance } from './relations.ts';
import { scriptContentDifferences } from './script-content.ts';
import { checkSettings, globalSettings, groupSettings, instanceSettings, type NamedValue } from './settings.ts';
import { sourceAddress } from './source-address.ts';

const unset: ComparedValue = { text: null, secret: null, line: null };

/** Compares two nodes that are to be one cluster. `interfaces` tells addresses that no configuration names. */
export function comparePair(a: NodeConfiguration, b: NodeConfiguration, interfaces: readonly NodeInterfaces[]): Pair {
  const { pairs, onlyA, onlyB } = matchInstances(a.config.instances, b.config.instances);
  const sourceOf = ({ node }: NodeConfiguration, instance: VrrpInstance) =>
    sourceAddress(
      instance,
      interfaces.find((host) => host.node === node),
    );
  const instances = pairs.map((pair) => ({ ...pair, sourceA: sourceOf(a, pair.a), sourceB: sourceOf(b, pair.b) }));
  const differences = [
    ...compare('global_defs', null, globalSettings(a.config), globalSettings(b.config), oughtOfGlobal),
    ...checkDifferences(a, b),
    ...scriptContentDifferences(a, b),
    ...pairGroups(a.config, b.config, instances).flatMap((group) =>
      compare(
        `vrrp_sync_group ${group.name}`,
        null,
        group.a === undefined ? [] : groupSettings(group.a, (name) => name),
        group.b === undefined ? [] : groupSettings(group.b, nameOnFirst(instances)),
        oughtOfGroup,
      ),
    ),
    ...instances.flatMap(instanceDifferences),
    ...onlyA.map((instance) => onOneNode(instance, true)),
    ...onlyB.map((instance) => onOneNode(instance, false)),
  ];
  return { a, b, instances, onlyA, onlyB, differences };
}

function instanceDifferences(pair: InstancePair): SettingDifference[] {
  const { a, b } = pair;
  const block = `vrrp_instance ${a.name === b.name ? a.name : `${a.name}, ${b.name}`}`;
  return compare(block, a.name, instanceSettings(a), instanceSettings(b), oughtOfInstance).filter(
    ({ path, code, a: one, b: two }) =>
      // An address that only one has is a difference of the list; the same ones in another order are none.
      !(path.includes(' / address ') && (one.text === null || two.text === null)) &&
      (code !== 'HAD307' || !haveSameVips(a, b) || a.excludedVips.length + b.excludedVips.length > 0),
  );
}

/** What the first node calls an instance of the second. */
function nameOnFirst(instances: readonly InstancePair[]): (name: string) => string {
  const names = new Map(instances.map(({ a, b }) => [b.name, a.name]));
  return (name) => names.get(name) ?? name;
}

function checkDifferences(a: NodeConfiguration, b: NodeConfiguration): SettingDifference[] {
  const [left, right] = [checkSettings(a.config), checkSettings(b.config)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((block) =>
    compare(block, null, left.get(block) ?? [], right.get(block) ?? [], () => oughtOfCheck),
  );
}

function onOneNode({ name, line }: VrrpInstance, isA: boolean): SettingDifference {
  const value = { text: 'defined', secret: null, line };
  const [one, two] = isA ? [value, unset] : [unset, value];
  return {
    path: `vrrp_instance ${name}`,
    instance: name,
    expect: 'same',
    isExpected: false,
    a: one,
    b: two,
    code: 'HAD311',
  };
}

/** Compares keyword by keyword. What is equal is left out, but for what ought not to be. */
function compare(
  block: string,
  instance: string | null,
  a: readonly NamedValue[],
  b: readonly NamedValue[],
  oughtOf: (keyword: string) => Ought,
): SettingDifference[] {
  const [left, right] = [byKey(a), byKey(b)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
    const [ours = [], theirs = []] = [left.get(key), right.get(key)];
    const { keyword = '', detail = '' } = ours[0] ?? theirs[0] ?? {};
    const { relation: expect, code } = oughtOf(keyword);
    const path = [block, detail === '' ? keyword : `${keyword} ${detail}`].join(' / ');
    return pairUp(ours, theirs).flatMap(([one, two]) => {
      const isEqual = one.text === two.text && haveSameSecret(one, two);
      const isExpected = expect === 'differs' ? !isEqual : expect !== 'same';
      if (isEqual && (expect !== 'differs' || code === null)) return [];
      return [{ path, instance, expect, isExpected, a: one, b: two, code }];
    });
  });
}

/** Where nobody can tell whether two secrets are one, they are no difference. */
function haveSameSecret({ secret: one }: ComparedValue, { secret: two }: ComparedValue): boolean {
  if (one === null || two === null) return one === two;
  return isSameSecret(one.significant, two.significant) ?? true;
}

function byKey(values: readonly NamedValue[]): Map<string, NamedValue[]> {
  const map = new Map<string, NamedValue[]>();
  for (const value of values) {
    const key = JSON.stringify([value.keyword, value.detail]);
    const known = map.get(key);
    if (known === undefined) map.set(key, [value]);
    else known.push(value);
  }
  return map;
}

/** Values of a keyword that may stand more than once: what both have goes together, then the rest in its order. */
function pairUp(a: readonly NamedValue[], b: readonly NamedValue[]): (readonly [ComparedValue, ComparedValue])[] {
  if (a.length <= 1 && b.length <= 1) return [[a[0] ?? unset, b[0] ?? unset]];
  const rest = [...b];
  const unmatched = a.filter(({ text }) => {
    const equal = rest.findIndex((other) => other.text === text);
    if (equal >= 0) rest.splice(equal, 1);
    return equal < 0;
  });
  const length = Math.max(unmatched.length, rest.length);
  return Array.from({ length }, (_, i) => [unmatched[i] ?? unset, rest[i] ?? unset] as const);
}
