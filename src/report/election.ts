import { printable } from '../model/printable.ts';
import type { GapSummary, PriorityChange, Router, Sender, Transition } from '../model/wire.ts';
import { type Column, type DrawTable, drawWithin } from './columns.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Routers and senders that a table shows; `--json` has all. */
const routersShown = 32;
const sendersShown = 16;
const vipsShown = 8;

/** A change of master in one sentence, without its time, in `room` columns. */
export function renderTransition(transition: Transition, style: Style, room: number | null, several: boolean): string {
  const { router, from, to, reason, gapSeconds, at } = transition;
  const gap = gapSeconds === null ? '' : `, ${seconds(gapSeconds)} without adverts`;
  const sentence = {
    'first-seen': `${to} is master (first seen)`,
    'priority-zero': `${to} is master after ${from} stopped (priority 0)${gap}`,
    preempted: `${to} is master, took over from ${from} by ${advantageOf(at.advert.prio, prioOfSource(router, from))}${gap}`,
    timeout: `${to} is master, ${from} fell silent${gap}`,
    conflict: `${to} is master beside ${from}`,
  }[reason];
  const paint = reason === 'conflict' ? style.fault : style.master;
  return paint(wrap(`${style.mark} ${nameOf(router, several)}: ${sentence}`, room, 4));
}

/** A tie goes to the higher address (RFC 9568 section 6.4.3). */
function advantageOf(prio: number, other: number | string): string {
  return prio === other ? `the higher address (both of priority ${prio})` : `priority (${prio} over ${other})`;
}

function prioOfSource({ senders }: Router, src: string | null): number | string {
  return senders.find((sender) => sender.src === src)?.prio?.last ?? '?';
}

/** A change of priority: a check failed or recovered, or a configuration was reloaded. */
export function renderPriorityChange(
  { router, src, from, to }: PriorityChange,
  style: Style,
  room: number | null,
  several: boolean,
): string {
  const paint = to < from ? style.warning : style.master;
  const text = `${style.mark} ${nameOf(router, several)}: ${src} changes its priority from ${from} to ${to}`;
  return paint(wrap(text, room, 4));
}

/** One line a virtual router and a table of its senders, as wide as the terminal allows. */
export function renderRouters(
  routers: readonly Router[],
  style: Style,
  several: boolean,
  drawTable: DrawTable,
): string {
  const shown = routers.slice(0, routersShown);
  const blocks = shown.map(
    (router) => `${renderRouter(router, style, several)}\n${drawWithin(senderColumns(router), style, drawTable)}`,
  );
  const more = routers.length - shown.length;
  return [...blocks, ...(more > 0 ? [`and ${more} more virtual routers (--json)`] : [])].join('\n\n');
}

/** The addresses that the masters advertise, else the last that anyone did. */
export function vipsOf(router: Router): string[] {
  const senders = router.masters.length > 0 ? router.masters : router.senders;
  return [...new Set(senders.flatMap((sender) => sender.last.advert.addrs))];
}

function renderRouter(router: Router, style: Style, several: boolean): string {
  const masters = router.masters.map((sender) => `${sender.src} (prio ${sender.prio?.last ?? 0})`);
  const [who, paint] =
    masters.length === 0
      ? ['no master', style.fault]
      : masters.length === 1
        ? [`master ${masters[0]}`, style.master]
        : [`${masters.length} masters  ${masters.join(' and ')}`, style.fault];
  const vips = vipsOf(router);
  const more = vips.length - vipsShown;
  const vipText =
    vips.length === 0 ? 'no VIP' : `VIP ${vips.slice(0, vipsShown).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  const changes = router.transitions === 1 ? '' : `  ${router.transitions} transitions`;
  const version = [...new Set(router.senders.map(({ last }) => `VRRPv${last.advert.version}`))].sort().join(' and ');
  const lead = `${nameOf(router, several)}  ${version}  `;
  const text = wrap(`${lead}${who}  ${vipText}${changes}`, style.columns, 2);
  // Painted behind the wrapping, which counts characters.
  return text.startsWith(lead + who) ? style.strong(lead) + paint(who) + text.slice(lead.length + who.length) : text;
}

/** `several`: there are several captures, so that a virtual router is named with its interface. */
function nameOf({ family, vrid, vlan, interfaceName, senders }: Router, several: boolean): string {
  const isTold = interfaceName !== null && (several || interfaceName !== senders[0]?.first.capture);
  return `${family} vrid ${vrid}${vlan.length > 0 ? ` vlan ${vlan.join('.')}` : ''}${isTold ? ` on ${printable(interfaceName)}` : ''}`;
}

function senderColumns(router: Router): Column[] {
  const shown = router.senders.slice(0, sendersShown);
  const more = router.senders.length - shown.length;
  const column = (rank: number, head: string, cell: (sender: Sender) => string): Column => ({
    rank,
    cells: [head, ...shown.map(cell), ...(more > 0 ? [''] : [])],
  });
  const gap = (rank: number, head: string, key: keyof GapSummary) =>
    column(rank, head, (sender) => {
      const gaps = sender.gaps();
      return gaps === null ? '' : seconds(gaps[key]);
    });
  const sources = column(9, 'sender', ({ src }) => src);
  return [
    more > 0 ? { ...sources, cells: [...sources.cells.slice(0, -1), `and ${more} more`] } : sources,
    column(9, 'adverts', ({ adverts }) => String(adverts)),
    column(9, 'prio', prioOf),
    column(4, 'intvl', ({ last }) => (last.advert.intvl === null ? '?' : seconds(last.advert.intvl))),
    column(5, 'authtype', ({ last }) => last.advert.authtype ?? '-'),
    gap(2, 'gap min', 'min'),
    gap(6, 'gap median', 'median'),
    gap(1, 'gap p99', 'p99'),
    gap(7, 'gap max', 'max'),
    column(3, 'near failovers', ({ nearFailovers }) => String(nearFailovers)),
  ];
}

function prioOf({ prio }: Sender): string {
  if (prio === null) return '0';
  const { min, max, last } = prio;
  return min === max ? String(last) : `${min}..${max}, now ${last}`;
}

function seconds(value: number): string {
  return `${Number(value.toFixed(value < 0.1 ? 4 : 3))} s`;
}
