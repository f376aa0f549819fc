import { keyOf, type ServerIdentity, serverIdentity } from './identity.ts';
import type { Item } from './item.ts';

/** Members of two blocks that are the same thing, by their places in both. */
export interface Matched {
  readonly pairs: readonly (readonly [number, number])[];
  readonly onlyA: readonly number[];
  readonly onlyB: readonly number[];
}

/** Directives whose first word is a name of its own: another name is another thing, not a changed one. */
const named =
  /^(add_header|add_trailer|.*_set_header|.*_param|.*_hide_header|.*_pass_header|set|env|log_format|js_set|js_import|perl_set|auth_request_set|set_real_ip_from|upstream|map|geo|split_clients|lua_shared_dict)$/;

/**
 * Finds for each member of one block what it is in the other: first what is equal, then what has the same identity, then
 * what is left alone of its kind on both sides. Each pass takes time linear in the members.
 */
export function matchItems(a: readonly Item[], b: readonly Item[]): Matched {
  const matching = new Matching(a, b);
  matching.by((item) => `${item.raw}`);
  matching.by((item) => `${item.own}`);
  for (const wordsOf of [(item: Item) => item.words, (item: Item) => item.ownWords]) {
    matchServers(matching, wordsOf);
    matching.by((item) => (isServer(item) ? null : identityOf(item, wordsOf(item))));
  }
  // The same path by another modifier.
  matching.by(({ directive: { name, args }, block }) =>
    name === 'location' && block !== null ? JSON.stringify(args.slice(-1)) : null,
  );
  matching.alone(({ directive: { name, context }, block }) =>
    context === 'data' || named.test(name) ? null : JSON.stringify([name, block !== null]),
  );
  return matching.result();
}

function isServer({ directive, block }: Item): boolean {
  return directive.name === 'server' && block !== null;
}

function identityOf({ directive }: Item, words: readonly string[]): string {
  return JSON.stringify([directive.name, directive.block !== null, ...keyOf(directive, words)]);
}

/** Servers, from what leaves no doubt to what is only likely: names and addresses, names, one name and one address, addresses. */
function matchServers(matching: Matching, wordsOf: (item: Item) => readonly string[]): void {
  const identities = new Map<Item, ServerIdentity>();
  const identity = (item: Item) => {
    const known = identities.get(item) ?? serverIdentity(item, wordsOf);
    identities.set(item, known);
    return known;
  };
  const ways: readonly ((server: ServerIdentity) => readonly string[] | null)[] = [
    ({ names, listens }) => [...names, '', ...listens],
    ({ names }) => (names.length === 0 ? null : names),
    ({ names: [name = ''], listens: [listen = ''] }) => [name, listen],
  ];
  for (const way of ways) {
    matching.by((item) => {
      const key = isServer(item) ? way(identity(item)) : null;
      return key === null ? null : JSON.stringify(key);
    });
  }
  matching.alone((item) => (isServer(item) ? JSON.stringify(identity(item).listens) : null));
}

class Matching {
  readonly #a: readonly Item[];
  readonly #b: readonly Item[];
  readonly #pairs: (readonly [number, number])[] = [];
  #leftA: readonly number[];
  #leftB: readonly number[];

  constructor(a: readonly Item[], b: readonly Item[]) {
    this.#a = a;
    this.#b = b;
    this.#leftA = [...a.keys()];
    this.#leftB = [...b.keys()];
  }

  /** Pairs what has the same key, in the order in which it stands; null takes no part. */
  by(key: (item: Item) => string | null): void {
    const candidates = this.#keyed(this.#b, this.#leftB, key);
    const used = new Map<string, number>();
    this.#leftA = this.#leftA.filter((i) => {
      const wanted = this.#keyOf(this.#a, i, key);
      const count = wanted === null ? 0 : (used.get(wanted) ?? 0);
      const partner = wanted === null ? undefined : candidates.get(wanted)?.[count];
      if (wanted === null || partner === undefined) return true;
      used.set(wanted, count + 1);
      this.#pairs.push([i, partner]);
      return false;
    });
    this.#forgetPaired();
  }

  /** Pairs what is the only one of its key on both sides. */
  alone(key: (item: Item) => string | null): void {
    const [keyedA, keyedB] = [this.#keyed(this.#a, this.#leftA, key), this.#keyed(this.#b, this.#leftB, key)];
    for (const [wanted, [i, ...further]] of keyedA) {
      const [partner, ...others] = keyedB.get(wanted) ?? [];
      if (i === undefined || partner === undefined || further.length + others.length > 0) continue;
      this.#pairs.push([i, partner]);
    }
    const paired = new Set(this.#pairs.map(([i]) => i));
    this.#leftA = this.#leftA.filter((i) => !paired.has(i));
    this.#forgetPaired();
  }

  result(): Matched {
    const pairs = this.#pairs.sort(([x], [y]) => x - y);
    return { pairs, onlyA: this.#leftA, onlyB: this.#leftB };
  }

  #forgetPaired(): void {
    const paired = new Set(this.#pairs.map(([, j]) => j));
    this.#leftB = this.#leftB.filter((j) => !paired.has(j));
  }

  #keyed(items: readonly Item[], left: readonly number[], key: (item: Item) => string | null): Map<string, number[]> {
    const keyed = new Map<string, number[]>();
    for (const i of left) {
      const word = this.#keyOf(items, i, key);
      if (word === null) continue;
      const list = keyed.get(word);
      if (list === undefined) keyed.set(word, [i]);
      else list.push(i);
    }
    return keyed;
  }

  #keyOf(items: readonly Item[], i: number, key: (item: Item) => string | null): string | null {
    const item = items[i];
    return item === undefined ? null : key(item);
  }
}
