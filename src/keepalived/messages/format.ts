import type { LogEvent } from '../../model/log.ts';

/** How the catalogue of keepalived's messages is divided. */
type Category =
  | 'transition'
  | 'election'
  | 'advert'
  | 'auth'
  | 'checksum'
  | 'script'
  | 'priority'
  | 'interface'
  | 'garp'
  | 'sync'
  | 'vip'
  | 'lifecycle';

type Value = string | number;

/** What the holes of a format give, in their order. */
type Values<Format extends string> = Format extends `${string}%${infer Kind}${infer Rest}`
  ? [Kind extends 'd' | 'f' ? number : string, ...Values<Rest>]
  : [];

/**
 * One message of keepalived. `format` is written as C does it, and each hole is one value: `%d` an integer, `%f` a
 * decimal number, `%a` an address, `%w` a word, `%s` text up to what follows it, `%*` any rest. `(%s) ` at its beginning
 * is the instance, in any of the ways that versions name it: `(VI_1) `, `(VI_1): `, `VRRP_Instance(VI_1) `, `VI_1: `.
 * `versions` are the first and the last of keepalived that have it, of those sampled; without a last one it is current.
 */
export interface Row {
  readonly category: Category;
  readonly versions: string;
  readonly format: string;
  /** The last value is the message itself, without the instance. null: it says nothing; undefined: not this row. */
  readonly event: (...values: Value[]) => LogEvent | null | undefined;
}

/** A message of which it is enough to know it. */
export type SilentRow = Pick<Row, 'format' | 'event'>;

/** A row, with its values typed by its format. */
export function row<const Format extends string>(
  category: Category,
  versions: string,
  format: Format,
  event: (...values: [...Values<Format>, string]) => LogEvent | undefined,
): Row {
  return { category, versions, format, event: event as Row['event'] };
}

/** What a message begins with. */
export type Subject = 'instance' | 'group' | 'script' | 'none';

const subjects: readonly [prefix: string, subject: Subject][] = [
  ['(%s) ', 'instance'],
  ['VRRP_Group(%s) ', 'group'],
  ['VRRP_Script(%s) ', 'script'],
];

/** A row's format, ready to be compared: the text before its first hole, and each hole with the text after it. */
interface Pattern {
  readonly row: SilentRow;
  readonly head: Uint16Array;
  readonly kinds: readonly number[];
  readonly literals: readonly string[];
}

/** The kinds of holes, by their letters. */
const [integer, decimal, address, word, rest] = Array.from('dfaw*', (letter) => letter.charCodeAt(0));

/** Rows by the first two characters of what follows the subject: a message is compared with a few of them. */
export class RowIndex {
  readonly #patterns: Record<Subject, Map<number, Pattern[]>> = {
    instance: new Map(),
    group: new Map(),
    script: new Map(),
    none: new Map(),
  };
  /** Those that begin with a hole. */
  readonly #headless: Record<Subject, Pattern[]> = { instance: [], group: [], script: [], none: [] };
  /** No row has more values. */
  readonly #values: Value[] = ['', '', '', '', '', ''];

  constructor(rows: readonly SilentRow[]) {
    for (const row of rows) {
      const [prefix, subject] = subjects.find(([prefix]) => row.format.startsWith(prefix)) ?? (['', 'none'] as const);
      const pattern = compile(row, row.format.slice(prefix.length));
      if (pattern.head.length < 2) {
        this.#headless[subject].push(pattern);
      } else {
        const key = beginning(row.format, prefix.length);
        this.#patterns[subject].set(key, [...(this.#patterns[subject].get(key) ?? []), pattern]);
      }
    }
    // A longer beginning says more.
    for (const index of Object.values(this.#patterns)) {
      for (const patterns of index.values()) patterns.sort((a, b) => b.head.length - a.head.length);
    }
  }

  /** What the text from `start` says about `name`, which is null without a subject; undefined: it is in no row. */
  find(subject: Subject, name: string | null, text: string, start: number): LogEvent | null | undefined {
    const patterns = this.#patterns[subject].get(beginning(text, start));
    const found = patterns === undefined ? undefined : this.#first(patterns, name, text, start);
    return found === undefined ? this.#first(this.#headless[subject], name, text, start) : found;
  }

  #first(patterns: readonly Pattern[], name: string | null, text: string, start: number): LogEvent | null | undefined {
    const values = this.#values;
    for (let i = 0; i < patterns.length; i++) {
      const pattern = patterns[i] as Pattern;
      if (!hasAt(text, start, pattern.head)) continue;
      let count = 0;
      if (name !== null) values[count++] = name;
      count = fill(pattern, text, start + pattern.head.length, values, count);
      if (count < 0) continue;
      values[count] = text.slice(start);
      // Not spread: this is done for every line.
      const event = pattern.row.event(values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!);
      if (event !== undefined) return event;
    }
    return undefined;
  }
}

/** As `startsWith`. From the end: what begins with the same letters often goes on with the same words. */
function hasAt(text: string, start: number, expected: Uint16Array): boolean {
  for (let i = expected.length - 1; i >= 0; i--) if (text.charCodeAt(start + i) !== expected[i]) return false;
  return true;
}

function codes(text: string): Uint16Array {
  return Uint16Array.from(text, (character) => character.charCodeAt(0));
}

/** One number for two characters; NaN, which is nobody's, where there are not two. */
function beginning(text: string, at: number): number {
  return text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1);
}

function compile(row: SilentRow, format: string): Pattern {
  const [head = '', ...parts] = format.split('%');
  const literals = parts.map((part) => part.slice(1));
  return { row, head: codes(head), kinds: parts.map((part) => part.charCodeAt(0)), literals };
}

/**
 * Takes the values out of the text, and puts them behind the `count` that are there: answers how many there are then, or
 * -1 where the text is not of this pattern. Linear: nothing is tried twice.
 */
function fill({ kinds, literals }: Pattern, text: string, start: number, values: Value[], count: number): number {
  let at = start;
  for (let hole = 0; hole < kinds.length; hole++) {
    const kind = kinds[hole];
    const literal = literals[hole] as string;
    let end: number;
    if (kind === integer || kind === decimal) {
      end = numberEnd(text, at, kind === decimal);
      if (end === at || (literal !== '' && !text.startsWith(literal, end))) return -1;
      values[count + hole] = Number(text.slice(at, end));
    } else {
      end = textEnd(text, at, literal, hole === kinds.length - 1);
      if (end < at || (end === at && kind !== rest)) return -1;
      if ((kind === word || kind === address) && hasSpace(text, at, end)) return -1;
      values[count + hole] = text.slice(at, end);
    }
    at = end + literal.length;
  }
  return at === text.length ? count + kinds.length : -1;
}

/** Where the text of a hole ends: before the next `literal`, and the last one before the `literal` that ends it all. */
function textEnd(text: string, at: number, literal: string, isLast: boolean): number {
  if (!isLast) return text.indexOf(literal, at);
  return text.endsWith(literal) ? text.length - literal.length : -1;
}

function numberEnd(text: string, start: number, isDecimal: boolean): number {
  const first = text.charCodeAt(start) === 0x2d ? start + 1 : start;
  let end = digitsEnd(text, first);
  if (end === first) return start;
  if (isDecimal && text.charCodeAt(end) === 0x2e) end = digitsEnd(text, end + 1);
  return end;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  for (let code = text.charCodeAt(end); code >= 0x30 && code <= 0x39; code = text.charCodeAt(end)) end++;
  return end;
}

function hasSpace(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) <= 0x20) return true;
  return false;
}
