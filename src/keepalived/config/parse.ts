import type { KeepalivedConfig } from '../../model/keepalived.ts';
import { readBlocks } from './blocks.ts';
import { ErrorList } from './errors.ts';
import { buildModel } from './model.ts';
import { type ConfigFiles, ConfigReader, type Line, type NodeFacts } from './reader.ts';
import { flatten, type Node, nest } from './tree.ts';

/**
 * Reads keepalived.conf and all that it includes, as one node would (keepalived.conf(5)). What is wrong with it is in
 * `errors`; null where `path` itself cannot be read. Without `facts.version` every keyword of any version is known.
 */
export function parseKeepalivedConfig(path: string, from: ConfigFiles, facts: NodeFacts): KeepalivedConfig | null {
  const errors = new ErrorList();
  const reader = new ConfigReader(from, facts, errors);
  if (!reader.open(path)) return null;
  const nodes = nest(linesOf(reader), errors);
  const model = buildModel(readBlocks(flatten(nodes), errors, facts.version), errors, facts.version);
  return { files: reader.files, ...model, errors: errors.errors };
}

/** The tree of one file, by its braces alone. */
export function parseTree(path: string, from: ConfigFiles, facts: NodeFacts): readonly Node[] {
  const errors = new ErrorList();
  const reader = new ConfigReader(from, facts, errors);
  return reader.open(path) ? nest(linesOf(reader), errors) : [];
}

function* linesOf(reader: ConfigReader): Generator<Line> {
  for (let line = reader.next(); line !== null; line = reader.next()) yield line;
}
