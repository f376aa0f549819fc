import type { Router, Sender, Transition } from '../model/wire.ts';
import type { Style } from './style.ts';

/** Routers and senders that a table shows; `--json` has all. */
const routersShown = 32;
const sendersShown = 16;
const vipsShown = 8;

/** A change of master in one sentence, without its time. */
export function renderTransition(transition: Transition, style: Style): string {
  const { router, from, to, reason, gapSeconds } = transition;
  const gap = gapSeconds === null ? '' : `, ${seconds(gapSeconds)} without adverts`;
  const is = `${style.master(style.strong(to))} is master`;
  const sentence = {
    'first-seen': `${is} (first seen)`,
    'priority-zero': `${is} after ${from} stopped (priority 0)${gap}`,
    preempted: `${is}, took over from ${from} by priority${gap}`,
    timeout: `${is}, ${from} fell silent${gap}`,
    conflict: `${style.fault(style.strong(to))} is master ${style.fault(`beside ${from}`)}`,
  }[reason];
  return `${style.strong(style.mark)} ${nameOf(router)}: ${sentence}`;
}

/** One line a virtual router and a table of its senders. `table` draws it: cells by row, the first row the head. */
export function renderRouters(
  routers: readonly Router[],
  style: Style,
  table: (rows: readonly (readonly string[])[]) => string,
): string {
  const shown = routers.slice(0, routersShown);
  const blocks = shown.map((router) => `${renderRouter(router, style)}\n${table(senderRows(router))}`);
  const more = routers.length - shown.length;
  return [...blocks, ...(more > 0 ? [`and ${more} more virtual routers (--json)`] : [])].join('\n');
}

/** The addresses that the masters advertise, else the last that anyone did. */
export function vipsOf(router: Router): string[] {
  const senders = router.masters.length > 0 ? router.masters : router.senders;
  return [...new Set(senders.flatMap((sender) => sender.last.advert.addrs))];
}

function renderRouter(router: Router, style: Style): string {
  const masters = router.masters.map((sender) => `${sender.src} (prio ${sender.prio?.last ?? 0})`);
  const who =
    masters.length === 0
      ? style.fault('no master')
      : masters.length === 1
        ? `master ${style.master(masters[0] ?? '')}`
        : `${style.fault(`${masters.length} masters`)}  ${masters.join(' and ')}`;
  const vips = vipsOf(router);
  const more = vips.length - vipsShown;
  const vipText =
    vips.length === 0 ? 'no VIP' : `VIP ${vips.slice(0, vipsShown).join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
  const changes = router.transitions === 1 ? '' : `  ${router.transitions} transitions`;
  return `${style.strong(nameOf(router))}  ${who}  ${vipText}${changes}`;
}

function nameOf({ family, vrid, vlan, interfaceName }: Router): string {
  return `${family} vrid ${vrid}${vlan.length > 0 ? ` vlan ${vlan.join('.')}` : ''}${interfaceName === null ? '' : ` ${interfaceName}`}`;
}

function senderRows(router: Router): string[][] {
  const shown = router.senders.slice(0, sendersShown);
  const rows = shown.map(senderRow);
  const more = router.senders.length - shown.length;
  const head = ['sender', 'adverts', 'prio', 'intvl', 'authtype', 'gap min', 'median', 'p99', 'max', 'near'];
  return [head, ...rows, ...(more > 0 ? [[`and ${more} more`, ...head.slice(1).map(() => '')]] : [])];
}

function senderRow(sender: Sender): string[] {
  const { advert } = sender.last;
  const { prio } = sender;
  const gaps = sender.gaps();
  return [
    sender.src,
    String(sender.adverts),
    prio === null ? '0' : prio.min === prio.max ? String(prio.last) : `${prio.min}..${prio.max}, now ${prio.last}`,
    advert.intvl === null ? '?' : seconds(advert.intvl),
    advert.authtype ?? 'v3',
    ...(gaps === null ? ['', '', '', ''] : [gaps.min, gaps.median, gaps.p99, gaps.max].map(seconds)),
    String(sender.nearFailovers),
  ];
}

function seconds(value: number): string {
  return `${Number(value.toFixed(value < 0.1 ? 4 : 3))} s`;
}
