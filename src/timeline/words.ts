import type { FaultCause } from '../model/log.ts';
import { outcomeOf } from './checks.ts';
import type { FactOf } from './entry.ts';

/** The words that causes are put into. */

/** `chk_nginx failed`, `interface eth0 is down`. */
export function faultWords({ what, name }: FaultCause): string {
  const named = name === null ? '' : ` ${name}`;
  switch (what) {
    case 'script':
      return name === null ? 'a check failed' : `${name} failed`;
    case 'interface':
      return `interface${named} is down`;
    case 'address':
      return `the source address is missing${name === null ? '' : ` on ${name}`}`;
    default:
      return `${trackedWords[what]}${named} failed`;
  }
}

const trackedWords = { file: 'tracked file', process: 'tracked process', bfd: 'BFD session' } as const;

/** `chk_nginx failed on lb1 (exit 1)`, `chk_nginx timed out on lb1`. */
export function checkWords(fact: FactOf<'check'>): string {
  const { event, node } = fact;
  const subject = event.what === 'script' ? event.name : `${trackedWords[event.what]} ${event.name}`;
  if (event.outcome === 'succeeded') return `${subject} recovered on ${node}`;
  if (event.outcome === 'timed-out') return `${subject} timed out on ${node}`;
  if (event.outcome === 'not-run') return `${subject} could not be run on ${node}`;
  const outcome = outcomeOf(fact);
  return `${subject} failed on ${node}${outcome === null ? '' : ` (${outcome})`}`;
}

/** `chk_nginx failed, exit 1`: where the node is named already. */
export function resultWords(fact: FactOf<'check'>): string {
  const { event } = fact;
  if (event.outcome === 'succeeded') return `${event.name} succeeded`;
  const outcome = outcomeOf(fact);
  return `${event.name} failed${outcome === null ? '' : `, ${outcome}`}`;
}

/** `0.4 s`, `12 s`, `5 min`. */
export function durationWords(seconds: number): string {
  if (seconds < 10) return `${Number(seconds.toFixed(seconds < 1 ? 2 : 1))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
