import type { ConfigItem, Setting } from '../../model/keepalived.ts';
import { decimalNumber, toggleOf, wholeNumber } from './values.ts';

const none: readonly ConfigItem[] = [];

/** What stands in one block, or in several of one name, by keyword. */
export class Section {
  readonly items: readonly ConfigItem[];
  readonly #byKeyword = new Map<string, ConfigItem[]>();

  constructor(items: readonly ConfigItem[]) {
    this.items = items;
    for (const item of items) {
      const keyword = item.words[0] ?? '';
      const same = this.#byKeyword.get(keyword);
      if (same === undefined) this.#byKeyword.set(keyword, [item]);
      else same.push(item);
    }
  }

  all(keyword: string): readonly ConfigItem[] {
    return this.#byKeyword.get(keyword) ?? none;
  }

  last(keyword: string): ConfigItem | null {
    return this.all(keyword).at(-1) ?? null;
  }

  /** Those of several keywords, in the order of the file. */
  allOf(keywords: readonly string[]): readonly ConfigItem[] {
    if (!keywords.some((keyword) => this.#byKeyword.has(keyword))) return none;
    return this.items.filter(({ words }) => keywords.includes(words[0] ?? ''));
  }

  lastOf(keywords: readonly string[]): ConfigItem | null {
    return this.allOf(keywords).at(-1) ?? null;
  }

  /** The last one that `read` makes something of; `otherwise` where there is none. */
  setting<T>(keyword: string, read: (item: ConfigItem) => T | null, otherwise: T): Setting<T> {
    const items = this.all(keyword);
    for (let at = items.length - 1; at >= 0; at--) {
      const line = items[at];
      const value = line === undefined ? null : read(line);
      if (line !== undefined && value !== null) return { value, line };
    }
    return { value: otherwise, line: null };
  }

  /** The last number within `min` to `max`. */
  number(keyword: string, otherwise: number, min = 0, max = 4294967295): Setting<number> {
    return this.#number(keyword, wholeNumber, otherwise, min, max);
  }

  /** The last number of seconds within `min` to `max`. */
  seconds(keyword: string, otherwise: number, min = 0, max = 4294967295): Setting<number> {
    return this.#number(keyword, decimalNumber, otherwise, min, max);
  }

  #number(
    keyword: string,
    read: (word: string) => number | null,
    otherwise: number,
    min: number,
    max: number,
  ): Setting<number> {
    // Most settings are not written, and there are some fifty of them in an instance.
    if (!this.#byKeyword.has(keyword)) return { value: otherwise, line: null };
    const within = ({ words }: ConfigItem): number | null => {
      const number = read(words[1] ?? '');
      return number !== null && number >= min && number <= max ? number : null;
    };
    return this.setting(keyword, within, otherwise);
  }

  word(keyword: string): Setting<string | null> {
    return this.setting(keyword, ({ words }) => words[1] ?? null, null);
  }

  /** A keyword alone, or with true/on/yes, false/off/no. */
  toggle(keyword: string, otherwise: boolean): Setting<boolean> {
    return this.setting(keyword, ({ words: [, word] }) => (word === undefined ? true : toggleOf(word)), otherwise);
  }

  flag(keyword: string): Setting<boolean> {
    return this.setting<boolean>(keyword, () => true, false);
  }

  /** The lines of all its value blocks of this keyword. */
  lines(keyword: string): readonly ConfigItem[] {
    const items = this.all(keyword);
    return items.length > 1 ? items.flatMap(({ block }) => block ?? none) : (items[0]?.block ?? none);
  }
}
