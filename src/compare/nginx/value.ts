import { kindOf } from '../../nginx/config/directives/index.ts';

/** Words whose order says nothing, though their directives are no `set` of the table. The first word of these stays first. */
const freeBehindFirst = new Set([
  'server_name',
  'listen',
  'set_real_ip_from',
  'limit_req',
  'proxy_cache_path',
  'server',
]);

const milliseconds: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  '': 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

const bytes: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/**
 * What a directive's arguments mean, as words that are equal where nginx takes them for the same: `60s` and `1m`, `1024`
 * and `1k`, `ON` and `on`, `TLSv1.2 TLSv1.3` in any order.
 */
export function meaningOf(name: string, context: string, args: readonly string[]): readonly string[] {
  if (context === 'data' || args.length === 0) return args;
  if (name === 'listen') return listenMeaning(args);
  if (freeBehindFirst.has(name)) return [...args.slice(0, 1), ...args.slice(1).sort()];
  switch (kindOf(name, context)) {
    case 'flag':
      return args.map((word) => word.toLowerCase());
    case 'set':
      return [...new Set(args)].sort();
    case 'time':
      return args.map(timeMeaning);
    case 'size':
      return args.map(sizeMeaning);
    default:
      return args;
  }
}

/** `*:80`, `0.0.0.0:80` and `80` are one address (ngx_parse_url()). */
export function listenAddress(word: string): string {
  if (/^\d+$/.test(word)) return `*:${word}`;
  if (word.startsWith('unix:') || word.includes('$')) return word;
  const address = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(word);
  const host = address?.[1]?.toLowerCase() ?? word;
  return `${host === '0.0.0.0' || host === '' ? '*' : host}:${address?.[2] ?? '80'}`;
}

function listenMeaning([address = '', ...parameters]: readonly string[]): readonly string[] {
  return [listenAddress(address), ...parameters.map((word) => (word === 'default' ? 'default_server' : word)).sort()];
}

function timeMeaning(word: string): string {
  let total = 0;
  const rest = word.replace(/(\d+)(ms|[smhdwMy]|(?=\s|$))\s*/g, (_, count: string, unit: string) => {
    total += Number(count) * (milliseconds[unit] ?? Number.NaN);
    return '';
  });
  return rest === '' && Number.isFinite(total) ? `${total} ms` : word;
}

function sizeMeaning(word: string): string {
  const [, count, unit = ''] = /^(\d+)([kmg]?)$/i.exec(word) ?? [];
  return count === undefined ? word : `${Number(count) * (bytes[unit.toLowerCase()] ?? 1)} bytes`;
}
