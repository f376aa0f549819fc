import type { FilterRule, FilterVerdict } from '../model/host.ts';

/** Whether a test of a rule holds for a packet; null where that is not understood. */
export type Match = boolean | null;

/** All tests together: one that fails settles it, whatever is not understood beside it. */
export function every(matches: readonly Match[]): Match {
  if (matches.includes(false)) return false;
  return matches.includes(null) ? null : true;
}

/** Names that rule sets have for the protocols that matter here (/etc/protocols). */
const protocolNumbers: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ospf: 89,
  ospfigp: 89,
  vrrp: 112,
  carp: 112,
  sctp: 132,
  udplite: 136,
};

/** The number of a protocol by its name or number; null for a name that is not known. */
export function protocolNumber(word: string): number | null {
  return /^\d+$/.test(word) ? Number(word) : (protocolNumbers[word.toLowerCase()] ?? null);
}

/** Whether an address lies in `10.0.0.0/8`, `224.0.0.18`, `10.0.0.1-10.0.0.9` or an IPv6 prefix; null where it cannot be told. */
export function isAddressIn(address: string, range: string): Match {
  const value = addressValue(address);
  const [low = '', high] = range.split('-');
  if (high !== undefined) {
    const [from, to] = [addressValue(low), addressValue(high)];
    if (value === null || from === null || to === null) return null;
    return from.bits === value.bits && value.value >= from.value && value.value <= to.value;
  }
  const [network = '', prefix] = range.split('/');
  const base = addressValue(network);
  if (value === null || base === null) return null;
  if (base.bits !== value.bits) return false;
  const length = prefix === undefined ? base.bits : prefixLength(prefix);
  if (length === null || length > base.bits) return null;
  const shift = BigInt(base.bits - length);
  return value.value >> shift === base.value >> shift;
}

/** `24`, or `255.255.255.0` as iptables-save may write it. */
function prefixLength(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const mask = addressValue(text);
  if (mask === null || mask.bits !== 32) return null;
  const ones = mask.value.toString(2).padStart(32, '0');
  return /^1*0*$/.test(ones) ? ones.replaceAll('0', '').length : null;
}

function addressValue(text: string): { readonly bits: 32 | 128; readonly value: bigint } | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) {
    const octets = text.split('.').map(Number);
    if (octets.some((octet) => octet > 255)) return null;
    return { bits: 32, value: octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n) };
  }
  if (!/^[0-9a-f:]+$/i.test(text) || !text.includes(':')) return null;
  const [head = '', tail] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const gap = 8 - before.length - after.length;
  if (tail === undefined ? gap !== 0 : gap < 0) return null;
  const all = [...before, ...Array<string>(gap).fill('0'), ...after];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { bits: 128, value: all.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
}

/** More rules than any rule set has a packet meet: chains that call each other twice over have it meet them without end. */
const mostRules = 100_000;

/** Counts the rules that a packet meets. */
export class Steps {
  #left = mostRules;

  /** Whether it may meet another one. */
  take(): boolean {
    this.#left--;
    return this.#left >= 0;
  }
}

/** The verdict on a packet that meets more rules than are followed. */
export function tooMany(rule: FilterRule): Omit<FilterVerdict, 'chain'> {
  return { verdict: 'unknown', rule, reason: `more than ${mostRules} rules before the one that decides` };
}
