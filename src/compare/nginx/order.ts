import type { NginxDirective } from '../../model/nginx.ts';

/** Directives that nginx goes through in the order in which they stand, by the sequence that they are part of. */
const sequences: Readonly<Record<string, string>> = {
  if: 'rewrite',
  rewrite: 'rewrite',
  set: 'rewrite',
  return: 'rewrite',
  break: 'rewrite',
  set_by_lua: 'rewrite',
  set_by_lua_block: 'rewrite',
  set_by_lua_file: 'rewrite',
  allow: 'access',
  deny: 'access',
  // The first that fits is taken.
  proxy_redirect: 'proxy_redirect',
  proxy_cookie_path: 'proxy_cookie_path',
  proxy_cookie_domain: 'proxy_cookie_domain',
  sub_filter: 'sub_filter',
  // The first certificate belongs to the first key.
  ssl_certificate: 'ssl_certificate',
  ssl_certificate_key: 'ssl_certificate_key',
};

/** The sequence of its block in which a directive's place has a meaning; null where it has none. */
export function orderOf({ name, args, context, block }: NginxDirective): string | null {
  // A pattern of `map`; the bounds of `split_clients` add up, and other data looks no different.
  if (context === 'data') return name.startsWith('~') ? 'pattern' : /^(\d+(\.\d+)?%|\*)$/.test(name) ? 'share' : null;
  if (name === 'location') return args[0]?.startsWith('~') ? 'regular expression' : null;
  if (name === 'server' && block !== null) return hasPatternName(block) ? 'pattern server' : null;
  if (name.startsWith('echo')) return 'echo';
  return sequences[name] ?? null;
}

function hasPatternName(block: readonly NginxDirective[]): boolean {
  return block.some(({ name, args }) => name === 'server_name' && args.some((word) => word.startsWith('~')));
}

/**
 * Which members of a list of distinct numbers break its ascending order: all but a longest ascending part of it. As
 * indices; in n log n steps (patience sorting).
 */
export function outOfOrder(numbers: readonly number[]): ReadonlySet<number> {
  /** The index that ends the best ascending part of each length, and what came before each index. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  numbers.forEach((number, i) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  });
  const moved = new Set(numbers.keys());
  for (let i = ends.at(-1); i !== undefined; i = before[i]) moved.delete(i);
  return moved;
}
