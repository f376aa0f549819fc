import type { NginxConfig, NginxDirective, NginxError, NginxErrorKind, NginxFile } from '../../model/nginx.ts';
import { complaintOf, contextWithin, takesInclude } from './check.ts';
import { directiveRules } from './directives/index.ts';
import { isGlob } from './glob.ts';
import { parseFile } from './parse.ts';
import type { Statement, TextError } from './statement.ts';

/** Where the files of a configuration come from. Paths are absolute, as on the node. */
export interface NginxSource {
  /** A file's text, or why there is none. */
  readFile(path: string): { readonly text: string } | { readonly problem: string; readonly isMissing: boolean };
  /** The files that a pattern of glob(3) names, in the order of their names. */
  glob(pattern: string): readonly string[];
}

/** Directives with all includes in place: a file that includes itself twice over would have any number. */
const mostDirectives = 500_000;
/** Files in files. nginx goes on until it has no descriptors left. */
const mostIncludeDepth = 64;
/** Errors kept of one configuration. */
const mostErrors = 64;

/**
 * A configuration with all that it includes, as nginx reads it: relative paths start at the folder of the first file,
 * what a pattern finds comes in the order of names. Errors are nginx's own words; none ends the reading. Never throws.
 */
export function loadNginx(path: string, source: NginxSource): NginxConfig {
  return new Loader(path, source).load();
}

/** The path that a relative one in the configuration means (ngx_conf_full_name()). */
export function absolutePath(configPath: string, path: string): string {
  return path.startsWith('/') ? path : configPath.slice(0, configPath.lastIndexOf('/') + 1) + path;
}

interface Place {
  readonly file: string;
  readonly context: string;
  /** The block whose lines these are. */
  readonly block: string | null;
  /** The files that lead here, the outermost first. */
  readonly way: readonly string[];
}

class Loader {
  readonly #path: string;
  readonly #source: NginxSource;
  readonly #files = new Map<string, NginxFile>();
  readonly #parsed = new Map<string, readonly Statement[]>();
  /** What is wrong with the text of a file, until the reading comes to it. */
  readonly #textErrors = new Map<string, TextError[]>();
  readonly #errors: NginxError[] = [];
  #directives = 0;

  constructor(path: string, source: NginxSource) {
    this.#path = path;
    this.#source = source;
  }

  load(): NginxConfig {
    const statements = this.#open(this.#path, { file: this.#path, line: 0 });
    const directives: NginxDirective[] = [];
    const place = { file: this.#path, context: 'main', block: null, way: [this.#path] };
    if (statements !== null) this.#expandFile(directives, new Set(), statements, place);
    return { path: this.#path, directives, files: [...this.#files.values()], errors: this.#errors };
  }

  #fail(kind: NginxErrorKind, file: string, line: number, message: string): void {
    if (this.#errors.length < mostErrors) this.#errors.push({ kind, file, line, message });
  }

  /** The statements of a file; null where it cannot be read. `from` is who asks for it. */
  #open(path: string, from: { readonly file: string; readonly line: number }): readonly Statement[] | null {
    const known = this.#parsed.get(path);
    if (known !== undefined) return known;
    const reading = this.#source.readFile(path);
    if ('problem' in reading) {
      const message = `open() "${path}" failed (${reading.problem})`;
      this.#fail(reading.isMissing ? 'include' : 'unreadable', from.file, from.line, message);
      return null;
    }
    const { statements, errors } = parseFile(reading.text);
    this.#files.set(path, { path, text: reading.text });
    this.#parsed.set(path, statements);
    this.#textErrors.set(path, [...errors]);
    return statements;
  }

  /** As nginx reads, which looks at a directive as soon as it has its words: what is wrong before comes first. */
  #readUpTo(file: string, position: number): void {
    const errors = this.#textErrors.get(file) ?? [];
    while (errors[0] !== undefined && errors[0].position < position) {
      this.#fail('syntax', file, errors[0].line, errors[0].message);
      errors.shift();
    }
  }

  #expandFile(into: NginxDirective[], seen: Set<string>, statements: readonly Statement[], place: Place): void {
    this.#expandInto(into, seen, statements, place);
    this.#readUpTo(place.file, Number.POSITIVE_INFINITY);
  }

  #expandInto(into: NginxDirective[], seen: Set<string>, statements: readonly Statement[], place: Place): void {
    const { file, context, block } = place;
    for (const statement of statements) {
      const { name, args, line, endLine, end } = statement;
      if (++this.#directives > mostDirectives) {
        if (this.#directives === mostDirectives + 1) {
          this.#fail(
            'include',
            file,
            line,
            `more than ${mostDirectives} directives, with includes; the rest is left out`,
          );
        }
        return;
      }
      this.#readUpTo(file, end);
      const complaint =
        complaintOf(statement, context, block) ??
        (isDuplicate(name, context, seen)
          ? { kind: 'directive' as const, message: `"${name}" directive is duplicate` }
          : null);
      if (complaint !== null) this.#fail(complaint.kind, file, endLine, complaint.message);
      const [included] = args;
      if (name === 'include' && included !== undefined && statement.block === null && takesInclude(block)) {
        this.#include(into, seen, absolutePath(this.#path, included), { ...place, line: endLine });
        continue;
      }
      const within: NginxDirective[] | null = statement.block === null ? null : [];
      if (within !== null && statement.block !== null) {
        const inside = { ...place, context: contextWithin(name, context), block: name };
        this.#expandInto(within, new Set(), statement.block, inside);
      }
      into.push({ name, args, file, line, context, block: within });
    }
  }

  #include(into: NginxDirective[], seen: Set<string>, pattern: string, from: Place & { readonly line: number }): void {
    for (const path of isGlob(pattern) ? this.#source.glob(pattern) : [pattern]) {
      if (from.way.includes(path)) {
        const cycle = [...from.way.slice(from.way.indexOf(path)), path].join(' -> ');
        this.#fail('include', from.file, from.line, `the include leads back to itself: ${cycle}`);
        continue;
      }
      if (from.way.length > mostIncludeDepth) {
        this.#fail('include', from.file, from.line, `more than ${mostIncludeDepth} files include one another`);
        continue;
      }
      const statements = this.#open(path, from);
      if (statements !== null) {
        this.#expandFile(into, seen, statements, { ...from, file: path, way: [...from.way, path] });
      }
    }
  }
}

/** Whether nginx takes the directive once in a block, and has it. */
function isDuplicate(name: string, context: string, seen: Set<string>): boolean {
  if (context === 'data' || context === 'unknown') return false;
  const once = ['flag', 'one', 'time', 'size', 'number'];
  const here = directiveRules(name)?.filter(({ contexts }) => contexts.has(context)) ?? [];
  if (here.length === 0 || !here.every(({ kind }) => once.includes(kind))) return false;
  if (seen.has(name)) return true;
  seen.add(name);
  return false;
}
