import type { ConfigItem, ConfigLine, GlobalDefs, KeepalivedConfig } from '../../model/keepalived.ts';
import { behavioursIn } from '../versions/behaviours.ts';
import { readBfd, readScript, readTrackFile, readTrackProcess } from './checks.ts';
import type { ErrorList } from './errors.ts';
import { readGroup } from './group.ts';
import { readInstance } from './instance.ts';
import { Section } from './section.ts';
import type { Defined, Definition } from './tracked.ts';

/** What the items of a configuration come to: every value as keepalived uses it. Complaints go to `errors`. */
export function buildModel(
  items: readonly ConfigItem[],
  errors: ErrorList,
  version: string | null,
): Omit<KeepalivedConfig, 'files' | 'errors'> {
  const root = new Section(items);
  const globalSection = new Section(root.lines('global_defs'));
  const global = readGlobal(globalSection);
  const scripts = root.all('vrrp_script').flatMap((item) => readScript(item, errors) ?? []);
  const trackFiles = root.allOf(['track_file', 'vrrp_track_file']).flatMap((item) => readTrackFile(item, errors) ?? []);
  const trackProcesses = root.all('vrrp_track_process').flatMap((item) => readTrackProcess(item, errors) ?? []);
  const bfdInstances = root.all('bfd_instance').map(readBfd);
  const definitions = {
    script: byName(scripts),
    file: byName(trackFiles),
    process: byName(trackProcesses),
    bfd: byName(bfdInstances),
  };
  const places = new Map<ConfigLine, number>(items.map((item, place) => [item, place]));
  /** keepalived looks a name up while it reads: what is defined further down is not there yet. */
  const definedFor = (item: ConfigItem): Defined => ({
    definitions,
    isBefore: ({ line }) => (places.get(line) ?? 0) < (places.get(item) ?? 0),
  });
  const names = new Set(root.all('vrrp_instance').map(({ words }) => words[1] ?? ''));
  const syncGroups = root
    .all('vrrp_sync_group')
    .flatMap((item) => readGroup(item, definedFor(item), names, errors) ?? []);
  const groupOf = new Map(syncGroups.flatMap((group) => group.members.map(({ value }) => [value, group])));
  const versions = version === null ? null : { oldest: version, newest: version };
  const dropsGroupOfOne = behavioursIn(versions)['sync-group-of-one'] === 'old';
  const instances = root.all('vrrp_instance').map((item) => {
    const group = groupOf.get(item.words[1] ?? '') ?? null;
    const around = { global, globalSection, defined: definedFor(item), group, dropsGroupOfOne };
    return readInstance(item, around, errors);
  });
  return { global, scripts, trackFiles, trackProcesses, bfdInstances, syncGroups, instances, items };
}

/** Of two definitions of one name the first. */
function byName(definitions: readonly Definition[]): ReadonlyMap<string, Definition> {
  return new Map(definitions.toReversed().map((definition) => [definition.name, definition]));
}

function readGlobal(section: Section): GlobalDefs {
  return {
    routerId: section.word('router_id'),
    version: section.setting<2 | 3>(
      'vrrp_version',
      ({ words: [, word] }) => (word === '2' ? 2 : word === '3' ? 3 : null),
      2,
    ),
    strict: section.toggle('vrrp_strict', false),
    scriptUser: section.word('script_user'),
    enableScriptSecurity: section.flag('enable_script_security'),
    startupDelaySeconds: section.seconds('vrrp_startup_delay', 0),
    items: section.items,
  };
}
