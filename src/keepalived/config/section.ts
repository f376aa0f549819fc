import type { ConfigItem, Setting } from '../../model/keepalived.ts';
import { decimalNumber, toggleOf, wholeNumber } from './values.ts';

/** What stands in one block, or in several of one name, by keyword. */
export class Section {
  readonly items: readonly ConfigItem[];
  readonly #byKeyword = new Map<string, ConfigItem[]>();

  constructor(items: readonly ConfigItem[]) {
    this.items = items;
    for (const item of items) {
      const [keyword = ''] = item.words;
      const same = this.#byKeyword.get(keyword);
      if (same === undefined) this.#byKeyword.set(keyword, [item]);
      else same.push(item);
    }
  }

  all(...keywords: readonly string[]): readonly ConfigItem[] {
    if (keywords.length === 1) return this.#byKeyword.get(keywords[0] ?? '') ?? [];
    return this.items.filter(({ words: [keyword = ''] }) => keywords.includes(keyword));
  }

  last(...keywords: readonly string[]): ConfigItem | null {
    return this.all(...keywords).at(-1) ?? null;
  }

  /** The last one that `read` makes something of; `otherwise` where there is none. */
  setting<T>(keyword: string, read: (item: ConfigItem) => T | null, otherwise: T): Setting<T> {
    for (const item of this.all(keyword).toReversed()) {
      const value = read(item);
      if (value !== null) return { value, line: item };
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

  /** The lines of all its value blocks of these keywords. */
  lines(...keywords: readonly string[]): readonly ConfigItem[] {
    return this.all(...keywords).flatMap(({ block }) => block ?? []);
  }
}
