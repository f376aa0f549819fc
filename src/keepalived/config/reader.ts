import type { ConfigErrorKind } from '../../model/keepalived.ts';
import { isPlain, trimBlanks, withoutComment } from './comment.ts';
import { Definitions, readDefinition } from './definitions.ts';
import type { ErrorList } from './errors.ts';
import {
  alternatives,
  directoryOf,
  type IncludeCheck,
  includeChecks,
  isPattern,
  readInclude,
  resolvePath,
} from './include.ts';
import { maxFurtherLines, maxIncludeDepth, maxIncludes, maxLineBytes } from './limits.ts';
import { isSequence, readSequence, type Sequence } from './sequence.ts';
import { splitWords } from './words.ts';

/** A file as found on the node. keepalived does not include executable ones. */
export interface ConfigFile {
  readonly text: string;
  readonly isExecutable: boolean;
}

/** Where configurations are read from. Paths are as keepalived resolves them: absolute where the first one is. */
export interface ConfigFiles {
  /** null where there is no such file, or it cannot be read, or it is a directory. */
  read(path: string): ConfigFile | null;
  /** The files that a pattern of glob(7) without braces matches, in order. */
  glob(pattern: string): readonly string[];
}

/** What keepalived knows of the node it runs on. */
export interface NodeFacts {
  /** `--config-id`, which is the host name up to its first dot unless given; null: not known, all `@id` lines are left out. */
  readonly configId: string | null;
  /** Of keepalived, `2.2.7`: keywords of later ones are then unknown; null: of any version. */
  readonly version: string | null;
}

/** A logical line: one item, or one brace. */
export interface Line {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

interface OpenFile {
  readonly kind: 'file';
  readonly path: string;
  readonly directory: string;
  readonly lines: readonly string[];
  at: number;
  /** `include_check` as it is here. */
  checks: ReadonlySet<IncludeCheck>;
}

/** What lines come from; the last one is read first, so that what a line brings stands in its place. */
type Source =
  | OpenFile
  | { kind: 'lines'; lines: readonly string[]; at: number }
  | { kind: 'sequence'; sequence: Sequence; at: number };

const encoder = new TextEncoder();

/**
 * Reads a configuration into logical lines, as lib/parser.c does (`read_line`): comments off, `@id` lines chosen,
 * definitions and repetitions filled in, included files in their places, split at braces outside of quotes.
 */
export class ConfigReader {
  readonly files: string[] = [];
  readonly #from: ConfigFiles;
  readonly #configId: string | null;
  readonly #errors: ErrorList;
  readonly #definitions: Definitions;
  readonly #sources: Source[] = [];
  /** A definition that goes on in the next line of the file. */
  #open: { readonly name: string; readonly lines: string[] } | null = null;
  #file = '';
  #line = 0;
  /** Lines that do not stand in the first file themselves. */
  #further = 0;
  #includes = 0;

  constructor(from: ConfigFiles, facts: NodeFacts, errors: ErrorList) {
    this.#from = from;
    this.#configId = facts.configId;
    this.#errors = errors;
    this.#definitions = new Definitions((name, parameters) => this.#builtin(name, parameters));
  }

  /** Reads from a file on; false where it cannot be read. */
  open(path: string): boolean {
    const file = this.#from.read(path);
    if (file === null) return false;
    this.#push(path, file.text);
    return true;
  }

  /** The next logical line, null at the end. */
  next(): Line | null {
    for (let raw = this.#take(); raw !== null; raw = this.#take()) {
      if (this.#further > maxFurtherLines) {
        this.#note(
          'syntax',
          raw,
          `more than ${maxFurtherLines} lines from repetition and includes: the rest is not read`,
        );
        this.#sources.length = 0;
        return null;
      }
      // Neither definitions nor `@id` work on an include (keepalived.conf(5)).
      if (this.#include(raw)) continue;
      const text = this.#expand(raw);
      if (text === '') continue;
      if (text.startsWith('include_check')) this.#setChecks(text);
      return { text: this.#splitAtBrace(text), file: this.#file, line: this.#line };
    }
    return null;
  }

  #note(kind: ConfigErrorKind, text: string, message: string, isSilent = false): void {
    this.#errors.add(kind, { file: this.#file, line: this.#line, text }, message, { isSilent });
  }

  #push(path: string, text: string): void {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    this.files.push(path);
    const checks = this.#innermost()?.checks ?? new Set();
    this.#sources.push({ kind: 'file', path, directory: directoryOf(path), lines, at: 0, checks });
  }

  /** The next line of the innermost source that has one. */
  #take(): string | null {
    for (let source = this.#sources.at(-1); source !== undefined; source = this.#sources.at(-1)) {
      if (source.kind === 'file') {
        const line = source.lines[source.at++];
        if (line === undefined) this.#close();
        else {
          this.#file = source.path;
          this.#line = source.at;
          if (source !== this.#sources[0]) this.#further++;
          if (line !== '') return this.#physical(line);
          this.#open = null;
        }
      } else if (source.kind === 'lines') {
        const line = source.lines[source.at++] ?? '';
        if (source.at >= source.lines.length) this.#sources.pop();
        return line;
      } else {
        this.#further++;
        const round = source.sequence.rounds[source.at++] ?? [];
        if (source.at >= source.sequence.rounds.length) this.#sources.pop();
        for (const [name, value] of round) this.#definitions.set(name, [value]);
        return source.sequence.text;
      }
    }
    return null;
  }

  /** Leaves the innermost file: what comes now stands in the line that included it. */
  #close(): void {
    this.#sources.pop();
    this.#open = null;
    const file = this.#innermost();
    if (file === undefined) return;
    this.#file = file.path;
    this.#line = file.at;
  }

  #innermost(): OpenFile | undefined {
    return this.#sources.findLast((source) => source.kind === 'file');
  }

  #physical(line: string): string {
    let raw = line.endsWith('\r') ? line.replace(/\r+$/, '') : line;
    const nul = raw.indexOf('\0');
    if (nul >= 0) {
      raw = raw.slice(0, nul);
      this.#note('syntax', raw, 'a NUL byte in the line: keepalived reads it up to there, or not at all', true);
    }
    if (raw.length * 3 > maxLineBytes && encoder.encode(raw).length > maxLineBytes) return this.#cut(raw);
    return this.#uncommented(raw);
  }

  /** fgets(3) of up to keepalived 2.3 gives such a line in pieces; later ones drop it. */
  #cut(raw: string): string {
    this.#note('syntax', raw, `line of more than ${maxLineBytes} bytes: keepalived cuts it apart there, or ignores it`);
    const pieces: string[] = [];
    let rest = encoder.encode(raw);
    const decoder = new TextDecoder();
    for (; rest.length > 0; rest = rest.subarray(maxLineBytes))
      pieces.push(this.#uncommented(decoder.decode(rest.subarray(0, maxLineBytes))));
    const [first = '', ...further] = pieces;
    if (further.length > 0) this.#sources.push({ kind: 'lines', lines: further, at: 0 });
    return first;
  }

  /** A line without its comment; empty also where it went into a definition. */
  #uncommented(raw: string): string {
    if (this.#open === null && isPlain(raw)) return trimBlanks(raw);
    const { text, unmatched } = withoutComment(raw);
    if (unmatched) this.#note('syntax', text, 'a quote that does not end');
    if (this.#open === null) return text;
    const { name, lines } = this.#open;
    const isLast = !text.endsWith('\\');
    const own = isLast ? text : trimBlanks(text.slice(0, -1));
    if (own !== '') lines.push(own);
    if (isLast) this.#open = null;
    this.#definitions.set(name, lines);
    return '';
  }

  /** Chooses by `@id`, takes definitions and repetitions away and fills definitions in; empty where nothing is left. */
  #expand(raw: string): string {
    let text = raw;
    for (;;) {
      if (text.startsWith('@')) {
        const chosen = this.#chosen(text);
        if (chosen === null) return '';
        text = chosen;
      }
      if (this.#define(text)) return '';
      if (isSequence(text)) {
        this.#repeat(text);
        return '';
      }
      if (text.startsWith('~') || !text.includes('$')) return text;
      const { text: filled, rest, changed, tooLong } = this.#definitions.fill(text);
      if (tooLong) {
        this.#note('syntax', text, 'its definitions do not fit into one line');
        return filled;
      }
      if (rest.length > 0) this.#sources.push({ kind: 'lines', lines: rest, at: 0 });
      if (!changed) return text;
      text = filled;
    }
  }

  /** What follows `@id` or `@^id`, null where it is not for this node. */
  #chosen(text: string): string | null {
    const match = /^@(\^?)([^ \t]*)[ \t]+(.*)$/s.exec(text);
    if (match === null) return null;
    const isOurs = this.#configId !== null && match[2] === this.#configId;
    return isOurs === (match[1] === '') ? (match[3] ?? '') : null;
  }

  #define(text: string): boolean {
    const definition = text.startsWith('$') ? readDefinition(text) : null;
    if (definition === null) return false;
    const { name, text: value } = definition;
    if (value.endsWith('\\')) {
      const first = trimBlanks(value.slice(0, -1));
      this.#open = { name, lines: first === '' ? [] : [first] };
      this.#definitions.set(name, this.#open.lines);
    } else this.#definitions.set(name, [value]);
    return true;
  }

  #repeat(text: string): void {
    const sequence = readSequence(text, (numbers) => this.#definitions.fill(numbers).text);
    if (sequence === null) this.#note('syntax', text, `${text.slice(0, 4)} is malformed`);
    else this.#sources.push({ kind: 'sequence', sequence, at: 0 });
  }

  #builtin(name: string, parameters: readonly string[]): string | undefined {
    if (name === '_PWD' && parameters.length === 0) return this.#directory();
    if (name === '_INSTANCE' && parameters.length === 0) return this.#configId ?? undefined;
    if (name === '_HASH') return '#';
    if (name === '_BANG') return '!';
    // What only keepalived itself knows: a number that may be it, and nothing.
    if (name === '_RANDOM') return parameters[0] ?? '0';
    return name === '_ENV' ? '' : undefined;
  }

  #directory(): string {
    return this.#innermost()?.directory ?? '';
  }

  /** Goes on in the files that an include names; false where the line is none. */
  #include(text: string): boolean {
    const include = text.startsWith('include') ? readInclude(text) : null;
    if (include === null) return false;
    if (++this.#includes > maxIncludes) {
      if (this.#includes === maxIncludes + 1)
        this.#note('syntax', text, `more than ${maxIncludes} includes: the rest is not read`);
      return true;
    }
    const { pattern } = include;
    const checks = new Set([...include.checks, ...(this.#innermost()?.checks ?? [])]);
    const found = alternatives(pattern).map((path) => this.#matches(path));
    const isMissing = found.every(({ files }) => files.length === 0);
    const isIncomplete = found.some(({ files }) => files.length === 0);
    const isRefused = found.some(({ refused }) => refused);
    const isNamed = !isPattern(pattern);
    if (
      (checks.has('readable') && isRefused) ||
      (checks.has('match') && isMissing && isNamed) ||
      (checks.has('wildcard_match') && isMissing) ||
      (checks.has('brace_match') && isIncomplete)
    )
      this.#note('include', text, `no file to include for ${pattern}`);
    else if (isMissing)
      this.#note('include-tolerated', text, `no file to include for ${pattern}, which keepalived tolerates`, !isNamed);
    for (const path of found.flatMap(({ files }) => files).toReversed()) this.#enter(path, text);
    return true;
  }

  #setChecks(text: string): void {
    const file = this.#innermost();
    if (file !== undefined) file.checks = includeChecks(file.checks, splitWords(text).words.slice(1));
  }

  /** The files of one alternative, and whether there are some that keepalived does not take. */
  #matches(pattern: string): { files: readonly string[]; refused: boolean } {
    const path = resolvePath(this.#directory(), pattern);
    const paths = isPattern(path) ? this.#from.glob(path) : [path];
    const found = paths.map((name) => ({ name, file: this.#from.read(name) }));
    const files = found.filter(({ file }) => file !== null && !file.isExecutable).map(({ name }) => name);
    return { files, refused: found.some(({ file }) => file?.isExecutable === true) };
  }

  #enter(path: string, text: string): void {
    // Those at 0 wait for their turn: one pattern matched several files.
    const open = this.#sources.filter((source) => source.kind === 'file' && source.at > 0);
    const file = this.#from.read(path);
    if (open.some((source) => source.kind === 'file' && source.path === path))
      this.#note('include', text, `${path} includes itself`);
    else if (open.length >= maxIncludeDepth)
      this.#note('include', text, `files include each other more than ${maxIncludeDepth} deep`);
    else if (file !== null) this.#push(path, file.text);
  }

  /** The line up to its first brace outside of quotes; the rest is read next. */
  #splitAtBrace(text: string): string {
    const brace = braceOf(text);
    if (brace < 0) return text;
    const end = brace === 0 ? 1 : brace;
    const rest = trimBlanks(text.slice(end));
    if (rest !== '') this.#sources.push({ kind: 'lines', lines: [rest], at: 0 });
    return trimBlanks(text.slice(0, end));
  }
}

/** Up to the first brace, over what is quoted. */
const upToBrace = /^[^{}"]*(?:"[^"]*"[^{}"]*)*(?=[{}])/;

function braceOf(text: string): number {
  if (!text.includes('{') && !text.includes('}')) return -1;
  return upToBrace.exec(text)?.[0].length ?? -1;
}
