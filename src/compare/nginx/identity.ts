import type { NginxDirective } from '../../model/nginx.ts';
import { kindOf } from '../../nginx/config/directives/index.ts';
import type { Item } from './item.ts';
import { listenAddress } from './value.ts';

/** Directives that may stand several times in a block, by how many of their first words tell one from the other. */
const keyWords: Readonly<Record<string, number>> = {
  add_header: 1,
  add_trailer: 1,
  allow: 1,
  auth_request_set: 1,
  access_log: 1,
  debug_connection: 1,
  deny: 1,
  env: 1,
  error_log: 1,
  fastcgi_param: 1,
  js_import: 1,
  js_set: 1,
  limit_conn: 1,
  limit_req: 1,
  listen: 1,
  load_module: 1,
  log_format: 1,
  lua_shared_dict: 1,
  more_set_headers: 1,
  perl_set: 1,
  proxy_cookie_flags: 1,
  proxy_cookie_path: 1,
  proxy_cookie_domain: 1,
  proxy_redirect: 1,
  rewrite: 1,
  scgi_param: 1,
  server: 1,
  set: 1,
  set_real_ip_from: 1,
  sub_filter: 1,
  uwsgi_param: 1,
};

/** Directives whose last word is their value, and the others tell one from another: `error_page 500 502 /50x.html`. */
const valueLast = new Set([
  'error_page',
  'proxy_cache_valid',
  'fastcgi_cache_valid',
  'uwsgi_cache_valid',
  'scgi_cache_valid',
]);

/** The words of a directive that tell it from others of its name in one block. */
export function keyOf({ name, context, block }: NginxDirective, words: readonly string[]): readonly string[] {
  if (block !== null) return words;
  if (context === 'data') return name === 'include' ? words : [];
  if (valueLast.has(name)) return words.slice(0, -1);
  const zone = words.find((word) => /^(zone|keys_zone)=/.test(word));
  if (zone !== undefined) return [zone.replace(/^(\w+=[^:]*).*/, '$1')];
  const count = keyWords[name] ?? (kindOf(name, context) === 'many' && !name.startsWith('ssl_certificate') ? 1 : 0);
  return words.slice(0, count);
}

/** How a path names a directive: `proxy_read_timeout`, `add_header X-Frame-Options`, `location ~ \.php$`. */
export function labelOf({ directive, words }: Item): string {
  if (directive.name === 'server' && directive.block !== null) return serverLabel(directive);
  const key = directive.context === 'data' ? [] : keyOf(directive, directive.block === null ? words : directive.args);
  return [directive.name, ...key.map(quoted)].join(' ');
}

/** `server example.com:443`, by its first name and the ports that it listens on. */
function serverLabel({ block, context }: NginxDirective): string {
  const inner = block ?? [];
  const name = inner.find((directive) => directive.name === 'server_name')?.args[0] ?? '';
  const listens = inner
    .filter((directive) => directive.name === 'listen')
    .map(({ args }) => listenAddress(args[0] ?? ''));
  const ports = [...new Set(listens.map((address) => address.slice(address.lastIndexOf(':') + 1)))];
  // What nginx listens on where nothing is said.
  const known = ports.length > 0 ? ports : context.startsWith('http') ? ['80'] : [];
  return `server ${name}${known.length > 0 ? `:${known.join(',')}` : ''}`;
}

/** A word as it would be written: in quotes where it has to be. */
export function quoted(word: string): string {
  return word === '' || /[\s;{}"'#]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

/** What tells a `server` from others: the names that it has, and the addresses that it listens on. */
export interface ServerIdentity {
  readonly names: readonly string[];
  readonly listens: readonly string[];
}

export function serverIdentity(item: Item, wordsOf: (item: Item) => readonly string[]): ServerIdentity {
  const inner = item.block ?? [];
  const words = (name: string) => inner.filter(({ directive }) => directive.name === name).map(wordsOf);
  return {
    names: [
      ...new Set(
        words('server_name')
          .flat()
          .map((word) => word.toLowerCase()),
      ),
    ].sort(),
    listens: [...new Set(words('listen').map(([address]) => address ?? ''))].sort(),
  };
}
