import { readDate } from '../../host/processes.ts';
import type { SourceError } from '../../model/finding.ts';
import type { FailingCheck, NodeState } from '../../model/node-state.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { VersionRange } from '../../model/versions.ts';
import type { ConfiguredInstance } from '../../state/fuse.ts';
import { masterDownSeconds } from '../../vrrp/timers.ts';
import { CommandError } from './command-error.ts';
import { type NodeEvidence, readConfiguration } from './configuration.ts';
import { hearCaptures, listen } from './listen.ts';
import type { NamedNode } from './node-argument.ts';
import { lastTransitions, type NodesLogged, readLogs } from './node-logs.ts';
import { prefetchState, readState } from './node-state.ts';

/** What is read of each node. */
export interface NodeGathering {
  /** Of both nodes, where the evidence does not tell it. */
  readonly versions: VersionRange | null;
  /** Seconds to listen on each live node; null: as long as a backup waits for its master; 0: not at all. */
  readonly listenSeconds: number | null;
  /** Whether keepalived may be told to write its dump. */
  readonly mayAllowSignal: boolean;
}

export interface GatherOptions extends NodeGathering {
  /** From when on logs are read, in seconds since the epoch; null: so many seconds before the evidence was read. */
  readonly since: number | null;
  readonly sinceSeconds: number;
}

/** What was read of some nodes. */
export interface Gathered {
  readonly nodes: readonly GatheredNode[];
  /** null where there is no log. */
  readonly timeline: Timeline | null;
}

/** What was read of one node. */
export interface GatheredNode {
  readonly named: NamedNode;
  /** null where there is no configuration that can be read. */
  readonly evidence: NodeEvidence | null;
  readonly state: NodeState;
  readonly errors: readonly Complaint[];
}

/** An input that could not be read, and what to do about it. */
export type Complaint = SourceError & { readonly hint?: string | null };

/** Reads nodes side by side: what each is configured to do, and what it does. What one of them refuses is no loss to the others. */
export async function gather(nodes: readonly NamedNode[], options: GatherOptions): Promise<Gathered> {
  const [gathered, { timeline, problems }] = await Promise.all([
    Promise.all(nodes.map((node) => gatherNode(node, options))),
    sinceWhen(nodes, options).then((since) => readLogs(nodes, since)),
  ]);
  const logged = new Set(timeline.nodes.flatMap(({ node, files }) => (files.length > 0 ? [node] : [])));
  return {
    nodes: gathered.map((node) => withLog(node, timeline, logged.has(node.state.node), problems)),
    timeline: logged.size > 0 ? timeline : null,
  };
}

/** Of evidence that somebody gathered the last day is that before it was. */
async function sinceWhen(nodes: readonly NamedNode[], { since, sinceSeconds }: GatherOptions): Promise<number | null> {
  if (since !== null) return since;
  if (nodes.some(({ isLive }) => isLive)) return Date.now() / 1000 - sinceSeconds;
  const dates = await Promise.all(nodes.map(({ port, file }) => (file === null ? port.output('date.txt') : null)));
  const read = dates.flatMap((date) =>
    date?.bytes == null ? [] : (readDate(new TextDecoder().decode(date.bytes)) ?? []),
  );
  return read.length === 0 ? null : Math.min(...read.map(({ seconds }) => seconds)) - sinceSeconds;
}

/** What the log of a node adds to its state. */
function withLog(
  node: GatheredNode,
  timeline: Timeline,
  isLogged: boolean,
  problems: NodesLogged['problems'],
): GatheredNode {
  const { state } = node;
  if (state.unreachable !== null) return node;
  const unread = (problems.get(state.node) ?? []).map(({ message }) => ({ what: 'log', reason: message }));
  return {
    ...node,
    state: {
      ...state,
      logged: isLogged ? lastTransitions(timeline, state.node) : null,
      failingChecks: isLogged ? failingChecks(timeline, state.node) : null,
      unread: [...state.unread, ...unread],
    },
  };
}

/** The checks whose last word is that they fail. */
function failingChecks({ checks }: Timeline, name: string): readonly FailingCheck[] {
  return checks
    .filter(({ node, isFailing }) => node === name && isFailing)
    .map(({ name: check, outcomes, last: { line } }) => ({
      ...{ name: check, outcome: outcomes.at(-1) ?? null },
      ...{ time: line.time, file: line.file, line: line.line, text: line.message },
    }));
}

/** The instances of all nodes that were read. */
export function configuredInstances(nodes: readonly GatheredNode[]): readonly ConfiguredInstance[] {
  return nodes.flatMap(({ evidence }) =>
    evidence === null
      ? []
      : evidence.configuration.config.instances.map((instance) => ({ node: evidence.configuration.node, instance })),
  );
}

/** One node without its logs. */
export async function gatherNode(named: NamedNode, options: NodeGathering): Promise<GatheredNode> {
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
        : [{ source, message: complaint.message, hint: complaint.hint ?? null }];
  return { named, evidence, state: { ...state, heard, unread }, errors };
}

async function configurationOf(
  named: NamedNode,
  versions: VersionRange | null,
): Promise<readonly [NodeEvidence | null, CommandError | null]> {
  try {
    return [await readConfiguration(named, versions), null];
  } catch (error) {
    if (error instanceof CommandError) return [null, error];
    throw error;
  }
}

/** Whether keepalived was told to write its dump. */
async function askedForDump({ live }: NamedNode, { mayAllowSignal }: NodeGathering): Promise<boolean> {
  if (!mayAllowSignal || live === null) return false;
  await live.askForDump();
  return true;
}

/** What a node hears, and in one line why it could not listen. */
async function heardBy(
  { live, port, file, cluster }: NamedNode,
  evidence: NodeEvidence | null,
  { listenSeconds }: NodeGathering,
): Promise<readonly [NodeState['heard'], string | null]> {
  if (file !== null) return [null, null];
  if (live === null) return [await hearCaptures(port), null];
  const instances = evidence?.configuration.config.instances ?? [];
  const interfaces = cluster?.interfaces ?? [
    ...new Set(instances.flatMap((instance) => instance.interface.value ?? [])),
  ];
  const seconds =
    listenSeconds ??
    Math.max(...instances.map((instance) => masterDownSeconds(2, instance.intervalSeconds.value, null)));
  if (interfaces.length === 0 || seconds === 0) return [null, null];
  const heard = await listen(live, interfaces, seconds);
  return typeof heard === 'string' ? [null, heard] : [heard, null];
}
