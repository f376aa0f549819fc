import type { Family } from './packet.ts';

/** An IP address as text means it: the same address has the same `text`, whoever wrote it. */
export interface IpAddress {
  readonly family: Family;
  /** Dotted quad, or RFC 5952. */
  readonly text: string;
  readonly bytes: readonly number[];
}

/** A dotted quad or an IPv6 address, as inet_pton(3) takes them; undefined for other text. */
export function parseAddress(text: string): IpAddress | undefined {
  const quad = ipv4Bytes(text);
  if (quad !== undefined) return { family: 'ipv4', text: quad.join('.'), bytes: quad };
  const bytes = text.length <= 45 ? ipv6Bytes(text) : undefined;
  if (bytes === undefined) return undefined;
  const groups = Array.from({ length: 8 }, (_, group) => ((bytes[2 * group] ?? 0) << 8) | (bytes[2 * group + 1] ?? 0));
  return { family: 'ipv6', text: ipv6GroupsText(groups), bytes };
}

/**
 * Eight groups of 16 bits in the form of RFC 5952: lower case, no leading zeros, the longest run of at least two zero
 * groups (the first of equal ones) as `::`, an IPv4-mapped address with a dotted quad.
 */
export function ipv6GroupsText(groups: readonly number[]): string {
  let runStart = -1;
  let runLength = 1;
  let zeros = 0;
  for (let group = 0; group < 8; group++) {
    zeros = groups[group] === 0 ? zeros + 1 : 0;
    if (zeros > runLength) {
      runLength = zeros;
      runStart = group + 1 - zeros;
    }
  }
  if (runStart === 0 && runLength === 5 && groups[5] === 0xffff) {
    const quad = [6, 7].flatMap((group) => [(groups[group] ?? 0) >> 8, (groups[group] ?? 0) & 0xff]);
    return `::ffff:${quad.join('.')}`;
  }
  // Joined, since text grown piece by piece keeps its pieces in memory.
  const hex = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return runStart < 0 ? hex(0, 8) : [hex(0, runStart), hex(runStart + runLength, 8)].join('::');
}

const dottedQuad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

function ipv4Bytes(text: string): number[] | undefined {
  const match = dottedQuad.exec(text);
  if (match === null) return undefined;
  const bytes = [Number(match[1]), Number(match[2]), Number(match[3]), Number(match[4])];
  return Math.max(...bytes) <= 255 ? bytes : undefined;
}

function ipv6Bytes(text: string): number[] | undefined {
  const halves = text.split('::').map((half) => groupBytes(half));
  const [left, right] = halves;
  if (left === undefined || halves.length > 2) return undefined;
  if (halves.length === 1) return left.length === 16 ? left : undefined;
  if (right === undefined || left.length + right.length > 14) return undefined;
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

/** The bytes of colon-separated groups, the last of which may be a dotted quad. */
function groupBytes(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  for (const group of text.split(':')) {
    const quad = group.includes('.') && text.endsWith(group) ? ipv4Bytes(group) : undefined;
    if (quad !== undefined) bytes.push(...quad);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes;
}
