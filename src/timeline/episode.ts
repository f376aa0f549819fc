import type { Change, Fact, FactOf } from './entry.ts';
import type { At, NodeFacts } from './node-facts.ts';

/** What one node's log had said when a failover began. */
export interface Before {
  readonly start: At<FactOf<'daemon'>> | null;
  readonly died: At<FactOf<'daemon'>> | null;
  readonly reload: At<FactOf<'daemon'>> | null;
  readonly stall: At<FactOf<'stall'>> | null;
  readonly link: At<FactOf<'interface'>> | null;
  readonly system: At<FactOf<'system'>> | null;
  readonly priority: At<FactOf<'priority'>> | null;
  readonly priorityCheck: At<FactOf<'check'>> | null;
  readonly rejected: At<FactOf<'advert-rejected'>> | null;
  readonly recovered: At<Change> | null;
  /** The last changes of the node's instances, which tell who took a sync group along. */
  readonly changes: readonly At<Change>[];
}

/** A failover while it is being told: what is known of it before its cause is. Times are on the clock of all nodes. */
export interface Episode {
  readonly instance: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The new master enters MASTER; null where it was master already, or nobody took over. */
  readonly enter: At<Change> | null;
  /** The old master is none any more, or its log tells that it cannot have been. */
  leave: At | null;
  startAt: number;
  endAt: number | null;
  vacantSeconds: number | null;
  overlapSeconds: number | null;
  /** Both are master. */
  isOpen: boolean;
  fellBack: boolean;
  /** The new master was one beside the old, which gave way. */
  readonly isHeal: boolean;
  /** Only one node's log tells of this instance. */
  readonly isAlone: boolean;
  /** When the failover before it was over. */
  readonly since: number;
  readonly before: { readonly from: Before | null; readonly to: Before | null };
  /** What the old master's log says afterwards. */
  readonly after: At<Fact>[];
  /** The old master's log goes on so far. */
  fromLogEndsAt: number | null;
}

export function beforeOf(facts: NodeFacts, instance: string): Before {
  const { start, died, reload, stall, link, system } = facts;
  return {
    start,
    died,
    reload,
    stall,
    link,
    system,
    priority: facts.priorities.get(instance) ?? null,
    priorityCheck: facts.priorityChecks.get(instance) ?? null,
    rejected: facts.rejected.get(instance) ?? null,
    recovered: facts.recovered.get(instance) ?? null,
    changes: [...facts.changes],
  };
}
