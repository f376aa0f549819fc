import type { Advert, Carp, Garp } from '../model/packet.ts';
import { printable } from '../model/printable.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** What `--mask` and `--show-secrets` decide: the auth field as it is shown. */
export type AuthText = (auth: string) => string;

/** A part of an advert's line. Those of the lowest rank go first where the terminal is narrow; rank 9 stays. */
interface Part {
  readonly rank: number;
  readonly text: string;
  readonly painted?: string;
  readonly isLast?: boolean;
}

const addressesShown = 16;

/** Columns behind the time, below which lines are made short. */
const narrowRoom = 90;

/** What later lines keep to, so that they stand below each other. */
export interface Columns {
  /** Width of the addresses. */
  addresses: number;
  /** Parts up to this rank have been left out. */
  leftOut: number;
}

/** An advert without its time, in tcpdump's words: `10.77.0.1 > 224.0.0.18  VRRPv2, vrid 51, prio 151, …`. */
export function renderAdvert(
  advert: Advert,
  columns: Columns,
  room: number | null,
  style: Style,
  auth: AuthText,
): string {
  // In a narrow terminal the multicast group, always the same, makes room for what differs.
  const route = room !== null && room < narrowRoom && advert.multicast ? advert.src : `${advert.src} > ${advert.dst}`;
  // One very long address does not push all others to the right.
  columns.addresses = Math.max(columns.addresses, Math.min(route.length, 44));
  const parts: Part[] = [
    { rank: 2, text: versionOf(advert) },
    { rank: 9, text: `vrid ${advert.vrid}` },
    {
      rank: 9,
      text: prioOf(advert),
      painted: advert.prio === 0 ? style.warning(prioOf(advert)) : style.strong(prioOf(advert)),
      isLast: advert.prio === 0,
    },
    ...(advert.authtype === null ? [] : [{ rank: advert.auth === null ? 6 : 5, text: `authtype ${advert.authtype}` }]),
    ...(advert.intvl === null ? [] : [{ rank: 7, text: `intvl ${intervalOf(advert.intvl)}` }]),
    { rank: 1, text: `length ${advert.length}` },
    { rank: 4, text: `addrs: ${addressesOf(advert.addrs)}` },
    ...(advert.auth === null ? [] : [{ rank: 6, text: `auth ${auth(advert.auth)}` }]),
    ...(advert.vlan.length === 0 ? [] : [{ rank: 3, text: `vlan ${advert.vlan.join('.')}` }]),
    ...(advert.ah === null ? [] : [{ rank: 3, text: `AH(spi=0x${hex(advert.ah.spi, 8)},seq=${advert.ah.sequence})` }]),
    ...(advert.trailer?.kind === 'hmac' ? [{ rank: 3, text: `hmac key ${advert.trailer.keyId}` }] : []),
    ...(advert.checksumVariant === null ? [] : [{ rank: 3, text: `checksum ${advert.checksumVariant}` }]),
  ];
  const addresses = route.padEnd(columns.addresses);
  const gap = room !== null && room < narrowRoom ? ' ' : '  ';
  const left = room === null ? null : room - addresses.length - gap.length;
  const text = joined([...leaveOut(parts, left, columns), ...alarmsOf(advert, style)], left);
  return `${style.master(advert.src)}${addresses.slice(advert.src.length)}${gap}${text}`;
}

export function renderGarp(garp: Garp, room: number | null, style: Style): string {
  const kind = garp.family === 'ipv4' ? 'gratuitous ARP' : 'unsolicited NA';
  const vlan = garp.vlan.length === 0 ? '' : `, vlan ${garp.vlan.join('.')}`;
  return style.dim(wrap(`${kind} ${garp.address} is-at ${garp.mac}${vlan}`, room, 4));
}

export function renderCarp(carp: Carp, columns: Columns, room: number | null, style: Style): string {
  const isNarrow = room !== null && room < narrowRoom;
  const route = (isNarrow ? carp.src : `${carp.src} > ${carp.dst}`).padEnd(columns.addresses);
  const fields = `CARP, vhid ${carp.vhid}, advbase ${carp.advbase}, advskew ${carp.advskew}, demote ${carp.demote}`;
  return style.dim(wrap(`${route}${isNarrow ? ' ' : '  '}${fields}`, room, 4));
}

function versionOf({ version, ah }: Advert): string {
  return ah === null ? `VRRPv${version}` : `AH VRRPv${version}`;
}

function prioOf({ prio }: Advert): string {
  return prio === 0 ? 'prio 0 (stops)' : prio === 255 ? 'prio 255 (owner)' : `prio ${prio}`;
}

function addressesOf(addrs: readonly string[]): string {
  if (addrs.length === 0) return 'none';
  const more = addrs.length - addressesShown;
  return addrs.slice(0, addressesShown).join(' ') + (more > 0 ? ` and ${more} more` : '');
}

/** tcpdump writes `1s` and `100cs`; seconds say both. */
function intervalOf(seconds: number): string {
  return `${Number(seconds.toFixed(2))}s`;
}

/** What is strange about an advert: never left out. */
function alarmsOf(advert: Advert, style: Style): Part[] {
  const { ttl, multicast, checksum, checksumField, checksumExpected, problems } = advert;
  const expected = checksumExpected === null ? '' : `, not 0x${hex(checksumExpected, 4)}`;
  const alarm = (text: string, paint: (text: string) => string): Part => ({ rank: 9, text, painted: paint(text) });
  return [
    ...(ttl === 255 ? [] : [alarm(`ttl ${ttl}`, multicast ? style.fault : style.warning)]),
    ...(checksum === 'bad' ? [alarm(`bad checksum 0x${hex(checksumField, 4)}${expected}`, style.fault)] : []),
    ...problems.map(({ text }) => alarm(printable(text), style.warning)),
  ];
}

/** Leaves out parts from the lowest rank until the rest fits, and as many as a line before did. */
function leaveOut(parts: readonly Part[], room: number | null, columns: Columns): readonly Part[] {
  if (room === null) return parts;
  let leftOut = columns.leftOut;
  let kept = parts.filter(({ rank }) => rank > leftOut);
  while (leftOut < 8 && widthOf(kept) > room) {
    leftOut++;
    kept = kept.filter(({ rank }) => rank > leftOut);
  }
  // The last advert of a router is longer than others, and no measure for them.
  if (!parts.some(({ isLast }) => isLast)) columns.leftOut = leftOut;
  return kept;
}

/** The parts in a line of `room` columns; those that do not fit, as the names of strange things, in lines below it. */
function joined(parts: readonly Part[], room: number | null): string {
  let text = '';
  let left = room ?? Number.POSITIVE_INFINITY;
  for (const [i, part] of parts.entries()) {
    const width = part.text.length + (i === 0 ? 0 : 2);
    const comma = i === parts.length - 1 ? 0 : 1;
    const fits = i === 0 || width + comma <= left;
    text += `${i === 0 ? '' : fits ? ', ' : ',\n    '}${part.painted ?? part.text}`;
    left = fits ? left - width : (room ?? 0) - part.text.length;
  }
  return text;
}

function widthOf(parts: readonly Part[]): number {
  return parts.reduce((width, { text }) => width + text.length + 2, -2);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
