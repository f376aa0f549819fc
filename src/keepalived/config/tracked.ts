import type { ConfigItem, ConfigLine, Setting, Tracked, TrackedKind } from '../../model/keepalived.ts';
import type { ErrorList } from './errors.ts';
import type { Section } from './section.ts';
import { wholeNumber } from './values.ts';

/** What `vrrp_script`, `track_file` and the like say of one that is tracked. */
export interface Definition {
  readonly name: string;
  readonly line: ConfigLine;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
}

/** All that can be tracked, by kind and name; interfaces need no definition. */
export interface Defined {
  readonly definitions: Readonly<Record<Exclude<TrackedKind, 'interface'>, ReadonlyMap<string, Definition>>>;
  /** Whether keepalived has read a definition where it comes across its name. */
  isBefore(definition: Definition): boolean;
}

const kinds: readonly TrackedKind[] = ['script', 'interface', 'file', 'process', 'bfd'];
const blocks = kinds.map((kind) => ({ kind, keyword: `track_${kind}` }));

/** What a block tracks, with the weights that count in it. `own`: the interface that is tracked anyway. */
export function readTracked(section: Section, own: string | null, defined: Defined, errors: ErrorList): Tracked[] {
  const tracked: Tracked[] = [];
  for (const { kind, keyword } of blocks) {
    const lines = section.lines(keyword);
    if (lines.length === 0) continue;
    const names = new Set<string>();
    for (const item of lines) {
      const name = item.words[0] ?? '';
      const anywhere = kind === 'interface' ? undefined : defined.definitions[kind].get(name);
      const definition = anywhere !== undefined && defined.isBefore(anywhere) ? anywhere : undefined;
      if (kind === 'interface' && name === own) {
        errors.add('remark', item, `${name} is the instance's own interface, which is tracked without this line`);
      } else if (names.has(name)) errors.add('duplicate', item, `${name} is tracked already`);
      else {
        const isDefined = kind === 'interface' || definition !== undefined;
        if (!isDefined) {
          const where =
            anywhere === undefined ? 'not defined' : `defined only further down, in line ${anywhere.line.line}`;
          errors.add('undefined', item, `${keyword} names ${name}, which is ${where}: keepalived ignores it`);
        }
        tracked.push({ ...readWeight(item, kind, definition, errors), kind, name, line: item, isDefined });
      }
      names.add(name);
    }
  }
  return tracked;
}

function readWeight(
  item: ConfigItem,
  kind: TrackedKind,
  definition: Definition | undefined,
  errors: ErrorList,
): Pick<Tracked, 'weight' | 'isReversed'> {
  let weight = definition?.weight ?? { value: 0, line: null };
  let isReversed = definition?.isReversed ?? false;
  for (let at = 1; at < item.words.length; at++) {
    const word = item.words[at];
    if (word === 'reverse') isReversed = true;
    else if (word === 'noreverse') isReversed = false;
    else if (word === 'weight') {
      const text = item.words[++at];
      const number = wholeNumber(text ?? '');
      // keepalived takes 254 here and makes 253 of it, but for files.
      const most = kind === 'file' || kind === 'process' ? 254 : 253;
      if (number === null || Math.abs(number) > 254)
        errors.add('value', item, `weight ${text ?? ''} is not within -${most} to ${most}, and does not count`);
      else weight = { value: Math.max(-most, Math.min(most, number)), line: item };
    } else errors.add('value', item, `'${word}' is no option of track_${kind}`);
  }
  return { weight, isReversed };
}
