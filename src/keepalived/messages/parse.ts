import type { LogEvent } from '../../model/log.ts';
import { findKnown, findNamed, parseKeepalived } from './keepalived.ts';
import { parseKernel } from './kernel.ts';
import { parseNetworkd, parseNetworkManager } from './network-manager.ts';
import { parseCall, parseNotify } from './notify.ts';
import { parseLogind, parseSystemd } from './systemd.ts';

const parsers: ReadonlyMap<string, (message: string) => LogEvent | null> = new Map([
  ['Keepalived_vrrp', parseKeepalived],
  ['Keepalived', parseKeepalived],
  ['keepalived', parseKeepalived],
  ['Keepalived_healthcheckers', parseChecker],
  ['Keepalived_bfd', parseChecker],
  ['systemd', parseSystemd],
  ['systemd-logind', parseLogind],
  ['kernel', parseKernel],
  ['systemd-networkd', parseNetworkd],
  ['NetworkManager', parseNetworkManager],
]);

/**
 * Each line of a system's log that `parseMessage` has an event for holds one of these, in its tag or its message: lines
 * without them need not be looked at. (A log that is keepalived's alone names no program: all its lines matter.)
 */
export const tellingTexts: readonly string[] = [
  'eepalived',
  'VRRP',
  ' STATE',
  'INSTANCE ',
  // Of nginx-ha-keepalived, systemd-networkd and NetworkManager what is rare, as nginx and networks are not.
  'inx-ha-',
  'orkd',
  'rkManager',
  'ed Network ',
  'ink is ',
  'ink up',
  'ink Up',
  'ink down',
  'ink Down',
  'ink becomes ',
  'ink status ',
  'Linux version',
  'PM: suspend',
  'System is ',
];

/**
 * What a message says about VRRP, by the program that logged it (`Keepalived_vrrp`; empty where the line names none);
 * null: nothing. One that looks like keepalived's and is not in the table is of kind `unknown`. Never throws, and takes
 * time in proportion to the message's length.
 */
export function parseMessage(tag: string, message: string): LogEvent | null {
  const text = isTrimmed(message) ? message : message.trimEnd();
  const parse = parsers.get(tag);
  if (parse !== undefined) return parse(text);
  if (tag === '') return parseUntagged(text);
  if (tag.startsWith('nginx-ha-')) return parseNotify(text);
  // One process of several: `Keepalived_vrrp_lb1`, by instance or network namespace.
  if (/^keepalived/i.test(tag)) return /health|check|bfd/i.test(tag) ? parseChecker(text) : parseKeepalived(text);
  // Processes can be given any name, and notify scripts log with any tag.
  return findNamed(text) ?? parseCall(text);
}

/** Lines of a console, or cut by hand. Of others we cannot tell whether they are keepalived's. */
function parseUntagged(message: string): LogEvent | null {
  const known = findKnown(message);
  if (known !== undefined) return known;
  return /^(?:\(|VRRP_)/.test(message) ? parseKeepalived(message) : parseCall(message);
}

/** The processes beside the VRRP one see the same interfaces; all else that they say is not about VRRP. */
function parseChecker(message: string): LogEvent | null {
  const event = findKnown(message) ?? null;
  return event?.kind === 'address' || event?.kind === 'interface' ? event : null;
}

function isTrimmed(message: string): boolean {
  return message === '' || message.charCodeAt(message.length - 1) > 0x20;
}
