import type { ConfigLine } from '../../model/keepalived.ts';
import { trimBlanks, withComment } from './comment.ts';
import type { ErrorList } from './errors.ts';
import type { Line } from './reader.ts';
import { splitWords } from './words.ts';

/**
 * An item as it is written, whatever it means: its words, and what stands between its braces. A brace without a keyword
 * is a node without words; a `}` that closes nothing is a node of that word.
 */
export interface Node {
  readonly line: Line;
  readonly words: readonly string[];
  children: Node[] | null;
  /** The `{`; null where it has no block. */
  begin: Line | null;
  /** The `}`; null where the block has none. */
  end: Line | null;
}

/** Nests lines by their braces and nothing else. Notes quotes and braces without a partner. */
export function nest(lines: Iterable<Line>, errors: ErrorList): Node[] {
  const root: Node[] = [];
  const open: Node[] = [];
  let siblings = root;
  /** The item that a `{` would belong to. */
  let last: Node | null = null;
  for (const line of lines) {
    if (line.text === '{') {
      const owner: Node = last ?? { line, words: [], children: null, begin: null, end: null };
      if (last === null) siblings.push(owner);
      owner.children = [];
      owner.begin = line;
      open.push(owner);
      siblings = owner.children;
      last = null;
    } else if (line.text === '}' && open.length > 0) {
      const closed = open.pop();
      if (closed !== undefined) closed.end = line;
      siblings = open.at(-1)?.children ?? root;
      last = null;
    } else {
      const { words, unmatched } = splitWords(line.text);
      if (unmatched) errors.add('syntax', line, 'a quote that does not end: the rest of the line is lost');
      if (words.length === 0) continue;
      const node: Node = { line, words, children: null, begin: null, end: null };
      siblings.push(node);
      if (line.text === '}') errors.add('syntax', line, 'a } that closes nothing');
      last = line.text === '}' ? null : node;
    }
  }
  for (const node of open) errors.add('syntax', lineOf(node), 'its block is not closed: a } is missing');
  return root;
}

/** Where a node stands, and its text. */
function lineOf({ line, words }: Node): ConfigLine {
  return words.length === 0 ? { ...line, text: '{' } : line;
}

/** The lines of a tree: read and nested again they give the same tree. Secrets are in it. */
export function print(nodes: readonly Node[]): string {
  const lines = flatten(nodes).map(({ kind, node }) => {
    if (kind !== 'item') return kind === 'open' ? '{' : '}';
    const line = withComment(literal(node.line.text));
    // A backslash that ends the line would take the blanks before it away.
    return line.endsWith('\\') ? `${line} ` : line;
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** A line that is an item and nothing else: what would be filled in, chosen or included is not where it is quoted. */
function literal(text: string): string {
  return trimBlanks(text).replace(/^(?:[@$~]|include)[^\s"]*/, '"$&"');
}

/** One step through a tree: an item, or a brace of its block. */
export interface Step {
  readonly kind: 'item' | 'open' | 'close';
  readonly index: number;
  readonly node: Node;
  /** Where it stands. */
  readonly line: Line;
  /** For an item: the index of the step behind its block, or of the next one where it has none. */
  readonly next: number;
  /** The index of the item in whose block it stands; -1 for none. */
  readonly parent: number;
}

/** A tree as keepalived comes across it, one step after the other. */
export function flatten(nodes: readonly Node[]): readonly Step[] {
  const steps: (Omit<Step, 'next'> & { next: number })[] = [];
  const walk: { nodes: readonly Node[]; at: number; owner: number }[] = [{ nodes, at: 0, owner: -1 }];
  for (let level = walk.at(-1); level !== undefined; level = walk.at(-1)) {
    const node = level.nodes[level.at++];
    if (node === undefined) {
      walk.pop();
      const owner = steps[level.owner];
      if (owner === undefined) continue;
      const { end } = owner.node;
      if (end !== null) {
        const index = steps.length;
        steps.push({ kind: 'close', index, node: owner.node, line: end, next: index + 1, parent: owner.parent });
      }
      owner.next = steps.length;
      continue;
    }
    const { line, words, children } = node;
    const isStray = words.length === 1 && line.text === '}';
    const own = steps.length;
    const parent = level.owner;
    if (words.length > 0) {
      steps.push({ kind: isStray ? 'close' : 'item', index: own, node, line, next: own + 1, parent });
    }
    if (children !== null) {
      const index = steps.length;
      steps.push({ kind: 'open', index, node, line: node.begin ?? line, next: index + 1, parent });
      walk.push({ nodes: children, at: 0, owner: own });
    }
  }
  return steps;
}
