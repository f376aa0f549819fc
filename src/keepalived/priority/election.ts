import { compareAddresses } from '../../model/address-order.ts';
import type { Outcome } from '../../model/election.ts';

/** One instance of a contender. */
export interface Claim {
  /** Effective priority, and the one before any check has been heard of. */
  readonly priority: number;
  readonly base: number;
  /** Whether it takes over from a lower priority: `nopreempt` is read on the node that would take over. */
  readonly preempts: boolean;
  /** Seconds from its start to its first advert, where it hears nobody. */
  readonly startSeconds: number;
  /** The source of its adverts; null where it is not known. */
  readonly address: string | null;
}

/** A node that could be master: of one instance, or of all members of a sync group at once. */
export interface Contender {
  readonly node: string;
  readonly claims: readonly Claim[];
  /** Whether the other's adverts arrive and are accepted. */
  readonly hears: boolean;
}

/**
 * Where the election between at most two contenders ends when all timers have run out (RFC 9568 section 6.4; keepalived's
 * vrrp_state_backup() and vrrp_state_master_rx()). `incumbent` was master before; null: both start at the same moment.
 */
export function elect(contenders: readonly Contender[], incumbent: string | null): Outcome {
  const [one, two] = contenders;
  if (one === undefined) return { master: null, masters: [], reason: 'nobody' };
  if (two === undefined) return won(one, 'only-candidate');
  if (!one.hears || !two.hears) return unheard(one, two);
  const leader = incumbent === null ? null : incumbent === one.node ? one : two;
  if (leader !== null) return challenge(leader, leader === one ? two : one);
  const head = Math.sign(startSeconds(two) - startSeconds(one));
  if (head !== 0) return challenge(...(head > 0 ? ([one, two] as const) : ([two, one] as const)));
  return bothAtOnce(one, two);
}

/** One is master, the other hears it: a backup takes over from a lower priority only, and not from its equal. */
function challenge(leader: Contender, challenger: Contender): Outcome {
  const sides = leader.claims.map((claim, i) => [claim, challenger.claims[i] ?? claim] as const);
  const higher = sides.filter(([ours, theirs]) => theirs.priority > ours.priority);
  const takes = higher.filter(([, theirs]) => theirs.preempts);
  if (takes.length === sides.length) return won(challenger, 'highest-priority');
  if (higher.length === sides.length) return won(leader, 'nopreempt');
  if (higher.length > 0) return won(leader, 'sync-group');
  return won(leader, sides.every(([ours, theirs]) => theirs.priority === ours.priority) ? 'tie' : 'highest-priority');
}

/** Two that become master in the same moment hear each other: the lower priority yields, else the lower address. */
function bothAtOnce(one: Contender, two: Contender): Outcome {
  const [ours, theirs] = [one.claims[0], two.claims[0]];
  const byBase = Math.sign((ours?.base ?? 0) - (theirs?.base ?? 0));
  const lead = byBase || byAddress(ours?.address, theirs?.address);
  const outcomes = [...(lead >= 0 ? [challenge(one, two)] : []), ...(lead <= 0 ? [challenge(two, one)] : [])];
  const [outcome = won(one, 'tie'), other = outcome] = outcomes;
  const reason = outcome.reason === 'tie' && byBase === 0 ? 'tie-higher-address' : outcome.reason;
  // The higher address decides, and which that is was not read.
  if (outcome.master !== other.master) return { master: null, masters: [], reason };
  return { ...outcome, reason };
}

/** One that does not hear the other is master in any case; one that does stays master over a lower one. */
function unheard(one: Contender, two: Contender): Outcome {
  const split: Outcome = { master: null, masters: [one.node, two.node], reason: 'split-brain' };
  if (!one.hears && !two.hears) return split;
  const [deaf, hearing] = one.hears ? [two, one] : [one, two];
  const yields = deaf.claims.every((claim, i) => claim.priority > (hearing.claims[i]?.priority ?? 0));
  return yields ? won(deaf, 'highest-priority') : split;
}

function won({ node }: Contender, reason: Outcome['reason']): Outcome {
  return { master: node, masters: [node], reason };
}

/** A group starts with its slowest member. */
function startSeconds({ claims }: Contender): number {
  return Math.max(0, ...claims.map((claim) => claim.startSeconds));
}

function byAddress(a: string | null | undefined, b: string | null | undefined): number {
  return a == null || b == null ? 0 : Math.sign(compareAddresses(a, b));
}
