import type { SourceError } from '../../model/finding.ts';
import type { InstanceStatus } from '../../model/status.ts';
import { CommandError } from '../shared/command-error.ts';

/** The answer to `--ready NODE`: whether a node could be master of all its instances now, and if not, why. */
export function readinessOf(
  name: string,
  instances: readonly InstanceStatus[],
  errors: readonly SourceError[],
): { readonly text: string; readonly exitCode: 0 | 1 | 2 } {
  const unread = errors.find(({ source }) => source === name);
  if (unread !== undefined) return { text: `${name}: not known: ${unread.message}`, exitCode: 2 };
  const own = instances.flatMap(({ instance, nodes }) =>
    nodes.filter(({ node }) => node === name).map((node) => ({ instance, node })),
  );
  if (own.length === 0) {
    const names = [...new Set(instances.flatMap(({ nodes }) => nodes.map(({ node }) => node)))];
    throw new CommandError(`no node is called ${name}`, `the nodes are: ${names.join(', ')}`);
  }
  const lines = own.flatMap(({ instance, node }) => [
    ...node.notReady.map((reason) => `${name} is not ready for ${instance}: ${reason}`),
    ...node.unsure.map((reason) => `${name} may not be ready for ${instance}: ${reason}`),
  ]);
  const isReady = own.every(({ node }) => node.ready === true);
  return { text: isReady ? `${name} could take over now` : lines.join('\n'), exitCode: isReady ? 0 : 1 };
}
