import type { NginxDirective } from '../../model/nginx.ts';
import { orderOf } from './order.ts';
import { meaningOf } from './value.ts';

/**
 * A directive made ready for comparison. Two items mean the same where their `raw` numbers are equal, or their `own` ones:
 * with the nodes' own addresses and names taken out of both.
 */
export interface Item {
  readonly directive: NginxDirective;
  readonly raw: number;
  readonly own: number;
  /** The meaning of its arguments, and that with the node's own values taken out. */
  readonly words: readonly string[];
  readonly ownWords: readonly string[];
  /** In which sequence of its block it stands; null where its place says nothing. */
  readonly order: string | null;
  readonly block: readonly Item[] | null;
}

/** Gives equal things equal numbers, in both configurations. */
export class Numbers {
  readonly #known = new Map<string, number>();

  of(key: string): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#known.size);
    return this.#known.size - 1;
  }
}

export function itemsOf(
  directives: readonly NginxDirective[],
  numbers: Numbers,
  replaceOwn: (text: string) => string,
): readonly Item[] {
  return directives.map((directive) => {
    const { name, args, context } = directive;
    const words = meaningOf(name, context, args);
    const replaced = args.map(replaceOwn);
    const isOwn = replaced.some((word, i) => word !== args[i]);
    const ownWords = isOwn ? meaningOf(name, context, replaced) : words;
    const block = directive.block === null ? null : itemsOf(directive.block, numbers, replaceOwn);
    const isHashed = directive.block?.some((inner) => inner.name === 'ip_hash' || inner.name === 'hash') ?? false;
    const raw = numbers.of(keyOf(name, words, block, isHashed, ({ raw }) => raw));
    return {
      directive,
      raw,
      own:
        isOwn || block?.some((item) => item.own !== item.raw)
          ? numbers.of(keyOf(name, ownWords, block, isHashed, ({ own }) => own))
          : raw,
      words,
      ownWords,
      order: orderOf(directive),
      block,
    };
  });
}

/** All that a directive says. What is free of order is sorted; the order of servers makes the default one. */
function keyOf(
  name: string,
  words: readonly string[],
  block: readonly Item[] | null,
  isHashed: boolean,
  numberOf: (item: Item) => number,
): string {
  if (block === null) return JSON.stringify([name, ...words]);
  const free: number[] = [];
  const ordered = new Map<string, number[]>();
  for (const item of block) {
    const sequence =
      item.order ?? (item.directive.name === 'server' && (isHashed || item.block !== null) ? 'server' : null);
    const list = sequence === null ? free : (ordered.get(sequence) ?? []);
    list.push(numberOf(item));
    if (sequence !== null) ordered.set(sequence, list);
  }
  const sequences = [...ordered].sort(([x], [y]) => (x < y ? -1 : 1)).flat(2);
  return JSON.stringify([name, ...words, '{', ...free.sort((x, y) => x - y), ...sequences]);
}
