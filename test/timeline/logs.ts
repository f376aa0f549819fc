import type { LogEvent, LoggedEvent, VrrpState } from '../../src/model/log.ts';
import type { Failover, StateTransition, Timeline } from '../../src/model/timeline.ts';
import { usualFlap } from '../../src/timeline/flapping.ts';
import { TimelineBuilder, type TimelineOptions } from '../../src/timeline/timeline.ts';

/** Friday, 20 November 2026, 16:00:00 UTC: second 0 of all logs. */
export const epoch = Date.UTC(2026, 10, 20, 16) / 1000;

/** The log of one node, written by hand: `at` places events at a second, on the node's own clock. */
export class Log {
  readonly node: string;
  readonly lines: LoggedEvent[] = [];
  readonly #digits: number;
  readonly #fast: number;

  /** `fast`: seconds by which the node's clock is ahead. */
  constructor(node: string, { digits = 6, fast = 0 }: { digits?: number; fast?: number } = {}) {
    this.node = node;
    this.#digits = digits;
    this.#fast = fast;
  }

  at(second: number, ...events: LogEvent[]): this {
    const exact = epoch + second + this.#fast;
    const seconds = Math.floor(exact);
    const nanoseconds = this.#digits === 0 ? 0 : Math.round((exact - seconds) * 1e6) * 1000;
    for (const event of events) {
      const line = this.lines.length + 1;
      const time = { seconds, nanoseconds, digits: this.#digits };
      const message = `${event.kind} line ${line}`;
      this.lines.push({
        line: { file: `${this.node}.log`, line, time, host: this.node, tag: 'Keepalived_vrrp', pid: 28, message },
        event,
      });
    }
    return this;
  }
}

export function tell(logs: readonly Log[], options: Partial<TimelineOptions> = {}): Timeline {
  const builder = new TimelineBuilder({
    flap: usualFlap,
    since: null,
    keepsUnknown: false,
    settled: null,
    told: null,
    ...options,
  });
  for (const { node, lines } of logs) {
    for (const { line, event } of lines) builder.add(node, line, event);
  }
  return builder.finish();
}

/** `lb1 -> lb2 daemon-stopped, vacant 0.6, overlap 0`. */
export function briefly({ from, to, cause, vacantSeconds, overlapSeconds, isOpen }: Failover): string {
  const rounded = (seconds: number | null): string => (seconds === null ? '?' : String(Number(seconds.toFixed(1))));
  const gaps = `vacant ${rounded(vacantSeconds)}, overlap ${rounded(overlapSeconds)}${isOpen ? ' and on' : ''}`;
  return `${from ?? 'nobody'} -> ${to ?? 'nobody'} ${cause.kind}, ${gaps}`;
}

export function step({ node, instance, from, to, reason }: StateTransition): string {
  return `${node} ${instance} ${from ?? '?'} > ${to} ${reason}`;
}

const vi1 = 'VI_1';

/** The events that keepalived logs, by what they say. */
export const says = {
  state: (to: VrrpState, instance = vi1): LogEvent => ({ kind: 'state', instance, to, isInitial: false, cause: null }),
  initially: (to: VrrpState, instance = vi1): LogEvent => ({
    kind: 'state',
    instance,
    to,
    isInitial: true,
    cause: null,
  }),
  announced: (instance = vi1): LogEvent => ({ kind: 'state-announced', instance, to: 'MASTER' }),
  timeout: (instance = vi1): LogEvent => ({ kind: 'advert-timeout', instance }),
  zeroSent: (instance = vi1): LogEvent => ({ kind: 'priority-zero-sent', instance }),
  zeroReceived: (instance = vi1): LogEvent => ({ kind: 'priority-zero-received', instance }),
  heard: (
    than: 'higher' | 'equal' | 'lower',
    theirs: number,
    ours: number | null = null,
    peer = '10.77.0.2',
  ): LogEvent => ({
    kind: 'advert-compared',
    instance: vi1,
    peer,
    than,
    theirs,
    ours,
    role: than === 'lower' && ours === null ? 'BACKUP' : 'MASTER',
    forcesElection: than === 'lower' && ours !== null,
  }),
  forced: (): LogEvent => ({ kind: 'election-forced', instance: vi1 }),
  check: (
    outcome: 'succeeded' | 'failed' | 'timed-out' | 'returned',
    name = 'chk_nginx',
    status: number | null = null,
  ): LogEvent => ({
    kind: 'check',
    what: 'script',
    name,
    instance: null,
    outcome,
    status: outcome === 'failed' ? (status ?? 1) : status,
    signal: null,
    detail: null,
  }),
  priority: (from: number | null, to: number): LogEvent => ({ kind: 'priority', instance: vi1, from, to }),
  link: (change: 'up' | 'down', name = 'eth0'): LogEvent => ({
    kind: 'interface',
    name,
    change,
    by: 'keepalived',
    instance: null,
  }),
  syncing: (to: VrrpState, group = 'VG_1'): LogEvent => ({ kind: 'group-syncing', group, to, instance: null }),
  daemon: (
    action: Extract<LogEvent, { kind: 'daemon' }>['action'],
    own: Partial<Extract<LogEvent, { kind: 'daemon' }>> = {},
  ): LogEvent => ({
    kind: 'daemon',
    action,
    by: 'keepalived',
    process: 'keepalived',
    version: null,
    status: null,
    signal: null,
    detail: action,
    ...own,
  }),
  rejected: (
    reason: 'password' | 'addresses' | 'interval',
    peer: string | null = null,
    isLoggedOnce: boolean | null = null,
  ): LogEvent => ({
    kind: 'advert-rejected',
    instance: vi1,
    reason,
    peer,
    isLoggedOnce,
    detail: reason,
  }),
  stall: (seconds: number): LogEvent => ({ kind: 'stall', seconds, detail: 'late' }),
  system: (action: 'boot' | 'shutdown'): LogEvent => ({ kind: 'system', action, detail: action }),
  garp: (address = '10.77.0.100'): LogEvent => ({
    kind: 'garp',
    instance: null,
    address,
    interface: 'eth0',
    isSent: true,
  }),
  address: (action: 'assigned' | 'deassigned', address = '10.77.0.100'): LogEvent => ({
    kind: 'address',
    address,
    interface: 'eth0',
    action,
  }),
  notify: (state: string, detail = state): LogEvent => ({
    kind: 'notify',
    instance: vi1,
    state,
    detail,
    parameters: null,
  }),
  /** What the script that moves an Elastic IP found. */
  parameters: (parameters: Readonly<Record<string, string>>): LogEvent => ({
    kind: 'notify',
    instance: parameters['NAME'] ?? null,
    state: parameters['STATE'] ?? null,
    detail: `Params and Values: ${Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    parameters,
  }),
  complaint: (detail: string, configLine = 12): LogEvent => ({
    kind: 'config-complaint',
    file: '/etc/keepalived/keepalived.conf',
    configLine,
    instance: null,
    detail,
  }),
  master: (peer: string, previous: string | null = null): LogEvent => ({
    kind: 'master-is',
    instance: vi1,
    peer,
    previous,
  }),
  unknown: (): LogEvent => ({ kind: 'unknown' }),
} as const;

/** A pair that has started: lb1 is master from second 3.6 on. Clocks are right unless told. */
export function startedPair(
  clocks: { lb1?: ConstructorParameters<typeof Log>[1]; lb2?: ConstructorParameters<typeof Log>[1] } = {},
) {
  const lb1 = new Log('lb1', clocks.lb1);
  const lb2 = new Log('lb2', clocks.lb2);
  lb1.at(0, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
  lb2.at(0.4, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
  lb1.at(3.6, says.timeout(), says.state('MASTER'), says.garp());
  return { lb1, lb2, logs: [lb1, lb2] };
}

/** One node takes over by priority from the other, which gives way at once. */
export function handOver(from: Log, to: Log, second: number, theirs: number, ours: number): void {
  to.at(second - 1, says.heard('lower', ours, null, `address of ${from.node}`));
  to.at(second, says.timeout(), says.state('MASTER'), says.garp());
  from.at(second + 0.0002, says.heard('higher', theirs, ours, `address of ${to.node}`), says.state('BACKUP'));
}
