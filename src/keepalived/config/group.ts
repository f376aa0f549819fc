import type { ConfigItem, SyncGroup } from '../../model/keepalived.ts';
import type { ErrorList } from './errors.ts';
import { readNotify } from './instance.ts';
import { Section } from './section.ts';
import { type Defined, readTracked } from './tracked.ts';

/** `vrrp_sync_group NAME { … }`; null where keepalived removes it, for it has no members. */
export function readGroup(
  line: ConfigItem,
  defined: Defined,
  instances: ReadonlySet<string>,
  errors: ErrorList,
): SyncGroup | null {
  const name = line.words[1] ?? '';
  const section = new Section(line.block ?? []);
  const [group, ...others] = section.all('group');
  for (const item of others) errors.add('duplicate', item, `the group ${name} has its members already`);
  const members = (group?.block ?? []).flatMap((item) => item.words.map((value) => ({ value, line: item })));
  for (const { value, line: item } of members)
    if (!instances.has(value))
      errors.add('undefined', item, `the group ${name} names ${value}, which is no vrrp_instance`);
  if (members.length === 0) {
    errors.add('missing', line, `vrrp_sync_group ${name} has no members: keepalived removes it`);
    return null;
  }
  if (members.length === 1)
    errors.add('remark', line, `vrrp_sync_group ${name} has one member only: there is nothing to keep in step`);
  const globalTracking = section.flag('global_tracking');
  const trackingWeight = section.flag('sync_group_tracking_weight');
  return {
    name,
    line,
    members,
    tracked: readTracked(section, null, defined, errors),
    trackingWeight: globalTracking.value ? globalTracking : trackingWeight,
    globalTracking,
    notify: readNotify(section, errors),
    items: section.items,
  };
}
