/** What is left of a line: without comment, its escapes and surrounding blanks. */
export interface Uncommented {
  readonly text: string;
  /** Whether a `"` has no partner on this line. */
  readonly unmatched: boolean;
}

const special = /[!#"\\]/g;

/** Whether a line has no comment, quote or escape in it. */
export function isPlain(line: string): boolean {
  special.lastIndex = 0;
  return !special.test(line);
}

/**
 * Takes the comment off a line as keepalived does (`decomment`): `#` and `!` begin one anywhere but between `"` or after
 * a backslash, which goes. A backslash that ends the line stays, also that of a comment: a definition may go on after it.
 */
export function withoutComment(line: string): Uncommented {
  special.lastIndex = 0;
  const kept: string[] = [];
  let quoted = false;
  let isComment = false;
  let from = 0;
  for (let match = special.exec(line); match !== null; match = special.exec(line)) {
    const at = match.index;
    if (match[0] === '\\') {
      const next = line[at + 1];
      if (next === undefined) {
        if (!isComment) kept.push(line.slice(from, at));
        return { text: `${trimBlanks(kept.join(''))}\\`, unmatched: quoted };
      }
      if (!isComment && !quoted && (next === '#' || next === '!')) {
        kept.push(line.slice(from, at));
        from = at + 1;
      }
      special.lastIndex = at + 2;
    } else if (isComment) continue;
    else if (match[0] === '"') quoted = !quoted;
    else if (!quoted) {
      kept.push(line.slice(from, at));
      isComment = true;
    }
  }
  if (!isComment) kept.push(line.slice(from));
  return { text: trimBlanks(kept.join('')), unmatched: quoted };
}

/** The line that `withoutComment` makes this text of. */
export function withComment(text: string): string {
  let quoted = false;
  let line = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') quoted = !quoted;
    if (!quoted && (character === '#' || character === '!')) line += '\\';
    line += character;
    if (character === '\\') line += text.charAt(++at);
  }
  return line;
}

/** Without the spaces and tabs around it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
