import { severities } from '../../model/finding.ts';
import type { NginxChange, NginxConfig, NginxPlace } from '../../model/nginx.ts';
import { effectOf, severityOf } from './effect.ts';
import { keyOf, labelOf, quoted } from './identity.ts';
import { type Item, itemsOf, Numbers } from './item.ts';
import { matchItems } from './match.ts';
import { outOfOrder } from './order.ts';
import { type OwnValues, ownReplacer } from './own.ts';

/** A node whose configuration is compared. */
export interface ComparedNode {
  readonly config: NginxConfig;
  /** Its own addresses and names, as far as they are known. */
  readonly own: OwnValues;
}

/**
 * What differs between two configurations, as nginx reads them: comments, white space, quotes and the order of what has
 * none do not count. Members of a block are matched by what identifies them; a block that stands elsewhere has moved.
 * Time and memory grow with both configurations (n log n).
 */
export function compareNginx(a: ComparedNode, b: ComparedNode): readonly NginxChange[] {
  const numbers = new Numbers();
  const [itemsA, itemsB] = [a, b].map(({ config, own }) => itemsOf(config.directives, numbers, ownReplacer(own)));
  const comparison = new Comparison();
  comparison.compare(itemsA ?? [], itemsB ?? [], { path: [], group: [], block: null });
  return comparison.changes();
}

/** The block that is being compared. */
interface Place {
  readonly path: readonly string[];
  /** The path of the block under which its changes are told. */
  readonly group: readonly string[];
  readonly block: Item | null;
}

type Found = Omit<NginxChange, 'elsewhere' | 'expected' | 'code'> & {
  readonly items: readonly [Item | null, Item | null];
};

/** Blocks under which the changes within are told. */
const groups = /^(server|upstream|map|num_map|geo|split_clients|types|events|mgmt)$/;

class Comparison {
  readonly #found: Found[] = [];

  /** What is in the one block and not in the other, or differs. */
  compare(a: readonly Item[], b: readonly Item[], place: Place): void {
    const { pairs, onlyA, onlyB } = matchItems(a, b);
    for (const [i, j] of pairs) this.#pair(a[i], b[j], place);
    for (const i of onlyA) this.#add('removed', a[i] ?? null, null, place);
    for (const j of onlyB) this.#add('added', null, b[j] ?? null, place);
    this.#order(a, b, pairs, place);
    this.#defaultServers(a, b, pairs, place);
  }

  changes(): NginxChange[] {
    const told = new Map<string, NginxChange & { elsewhere: number }>();
    const places = new Map<readonly string[], number>();
    const placeOf = (item: Item | null) => {
      if (item === null) return null;
      // A line of a file that is included in many places has the same words there, not just equal ones.
      const { args } = item.directive;
      if (!places.has(args)) places.set(args, places.size);
      return places.get(args);
    };
    for (const { items, ...change } of this.#withMoves()) {
      const key = JSON.stringify([
        change.kind,
        ...items.map(placeOf),
        change.path.slice(change.path.lastIndexOf(' / ')),
      ]);
      const known = told.get(key);
      if (known === undefined) told.set(key, { ...change, elsewhere: 0, expected: null, code: 'HAD501' });
      else known.elsewhere++;
    }
    return [...told.values()];
  }

  #pair(a: Item | undefined, b: Item | undefined, place: Place): void {
    if (a === undefined || b === undefined || a.raw === b.raw || a.own === b.own) return;
    if (a.block === null || b.block === null) {
      this.#add('changed', a, b, place);
      return;
    }
    const isSameHead = JSON.stringify(a.ownWords) === JSON.stringify(b.ownWords);
    if (!isSameHead && JSON.stringify(a.words) !== JSON.stringify(b.words)) this.#add('changed', a, b, place);
    const path = [...place.path, labelOfBoth(a, b)];
    const group = groups.test(a.directive.name) || path.length === 1 ? path : place.group;
    this.compare(a.block, b.block, { path, group, block: a });
  }

  #add(kind: NginxChange['kind'], a: Item | null, b: Item | null, place: Place): void {
    const item = a ?? b;
    if (item === null) return;
    const path = [...place.path, labelOfBoth(a, b)];
    const isTold = kind === 'changed' && path.at(-1) !== item.directive.name;
    const effect = effectOf(item.directive, place.block?.directive ?? null);
    const isGroup = item.block !== null && groups.test(item.directive.name);
    this.#found.push({
      path: path.join(' / '),
      group: (isGroup || place.group.length === 0 ? path : place.group).join(' / '),
      kind,
      a: a === null ? null : placeOf(a, isTold),
      b: b === null ? null : placeOf(b, isTold),
      effect,
      severity: severityOf(effect),
      items: [a, b],
    });
  }

  /** Members of a sequence whose place in it differs. */
  #order(a: readonly Item[], b: readonly Item[], pairs: readonly (readonly [number, number])[], place: Place): void {
    const sequences = new Map<string, (readonly [number, number])[]>();
    for (const pair of pairs) {
      const sequence = a[pair[0]]?.order;
      if (sequence === null || sequence === undefined || b[pair[1]]?.order !== sequence) continue;
      const members = sequences.get(sequence) ?? [];
      members.push(pair);
      sequences.set(sequence, members);
    }
    for (const members of sequences.values()) {
      // Which of two that changed places has moved is the same question from both sides: it gets the same answer.
      const fromA = outOfOrder(members.map(([, j]) => j));
      const movedA = members.filter((_, i) => fromA.has(i));
      const byB = [...members].sort(([, x], [, y]) => x - y);
      const fromB = outOfOrder(byB.map(([i]) => i));
      const movedB = byB.filter((_, i) => fromB.has(i));
      const text = (moved: typeof members) =>
        moved
          .map(([i, j]) => textOfBoth(a[i], b[j]))
          .sort()
          .join();
      for (const [i, j] of text(movedA) <= text(movedB) ? movedA : movedB) {
        this.#add('moved', a[i] ?? null, b[j] ?? null, place);
      }
    }
  }

  /** The server that answers for an address where no name fits: `default_server`, else the first. */
  #defaultServers(
    a: readonly Item[],
    b: readonly Item[],
    pairs: readonly (readonly [number, number])[],
    place: Place,
  ): void {
    if (place.block?.directive.name !== 'http') return;
    const [defaultsA, defaultsB] = [defaultServers(a), defaultServers(b)];
    const partner = new Map(pairs.map(([i, j]) => [a[i], b[j]]));
    for (const [address, server] of defaultsA) {
      const other = defaultsB.get(address);
      const same = partner.get(server);
      // A server that is missing is told as such.
      if (other === undefined || same === undefined || same === other || ![...partner.values()].includes(other))
        continue;
      this.#found.push({
        path: [...place.path, `default server of ${address}`].join(' / '),
        group: place.path.join(' / '),
        kind: 'changed',
        a: { ...placeOf(server, false), value: labelOf(server) },
        b: { ...placeOf(other, false), value: labelOf(other) },
        effect: 'served',
        severity: 'error',
        items: [server, other],
      });
    }
  }

  /** What is gone here and new there, and says the same, has moved. */
  #withMoves(): Found[] {
    const gone = new Map<number, Found[]>();
    for (const change of this.#found) {
      const item = change.items[0];
      if (change.kind !== 'removed' || item?.block === null || item === null) continue;
      const list = gone.get(item.raw) ?? [];
      list.push(change);
      gone.set(item.raw, list);
    }
    const moved = new Map<Found, Found>();
    const used = new Set<Found>();
    for (const change of this.#found) {
      const item = change.items[1];
      if (change.kind !== 'added' || item?.block === null || item === null) continue;
      const source = gone.get(item.raw)?.shift();
      if (source === undefined) continue;
      const { effect, severity } = graver(source, change);
      moved.set(source, { ...source, kind: 'moved', effect, severity, b: change.b, items: [source.items[0], item] });
      used.add(change);
    }
    return this.#found.filter((change) => !used.has(change)).map((change) => moved.get(change) ?? change);
  }
}

/** What two items say and where, the same from either side. */
function textOfBoth(...items: readonly (Item | undefined)[]): string {
  const texts = items.map((item) => {
    const { name = '', args = [], file = '', line = 0 } = item?.directive ?? {};
    return JSON.stringify([name, args, file, line]);
  });
  return texts.sort().join();
}

/** One name for both, the same from either side. */
function labelOfBoth(a: Item | null, b: Item | null): string {
  const [first = '', second = first] = [a, b]
    .filter((item) => item !== null)
    .map(labelOf)
    .sort();
  const isBlock = (a ?? b)?.block !== null;
  return first === second || isBlock ? first : ((a ?? b)?.directive.name ?? '');
}

/** What a directive says; `isTold`: beside what its path says of it. */
function placeOf({ directive, words, block }: Item, isTold: boolean): NginxPlace {
  const { name, args, file, line } = directive;
  const key = keyOf(directive, words);
  const isKeyFirst = isTold && key.length < args.length && key.every((word, i) => word === args[i]);
  const shown = block !== null ? [name, ...args] : isKeyFirst ? args.slice(key.length) : args;
  return { value: shown.map(quoted).join(' '), file, line };
}

function defaultServers(items: readonly Item[]): Map<string, Item> {
  const first = new Map<string, Item>();
  const said = new Map<string, Item>();
  for (const item of items) {
    if (item.directive.name !== 'server' || item.block === null) continue;
    const listens = item.block.filter(({ directive }) => directive.name === 'listen').map(({ ownWords }) => ownWords);
    for (const [address = '', ...parameters] of listens.length > 0 ? listens : [['*:80']]) {
      if (!first.has(address)) first.set(address, item);
      if (parameters.includes('default_server')) said.set(address, item);
    }
  }
  return new Map([...first, ...said]);
}

/** What a move does to clients is the graver of what it does where it was and where it is, seen from either node. */
function graver<T extends Pick<NginxChange, 'effect' | 'severity'>>(from: T, to: T): T {
  const [a, b] = [severities.indexOf(from.severity), severities.indexOf(to.severity)];
  return a < b || (a === b && from.effect <= to.effect) ? from : to;
}
