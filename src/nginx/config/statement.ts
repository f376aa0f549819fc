import { luaEnd } from './lua.ts';

/** A directive of one file: what it includes is not in place yet, what it means not yet looked at. */
export interface Statement {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
  /** The line of the `;` or `{` that ends it, and where that stands in the text. */
  readonly endLine: number;
  readonly end: number;
  readonly block: Statement[] | null;
}

/** What is wrong with the text of one file. */
export interface TextError {
  readonly line: number;
  /** How far the text was read when it was found. */
  readonly position: number;
  readonly message: string;
}

/** What ended the words of a directive. `broken`: nothing did, a `}` follows. */
type StatementEnd = ';' | '{' | '}' | 'broken' | 'end-of-file';

interface Words {
  readonly words: readonly string[];
  readonly line: number;
  readonly endLine: number;
  readonly endPosition: number;
  readonly end: StatementEnd;
}

/** nginx reads through a buffer of so many bytes; a word or a comment has to fit in (NGX_CONF_BUFFER). */
const bufferBytes = 4096;

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const hash = 35;
const dollar = 36;
const singleQuote = 39;
const closingParenthesis = 41;
const semicolon = 59;
const backslash = 92;
const openingBrace = 123;
const closingBrace = 125;

function isSpace(code: number): boolean {
  return code === space || code === tab || code === lineFeed || code === carriageReturn;
}

/**
 * Reads the text of one file word by word as ngx_conf_read_token() does (nginx: src/core/ngx_conf_file.c). Where nginx
 * gives up it notes the error in nginx's words, and goes on.
 */
export class StatementReader {
  readonly errors: TextError[] = [];
  line = 1;
  readonly #text: string;
  readonly #mostErrors: number;
  #position = 0;
  /** From where on nginx keeps the text in its buffer, and the line of that. */
  #held = 0;
  #heldLine = 1;

  constructor(text: string, mostErrors: number) {
    this.#text = text;
    this.#mostErrors = mostErrors;
  }

  fail(message: string, line: number = this.line): void {
    if (this.errors.length < this.#mostErrors) this.errors.push({ line, position: this.#position, message });
  }

  /** The words up to the next `;`, `{` or `}`, and which of them it is. */
  next(): Words {
    const words: string[] = [];
    let line = this.line;
    const done = (end: StatementEnd): Words => ({
      words,
      line,
      endLine: this.line,
      // The brace behind a broken directive was read.
      endPosition: this.#position + (end === 'broken' ? 1 : 0),
      end,
    });
    for (;;) {
      const code = this.#skipSpace();
      this.#hold();
      if (Number.isNaN(code)) {
        if (words.length > 0) this.fail('unexpected end of file, expecting ";" or "}"');
        return done('end-of-file');
      }
      if (code === hash) {
        this.#skipComment();
        continue;
      }
      if (code === semicolon || code === openingBrace) {
        this.#position++;
        const sign = code === semicolon ? ';' : '{';
        if (words.length > 0) return done(sign);
        this.fail(`unexpected "${sign}"`);
        if (sign === '{') return done(sign);
        continue;
      }
      if (code === closingBrace) {
        if (words.length > 0) {
          this.fail('unexpected "}"');
          return done('broken');
        }
        this.#position++;
        return done('}');
      }
      if (words.length === 0) line = this.line;
      const word = code === doubleQuote || code === singleQuote ? this.#quoted(code) : this.#plain();
      if (word === null) {
        this.fail('unexpected end of file, expecting ";" or "}"');
        return done('end-of-file');
      }
      words.push(word);
    }
  }

  /** The text of a Lua block whose `{` was just read, without its `}`; null where it does not end. */
  luaBody(): string | null {
    const start = this.#position;
    const end = luaEnd(this.#text, start);
    const body = this.#text.slice(start, end ?? this.#text.length);
    for (let at = body.indexOf('\n'); at !== -1; at = body.indexOf('\n', at + 1)) this.line++;
    this.#position = end === null ? this.#text.length : end + 1;
    return end === null ? null : body;
  }

  #hold(): void {
    this.#held = this.#position;
    this.#heldLine = this.line;
  }

  /** The next character that is no white space, not consumed; NaN at the end of the text. */
  #skipSpace(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (!isSpace(code)) return code;
      this.#position++;
      if (code === lineFeed) this.line++;
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#position);
    this.#position = end === -1 ? this.#text.length : end;
    this.#measure(this.#position, null);
  }

  /** A word in quotes, from the opening one on; null where the text ends first. */
  #quoted(quote: number): string | null {
    const start = ++this.#position;
    this.#hold();
    let isEscaped = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      if (Number.isNaN(code) || code === quote) {
        this.#measure(this.#position, quote);
        if (code === quote) break;
        return null;
      }
      this.#position++;
      if (code === lineFeed) this.line++;
      if (code === backslash) {
        isEscaped = true;
        this.#skipEscaped();
      }
    }
    const word = this.#text.slice(start, this.#position);
    this.#position++;
    const follows = this.#text.charCodeAt(this.#position);
    this.#measure(this.#position + (isSpace(follows) ? 1 : 0), null);
    // `if ($a = "b")`: the parenthesis is a word of its own.
    const mayFollow = [closingParenthesis, semicolon, openingBrace];
    if (!(isSpace(follows) || mayFollow.includes(follows) || Number.isNaN(follows))) {
      this.fail(`unexpected "${this.#text[this.#position]}"`);
    }
    return isEscaped ? unescaped(word) : word;
  }

  /** A word without quotes; null where the text ends first. */
  #plain(): string | null {
    const start = this.#position;
    let isEscaped = false;
    let isVariable = false;
    for (;;) {
      const code = this.#text.charCodeAt(this.#position);
      const isBraceOfVariable = isVariable && code === openingBrace;
      const isEnd = isSpace(code) || code === semicolon || code === openingBrace;
      if (Number.isNaN(code) || (isEnd && !isBraceOfVariable)) {
        // Behind white space, which ends the word, the next word begins.
        this.#measure(this.#position + (isSpace(code) ? 1 : 0), null);
        if (isEnd) break;
        return null;
      }
      this.#position++;
      // As in nginx, a brace of a variable leaves it so: `${{` is one word.
      if (!isBraceOfVariable) isVariable = code === dollar;
      if (code === backslash) {
        isEscaped = true;
        this.#skipEscaped();
      }
    }
    const word = this.#text.slice(start, this.#position);
    return isEscaped ? unescaped(word) : word;
  }

  #skipEscaped(): void {
    if (this.#text.charCodeAt(this.#position) === lineFeed) this.line++;
    if (this.#position < this.#text.length) this.#position++;
  }

  /** Complains where nginx cannot read the byte at `end` (at the end of the text, the last one) beside what it holds. */
  #measure(end: number, quote: number | null): void {
    const last = Math.min(end, this.#text.length);
    const length = last - this.#held;
    // No character of a string has more than three bytes.
    if (length * 3 < bufferBytes) return;
    const held = this.#text.slice(this.#held, last);
    const bytes = length > bufferBytes ? length : new TextEncoder().encode(held).length;
    if (bytes < bufferBytes + (end < this.#text.length ? 0 : 1)) return;
    const message =
      quote === null
        ? `too long parameter "${held.slice(0, 10)}..." started`
        : `too long parameter, probably missing terminating "${String.fromCharCode(quote)}" character`;
    this.fail(message, this.#heldLine);
    this.#hold();
  }
}

/** `\"`, `\'` and `\\` lose the backslash, `\t`, `\r`, `\n` are what they name, any other stays as it is. */
function unescaped(word: string): string {
  const meaning: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };
  return word.replace(/\\(["'\\trn])/g, (_, sign: string) => meaning[sign] ?? sign);
}
