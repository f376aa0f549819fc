import { type Statement, StatementReader, type TextError } from './statement.ts';

/** Errors noted of one file: behind a missing brace or quote most that follow come from it. */
const mostErrors = 16;
/** Blocks in blocks. nginx has no limit but its stack; no person writes so many. */
const mostDepth = 64;

/** The directives of one file, and what nginx would say of its words, quotes and braces. Never throws. */
export function parseFile(text: string): {
  readonly statements: readonly Statement[];
  readonly errors: readonly TextError[];
} {
  const reader = new StatementReader(text, mostErrors);
  const top: Statement[] = [];
  const outer: Statement[][] = [];
  let current = top;
  for (;;) {
    const { words, line, endLine, endPosition, end } = reader.next();
    const [name, ...args] = words;
    if (end === 'end-of-file') {
      if (outer.length > 0 && words.length === 0) reader.fail('unexpected end of file, expecting "}"');
      return { statements: top, errors: reader.errors };
    }
    if (end === '}') {
      if (outer.length === 0) reader.fail('unexpected "}"');
      current = outer.pop() ?? top;
      continue;
    }
    if (end === '{' && name?.endsWith('_by_lua_block')) {
      const body = reader.luaBody();
      if (body === null) reader.fail('unexpected end of file, expecting "}"');
      current.push({ name, args: [...args, body ?? ''], line, endLine, end: endPosition, block: [] });
      continue;
    }
    const block: Statement[] | null = end === '{' ? [] : null;
    // What has no name was complained of.
    if (name !== undefined && outer.length < mostDepth)
      current.push({ name, args, line, endLine, end: endPosition, block });
    if (block === null) continue;
    if (outer.length === mostDepth) reader.fail(`more than ${mostDepth} blocks stand in one another`);
    outer.push(current);
    current = block;
  }
}
