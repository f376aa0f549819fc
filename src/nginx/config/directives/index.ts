import { coreDirectives } from './core.ts';
import { httpDirectives } from './http.ts';
import { mailDirectives } from './mail.ts';
import { httpModuleDirectives, streamModuleDirectives } from './modules.ts';
import { httpPlusDirectives, mgmtDirectives, streamPlusDirectives } from './plus.ts';
import { streamDirectives } from './stream.ts';

/**
 * What its arguments are: `flag` on or off, `set` words whose order does not matter, `one` value (given twice nginx calls
 * it a duplicate), as are `time`, `size` and `number`; `many`: it may stand several times. `own`: the module has its own way.
 */
export type ValueKind = 'flag' | 'set' | 'one' | 'time' | 'size' | 'number' | 'many' | 'own';

/** Where a directive may stand, and with what. */
export interface DirectiveRule {
  /** As `NginxDirective.context`; `any` for `include`. */
  readonly contexts: ReadonlySet<string>;
  readonly isBlock: boolean;
  readonly kind: ValueKind;
  takes(count: number): boolean;
}

/** The rules of a directive's name, undefined where it is not known: one name may be of several modules. */
export function directiveRules(name: string): readonly DirectiveRule[] | undefined {
  return table().get(name);
}

let known: ReadonlyMap<string, readonly DirectiveRule[]> | null = null;

function table(): ReadonlyMap<string, readonly DirectiveRule[]> {
  known ??= new Map(
    [
      ...rulesOf(coreDirectives, null),
      ...rulesOf(mgmtDirectives, null),
      ...[httpDirectives, httpPlusDirectives, httpModuleDirectives].flatMap((text) => rulesOf(text, 'http')),
      ...[streamDirectives, streamPlusDirectives, streamModuleDirectives].flatMap((text) => rulesOf(text, 'stream')),
      ...rulesOf(mailDirectives, 'mail'),
    ].reduce((byName, [name, rule]) => {
      const rules = byName.get(name);
      if (rules === undefined) byName.set(name, [rule]);
      else rules.push(rule);
      return byName;
    }, new Map<string, DirectiveRule[]>()),
  );
  return known;
}

/**
 * The rules of a table: `http,server 1+ set: ssl_protocols` is contexts, numbers of arguments (`12`, `1+`, `any`, `flag`;
 * `{` where a block follows), kind of value and names; lines that begin with a space go on.
 */
function rulesOf(text: string, section: string | null): (readonly [string, DirectiveRule])[] {
  const lines = text.trim().replaceAll('\n  ', ' ').split('\n');
  return lines.flatMap((line) => {
    const [head = '', names = ''] = line.split(': ');
    const [contexts = '', count = '', kind] = head.split(' ');
    const qualified = contexts
      .split(',')
      .map((name) => (section === null || name === section ? name : `${section}/${name}`));
    const rule: DirectiveRule = {
      contexts: new Set(qualified),
      isBlock: count.endsWith('{'),
      kind: count === 'flag' ? 'flag' : isKind(kind) ? kind : 'own',
      takes: takes(count.replace('{', '')),
    };
    return names.split(' ').map((name) => [name, rule] as const);
  });
}

function isKind(word: string | undefined): word is ValueKind {
  return word !== undefined;
}

function takes(count: string): (given: number) => boolean {
  if (count === 'any') return () => true;
  if (count === 'flag') return (given) => given === 1;
  if (count.endsWith('+')) return (given) => given >= Number(count.slice(0, -1));
  return (given) => given < 10 && count.includes(String(given));
}

/** What the arguments of a directive in its context are; undefined where it is not known there. */
export function kindOf(name: string, context: string): ValueKind | undefined {
  return table()
    .get(name)
    ?.find(({ contexts }) => contexts.has(context))?.kind;
}
