import { parseMessage, tellingTexts } from '../../keepalived/messages/parse.ts';
import type { LogProblem } from '../../model/log.ts';
import type { LoggedState } from '../../model/node-state.ts';
import type { Timeline } from '../../model/timeline.ts';
import { usualFlap } from '../../timeline/flapping.ts';
import { TimelineBuilder } from '../../timeline/timeline.ts';
import { LogSession, type SessionLog } from './log-session.ts';
import type { NamedNode } from './node-argument.ts';
import { openNodeLogs } from './open-logs.ts';
import { ProgressLine } from './progress-line.ts';

/** What the logs of some nodes say together. */
export interface NodesLogged {
  readonly timeline: Timeline;
  /** What keeps them from being read, wholly or in part, by the node's name. */
  readonly problems: ReadonlyMap<string, readonly LogProblem[]>;
}

/**
 * Reads the logs of nodes from `since` on (seconds since the epoch; null: all that there is), as `ha-doctor logs` does: the
 * journal, or where it knows nothing of keepalived, the files below /var/log. A live node is asked twice at most, and
 * hands out 64 MiB at most. A node that stands for a bare file has no logs.
 */
export async function readLogs(nodes: readonly NamedNode[], since: number | null): Promise<NodesLogged> {
  const builder = new TimelineBuilder({ flap: usualFlap, since, keepsUnknown: false, settled: null, told: null });
  const wanted = { texts: tellingTexts, interpret: parseMessage, zone: null, year: null, since, until: null };
  const logs = await Promise.all(
    nodes
      .filter(({ file }) => file === null)
      .map(async ({ name, port }): Promise<SessionLog> => {
        builder.node(name);
        return { source: await openNodeLogs(port, { ...wanted, follow: false }), name };
      }),
  );
  const problems = new Map<string, LogProblem[]>();
  const progress = new ProgressLine(true);
  const session = new LogSession({
    ...{ builder, progress, since, until: null, instances: [], follow: false },
    onProblem: (problem, { name }) => problems.set(name ?? '', [...(problems.get(name ?? '') ?? []), problem]),
    onNote: () => {},
    flush: async () => {},
  });
  await session.run(logs);
  progress.clear();
  return { timeline: builder.finish(), problems };
}

/** The last transition of each instance of a node, by its own clock. */
export function lastTransitions({ instances }: Timeline, name: string): readonly LoggedState[] {
  return instances.flatMap(({ node, instance, state, line }) =>
    node !== name || state === null
      ? []
      : [{ instance, state, time: line.time, file: line.file, line: line.line, text: line.message }],
  );
}
