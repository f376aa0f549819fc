import { printable } from '../model/printable.ts';
import type { InstanceStatus, NodeStatus, SourceVoice, Verdict } from '../model/status.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import { type Column, type DrawTable, drawWithin } from './columns.ts';
import type { Style } from './style.ts';
import type { Times } from './times.ts';
import { wrap } from './wrap.ts';

/** A line of the node's name for people who know it by nothing else. */
const unknownState = '?';

/** The table of all instances on all nodes, then a sentence and a next step for each instance. */
export function renderStatus(
  instances: readonly InstanceStatus[],
  style: Style,
  times: Times,
  now: Timestamp,
  drawTable: DrawTable,
): string {
  const rows = instances.flatMap((instance) => instance.nodes.map((node) => ({ instance, node })));
  const cells = (head: string, cell: (row: (typeof rows)[number]) => string) => [head, ...rows.map(cell)];
  const columns: Column[] = [
    { rank: 9, cells: cells('instance', ({ instance }) => printable(instance.instance)) },
    { rank: 4, cells: cells('vrid', ({ instance }) => String(instance.vrid ?? '?')) },
    { rank: 9, cells: cells('node', ({ node }) => printable(node.node)) },
    { rank: 9, cells: cells('state', ({ node }) => node.state ?? unknownState) },
    { rank: 6, cells: cells('priority', ({ node }) => priorityOf(node)) },
    { rank: 7, cells: cells('VIPs held', ({ node }) => node.vips.join(' ') || '-') },
    { rank: 3, cells: cells('since', ({ node }) => sinceOf(node.since, times, now)) },
    { rank: 5, cells: cells('ready', ({ node }) => (node.ready === null ? '?' : node.ready ? 'yes' : 'no')) },
  ];
  const table = paintStates(drawWithin(columns, style, drawTable), style);
  return [table, ...instances.map((instance) => renderVerdict(instance, style, now))].join('\n\n');
}

/** The states of a drawn table in their colours: painted afterwards, since widths are counted in characters. */
function paintStates(table: string, style: Style): string {
  return table.replace(/(?<= {2})(MASTER|BACKUP|FAULT|STOP|INIT)(?= )/g, (state) =>
    (state === 'MASTER' ? style.master : state === 'BACKUP' ? style.backup : style.fault)(state),
  );
}

function priorityOf({ priority: { base, effective } }: NodeStatus): string {
  if (base === null && effective === null) return '?';
  return effective === null || effective === base ? String(base ?? effective) : `${effective} (base ${base ?? '?'})`;
}

function sinceOf(since: Timestamp | null, times: Times, now: Timestamp): string {
  if (since === null) return '?';
  const isToday = times.date(since) === times.date(now);
  const clock = times.clock(since.seconds, since.nanoseconds, 0);
  return isToday ? clock : `${times.date(since)} ${clock}`;
}

function renderVerdict(instance: InstanceStatus, style: Style, now: Timestamp): string {
  const { verdict } = instance;
  const paint = verdict === 'one-master' ? style.master : verdict === 'unknown' ? style.warning : style.fault;
  const lines = [
    paint(wrap(`${style.mark} ${printable(instance.instance)}: ${sentenceOf(instance)}`, style.columns, 2)),
    ...disagreements(instance).map((text) => style.warning(wrap(`  ${text}`, style.columns, 4))),
    ...instance.nodes.flatMap((node) =>
      node.notReady.map((reason) =>
        wrap(`  ${printable(node.node)} is not ready: ${printable(reason)}`, style.columns, 4),
      ),
    ),
  ];
  if (verdict !== 'one-master') {
    for (const node of instance.nodes) {
      for (const voice of node.sources) lines.push(style.dim(voiceLine(node, voice, now)));
    }
  }
  const step = nextStep(instance);
  if (step !== null) lines.push(wrap(`  next: ${step}`, style.columns, 4));
  return lines.join('\n');
}

function voiceLine({ node }: NodeStatus, { source, says, time, detail, isStale }: SourceVoice, now: Timestamp): string {
  const age = time === null ? '' : `, ${ageOf(time, now)}`;
  return `    ${printable(node)}  ${source.padEnd(10)} ${says.padEnd(7)} ${printable(detail)}${age}${isStale ? ', of the past' : ''}`;
}

/** How long ago: `3 s ago`. */
function ageOf(time: Timestamp, now: Timestamp): string {
  const seconds = Math.max(0, Math.round(inSeconds(now) - inSeconds(time)));
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** The verdict in one sentence, without the instance's name. */
function sentenceOf({ verdict, nodes, vips, master }: InstanceStatus): string {
  const named = (list: readonly NodeStatus[]) => joined(list.map(({ node }) => printable(node)));
  const vip = vips[0] ?? 'the role';
  const sentences: Record<Verdict, () => string> = {
    'one-master': () => `${printable(master ?? '')} is master`,
    'split-brain': () => {
      const holders = nodes.filter((node) => node.state === 'MASTER' || node.vips.length > 0);
      return `${named(holders)} both have ${vip}: split brain`;
    },
    'no-master': () => {
      const holder = nodes.find((node) => node.vips.length > 0);
      if (holder !== undefined) return `nobody is master, and ${printable(holder.node)} still holds ${vip}`;
      return `nobody is master: ${joined(nodes.map(({ node, state }) => `${printable(node)} is in ${state ?? '?'}`))}`;
    },
    unknown: () =>
      nodes.length === 0
        ? 'not known who is master'
        : `not known who is master: ${nodes
            .filter(({ unknown }) => unknown !== null)
            .map(({ node, unknown }) => `${printable(node)}: ${printable(unknown ?? '')}`)
            .join('; ')}`,
  };
  return sentences[verdict]();
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Sources that say otherwise than the state that was decided. */
function disagreements({ nodes }: InstanceStatus): readonly string[] {
  return nodes.flatMap(({ node, state, sources }) =>
    sources
      .filter(
        ({ says }) =>
          state !== null && says !== 'RUNNING' && says !== state && !(says === 'BACKUP' && state !== 'MASTER'),
      )
      .map(
        ({ source, says, detail, isStale }) =>
          `${printable(node)}: ${sourceNames[source]} says ${says}${isStale ? ', and is of the past' : ''} (${printable(detail)})`,
      ),
  );
}

const sourceNames: Readonly<Record<SourceVoice['source'], string>> = {
  address: 'the interface',
  advert: 'the network',
  dump: 'the dump',
  log: 'the log',
  'state-file': 'the state file',
  'elastic-ip': 'the Elastic IP',
  process: 'the process table',
};

/** One command, and where to type it; null where all is well. */
function nextStep({ verdict, nodes }: InstanceStatus): string | null {
  const names = nodes.map(({ node }) => printable(node));
  if (verdict === 'one-master') return null;
  if (verdict === 'split-brain') return `ha-doctor check ${names.join(' ')}, for the cause`;
  const stopped = nodes.find(({ state }) => state === 'STOP');
  if (verdict === 'no-master' && stopped !== undefined)
    return `systemctl start keepalived, on ${printable(stopped.node)}`;
  const faulty = nodes.find(({ state }) => state === 'FAULT');
  if (verdict === 'no-master' && faulty !== undefined) {
    return `journalctl -u keepalived -n 50, on ${printable(faulty.node)}: what put it into FAULT`;
  }
  const unread = nodes.find(({ unknown }) => unknown !== null);
  return unread === undefined
    ? `ha-doctor check ${names.join(' ')}`
    : `ssh ${printable(unread.node)}, to see why it does not tell`;
}
