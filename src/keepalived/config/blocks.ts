import type { ConfigErrorKind, ConfigItem, ConfigLine } from '../../model/keepalived.ts';
import { type ErrorList, isSecret, masked } from './errors.ts';
import { type Keyword, type KeywordTable, lvsKeywords, replacements, rootKeywords } from './keywords.ts';
import type { Line } from './reader.ts';
import type { Step } from './tree.ts';
import { decimalNumber, toggleOf, wholeNumber } from './values.ts';
import { isUnknownTo } from './versions.ts';

/** LVS blocks nest to three levels; deeper ones are left out. */
const maxLvsDepth = 8;

/**
 * Goes through a tree as keepalived does (lib/parser.c, `process_stream`) and answers the items that it takes, in the
 * blocks in which it takes them. A keyword that it does not know is skipped, but not the block behind it: its `{` is
 * ignored, what it holds is read as part of the block around it, and its `}` closes that block.
 */
export function readBlocks(steps: readonly Step[], errors: ErrorList, version: string | null): readonly ConfigItem[] {
  return new BlockReader(steps, errors, version).read();
}

class BlockReader {
  readonly #steps: readonly Step[];
  readonly #errors: ErrorList;
  readonly #version: string | null;
  readonly #names = new Set<string>();
  #at = 0;
  /** The keyword whose braces are taken for another's, and the index up to which complaints are its doing. */
  #culprit: { readonly line: ConfigLine; readonly until: number } | null = null;
  #end: Line | null = null;

  constructor(steps: readonly Step[], errors: ErrorList, version: string | null) {
    this.#steps = steps;
    this.#errors = errors;
    this.#version = version;
  }

  read(): readonly ConfigItem[] {
    return this.#block(rootKeywords, true);
  }

  #complain(kind: ConfigErrorKind, step: Step, message: string): void {
    const cause = this.#culprit !== null && step.index < this.#culprit.until ? this.#culprit.line : null;
    this.#errors.add(kind, step.line, message, { cause });
  }

  #block(table: KeywordTable, isRoot = false): ConfigItem[] {
    const items: ConfigItem[] = [];
    for (let step = this.#steps[this.#at]; step !== undefined; step = this.#steps[this.#at]) {
      this.#at++;
      if (step.kind === 'open') this.#stray(step);
      else if (step.kind === 'close') {
        if (!isRoot) {
          this.#end = step.line;
          return items;
        }
        // That of a brace that closes nothing was complained of when the tree was made.
        if (step.node.end === step.line) this.#complain('syntax', step, 'a } that closes nothing any more');
      } else {
        const item = this.#item(step, table);
        if (item !== null) items.push(item);
      }
    }
    this.#end = null;
    return items;
  }

  #item(step: Step, table: KeywordTable): ConfigItem | null {
    const word = step.node.words[0] ?? '';
    const keyword = Object.hasOwn(table, word) ? table[word] : undefined;
    if (keyword === undefined || isUnknownTo(this.#version, keyword.since)) {
      this.#unknown(step, keyword);
      return null;
    }
    const replacement = replacements[word];
    if (replacement !== undefined) this.#complain('deprecated', step, `${word} is deprecated: ${replacement}`);
    if (keyword.kind === 'lvs') return this.#lvs(step, 0);
    if (keyword.isNamed === true && !this.#isNewName(step)) {
      this.#at = step.next;
      return null;
    }
    if (keyword.kind === 'block') {
      this.#openBlock(step);
      const block = this.#block(keyword.keywords ?? {});
      return itemOf(step, block, this.#end);
    }
    if (keyword.kind === 'values') {
      this.#openBlock(step);
      const block = this.#values();
      return itemOf(step, block, this.#end);
    }
    this.#check(step, word, keyword);
    return itemOf(step, null, null);
  }

  #unknown(step: Step, keyword: Keyword | undefined): void {
    const [word = ''] = step.node.words;
    const since = keyword === undefined ? '' : ` to keepalived ${this.#version}: it came with ${keyword.since}`;
    // Often meant for a comment: what it opens is read all the same.
    if (word.startsWith('//')) this.#complain('syntax', step, '// begins no comment: # or ! does');
    else this.#complain('unknown-keyword', step, `keyword '${word}' is not known${since}`);
    if (step.node.children !== null) this.#blame(step);
  }

  /** A brace behind something that opens no block. */
  #stray(step: Step): void {
    const [word] = step.node.words;
    const where = word === undefined ? 'where none belongs' : `after ${word}, which opens no block`;
    this.#complain('syntax', step, `a { ${where}: it is ignored, and its } ends the block around it`);
    this.#blame(step);
  }

  /** What ends a block early is to blame for all that follows, up to the end of the outermost block around it. */
  #blame(step: Step): void {
    if (this.#culprit !== null && step.index < this.#culprit.until) return;
    const line = lineOf(step);
    let until = step.next;
    for (let around = this.#steps[step.parent]; around !== undefined; around = this.#steps[around.parent]) {
      this.#errors.breaks(lineOf(around), line);
      until = around.next;
    }
    this.#culprit = { line, until };
  }

  #isNewName(step: Step): boolean {
    const [word = '', name] = step.node.words;
    if (name === undefined || step.node.words.length > 2) {
      this.#complain('missing', step, name === undefined ? `${word} without a name` : `${word} with more than a name`);
      return false;
    }
    const key = `${word} ${name}`;
    if (this.#names.has(key)) {
      this.#complain('duplicate', step, `${word} ${name} is there already: this one is skipped`);
      return false;
    }
    this.#names.add(key);
    return true;
  }

  #openBlock(step: Step): void {
    if (this.#steps[this.#at]?.kind === 'open') this.#at++;
    else this.#complain('syntax', step, `no { after ${step.node.words[0]}`);
  }

  /** Lines of free words, up to the next brace that closes: one that opens is a word like any other. */
  #values(): ConfigItem[] {
    const items: ConfigItem[] = [];
    for (let step = this.#steps[this.#at]; step !== undefined; step = this.#steps[this.#at]) {
      this.#at++;
      if (step.kind === 'close') {
        this.#end = step.line;
        return items;
      }
      if (step.kind === 'open') this.#complain('syntax', step, 'a { among values');
      else items.push(itemOf(step, null, null));
    }
    this.#end = null;
    return items;
  }

  #lvs(step: Step, depth: number): ConfigItem {
    if (step.node.children === null) return itemOf(step, null, null);
    const items: ConfigItem[] = [];
    this.#at++;
    while (this.#at < step.next) {
      const inner = this.#steps[this.#at];
      this.#at++;
      if (inner?.kind !== 'item') continue;
      const [word = ''] = inner.node.words;
      // A group's lines are addresses.
      const isKnown = lvsKeywords.has(word) || step.node.words[0] === 'virtual_server_group';
      if (!isKnown) this.#complain('unknown-keyword', inner, `keyword '${word}' is not known`);
      if (depth < maxLvsDepth) items.push(this.#lvs(inner, depth + 1));
      else this.#at = inner.next;
    }
    return itemOf(step, items, step.node.end);
  }

  #check(step: Step, word: string, keyword: Keyword): void {
    const value = step.node.words[1];
    if (keyword.kind === 'toggle') {
      if (value !== undefined && toggleOf(value) === null)
        this.#complain('value', step, `${word} takes true or false, not '${value}'`);
      return;
    }
    if (keyword.kind !== 'number' && keyword.kind !== 'value' && keyword.kind !== 'notify') return;
    if (value === undefined) this.#complain('missing', step, `${word} without a value`);
    else if (keyword.kind === 'number') {
      const number = keyword.decimals === true ? decimalNumber(value) : wholeNumber(value);
      const { min = 0, max = 0 } = keyword;
      if (number === null) this.#complain('value', step, `${word} takes a number, not '${value}'`);
      else if (number < min || number > max)
        this.#complain('value', step, `${word} ${value} is not within ${min} to ${max}`);
    }
  }
}

function lineOf(step: Step): ConfigLine {
  const { file, line, text } = step.line;
  return { file, line, text: masked(text) };
}

function itemOf(
  { line: { file, line, text }, node }: Step,
  block: readonly ConfigItem[] | null,
  end: Line | null,
): ConfigItem {
  return { file, line, text: masked(text), words: node.words, isSecret: isSecret(text), block, end };
}
