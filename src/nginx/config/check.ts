import type { NginxErrorKind } from '../../model/nginx.ts';
import { type DirectiveRule, directiveRules } from './directives/index.ts';
import type { Statement } from './statement.ts';

/** Blocks whose lines are data of the module, not directives, and whether these may be an `include`. */
const dataBlocks: Readonly<Record<string, { readonly includes: boolean; readonly holdsBlocks: boolean }>> = {
  types: { includes: true, holdsBlocks: false },
  map: { includes: true, holdsBlocks: false },
  num_map: { includes: true, holdsBlocks: false },
  geo: { includes: true, holdsBlocks: false },
  split_clients: { includes: false, holdsBlocks: false },
  charset_map: { includes: false, holdsBlocks: false },
  match: { includes: false, holdsBlocks: true },
  geoip2: { includes: false, holdsBlocks: true },
  otel_exporter: { includes: false, holdsBlocks: true },
};

/** Blocks that open a context named like themselves below the part of nginx that they stand in. */
const ownContexts = new Set(['server', 'location', 'upstream', 'limit_except']);
/** And those whose name is the context. */
const topContexts = new Set(['events', 'http', 'stream', 'mail', 'mgmt']);

/** The context that a block's content stands in. */
export function contextWithin(name: string, context: string): string {
  const [section = ''] = context.split('/');
  if (context === 'main') return topContexts.has(name) ? name : 'unknown';
  if (name in dataBlocks) return 'data';
  if (ownContexts.has(name)) return `${section}/${name}`;
  if (name === 'if') return context === 'http/server' ? 'http/if-in-server' : 'http/if-in-location';
  return name === 'oidc_provider' || name === 'acme_issuer' ? `${section}/${name}` : 'unknown';
}

/** Whether an `include` in this block puts a file in place, or is one of its data. */
export function takesInclude(blockName: string | null): boolean {
  return blockName === null || dataBlocks[blockName]?.includes !== false;
}

/** What nginx would say of a directive in this context, by the table; null where it takes it. */
export function complaintOf(
  statement: Statement,
  context: string,
  blockName: string | null,
): { readonly kind: NginxErrorKind; readonly message: string } | null {
  if (context === 'unknown') return null;
  if (context === 'data') return complaintOfLine(statement, blockName ?? '');
  const { name, args } = statement;
  const rules = directiveRules(name);
  if (rules === undefined) return { kind: 'unknown', message: `unknown directive "${name}"` };
  const here = rules.filter(({ contexts }) => contexts.has(context) || contexts.has('any'));
  if (here.length === 0) return { kind: 'directive', message: `"${name}" directive is not allowed here` };
  // The same name may be ruled by several versions of a module: one that takes it is enough.
  const complaints = here.map((rule) => complaintByRule(statement, rule));
  const message = complaints.includes(null) ? null : (complaints[0] ?? null);
  if (message !== null) return { kind: 'directive', message };
  if (here.every(({ kind }) => kind === 'flag') && !/^(on|off)$/i.test(args[0] ?? '')) {
    return {
      kind: 'directive',
      message: `invalid value "${args[0]}" in "${name}" directive, it must be "on" or "off"`,
    };
  }
  return null;
}

function complaintByRule({ name, args, block }: Statement, { isBlock, takes }: DirectiveRule): string | null {
  if (!isBlock && block !== null) return `directive "${name}" is not terminated by ";"`;
  if (isBlock && block === null) return `directive "${name}" has no opening "{"`;
  // The body of a Lua block was counted as an argument.
  const hasBody = isBlock && name.endsWith('_by_lua_block');
  return takes(args.length - (hasBody ? 1 : 0)) ? null : `invalid number of arguments in "${name}" directive`;
}

/** A line of data. Of what its module says itself only the number of words is looked at. */
function complaintOfLine(
  { name, args, block }: Statement,
  blockName: string,
): { readonly kind: NginxErrorKind; readonly message: string } | null {
  if (block !== null) {
    return dataBlocks[blockName]?.holdsBlocks ? null : { kind: 'directive', message: 'unexpected "{"' };
  }
  if (name === 'include' && takesInclude(blockName)) {
    if (args.length === 1) return null;
    return { kind: 'directive', message: 'invalid number of arguments in "include" directive' };
  }
  const lines = dataLines[blockName];
  if (lines === undefined || args.length === 1 || (args.length === 0 && lines.alone.includes(name))) return null;
  return { kind: 'directive', message: lines.message };
}

/** Lines of two words, and the words that may stand alone. */
const dataLines: Readonly<Record<string, { readonly alone: readonly string[]; readonly message: string }>> = {
  map: { alone: ['hostnames', 'volatile'], message: 'invalid number of the map parameters' },
  geo: { alone: ['ranges', 'volatile', 'proxy_recursive'], message: 'invalid number of the geo parameters' },
  charset_map: { alone: [], message: 'invalid parameters number' },
};
