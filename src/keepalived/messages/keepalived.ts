import type { LogEvent } from '../../model/log.ts';
import { addressRows } from './addresses.ts';
import { checkRows } from './checks.ts';
import { complaint, complaintWithLine } from './complaint.ts';
import { daemonRows } from './daemon.ts';
import { electionRows } from './elections.ts';
import { type Row, RowIndex, type Subject } from './format.ts';
import { rejectionRows } from './rejections.ts';
import { silentRows } from './silent.ts';
import { stateRows } from './states.ts';

/** Every message of keepalived that says something about VRRP, a row each. */
export const messageRows: readonly Row[] = [
  ...stateRows,
  ...electionRows,
  ...rejectionRows,
  ...checkRows,
  ...addressRows,
  ...daemonRows,
];

const index = new RowIndex([...messageRows, ...silentRows]);
const unknown: LogEvent = { kind: 'unknown' };

/** How a message begins that names its subject, but for the `(VI_1) ` of 2.0 and later. */
const prefixes: readonly [prefix: string, subject: Subject][] = [
  ['VRRP_Instance(', 'instance'],
  ['VRRP_Script(', 'script'],
  ['VRRP_Group(', 'group'],
];

const openingBracket = 0x28;
const letterV = 0x56;

/** Names are what stands before `)`, and may hold some themselves: so many are tried, within so many characters. */
const bracketsTried = 8;
const longestName = 255;

/** What keepalived's VRRP process says, or the one that started it; null: nothing about VRRP. */
export function parseKeepalived(message: string): LogEvent | null {
  const known = findKnown(message);
  if (known !== undefined) return known;
  return complaintWithLine(message) ?? complaint(message) ?? unknown;
}

/** What the rows make of it; undefined: it is in none of them. */
export function findKnown(message: string): LogEvent | null | undefined {
  // What keepalived dumps is indented.
  if (!(message.charCodeAt(0) > 0x20)) return null;
  const named = findNamed(message);
  return named === undefined ? findPlain(message) : named;
}

/** Only what begins with the name of an instance, sync group or script: nobody else writes like that. */
export function findNamed(message: string): LogEvent | null | undefined {
  const first = message.charCodeAt(0);
  if (first === openingBracket) return findAfterName('instance', message, 1);
  if (first !== letterV) return undefined;
  const [prefix, subject] = prefixes.find(([prefix]) => message.startsWith(prefix)) ?? [];
  return prefix === undefined || subject === undefined ? undefined : findAfterName(subject, message, prefix.length);
}

function findAfterName(subject: Subject, message: string, start: number): LogEvent | null | undefined {
  let close = message.indexOf(')', start);
  for (let tried = 0; tried < bracketsTried && close >= 0 && close - start <= longestName; tried++) {
    const space = message.charCodeAt(close + 1) === 0x3a ? close + 2 : close + 1;
    if (message.charCodeAt(space) === 0x20) {
      const found = index.find(subject, message.slice(start, close), message, space + 1);
      if (found !== undefined) return found;
    }
    close = message.indexOf(')', close + 1);
  }
  return undefined;
}

function findPlain(message: string): LogEvent | null | undefined {
  const plain = index.find('none', null, message, 0);
  if (plain !== undefined) return plain;
  const colon = message.indexOf(': ');
  if (colon <= 0 || colon > longestName) return undefined;
  return index.find('instance', message.slice(0, colon), message, colon + 2);
}
