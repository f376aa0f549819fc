import type { SourceError } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { documentJson } from './json.ts';
import type { Style } from './style.ts';

/** What was collected of a node. */
export interface CollectedSummary {
  readonly node: string;
  readonly files: number;
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly notes: readonly string[];
  /** Why the node could not be asked at all; else null. */
  readonly unreachable: string | null;
}

/** What a bundle holds, and what it lacks. */
export function renderCollected(file: string, bytes: number, nodes: readonly CollectedSummary[], style: Style): string {
  const names = Math.max(...nodes.map(({ node }) => printable(node).length));
  const lines = nodes.flatMap(({ node, files, refused, notes, unreachable }) => {
    const head = `${printable(node).padEnd(names)}  `;
    if (unreachable !== null) return [`${head}${style.dim(`not reached: ${printable(unreachable)}`)}`];
    const own = [
      ...refused.map(({ name, reason }) => `${printable(name)}: ${printable(reason)}`),
      ...notes.map(printable),
    ];
    const indent = ' '.repeat(names + 2);
    return [`${head}${files} files`, ...own.map((line) => `${indent}${style.dim(line)}`)];
  });
  return [
    `${printable(file)}  ${Math.ceil(bytes / 1024)} KiB, secrets masked`,
    ...lines,
    style.dim(`look into it before you hand it on: tar -tzf ${printable(file)}`),
  ].join('\n');
}

export function collectedJson(
  file: string | null,
  nodes: readonly CollectedSummary[],
  version: string,
  errors: readonly SourceError[],
): string {
  return documentJson('collect', { version, findings: [], skipped: [], errors, ignored: [] }, { file, nodes });
}
