/**
 * Where the `}` stands that ends a Lua block; `start` is behind its `{`. Braces in strings, long brackets and comments of
 * Lua do not count (Lua 5.1 manual, section 2.1). null where it does not end.
 */
export function luaEnd(text: string, start: number): number | null {
  // A long bracket, a comment up to the end of its line, a string (or what is left of one at the end of its line), a brace.
  const token = /(?:--)?\[(=*)\[|--|"(?:\\[\s\S]|[^"\\\n])*|'(?:\\[\s\S]|[^'\\\n])*|[{}]/g;
  token.lastIndex = start;
  let depth = 1;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found, level] = match;
    if (found === '{') depth++;
    if (found === '}' && --depth === 0) return match.index;
    if (found.startsWith('"') || found.startsWith("'")) token.lastIndex++;
    const closing = level !== undefined ? `]${level}]` : found === '--' ? '\n' : '';
    if (closing === '') continue;
    const end = text.indexOf(closing, token.lastIndex);
    if (end === -1) return null;
    token.lastIndex = end + closing.length;
  }
  return null;
}
