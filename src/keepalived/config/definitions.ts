import { maxLineBytes } from './limits.ts';

/** A definition `$NAME=TEXT`. Of one that goes on over several lines each line is an element. */
type Definition = readonly string[];

/** What a line became by filling in its definitions. */
export interface Filled {
  readonly text: string;
  /** The further lines of a definition of several lines. */
  readonly rest: readonly string[];
  readonly changed: boolean;
  /** Whether it would not fit into a line, or refers to itself: what could be filled in is. */
  readonly tooLong: boolean;
}

/** How often a line is filled in at most: a definition that names itself would never end. */
const maxFillings = 1000;

const definition = /^\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*/;
const braced = /\$\{([A-Za-z_][A-Za-z0-9_]*)((?: +[A-Za-z0-9_]+)*)\}/y;
const bare = /\$([A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|$)/y;

/** What is filled in but not defined in the file: `${_PWD}` and the like; undefined: not known by that name. */
export type Builtin = (name: string, parameters: readonly string[]) => string | undefined;

/** The name and first line of a definition; null where the line is none. */
export function readDefinition(line: string): { readonly name: string; readonly text: string } | null {
  const match = definition.exec(line);
  return match === null ? null : { name: match[1] ?? '', text: line.slice(match[0].length) };
}

/** The definitions of one configuration; a later one of the same name wins. */
export class Definitions {
  readonly #texts = new Map<string, Definition>();
  readonly #builtin: Builtin;

  constructor(builtin: Builtin) {
    this.#builtin = builtin;
  }

  set(name: string, text: Definition): void {
    this.#texts.set(name, text);
  }

  /**
   * Fills in `$NAME` (before a blank, `,`, `)` or the end) and `${NAME}`. What is filled in is filled in again. A
   * definition of several lines is taken only where it ends the line; names that are not defined stay as they are.
   */
  fill(line: string): Filled {
    let text = line;
    let rest: readonly string[] = [];
    let changed = false;
    let fillings = 0;
    for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at)) {
      const reference = referenceAt(text, at);
      const value = reference === null ? undefined : this.#valueOf(reference, reference.end === text.length);
      if (reference === null || value === undefined) {
        at++;
        continue;
      }
      const [first = '', ...further] = value;
      const filled = text.slice(0, at) + first + text.slice(reference.end);
      if (filled.length > maxLineBytes || ++fillings > maxFillings) return { text, rest, changed, tooLong: true };
      text = filled;
      changed = true;
      if (further.length > 0) rest = [...further, ...rest];
      if (/^[ \t]*~/.test(first)) break;
    }
    return { text, rest, changed, tooLong: false };
  }

  #valueOf({ name, parameters }: Reference, endsLine: boolean): Definition | undefined {
    const value = this.#texts.get(name);
    if (value !== undefined) return parameters.length > 0 || (value.length > 1 && !endsLine) ? undefined : value;
    const builtin = this.#builtin(name, parameters);
    return builtin === undefined ? undefined : [builtin];
  }
}

interface Reference {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly end: number;
}

function referenceAt(text: string, at: number): Reference | null {
  for (const form of [braced, bare]) {
    form.lastIndex = at;
    const match = form.exec(text);
    if (match === null) continue;
    const parameters = (match[2] ?? '').split(' ').filter((word) => word !== '');
    return { name: match[1] ?? '', parameters, end: at + match[0].length };
  }
  return null;
}
