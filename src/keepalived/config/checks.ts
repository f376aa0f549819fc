import type { BfdInstance, ConfigItem, Setting, TrackFile, TrackProcess, VrrpScript } from '../../model/keepalived.ts';
import { readCommand } from './command.ts';
import type { ErrorList } from './errors.ts';
import { Section } from './section.ts';

const nameOf = (item: ConfigItem): string => item.words[1] ?? '';

function isReversed(section: Section): boolean {
  return section.last('weight')?.words.includes('reverse') ?? false;
}

/** `vrrp_script`; null where keepalived removes it, for it has no script. */
export function readScript(item: ConfigItem, errors: ErrorList): VrrpScript | null {
  const section = new Section(item.block ?? []);
  const name = nameOf(item);
  const scriptItem = section.last('script');
  const script = scriptItem === null ? null : readCommand(scriptItem);
  if (script === null) {
    errors.add('missing', item, `vrrp_script ${name} without a script: keepalived removes it`);
    return null;
  }
  const user = section.last('user');
  const intervalSeconds = section.seconds('interval', 1, 0.001, 4294);
  return {
    name,
    line: item,
    script: { ...script, user: user?.words[1] ?? null, group: user?.words[2] ?? null },
    intervalSeconds,
    timeoutSeconds: section.seconds('timeout', intervalSeconds.value, 0.001, 4294),
    weight: section.number('weight', 0, -253, 253),
    isReversed: isReversed(section),
    rise: section.number('rise', 1, 1),
    fall: section.number('fall', 1, 1),
    initFail: section.flag('init_fail'),
  };
}

/** `track_file`; null where keepalived removes it, for it names no file. */
export function readTrackFile(item: ConfigItem, errors: ErrorList): TrackFile | null {
  const section = new Section(item.block ?? []);
  const file = section.word('file');
  if (file.value === null) {
    errors.add('missing', item, `track_file ${nameOf(item)} without a file: keepalived removes it`);
    return null;
  }
  const weight = section.number('weight', 1, -254, 254);
  return { name: nameOf(item), line: item, file, weight, isReversed: isReversed(section) };
}

/** `vrrp_track_process`; null where keepalived removes it, for it names no process. */
export function readTrackProcess(item: ConfigItem, errors: ErrorList): TrackProcess | null {
  const section = new Section(item.block ?? []);
  const process: Setting<readonly string[]> = section.setting('process', ({ words }) => words.slice(1), []);
  if (process.value.length === 0) {
    errors.add('missing', item, `vrrp_track_process ${nameOf(item)} without a process: keepalived removes it`);
    return null;
  }
  return {
    name: nameOf(item),
    line: item,
    process,
    weight: section.number('weight', 0, -254, 254),
    isReversed: isReversed(section),
    quorum: section.number('quorum', 1, 1, 65535),
    delaySeconds: section.seconds('delay', 0, 0, 3600),
  };
}

/** `bfd_instance` */
export function readBfd(item: ConfigItem): BfdInstance {
  const section = new Section(item.block ?? []);
  const neighbor = section.lastOf(['neighbor_ip', 'neighbour_ip']);
  return {
    name: nameOf(item),
    line: item,
    neighbor: { value: neighbor?.words[1] ?? null, line: neighbor },
    weight: section.number('weight', 0, -253, 253),
    isReversed: isReversed(section),
  };
}
