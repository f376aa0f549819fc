import type { Process } from '../model/host.ts';
import type { Timestamp } from '../model/time.ts';
import { isRecord, numberIn, parseJson, stringIn } from './json.ts';

/** `commands/ps.json`: pid, ppid, user, start (RFC 3339), args of each process. null where it is none. */
export function readProcesses(text: string): readonly Process[] | null {
  const document = parseJson(text);
  if (!Array.isArray(document)) return null;
  return document.filter(isRecord).flatMap((entry) => {
    const [pid, args, start] = [numberIn(entry, 'pid'), stringIn(entry, 'args'), stringIn(entry, 'start')];
    const seconds = Date.parse(start ?? '') / 1000;
    if (pid === null || args === null || Number.isNaN(seconds)) return [];
    return {
      ...{ pid, args, ppid: numberIn(entry, 'ppid') ?? 0, user: stringIn(entry, 'user') ?? '' },
      start: wholeSeconds(seconds),
    };
  });
}

/** `date +%s.%N`: seconds since the epoch. null where it says something else. */
export function readDate(text: string): Timestamp | null {
  const [, seconds, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,9}))?\s*$/.exec(text) ?? [];
  if (seconds === undefined) return null;
  return { seconds: Number(seconds), nanoseconds: Number(fraction.padEnd(9, '0')), digits: fraction.length };
}

/** A moment that its source gives as a number of seconds since the epoch. */
export function wholeSeconds(seconds: number): Timestamp {
  return { seconds: Math.floor(seconds), nanoseconds: 0, digits: 0 };
}
