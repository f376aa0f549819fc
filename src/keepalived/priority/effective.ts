import type { NodeConfiguration, SyncGroup, Tracked, TrackedKind, VrrpInstance } from '../../model/keepalived.ts';

/** The priority of the address owner (RFC 9568 section 5.2.4); weights do not change it. */
export const ownerPriority = 255;

/** What is not well on a node: the names of checks, and of interfaces that are down. */
export interface Failing {
  readonly checks: ReadonlySet<string>;
  readonly interfaces: ReadonlySet<string>;
}

/** Something that keepalived watches for an instance, and what it does to it. Weight 0: FAULT when it fails. */
interface Effect {
  readonly kind: TrackedKind;
  readonly name: string;
  readonly weight: number;
  readonly isReversed: boolean;
}

/** An instance with all that acts on it. */
export interface Watched {
  readonly instance: VrrpInstance;
  readonly effects: readonly Effect[];
  /** Names of scripts that it tracks to no effect: keepalived ignores their weights. */
  readonly ignored: readonly string[];
}

/**
 * What acts on an instance: what it tracks, what its sync group tracks, its own interface, and those that its addresses
 * are put on. As played in the lab on 2.1.5, 2.2.7 and 2.3.3: beside priority 255 every weight is ignored, as is
 * `track_interface` of the own interface, and on a member of a sync group a weight without `sync_group_tracking_weight`;
 * a group of one differs by version (`sync-group-of-one`).
 */
export function watch(instance: VrrpInstance, node: NodeConfiguration): Watched {
  const primary = instance.interface.value;
  const tracked = [...instance.tracked, ...(groupOf(instance, node)?.tracked ?? [])]
    .filter(({ kind, name, isDefined }) => (kind === 'interface' ? name !== primary : isDefined))
    .map(effectOf)
    .filter(({ weight }) => weight === 0 || instance.priority.value !== ownerPriority);
  const interfaces = [
    ...(primary !== null && instance.trackPrimary.value ? [primary] : []),
    ...[...instance.vips, ...instance.excludedVips].flatMap(({ dev, flags }) =>
      dev === null || dev === primary || flags.includes('no_track') ? [] : [dev],
    ),
  ];
  const faults = [...new Set(interfaces)].map((name) => ({
    kind: 'interface' as const,
    name,
    weight: 0,
    isReversed: false,
  }));
  const names = new Set(tracked.map(({ name }) => name));
  return {
    instance,
    effects: [...tracked, ...faults],
    ignored: scriptsWritten(instance).filter(
      (name) => !names.has(name) && node.config.scripts.some((script) => script.name === name),
    ),
  };
}

/** The names in `track_script`, whether they count or not. */
function scriptsWritten({ items }: VrrpInstance): string[] {
  return items.flatMap(({ words, block }) =>
    words[0] === 'track_script' ? (block ?? []).flatMap(({ words: [name] }) => name ?? []) : [],
  );
}

function effectOf({ kind, name, weight, isReversed }: Tracked): Effect {
  return { kind, name, weight: weight.value, isReversed };
}

/** The sync group of an instance; up to keepalived 2.1 one of a single member is none (`sync-group-of-one`). */
export function groupOf(instance: VrrpInstance, { config, behaviours }: NodeConfiguration): SyncGroup | undefined {
  const group = config.syncGroups.find(({ name }) => name === instance.syncGroup);
  if (group === undefined || behaviours['sync-group-of-one'] !== 'old') return group;
  return config.instances.filter(({ syncGroup }) => syncGroup === group.name).length > 1 ? group : undefined;
}

/** Whether an effect's check has failed, or its interface is down. */
function hasFailed({ kind, name }: Effect, { checks, interfaces }: Failing): boolean {
  return kind === 'interface' ? interfaces.has(name) : checks.has(name);
}

/**
 * The priority that an instance advertises, or null in FAULT: the base and the weights, held within 1 to 254
 * (keepalived.conf(5) track_script; vrrp_track.c). A weight above 0 counts while its check succeeds, one below 0 while it
 * fails; `reverse` turns what it adds into what it takes. A tracked file counts as one that holds 1 while it is well if
 * its weight is above 0, or 1 when it is not if it is below.
 */
export function effectivePriority({ instance, effects }: Watched, failing: Failing): number | null {
  const base = instance.priority.value;
  let total = base;
  for (const effect of effects) {
    const failed = hasFailed(effect, failing);
    const { weight, isReversed } = effect;
    if (weight === 0 && failed !== isReversed) return null;
    if (failed ? weight < 0 : weight > 0) total += isReversed ? -weight : weight;
  }
  return base === ownerPriority ? base : Math.min(254, Math.max(1, total));
}
