import type { VrrpState } from '../model/log.ts';
import { printable } from '../model/printable.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import type { Failover, InstanceHistory, StateTransition, Timeline } from '../model/timeline.ts';
import { laneLegend, paintOf, renderLanes } from './lanes.ts';
import type { Style } from './style.ts';
import type { Times } from './times.ts';
import { wrap } from './wrap.ts';

/** Failovers and instances that are shown; `--json` has all. */
const failoversShown = 40;
const instancesShown = 32;
/** Fewer columns than this are none for sentences: they then stand below. */
const fewestForText = 40;
const daySeconds = 86_400;

type DrawTable = (rows: readonly (readonly string[])[]) => string;

/** The lanes, the failovers with their causes, and the states of each instance; empty where there are no transitions. */
export function renderTimeline(timeline: Timeline, style: Style, times: Times, drawTable: DrawTable): string {
  const { instances } = timeline;
  if (instances.length === 0) return '';
  const when = clockOf(timeline, style, times);
  return [
    ...renderInstances(timeline, style, times),
    renderFailovers(timeline, style, when),
    renderStates(instances, style, when, drawTable),
    ...renderNotes(timeline, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Says a time as short as the logs allow: with its date where they span more than one. */
type When = (time: Timestamp | null) => string;

function clockOf({ instances, nodes }: Timeline, style: Style, times: Times): When {
  const dates = new Set(
    nodes.flatMap(({ first, last }) => [first, last].flatMap((time) => (time === null ? [] : times.date(time)))),
  );
  const hasFraction = nodes.some(({ last }) => last !== null && last.digits > 0);
  const isNarrow = style.columns !== null && style.columns < 100;
  const digits = hasFraction && !isNarrow && instances.length > 0 ? 3 : 0;
  return (time) => {
    if (time === null) return '?';
    const clock = times.clock(time.seconds, time.nanoseconds, Math.min(digits, time.digits));
    return dates.size > 1 ? `${times.date(time)} ${clock}` : clock;
  };
}

/** The span of time that all lanes show. */
function spanOf(instances: readonly InstanceHistory[], { nodes }: Timeline): [start: number, end: number] {
  const starts = instances.flatMap(({ lane }) => lane[0]?.at ?? []);
  const ends = [
    ...instances.flatMap(({ lane }) => lane.at(-1)?.at ?? []),
    ...nodes.flatMap(({ last, offsetSeconds }) => (last === null ? [] : inSeconds(last) + offsetSeconds)),
  ];
  const start = Math.min(...starts);
  return [start, Math.max(start + 1, ...ends)];
}

function renderInstances(timeline: Timeline, style: Style, times: Times): string[] {
  const names = [...new Set(timeline.instances.map(({ instance }) => instance))];
  const [start, end] = spanOf(timeline.instances, timeline);
  const isTimed = timeline.nodes.some(({ first }) => first !== null);
  if (!isTimed) return [];
  const blocks = names.slice(0, instancesShown).map((name) => {
    const own = timeline.instances.filter(({ instance }) => instance === name);
    return `${style.strong(printable(name))}\n${renderLanes(own, start, end, style, times)}`;
  });
  const more = names.length - instancesShown;
  return [
    ...blocks,
    ...(more > 0 ? [`and ${more} more instances (--instance NAME, --json)`] : []),
    laneLegend(timeline.instances, style),
  ];
}

/** A line a failover: when, from whom to whom, how long nobody or both; and why. */
function renderFailovers({ failovers, failoverCount, instances }: Timeline, style: Style, when: When): string {
  if (failovers.length === 0) return '';
  const shown = failovers.slice(-failoversShown);
  const several = new Set(instances.map(({ instance }) => instance)).size > 1;
  const rows = shown.map((failover) => ({ failover, cells: cellsOf(failover, several, style, when) }));
  const head = ['time', ...(several ? ['instance'] : []), 'from', '', 'to', 'nobody', 'both', 'cause'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)));
  const pad = (cells: readonly string[]) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  const lines = rows.map(({ failover, cells }) => renderFailover(failover, `  ${pad(cells)}  `, style));
  const before = failoverCount - shown.length;
  return [
    style.dim(`  ${pad(head)}`.trimEnd()),
    ...(before > 0 ? [style.dim(`  ${before} before (--json, --since)`)] : []),
    ...lines,
  ].join('\n');
}

function cellsOf(
  { instance, from, to, start, vacantSeconds, overlapSeconds, isOpen }: Failover,
  several: boolean,
  style: Style,
  when: When,
): string[] {
  const both = isOpen ? `${durationText(overlapSeconds)}+` : durationText(overlapSeconds);
  const name = (node: string | null) => (node === null ? 'nobody' : printable(node));
  return [
    when(start),
    ...(several ? [printable(instance)] : []),
    name(from),
    style.arrow,
    name(to),
    durationText(vacantSeconds),
    both,
  ];
}

function renderFailover({ cause, isOpen, overlapSeconds, to }: Failover, lead: string, style: Style): string {
  const text = printable(cause.text);
  const room = style.columns === null ? null : style.columns - lead.length;
  const isBelow = room !== null && room < fewestForText;
  const sentence = isBelow
    ? `\n${wrap(`      ${text}`, style.columns, 6)}`
    : wrap(`${' '.repeat(lead.length)}${text}`, style.columns, lead.length).slice(lead.length);
  const paint = isOpen || (overlapSeconds ?? 0) > 2 || to === null ? style.fault : style.strong;
  return `${paint(lead.trimEnd())}${isBelow ? '' : ' '.repeat(lead.length - lead.trimEnd().length)}${sentence}`;
}

const states: readonly VrrpState[] = ['MASTER', 'BACKUP', 'FAULT', 'STOP'];

/** How often each instance entered each state, and how long it was in it. */
function renderStates(instances: readonly InstanceHistory[], style: Style, when: When, drawTable: DrawTable): string {
  const shown = instances.slice(0, instancesShown * 2);
  const used = states.filter((state) => shown.some(({ entered }) => (entered[state] ?? 0) > 0));
  const rows = shown.map(({ instance, node, state, since, entered, seconds }) => [
    printable(instance),
    printable(node),
    state === null ? '?' : paintOf(state, style)(state),
    since === null ? '' : when(since),
    ...used.map((each) =>
      entered[each] === undefined ? '-' : `${entered[each]}x ${durationText(seconds[each] ?? 0)}`,
    ),
  ]);
  const head = ['instance', 'node', 'state', 'since', ...used];
  const more = instances.length - shown.length;
  return `${drawTable([head.map((title) => style.dim(title)), ...rows])}${more > 0 ? `\n  and ${more} more (--json)` : ''}`;
}

/** What one has to know to read it rightly. */
function renderNotes({ nodes, instances, transitionCount, clockDifferences }: Timeline, style: Style): string[] {
  const gap = Math.max(0, ...instances.map(({ laneGapSeconds }) => laneGapSeconds));
  const bare = nodes.filter(({ isDetailed }) => isDetailed === false).map(({ node }) => printable(node));
  const unknown = nodes.reduce((sum, node) => sum + node.unknown, 0);
  const notes = [
    ...clockDifferences.map(
      ({ node, reference, offsetSeconds }) =>
        `times of ${printable(node)} are moved by ${offsetSeconds > 0 ? '+' : ''}${Number(offsetSeconds.toFixed(3))} s to fit ${printable(reference)}'s clock`,
    ),
    ...(gap > 0
      ? [`${transitionCount} transitions: the lanes leave out states that lasted less than ${durationText(gap)}`]
      : []),
    ...(bare.length > 0
      ? [`${bare.join(' and ')}: the log has no details (keepalived runs without -D), so that some causes stay unknown`]
      : []),
    ...(unknown > 0
      ? [`${unknown} ${unknown === 1 ? 'line of keepalived is' : 'lines of keepalived are'} not understood (--unknown)`]
      : []),
  ];
  return notes.length === 0 ? [] : [notes.map((note) => style.dim(wrap(`  ${note}`, style.columns, 2))).join('\n')];
}

/** A transition in a line, as --follow prints it. */
export function renderStateTransition(
  { time, node, instance, from, to, reason, peer }: StateTransition,
  style: Style,
  times: Times,
): string {
  const clock =
    time === null
      ? '?'
      : `${times.date(time)} ${times.clock(time.seconds, time.nanoseconds, Math.min(3, time.digits))}`;
  const change = `${from ?? '?'} ${style.arrow} ${to}`;
  const why = `${reason}${peer === null ? '' : `, ${printable(peer)}`}`;
  return `${clock}  ${printable(node)}  ${printable(instance)}  ${paintOf(to, style)(change)}  ${why}`;
}

/** A failover in a sentence, as --follow prints it. */
export function renderFailoverLine(
  { instance, from, to, cause, vacantSeconds, overlapSeconds }: Failover,
  style: Style,
): string {
  const gaps = [
    ...((vacantSeconds ?? 0) >= 0.05 ? [`${durationText(vacantSeconds)} nobody`] : []),
    ...((overlapSeconds ?? 0) >= 0.05 ? [`${durationText(overlapSeconds)} both`] : []),
  ];
  const length = gaps.length === 0 ? '' : ` (${gaps.join(', ')})`;
  const text = `${style.mark} ${instance}: ${from ?? 'nobody'} ${style.arrow} ${to ?? 'nobody'}${length}: ${cause.text}`;
  return style.strong(wrap(printable(text), style.columns, 4));
}

/** `0.42 s`, `12 s`, `5 min`, `3.2 h`, `4 d`; `?` where it is not known. */
function durationText(seconds: number | null): string {
  if (seconds === null) return '?';
  if (seconds < 0.005) return '0 s';
  if (seconds < 10) return `${Number(seconds.toFixed(seconds < 1 ? 2 : 1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * daySeconds
    ? `${Number((seconds / 3600).toFixed(1))} h`
    : `${Math.round(seconds / daySeconds)} d`;
}
