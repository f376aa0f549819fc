import { parseKeepalivedConfig, parseTree } from '../../../src/keepalived/config/parse.ts';
import type { ConfigFiles, NodeFacts } from '../../../src/keepalived/config/reader.ts';
import type { Node } from '../../../src/keepalived/config/tree.ts';
import type { KeepalivedConfig } from '../../../src/model/keepalived.ts';

export const main = '/etc/keepalived/keepalived.conf';

/** Files by their path; a text alone is keepalived.conf. A path that ends in `*` is executable. */
export type Files = string | Readonly<Record<string, string>>;

const anyNode: NodeFacts = { configId: 'lb1', version: null };

export function filesOf(files: Files): ConfigFiles {
  const texts = new Map(Object.entries(typeof files === 'string' ? { [main]: files } : files));
  return {
    read(path) {
      const text = texts.get(path) ?? texts.get(`${path}*`);
      return text === undefined ? null : { text, isExecutable: !texts.has(path) };
    },
    glob(pattern) {
      const quoted = pattern
        .replace(/[.+^$()|\\{}]/g, '\\$&')
        .replaceAll('*', '[^/]*')
        .replaceAll('?', '[^/]');
      const matches = new RegExp(`^${quoted}$`);
      return [...texts.keys()]
        .map((path) => path.replace(/\*$/, ''))
        .filter((path) => matches.test(path))
        .sort();
    },
  };
}

export function parse(files: Files, facts: Partial<NodeFacts> = {}): KeepalivedConfig {
  const config = parseKeepalivedConfig(main, filesOf(files), { ...anyNode, ...facts });
  if (config === null) throw new Error(`no ${main}`);
  return config;
}

export function treeOf(files: Files): readonly Node[] {
  return parseTree(main, filesOf(files), anyNode);
}

/** What is complained of: `3 unknown-keyword`. */
export function complaints(files: Files, facts: Partial<NodeFacts> = {}): string[] {
  return parse(files, facts).errors.map(({ line, kind }) => `${line} ${kind}`);
}
