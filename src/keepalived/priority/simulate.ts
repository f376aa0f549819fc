import type { ElectedRouter, ElectionRow, ElectionSide, Failure, Outcome, Standing } from '../../model/election.ts';
import type { SyncGroup, VrrpInstance } from '../../model/keepalived.ts';
import { effectivePriority, groupOf, ownerPriority, type Watched, watch } from './effective.ts';
import { type Claim, type Contender, elect } from './election.ts';

/** A virtual router to be simulated: its instance on one node or two, and whether each hears the other. */
export interface Electorate {
  readonly sides: readonly (ElectionSide & {
    readonly hears: boolean;
    /** The source of its adverts where it is known. */
    readonly sourceAddress: string | null;
  })[];
}

type Side = Electorate['sides'][number];

/** All that a node has of a cluster: the instances that are master together, which is one where there is no group. */
interface Member {
  readonly node: string;
  readonly sides: readonly (Side & { readonly watched: Watched })[];
}

/** What is wrong in a row: failures by node. */
type State = ReadonlyMap<string, readonly Failure[]>;

/**
 * Who is master when what fails: for each virtual router a row for nothing, for each single failure on each node, and for
 * the same check failing on both. Each starts from the pair as it settles when both daemons start together.
 */
export function simulate(routers: readonly Electorate[]): readonly ElectedRouter[] {
  const groups = groupsOf(routers);
  return routers.map((router) => {
    const members = clusterOf(router, groups);
    const settled = settle(members, new Map(), null);
    const rows = failuresOf(members).map((fails) => row(router, members, fails, settled));
    const name = router.sides[0]?.instance.name ?? '';
    return { name, sides: router.sides.map(({ node, instance }) => ({ node, instance })), rows };
  });
}

function row(router: Electorate, members: readonly Member[], fails: readonly Failure[], settled: Outcome): ElectionRow {
  const state = byNode(fails);
  const outcome = fails.length === 0 ? settled : settle(members, state, settled.master);
  const repaired = fails.length === 0 ? settled : settle(members, new Map(), outcome.master);
  const isKept =
    members.length > 1 &&
    settled.master !== null &&
    outcome.master === settled.master &&
    fails.some(({ kind, node }) => kind === 'check' && node === settled.master);
  return { fails, ...outcome, standings: standingsOf(router, members, state), returns: repaired.master, isKept };
}

/** The virtual routers of each sync group of each node. */
type Groups = ReadonlyMap<SyncGroup, readonly Electorate[]>;

function groupsOf(routers: readonly Electorate[]): Groups {
  const groups = new Map<SyncGroup, Electorate[]>();
  for (const router of routers) {
    for (const { node, instance } of router.sides) {
      const group = groupOf(instance, node);
      if (group === undefined) continue;
      const members = groups.get(group);
      if (members === undefined) groups.set(group, [router]);
      else members.push(router);
    }
  }
  return groups;
}

/** The instances that are master together with this one, node by node: the members of its sync group on either node. */
function clusterOf(router: Electorate, groups: Groups): readonly Member[] {
  // The router itself comes first: its priority decides a tie.
  const ordered = new Set([router]);
  for (const { node, instance } of router.sides) {
    const group = groupOf(instance, node);
    for (const other of group === undefined ? [] : (groups.get(group) ?? [])) ordered.add(other);
  }
  return router.sides.map(({ node }) => ({
    node: node.node,
    sides: [...ordered].flatMap(({ sides }) =>
      sides.flatMap((side) =>
        side.node.node === node.node ? [{ ...side, watched: watch(side.instance, side.node) }] : [],
      ),
    ),
  }));
}

/** Nothing; each check, interface, daemon and node; each check that both nodes have, on both. */
function failuresOf(members: readonly Member[]): (readonly Failure[])[] {
  const checks = members.map((member) => [...new Set(member.sides.flatMap(({ watched }) => namesOf(watched, false)))]);
  const single = members.map(({ node, sides }, i) => [
    ...(checks[i] ?? []).map((name) => ({ node, kind: 'check' as const, name })),
    ...[...new Set(sides.flatMap(({ watched }) => namesOf(watched, true)))].map((name) => ({
      node,
      kind: 'interface' as const,
      name,
    })),
    { node, kind: 'daemon' as const, name: '' },
    { node, kind: 'node' as const, name: '' },
  ]);
  const [first = [], second = []] = checks;
  const twins = first
    .filter((name) => second.includes(name))
    .map((name) => members.map(({ node }) => ({ node, kind: 'check' as const, name })));
  return [[], ...single.flat().map((failure) => [failure]), ...twins];
}

/** The checks that an instance tracks, or its interfaces; its own is one even where it is not tracked. */
function namesOf({ instance, effects, ignored }: Watched, interfaces: boolean): string[] {
  const names = effects.filter(({ kind }) => (kind === 'interface') === interfaces).map(({ name }) => name);
  const own = instance.interface.value;
  if (!interfaces) return [...names, ...ignored];
  return own === null ? names : [own, ...names];
}

function byNode(fails: readonly Failure[]): State {
  const state = new Map<string, Failure[]>();
  for (const failure of fails) state.set(failure.node, [...(state.get(failure.node) ?? []), failure]);
  return state;
}

function settle(members: readonly Member[], state: State, incumbent: string | null): Outcome {
  const standing = members.map((member) => ({ member, absence: absenceOf(member, state) }));
  const contenders = standing.filter(({ absence }) => absence === null).map(({ member }) => contender(member, state));
  const known = contenders.some(({ node }) => node === incumbent) ? incumbent : null;
  const outcome = elect(contenders, known);
  const isFault = standing.some(({ absence }) => absence === 'fault');
  return outcome.reason === 'only-candidate' && isFault ? { ...outcome, reason: 'fault' } : outcome;
}

/** Why a node cannot be master; one member in FAULT takes its whole group there. */
function absenceOf({ node, sides }: Member, state: State): Standing['absence'] {
  const failures = state.get(node) ?? [];
  if (failures.some(({ kind }) => kind === 'node')) return 'down';
  if (failures.some(({ kind }) => kind === 'daemon')) return 'stopped';
  if (sides.some(({ watched }) => effectivePriority(watched, failing(failures)) === null)) return 'fault';
  // An interface that is not tracked: keepalived goes on, and nobody hears it.
  const down = failures.filter(({ kind }) => kind === 'interface').map(({ name }) => name);
  return sides.some(({ instance }) => down.includes(instance.interface.value ?? '')) ? 'down' : null;
}

function contender({ node, sides }: Member, state: State): Contender {
  const failures = failing(state.get(node) ?? []);
  return {
    node,
    hears: sides.every(({ hears }) => hears),
    claims: sides.map((side): Claim => {
      const { instance, watched } = side;
      return {
        priority: effectivePriority(watched, failures) ?? 0,
        base: instance.priority.value,
        preempts: !instance.nopreempt.value,
        startSeconds: side.node.config.global.startupDelaySeconds.value + startSeconds(instance),
        address: side.sourceAddress,
      };
    }),
  };
}

function failing(failures: readonly Failure[]) {
  const names = (kind: Failure['kind']) =>
    new Set(failures.filter((failure) => failure.kind === kind).map(({ name }) => name));
  return { checks: names('check'), interfaces: names('interface') };
}

/**
 * Seconds from its start until an instance that hears nobody is master: at once for the owner, after one interval with
 * `state MASTER`, else after the master-down interval of its own priority (RFC 9568 section 6.1, RFC 3768 section 6.1).
 */
function startSeconds({ priority, state, intervalSeconds, downTimerAdverts, version }: VrrpInstance): number {
  if (priority.value === ownerPriority) return 0;
  const interval = intervalSeconds.value;
  if (state.value === 'MASTER') return interval;
  const skew = ((256 - priority.value) / 256) * (version.value === 3 ? interval : 1);
  return downTimerAdverts.value * interval + skew;
}

function standingsOf(router: Electorate, members: readonly Member[], state: State): readonly Standing[] {
  return members.map((member) => {
    const absence = absenceOf(member, state);
    const own = member.sides.find(({ instance }) => router.sides.some((side) => side.instance === instance));
    const failures = failing(state.get(member.node) ?? []);
    const priority = own === undefined || absence !== null ? null : effectivePriority(own.watched, failures);
    return { node: member.node, priority, absence };
  });
}
