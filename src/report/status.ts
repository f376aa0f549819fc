import { printable } from '../model/printable.ts';
import type { InstanceStatus, NodeStatus, SourceVoice } from '../model/status.ts';
import { inSeconds, type Timestamp } from '../model/time.ts';
import { type Column, type DrawTable, drawWithin } from './columns.ts';
import type { Paint, Style } from './style.ts';
import type { Times } from './times.ts';
import { cut, wrap } from './wrap.ts';

/** The table of all instances on all nodes, then of each instance a sentence, what disagrees, and a next step. */
export function renderStatus(
  instances: readonly InstanceStatus[],
  style: Style,
  times: Times,
  now: Timestamp,
  drawTable: DrawTable,
): string {
  const table = drawWithin(statusColumns(instances, style, times, now), style, drawTable);
  return [table, ...instances.map((instance) => renderVerdict(instance, style, now))].join('\n\n');
}

function statusColumns(
  instances: readonly InstanceStatus[],
  style: Style,
  times: Times,
  now: Timestamp,
): readonly Column[] {
  const rows = instances.flatMap((instance) => instance.nodes.map((node) => ({ instance, node })));
  const cells = (head: string, cell: (row: (typeof rows)[number]) => string) => [head, ...rows.map(cell)];
  const isOnAws = instances.some(({ elasticIp }) => elasticIp !== null);
  return [
    { rank: 9, cells: cells('instance', ({ instance }) => printable(instance.instance)), paint: () => style.strong },
    { rank: 3, cells: cells('vrid', ({ instance }) => String(instance.vrid ?? '?')) },
    { rank: 9, cells: cells('node', ({ node }) => printable(node.node)) },
    { rank: 9, cells: cells('state', ({ node }) => node.state ?? '?'), paint: (state) => paintOf(state, style) },
    { rank: 6, cells: cells('priority', ({ node }) => priorityOf(node)) },
    { rank: 7, cells: cells('VIPs held', ({ node }) => vipsOf(node)) },
    ...(isOnAws ? [{ rank: 8, cells: cells('Elastic IP', elasticIpOf) }] : []),
    { rank: 4, cells: cells('since', ({ node }) => sinceOf(node.since, times, now)) },
    { rank: 5, cells: cells('ready', readyOf), paint: (ready) => (ready === 'no' ? style.fault : style.dim) },
  ];
}

function elasticIpOf({ instance: { elasticIp }, node }: { instance: InstanceStatus; node: NodeStatus }): string {
  return elasticIp !== null && elasticIp.node === node.node ? elasticIp.publicIp : '-';
}

/** MASTER green, BACKUP blue, and what is neither red; what is not known yellow. */
function paintOf(state: string, style: Style): Paint {
  if (state === 'MASTER') return style.master;
  if (state === 'BACKUP') return style.backup;
  return state === '?' ? style.warning : style.fault;
}

function priorityOf({ priority: { base, effective } }: NodeStatus): string {
  if (base === null && effective === null) return '?';
  return effective === null || effective === base ? String(base ?? effective) : `${effective} (base ${base ?? '?'})`;
}

/** Addresses that a column has room for, and how many more there are. */
const vipsShown = 2;

function vipsOf({ vips }: NodeStatus): string {
  const more = vips.length - vipsShown;
  return [...vips.slice(0, vipsShown), ...(more > 0 ? [`and ${more} more`] : [])].join(' ') || '-';
}

function sinceOf(since: Timestamp | null, times: Times, now: Timestamp): string {
  if (since === null) return '?';
  const clock = times.clock(since.seconds, since.nanoseconds, 0);
  return times.date(since) === times.date(now) ? clock : `${times.date(since)} ${clock}`;
}

function readyOf({ node: { ready } }: { readonly node: NodeStatus }): string {
  return ready === null ? '?' : ready ? 'yes' : 'no';
}

function renderVerdict(instance: InstanceStatus, style: Style, now: Timestamp): string {
  const { verdict, nodes } = instance;
  const paint = verdict === 'one-master' ? style.master : verdict === 'unknown' ? style.warning : style.fault;
  const line = (text: string) => wrap(`  ${text}`, style.columns, 4);
  const step = nextStep(instance);
  return [
    paint(wrap(`${style.mark} ${printable(instance.instance)}: ${verdictSentence(instance)}`, style.columns, 2)),
    ...disagreements(instance).map((text) => style.warning(line(text))),
    ...nodes.flatMap((node) =>
      node.notReady
        .filter((why) => !isInTable(why, node))
        .map((why) => style.warning(line(`${readinessOf(node)}: ${printable(why)}`))),
    ),
    ...nodes.flatMap((node) =>
      node.unsure
        .filter((what) => what !== node.unknown)
        .map((what) => style.dim(line(`${printable(node.node)}: ${printable(what)}`))),
    ),
    ...(verdict === 'one-master' ? [] : nodes.flatMap((node) => voiceLines(node, style, now))),
    ...(step === null ? [] : [line(`${style.strong('next:')} ${step}`)]),
  ].join('\n');
}

/** The column of states says so already. */
function isInTable(why: string, { state }: NodeStatus): boolean {
  return (state === 'STOP' && why === 'keepalived does not run') || (state === 'FAULT' && why === 'it is in FAULT');
}

function readinessOf({ node, state }: NodeStatus): string {
  return state === 'MASTER' ? `${printable(node)} is master and not ready` : `${printable(node)} is not ready`;
}

function voiceLines({ node, sources }: NodeStatus, style: Style, now: Timestamp): string[] {
  return sources.map(({ source, says, time, detail, isStale }) => {
    const age = time === null ? '' : `, ${ageOf(time, now)}`;
    const text = `    ${printable(node)}  ${source.padEnd(10)} ${says.padEnd(7)} ${printable(detail)}${age}${isStale ? ', of the past' : ''}`;
    return style.dim(style.columns === null ? text : cut(text, style.columns, style));
  });
}

/** How long ago: `3 s ago`. A clock that is ahead of ours says now. */
function ageOf(time: Timestamp, now: Timestamp): string {
  const seconds = Math.max(0, Math.round(inSeconds(now) - inSeconds(time)));
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** The verdict in one sentence, without the instance's name and a full stop. */
export function verdictSentence({ verdict, nodes, others, vips, master }: InstanceStatus): string {
  const vip = vips.length > 1 ? 'the VIPs' : (vips[0] ?? null);
  const states = joined(nodes.map(({ node, state }) => `${printable(node)} is ${stateWord(state)}`));
  switch (verdict) {
    case 'one-master':
      return `${printable(master ?? '')} is master`;
    case 'split-brain': {
      const stopped = nodes.find((node) => node.state === 'STOP' && node.vips.length > 0);
      const holders = nodes.filter((node) => node.state === 'MASTER' || node.vips.length > 0);
      const all = [...holders.map(({ node }) => printable(node)), ...others];
      const both = `${joined(all)} ${all.length > 2 ? 'all' : 'both'}`;
      const what =
        vip === null || others.length > 0 || holders.some((node) => node.vips.length === 0)
          ? 'are master'
          : `hold ${vip}`;
      const left = stopped === undefined ? '' : `, and keepalived does not run on ${printable(stopped.node)}`;
      return `split brain: ${both} ${what}${left}`;
    }
    case 'no-master': {
      const holder = nodes.find((node) => node.vips.length > 0);
      if (holder === undefined) return `nobody is master: ${states}`;
      return `nobody is master, and ${printable(holder.node)} still holds ${vip ?? 'an address'}: ${states}`;
    }
    case 'unknown': {
      const known = nodes.filter(({ state }) => state !== null);
      const leader = known.find(({ state }) => state === 'MASTER');
      const rest = known
        .filter((node) => node !== leader)
        .map(({ node, state }) => `${printable(node)} is ${stateWord(state)}`);
      const open = nodes.flatMap(({ node, unknown }) =>
        unknown === null ? [] : [`${printable(node)}: ${printable(unknown)}`],
      );
      const told = [...rest, ...open].join('; ');
      if (leader === undefined) return `not known who is master${told === '' ? '' : `: ${told}`}`;
      return `${printable(leader.node)} is master; whether it is the only one is not known: ${told}`;
    }
  }
}

function stateWord(state: NodeStatus['state']): string {
  const words = { MASTER: 'master', BACKUP: 'backup', FAULT: 'in FAULT', STOP: 'stopped', INIT: 'starting' } as const;
  return state === null ? 'not known' : words[state];
}

function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Sources that say otherwise than the state that was decided. */
function disagreements({ nodes }: InstanceStatus): readonly string[] {
  return nodes.flatMap(({ node, state, sources }) =>
    sources
      .filter(({ says }) => state !== null && says !== 'RUNNING' && !agrees(says, state))
      .map(
        ({ source, says, detail, isStale }) =>
          `${printable(node)}: ${sourceNames[source]} says ${says}${isStale ? ', and is of the past' : ''} (${printable(detail)})`,
      ),
  );
}

/** An address that is not there, or an advert that is not sent, says BACKUP of everything but MASTER. */
function agrees(says: SourceVoice['says'], state: NonNullable<NodeStatus['state']>): boolean {
  return says === state || (says === 'BACKUP' && state !== 'MASTER');
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
  const on = ({ node }: NodeStatus, command: string) => `on ${printable(node)}: ${command}`;
  const check = `ha-doctor check ${nodes.map(({ node }) => printable(node)).join(' ')}`;
  const open = nodes.find(({ unknown }) => unknown !== null);
  if (verdict === 'unknown' && open !== undefined) {
    return open.sources.length === 0 ? `ssh ${printable(open.node)} true` : check;
  }
  const stopped = nodes.find(({ state }) => state === 'STOP');
  if (stopped !== undefined) return on(stopped, 'systemctl start keepalived');
  if (verdict === 'split-brain') return check;
  const faulty = nodes.find(({ state }) => state === 'FAULT');
  if (faulty !== undefined) return on(faulty, 'journalctl -u keepalived -n 50');
  const unfit = nodes.find(({ ready }) => ready === false);
  if (unfit?.notReady.some((why) => why === 'nginx does not run')) return on(unfit, 'systemctl start nginx');
  if (unfit?.notReady.some((why) => why.startsWith('nginx -t'))) return on(unfit, 'nginx -t');
  if (verdict === 'unknown' && nodes.length === 1 && nodes[0]?.unknown === null)
    return `ha-doctor status ${printable(nodes[0].node)}, and the other node beside it`;
  return verdict === 'one-master' && unfit === undefined ? null : check;
}
