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
  readonly isAlarm?: boolean;
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
      isAlarm: advert.prio === 0,
    },
    ...(advert.authtype === null ? [] : [{ rank: advert.auth === null ? 6 : 5, text: `authtype ${advert.authtype}` }]),
    ...(advert.intvl === null ? [] : [{ rank: 7, text: `intvl ${intervalOf(advert.intvl)}` }]),
    ...(advert.ttl === 255 ? [] : [alarm(`ttl ${advert.ttl}`, advert.multicast ? style.fault : style.warning)]),
    { rank: 1, text: `length ${advert.length}` },
    { rank: 4, text: `addrs: ${addressesOf(advert.addrs)}` },
    ...(advert.auth === null ? [] : [{ rank: 6, text: `auth ${auth(advert.auth)}` }]),
    ...(advert.vlan.length === 0 ? [] : [{ rank: 3, text: `vlan ${advert.vlan.join('.')}` }]),
    ...(advert.ah === null ? [] : [{ rank: 3, text: `AH(spi=0x${hex(advert.ah.spi, 8)},seq=${advert.ah.sequence})` }]),
    ...(advert.trailer?.kind === 'hmac' ? [{ rank: 3, text: `hmac key ${advert.trailer.keyId}` }] : []),
    ...checksumParts(advert, style),
    ...advert.problems.map(({ text }) => alarm(printable(text), style.warning)),
  ];
  const addresses = route.padEnd(columns.addresses);
  const gap = room !== null && room < narrowRoom ? ' ' : '  ';
  const kept = leaveOut(parts, room === null ? null : room - addresses.length - gap.length, columns);
  const text = kept.map(({ text: plain, painted }) => painted ?? plain).join(', ');
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
  return style.dim(
    `${route}${isNarrow ? ' ' : '  '}CARP, vhid ${carp.vhid}, advbase ${carp.advbase}, advskew ${carp.advskew}, demote ${carp.demote}`,
  );
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

function checksumParts({ checksum, checksumVariant, checksumField, checksumExpected }: Advert, style: Style): Part[] {
  if (checksum === 'bad') {
    const expected = checksumExpected === null ? '' : `, not 0x${hex(checksumExpected, 4)}`;
    return [alarm(`bad checksum 0x${hex(checksumField, 4)}${expected}`, style.fault)];
  }
  if (checksumVariant !== null) return [{ rank: 3, text: `checksum ${checksumVariant}` }];
  return [];
}

function alarm(text: string, paint: (text: string) => string): Part {
  return { rank: 9, text, painted: paint(text), isAlarm: true };
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
  // One advert with something strange to tell is no measure for all others.
  if (!parts.some(({ isAlarm }) => isAlarm)) columns.leftOut = leftOut;
  return kept;
}

function widthOf(parts: readonly Part[]): number {
  return parts.reduce((width, { text }) => width + text.length + 2, -2);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
