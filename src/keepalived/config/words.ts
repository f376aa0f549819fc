/** Space, tab, line feed, vertical tab, form feed, carriage return: what separates words (lib/parser.c, WHITE_SPACE). */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

const quoteCode = 34;

/** The words of a logical line. `unmatched`: a quote that does not end; the rest of the line is lost. */
export interface Words {
  readonly words: readonly string[];
  readonly unmatched: boolean;
}

/**
 * Splits a line as keepalived does (`alloc_strvec_r`): a `"` where a word begins reads to the next `"`, without escapes;
 * one within a word ends that word. `'` is an ordinary character.
 */
export function splitWords(text: string): Words {
  const words: string[] = [];
  for (let at = 0; ; ) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    // A copy has room for its words only, and there are as many as lines.
    if (at >= text.length) return { words: words.slice(), unmatched: false };
    const isQuoted = text.charCodeAt(at) === quoteCode;
    const start = isQuoted ? at + 1 : at;
    let end = start;
    if (isQuoted) {
      end = text.indexOf('"', start);
      if (end < 0) return { words, unmatched: true };
    } else {
      for (; end < text.length; end++) {
        const code = text.charCodeAt(end);
        if (code === quoteCode || isSpace(code)) break;
      }
    }
    words.push(text.slice(start, end));
    at = isQuoted ? end + 1 : end;
  }
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Splits what scripts are given (`alloc_strvec_quoted_escaped`): `"` and `'` both quote, parts that touch are one word,
 * and a backslash escapes (`\n`, `\x41`, `\101`, `\E`).
 */
export function splitCommand(text: string): Words {
  const words: string[] = [];
  /** What the word consists of so far: nothing between words, an empty text where it is empty. */
  let parts: string[] = [];
  let quote = '';
  const special = /[\\'"\s]/g;
  for (let from = 0; from < text.length; ) {
    special.lastIndex = from;
    const at = special.exec(text)?.index ?? text.length;
    if (at > from) parts.push(text.slice(from, at));
    if (at === text.length) break;
    from = at + 1;
    const character = text.charAt(at);
    if (character === '\\' && from < text.length) {
      const escaped = escapeAt(text, from);
      parts.push(escaped.character);
      from += escaped.length;
    } else if (quote !== '' && character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
      parts.push('');
    } else if (quote === '' && isSpace(character.charCodeAt(0))) {
      if (parts.length > 0) words.push(parts.join(''));
      parts = [];
    } else parts.push(character);
  }
  if (parts.length > 0) words.push(parts.join(''));
  return { words, unmatched: quote !== '' };
}

function escapeAt(text: string, at: number): { character: string; length: number } {
  const number = /^(?:x([0-9a-fA-F]{1,2})|([0-3]?[0-7]{1,2}))/.exec(text.slice(at, at + 3));
  if (number !== null) {
    const code = number[1] === undefined ? Number.parseInt(number[2] ?? '', 8) : Number.parseInt(number[1], 16);
    return { character: String.fromCharCode(code), length: number[0].length };
  }
  const character = text.charAt(at);
  return { character: escapes[character] ?? character, length: 1 };
}
