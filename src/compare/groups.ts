import type { KeepalivedConfig, SyncGroup } from '../model/keepalived.ts';
import type { InstancePair } from '../model/pair.ts';

/** A sync group as each node has it, and the name to call it by. */
interface GroupPair {
  readonly name: string;
  readonly a: SyncGroup | undefined;
  readonly b: SyncGroup | undefined;
}

/** Sync groups belong together that hold a common virtual router, else those that bear one name. */
export function pairGroups(
  a: KeepalivedConfig,
  b: KeepalivedConfig,
  instances: readonly InstancePair[],
): readonly GroupPair[] {
  const taken = new Set<SyncGroup>();
  const pairs = a.syncGroups.map((group) => {
    const counterparts = new Set(instances.filter((pair) => holds(group, pair.a.name)).map((pair) => pair.b.name));
    const rest = b.syncGroups.filter((other) => !taken.has(other));
    const other =
      rest.find(({ members }) => members.some(({ value }) => counterparts.has(value))) ??
      rest.find(({ name }) => name === group.name);
    if (other !== undefined) taken.add(other);
    return { name: group.name, a: group, b: other };
  });
  const others = b.syncGroups.filter((group) => !taken.has(group));
  return [...pairs, ...others.map((group) => ({ name: group.name, a: undefined, b: group }))];
}

function holds({ members }: SyncGroup, name: string): boolean {
  return members.some(({ value }) => value === name);
}
