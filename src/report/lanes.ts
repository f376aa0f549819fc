import type { VrrpState } from '../model/log.ts';
import { printable } from '../model/printable.ts';
import type { InstanceHistory, LaneChange } from '../model/timeline.ts';
import type { Style } from './style.ts';
import type { Times } from './times.ts';

/** In a pipe, where lines are as long as they are. */
const pipeColumns = 100;
const longestName = 24;
const fewestColumns = 8;

/** What a column of a lane shows; `isDouble`: another node is master as well. */
interface Column {
  readonly state: VrrpState | null;
  readonly isDouble: boolean;
}

/** The lanes of one instance, a line a node, with a time axis below; `start` and `end` are seconds since the epoch. */
export function renderLanes(
  histories: readonly InstanceHistory[],
  start: number,
  end: number,
  style: Style,
  times: Times,
): string {
  const names = histories.map(({ node }) => shortened(printable(node), longestName, style));
  const nameWidth = Math.max(...names.map((name) => name.length));
  const stateWidth = Math.max(...histories.map(({ state }) => (state ?? '').length));
  const frame = 2 + nameWidth + 2 + (stateWidth > 0 ? stateWidth + 2 : 0);
  const columns = Math.max(fewestColumns, (style.columns ?? pipeColumns) - frame);
  const secondsEach = (end - start) / columns;
  const lanes = histories.map(({ lane }) => statesOf(lane, start, secondsEach, columns));
  const lines = histories.map(({ state }, i) => {
    const drawn = drawLane(columnsOf(lanes, i), style);
    const now = state === null ? '' : `  ${paintOf(state, style)(state)}`;
    return `  ${(names[i] ?? '').padEnd(nameWidth)}  ${drawn}${now}`;
  });
  const axis = renderAxis(start, end, columns, style, times);
  return [...lines, ...axis.map((line) => ' '.repeat(nameWidth + 4) + style.dim(line))].join('\n');
}

/** `█ MASTER  ░ BACKUP`, of those states that are there. */
export function laneLegend(histories: readonly InstanceHistory[], style: Style): string {
  const seen = new Set(histories.flatMap(({ lane }) => lane.map(({ state }) => state)));
  const words: readonly [VrrpState, string][] = [
    ['MASTER', 'MASTER'],
    ['BACKUP', 'BACKUP'],
    ['FAULT', 'FAULT'],
    ['STOP', 'stopped'],
  ];
  return words
    .filter(([state]) => seen.has(state))
    .map(([state, word]) => `${paintOf(state, style)(style.lane[state])} ${word}`)
    .join('  ');
}

export function paintOf(state: VrrpState, style: Style): (text: string) => string {
  const paints = { MASTER: style.master, BACKUP: style.backup, FAULT: style.fault, STOP: style.dim, INIT: style.dim };
  return paints[state];
}

/**
 * The state of each column: the one that fills most of it. A MASTER or FAULT that lies wholly within a column is shown all
 * the same: it is what one looks for.
 */
function statesOf(
  lane: readonly LaneChange[],
  start: number,
  secondsEach: number,
  columns: number,
): (VrrpState | null)[] {
  const states: (VrrpState | null)[] = [];
  let next = 0;
  let current: VrrpState | null = null;
  for (let column = 0; column < columns; column++) {
    const from = start + column * secondsEach;
    const to = column === columns - 1 ? Number.POSITIVE_INFINITY : from + secondsEach;
    let longest: VrrpState | null = current;
    let longestSeconds = 0;
    let since = from;
    let brief: VrrpState | null = null;
    let began = false;
    for (; (lane[next]?.at ?? Number.POSITIVE_INFINITY) < to; next++) {
      const change = lane[next];
      if (change === undefined) break;
      if (change.at - since > longestSeconds) [longest, longestSeconds] = [current, change.at - since];
      if (began && (current === 'FAULT' || (current === 'MASTER' && brief === null))) brief = current;
      began = true;
      since = Math.max(from, change.at);
      current = change.state;
    }
    if (from + secondsEach - since > longestSeconds) longest = current;
    states.push(brief ?? longest);
  }
  return states;
}

function columnsOf(lanes: readonly (readonly (VrrpState | null)[])[], index: number): Column[] {
  const own = lanes[index] ?? [];
  return own.map((state, column) => ({
    state,
    isDouble: state === 'MASTER' && lanes.some((lane, other) => other !== index && lane[column] === 'MASTER'),
  }));
}

/** Columns that look alike are painted as one: a terminal is quicker, and a file smaller. */
function drawLane(columns: readonly Column[], style: Style): string {
  let text = '';
  for (let i = 0; i < columns.length; ) {
    const { state, isDouble } = columns[i] ?? { state: null, isDouble: false };
    let end = i + 1;
    while (end < columns.length && columns[end]?.state === state && columns[end]?.isDouble === isDouble) end++;
    const run = (state === null ? ' ' : style.lane[state]).repeat(end - i);
    text += state === null ? run : isDouble ? style.fault(run) : paintOf(state, style)(run);
    i = end;
  }
  return text;
}

const steps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
  1_209_600, 2_592_000, 7_776_000, 31_536_000,
];

/** Marks at round times as far apart as their labels need, and the labels below. */
function renderAxis(start: number, end: number, columns: number, style: Style, times: Times): string[] {
  const labelled = (step: number) => (step < 60 ? 8 : step < 86_400 ? 5 : 10);
  const perColumn = (end - start) / columns;
  const step = steps.find((seconds) => seconds / perColumn >= labelled(seconds) + 3) ?? 31_536_000;
  const marks = Array.from({ length: columns }, () => ' ');
  let labels = '';
  const shift = step >= 3600 ? offsetOf(start, times) : 0;
  for (let at = Math.ceil((start + shift) / step) * step - shift; at < end; at += step) {
    const column = Math.floor((at - start) / perColumn);
    const label = labelOf(at, step, times);
    if (column < labels.length + (labels === '' ? 0 : 1) || column + label.length > columns) continue;
    marks[column] = style.lane.tick;
    labels = labels.padEnd(column) + label;
  }
  return labels === '' ? [] : [marks.join('').trimEnd(), labels];
}

function labelOf(at: number, step: number, times: Times): string {
  if (step >= 86_400) return times.date({ seconds: at, nanoseconds: 0, digits: 0 });
  const clock = times.clock(at, 0, 0);
  if (step < 60) return clock;
  // Midnight is when it says which day begins.
  return clock.startsWith('00:00')
    ? times.date({ seconds: at, nanoseconds: 0, digits: 0 }).slice(5)
    : clock.slice(0, 5);
}

/** Seconds by which the times that are shown are ahead of UTC. */
function offsetOf(at: number, times: Times): number {
  const [, sign, hours, minutes] =
    /([+-])(\d\d):(\d\d)$/.exec(times.rfc3339({ seconds: Math.floor(at), nanoseconds: 0, digits: 0 })) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function shortened(text: string, length: number, style: Style): string {
  return text.length <= length ? text : text.slice(0, length - style.ellipsis.length) + style.ellipsis;
}
