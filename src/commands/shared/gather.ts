import type { SourceError } from '../../model/finding.ts';
import type { NodeState } from '../../model/node-state.ts';
import type { VersionRange } from '../../model/versions.ts';
import type { ConfiguredInstance } from '../../state/fuse.ts';
import { masterDownSeconds } from '../../vrrp/timers.ts';
import { CommandError } from './command-error.ts';
import { type NodeEvidence, readConfiguration } from './configuration.ts';
import { hearCaptures, listen } from './listen.ts';
import type { NamedNode } from './node-argument.ts';
import { prefetchState, readState } from './node-state.ts';

export interface GatherOptions {
  /** Of both nodes, where the evidence does not tell it. */
  readonly versions: VersionRange | null;
  /** Seconds to listen on each live node; null: as long as a backup waits for its master; 0: not at all. */
  readonly listenSeconds: number | null;
  /** Whether keepalived may be told to write its dump. */
  readonly mayAllowSignal: boolean;
}

/** What was read of one node. */
export interface GatheredNode {
  readonly named: NamedNode;
  /** null where there is no configuration that can be read. */
  readonly evidence: NodeEvidence | null;
  readonly state: NodeState;
  readonly errors: readonly SourceError[];
}

/** Reads nodes side by side: what each is configured to do, and what it does. What one of them refuses is no loss to the others. */
export function gather(nodes: readonly NamedNode[], options: GatherOptions): Promise<readonly GatheredNode[]> {
  return Promise.all(nodes.map((node) => gatherNode(node, options)));
}

/** The instances of all nodes that were read. */
export function configuredInstances(nodes: readonly GatheredNode[]): readonly ConfiguredInstance[] {
  return nodes.flatMap(({ evidence }) =>
    evidence === null
      ? []
      : evidence.configuration.config.instances.map((instance) => ({ node: evidence.configuration.node, instance })),
  );
}

async function gatherNode(named: NamedNode, options: GatherOptions): Promise<GatheredNode> {
  const { name: source } = named;
  prefetchState(named);
  const [evidence, complaint] = await configurationOf(named, options.versions);
  const asked = await askedForDump(named, options);
  const [heard, deaf] = await heardBy(named, evidence, options);
  // What was read before one listened, or before keepalived wrote, is no longer now.
  const isNow = named.live === null || (heard === null && deaf === null && !asked);
  const files = evidence?.configuration.config.files ?? [];
  const state = await readState(named, files, isNow ? named.port : (named.live ?? named.port));
  const unread = deaf === null ? state.unread : [...state.unread, { what: 'adverts', reason: deaf }];
  const errors =
    state.unreachable !== null
      ? [{ source, message: `cannot reach ${source}: ${state.unreachable}` }]
      : complaint === null
        ? []
        : [{ source, message: complaint }];
  return { named, evidence, state: { ...state, heard, unread }, errors };
}

async function configurationOf(
  named: NamedNode,
  versions: VersionRange | null,
): Promise<readonly [NodeEvidence | null, string | null]> {
  try {
    return [await readConfiguration(named, versions), null];
  } catch (error) {
    if (error instanceof CommandError) return [null, error.message];
    throw error;
  }
}

/** Whether keepalived was told to write its dump. */
async function askedForDump({ live }: NamedNode, { mayAllowSignal }: GatherOptions): Promise<boolean> {
  if (!mayAllowSignal || live === null) return false;
  await live.askForDump();
  return true;
}

/** What a node hears, and in one line why it could not listen. */
async function heardBy(
  { live, port, file }: NamedNode,
  evidence: NodeEvidence | null,
  { listenSeconds }: GatherOptions,
): Promise<readonly [NodeState['heard'], string | null]> {
  if (file !== null) return [null, null];
  if (live === null) return [await hearCaptures(port), null];
  const instances = evidence?.configuration.config.instances ?? [];
  const interfaces = [...new Set(instances.flatMap((instance) => instance.interface.value ?? []))];
  const seconds =
    listenSeconds ??
    Math.max(...instances.map((instance) => masterDownSeconds(2, instance.intervalSeconds.value, null)));
  if (interfaces.length === 0 || seconds === 0) return [null, null];
  const heard = await listen(live, interfaces, seconds);
  return typeof heard === 'string' ? [null, heard] : [heard, null];
}
