import type { LogEvent, LogLine } from '../model/log.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import type {
  ClockDifference,
  Failover,
  Flapping,
  InstanceHistory,
  LogRef,
  NodeHistory,
  StaleArp,
  StateTransition,
  Timeline,
} from '../model/timeline.ts';
import { compareClocks } from './clocks.ts';
import { elasticIpRun } from './elastic-ip.ts';
import { type Change, type Entry, isChange } from './entry.ts';
import { type FlapLimit, median } from './flapping.ts';
import type { InstanceLog } from './instance-log.ts';
import { NodeLog } from './node-log.ts';
import { Story, type Told } from './story.ts';

/** Transitions and failovers that are kept; more are counted. */
const transitionLimit = 200_000;
const failoverLimit = 100_000;
/** Of which so many are left out at once, when they are too many. */
const failoverSlack = 8192;
/** The last failovers, which keep the lines that show their cause. */
const evidenceLimit = 4096;
/** So much of all logs is needed to compare their clocks; what waits longer to be merged is memory. */
const comparedLimit = 20_000;
const waitingLimit = 2000;
/** Of logs whose times go back: then it is merged whatever may still come. */
const waitingBound = 100_000;
/** Merging looks at all nodes: it is not done for each line. */
const addedBetween = 512;
/** Until a log is so much further, a line of another node may still come before. */
const slackSeconds = 60;
/** A spell of two masters that is no hand-over. */
const doubleMasterSeconds = 2;

export interface TimelineOptions {
  readonly flap: FlapLimit;
  /** Where what is told begins, seconds since the epoch: `prelude` takes what is earlier. */
  readonly since: number | null;
  /** Keeps the lines that are not understood. */
  readonly keepsUnknown: boolean;
  /** Takes each transition, in the order of time, and each failover when it is over. Without it the transitions are kept. */
  readonly settled: ((transition: StateTransition) => void) | null;
  readonly told: ((failover: Failover) => void) | null;
}

/** What was read of a node's log, for its history. */
export interface Reading {
  readonly files: readonly string[];
  /** null where nobody counted this node's. */
  readonly lines: number | null;
  readonly first: Timestamp | null;
  readonly last: Timestamp | null;
}

/**
 * Puts the events of all nodes' logs together: `add` each node's in the order of its log, then `finish`. Nodes are best
 * added side by side, as time goes on in all of them; then memory stays bounded however long the logs are.
 */
export class TimelineBuilder {
  readonly #options: TimelineOptions;
  readonly #nodes = new Map<string, NodeLog>();
  readonly #readings = new Map<string, Reading>();
  readonly #story: Story;
  readonly #transitions: StateTransition[] = [];
  readonly #failovers: Failover[] = [];
  #differences: ClockDifference[] | null = null;
  #transitionCount = 0;
  #failoverCount = 0;
  #waiting = 0;
  #added = 0;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#story = new Story(
      (instance) => this.#nodesOf(instance).length < 2,
      (told) => {
        this.#failoverCount++;
        this.#lose(told);
        const failover = failoverOf(told);
        options.told?.(failover);
        this.#keepFailover(failover);
      },
    );
  }

  #keepFailover(failover: Failover): void {
    const kept = this.#failovers;
    const older = kept.length - evidenceLimit;
    const told = kept[older];
    if (told !== undefined) kept[older] = { ...told, cause: { ...told.cause, evidence: [] } };
    kept.push(failover);
    if (kept.length > failoverLimit + failoverSlack) kept.splice(0, failoverSlack);
  }

  #lose({ lost, failover: { instance } }: Told): void {
    const node = lost === null ? undefined : this.#nodes.get(lost.node);
    if (lost === null || node === undefined) return;
    node.instances.get(instance)?.lose(lost.at - node.offsetSeconds, lost.until - node.offsetSeconds);
  }

  /** Names a node before its log is read: the order of nodes is that of their names' first appearance. */
  node(name: string): NodeLog {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = new NodeLog(name, this.#options);
    this.#nodes.set(name, node);
    return node;
  }

  add(node: string, line: LogLine, event: LogEvent): void {
    const log = this.node(node);
    const before = log.entries.length;
    log.add(line, event);
    this.#waiting += log.entries.length - before;
    const limit = this.#differences === null ? comparedLimit : waitingLimit;
    if (this.#waiting > limit && ++this.#added % addedBetween === 0) this.#settleOld();
  }

  /** What was read in all of a node's log; without it the lines that said something count. */
  read(node: string, reading: Reading): void {
    this.node(node);
    this.#readings.set(node, reading);
  }

  /** A line from before the time that is asked for: it tells how things stood. */
  prelude(node: string, line: LogLine, event: LogEvent): void {
    this.node(node).prelude(line, event);
  }

  /** Merges what is older than that, seconds since the epoch, although a log may still go on: for logs that are followed. */
  settleUntil(seconds: number): void {
    this.#settle(seconds);
  }

  /** Those that were kept, of all nodes. */
  get unknownLines(): readonly LogRef[] {
    return [...this.#nodes.values()].flatMap(({ unknownLines }) => unknownLines);
  }

  finish(): Timeline {
    this.#settle(Number.POSITIVE_INFINITY);
    const nodes = [...this.#nodes.values()];
    const end = Math.max(...nodes.map((node) => this.#endOf(node)));
    this.#story.finish(end, (name) => {
      const node = this.#nodes.get(name);
      return node === undefined ? null : this.#endOf(node);
    });
    const failovers = this.#failovers.slice(-failoverLimit).sort(byStart);
    const logs = nodes.flatMap((node) => [...node.instances.values()].map((instance) => ({ node, instance })));
    const transition = (change: Change) => this.#transitionOf(change);
    return {
      nodes: nodes.map((node) => this.#nodeHistory(node)),
      transitions: this.#transitions,
      transitionCount: this.#transitionCount,
      failovers,
      failoverCount: this.#failoverCount,
      instances: logs.flatMap(({ node, instance }) =>
        instance.last === null ? [] : [this.#instanceHistory(node, instance, instance.last)],
      ),
      flapCount: this.#options.flap.count,
      flapSeconds: this.#options.flap.seconds,
      flapping: logs.flatMap(({ node, instance }) => this.#flapping(node, instance)),
      stalls: nodes.flatMap(({ stalls }) => stalls),
      rejections: nodes.flatMap(({ name, rejections }) => rejections.rejections(name)),
      checks: nodes.flatMap(({ name, checks }) => checks.histories(name)),
      faults: logs.flatMap(({ node, instance }) => instance.faults(node.name, transition) ?? []),
      staleArps: failovers.flatMap((failover) => this.#staleArp(failover)),
      showsArps: nodes.some(({ garpAt }) => garpAt !== null),
      elasticIpRuns: nodes
        .flatMap((node) => node.elasticIpRuns.map((fact) => ({ at: fact.at + node.offsetSeconds, node, fact })))
        .sort((a, b) => a.at - b.at)
        .map(({ node, fact }) => elasticIpRun(fact, shifted(fact.line.time, node.offsetSeconds))),
      notifyRaces: logs.flatMap(({ node, instance }) => instance.notifications.race(node.at) ?? []),
      clockDifferences: this.#differences ?? [],
      removedVips: nodes.flatMap(({ removedVips }) => removedVips),
      complaints: nodes.flatMap((node) => node.configComplaints()),
    };
  }

  /** Hands on what no node's log can come before any more. */
  #settleOld(): void {
    const nodes = [...this.#nodes.values()];
    this.#differences ??= compareClocks(nodes);
    const reached = Math.min(...nodes.map((node) => node.at + node.offsetSeconds)) - slackSeconds;
    this.#settle(this.#waiting > waitingBound ? Number.MAX_VALUE : reached);
  }

  #settle(horizon: number): void {
    const nodes = [...this.#nodes.values()];
    if (horizon === Number.POSITIVE_INFINITY) for (const node of nodes) node.stand();
    this.#differences ??= compareClocks(nodes);
    const taken = nodes.map((node) => ({ node, entries: takeUntil(node, horizon) }));
    const told = taken.filter(({ entries }) => entries.length > 0);
    const [only] = told;
    if (only !== undefined && told.length === 1 && isInOrder(only.entries)) {
      for (const entry of only.entries) this.#tell(entry, entry.at + only.node.offsetSeconds);
      return;
    }
    const all = told.flatMap(({ node, entries }) =>
      entries.map((entry) => ({ entry, at: entry.at + node.offsetSeconds })),
    );
    for (const { entry, at } of all.sort((a, b) => a.at - b.at)) this.#tell(entry, at);
  }

  #tell(entry: Entry, at: number): void {
    this.#waiting--;
    this.#story.add(entry, at);
    if (isChange(entry) && !entry.isStanding) this.#keep(this.#transitionOf(entry));
  }

  #keep(transition: StateTransition): void {
    this.#transitionCount++;
    const { settled } = this.#options;
    if (settled !== null) settled(transition);
    else if (this.#transitions.length < transitionLimit) this.#transitions.push(transition);
  }

  #transitionOf({ node, line, instance, group, from, to, reason, peer }: Change): StateTransition {
    const time = shifted(line.time, this.#nodes.get(node)?.offsetSeconds ?? 0);
    return { node, line, time, instance, group, from, to, reason, peer };
  }

  #nodesOf(instance: string): NodeLog[] {
    return [...this.#nodes.values()].filter(({ instances }) => instances.has(instance));
  }

  /** When a node's log ends, on the clock of all nodes. */
  #endOf(node: NodeLog): number {
    const last = this.#readings.get(node.name)?.last ?? null;
    return Math.max(node.at, last === null ? node.at : inSeconds(last)) + node.offsetSeconds;
  }

  #nodeHistory(node: NodeLog): NodeHistory {
    const reading = this.#readings.get(node.name);
    return {
      node: node.name,
      files: reading?.files ?? [],
      lines: reading?.lines ?? node.matched,
      matched: node.matched,
      first: reading?.first ?? node.first,
      last: reading?.last ?? node.last,
      offsetSeconds: node.offsetSeconds,
      version: node.version,
      isDetailed: node.isDetailed ? true : node.masters > 0 ? false : null,
      unknown: node.unknown,
    };
  }

  #instanceHistory(node: NodeLog, instance: InstanceLog, last: Change): InstanceHistory {
    const { name, state, entered, lane } = instance;
    return {
      node: node.name,
      instance: name,
      state: state === 'INIT' ? null : state,
      since: shifted(last.line.time, node.offsetSeconds),
      line: last.line,
      entered,
      seconds: instance.secondsUntil(this.#endOf(node) - node.offsetSeconds),
      lane: lane.shiftedBy(node.offsetSeconds),
      laneGapSeconds: lane.gapSeconds,
    };
  }

  #flapping({ name }: NodeLog, instance: InstanceLog): Flapping[] {
    const { worst } = instance.flaps;
    if (worst === null) return [];
    const { count, first, last, dwells } = worst;
    return [
      {
        node: name,
        instance: instance.name,
        count,
        seconds: last.at - first.at,
        dwellSeconds: median(dwells),
        first: this.#transitionOf(first),
        last: this.#transitionOf(last),
      },
    ];
  }

  /** The node that stayed master has to announce its addresses again: clients may have learnt the other's. */
  #staleArp(failover: Failover): StaleArp[] {
    const { instance, from, to, overlapSeconds, end, isOpen, fellBack } = failover;
    if (isOpen || end === null || from === null || to === null || (overlapSeconds ?? 0) < doubleMasterSeconds)
      return [];
    const [winner, loser] = fellBack ? [from, to] : [to, from];
    const log = this.#nodes.get(winner);
    const left = this.#nodes.get(loser)?.instances.get(instance)?.last ?? null;
    if (log === undefined || log.garpAt === null || left === null || left.to === 'MASTER') return [];
    if (log.garpAt + log.offsetSeconds >= inSeconds(end) - 1) return [];
    return [{ instance, winner, loser, overlapSeconds: overlapSeconds ?? 0, end: this.#transitionOf(left) }];
  }
}

/** Takes what is no later than the horizon out of what waits. */
function takeUntil({ entries, offsetSeconds }: NodeLog, horizon: number): readonly Entry[] {
  const end = entries.findIndex(({ at }) => at + offsetSeconds > horizon);
  return entries.splice(0, end < 0 ? entries.length : end);
}

/** Clocks are set back, too. */
function isInOrder(entries: readonly Entry[]): boolean {
  return entries.every(({ at }, i) => at >= (entries[i - 1]?.at ?? Number.NEGATIVE_INFINITY));
}

/** A time on the clock of all nodes, with its own digits. */
function shifted(time: Timestamp | null, offsetSeconds: number): Timestamp | null {
  if (time === null || offsetSeconds === 0) return time;
  const nanoseconds = time.nanoseconds + Math.round((offsetSeconds % 1) * 1e9);
  const carry = Math.floor(nanoseconds / 1e9);
  return {
    seconds: time.seconds + Math.trunc(offsetSeconds) + carry,
    nanoseconds: nanoseconds - carry * 1e9,
    digits: time.digits,
  };
}

function failoverOf({ failover, startAt, endAt, digits }: Told): Failover {
  const at = (seconds: number | null): Timestamp | null => {
    if (seconds === null || digits === null) return null;
    const whole = Math.floor(seconds);
    const nanoseconds = Math.min(999_999_999, Math.round((seconds - whole) * 1e6) * 1000);
    return { seconds: whole, nanoseconds, digits: Math.min(digits, 6) };
  };
  return { ...failover, start: at(startAt), end: at(endAt) };
}

function byStart(a: Failover, b: Failover): number {
  return (a.start === null ? 0 : inSeconds(a.start)) - (b.start === null ? 0 : inSeconds(b.start));
}
