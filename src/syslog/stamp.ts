import { monthOf } from './months.ts';
import { decode } from './text.ts';
import { parseOffset } from './zone.ts';

/** How a line begins. What follows its time depends on it. */
export type StampForm = 'syslog' | 'iso' | 'rfc5424' | 'console' | 'none';

/** The time at the beginning of a line as it is written there, fields that it leaves out null. */
export interface Stamp {
  readonly form: StampForm;
  /** Where what follows begins. */
  readonly end: number;
  /** null where it is a time since boot, or none. */
  readonly wall: WallTime | null;
}

/** What a clock showed. `day` is 0 where only `weekday` is told (0: Sunday). */
export interface WallTime {
  readonly year: number | null;
  readonly month: number;
  readonly day: number;
  readonly weekday: number | null;
  readonly secondOfDay: number;
  readonly nanoseconds: number;
  readonly digits: number;
  /** Seconds east of UTC. */
  readonly offset: number | null;
}

/** As long as any form of a time is, with the priority in front of it. */
const longestStamp = 96;

/** Days of the epoch on which a date of the Gregorian calendar lies. */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/**
 * Reads the time at the beginning of bytes[from..to), in any of the forms that syslog daemons, journalctl, container
 * engines and keepalived itself write. Never fails: a line without a time has the form `none`.
 */
export function readStamp(bytes: Uint8Array, from: number, to: number): Stamp {
  const at = skipPriority(bytes, from, to);
  const quick = readRfc3164(bytes, at, to) ?? readRfc3339(bytes, at, to);
  if (quick !== null) return quick;
  // Byte by byte, so that places in the text are places in the bytes.
  const text = String.fromCharCode(...bytes.subarray(at, Math.min(to, at + longestStamp)));
  for (const read of [readConsole, readIso, readJournal, readLocalized]) {
    const stamp = read(text);
    if (stamp !== null) return { ...stamp, end: at + stamp.end };
  }
  return { form: 'none', end: at, wall: null };
}

/** `<30>`, and behind it the version of RFC 5424 is left to the form. */
function skipPriority(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== 0x3c) return from;
  for (let at = from + 1; at < to && at < from + 5; at++) {
    if (bytes[at] === 0x3e) return at + 1;
    if (!isDigit(bytes[at])) break;
  }
  return from;
}

const english = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const monthByLetters = new Map(
  Array.from({ length: 12 }, (_, i) => [
    (english.charCodeAt(3 * i) << 16) | (english.charCodeAt(3 * i + 1) << 8) | english.charCodeAt(3 * i + 2),
    i + 1,
  ]),
);

/** `Nov 20 16:37:14 `, the days below ten with a space, a zero or nothing in front, perhaps with a fraction. */
function readRfc3164(bytes: Uint8Array, from: number, to: number): Stamp | null {
  const month = monthByLetters.get((bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!);
  if (month === undefined || bytes[from + 3] !== 0x20) return null;
  let at = from + 4;
  if (bytes[at] === 0x20) at++;
  let day = 0;
  for (; isDigit(bytes[at]) && day < 10; at++) day = day * 10 + bytes[at]! - 0x30;
  if (day < 1 || day > 31 || bytes[at] !== 0x20) return null;
  const clock = readClock(bytes, at + 1, to);
  if (clock === null || (clock.end < to && bytes[clock.end] !== 0x20)) return null;
  return {
    form: 'syslog',
    end: Math.min(to, clock.end + 1),
    wall: { ...clock.wall, year: null, month, day, weekday: null, offset: null },
  };
}

/** `2026-11-20T16:37:14.123456+01:00 `, or with a space for the T, a comma in the fraction, without an offset. */
function readRfc3339(bytes: Uint8Array, from: number, to: number): Stamp | null {
  if (bytes[from + 4] !== 0x2d || bytes[from + 7] !== 0x2d) return null;
  const separator = bytes[from + 10];
  if (separator !== 0x54 && separator !== 0x74 && separator !== 0x20) return null;
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31)) return null;
  const clock = readClock(bytes, from + 11, to);
  if (clock === null) return null;
  let end = clock.end;
  while (end < to && bytes[end] !== 0x20 && end < clock.end + 10) end++;
  const offset = end === clock.end ? null : readOffset(bytes, clock.end, end);
  if (offset === undefined) return null;
  return {
    form: 'iso',
    end: Math.min(to, end + 1),
    wall: { ...clock.wall, year, month, day, weekday: null, offset },
  };
}

/** Nearly always `Z` or `+01:00`. */
function readOffset(bytes: Uint8Array, from: number, end: number): number | undefined {
  if (end === from + 1 && bytes[from] === 0x5a) return 0;
  const sign = bytes[from] === 0x2b ? 1 : bytes[from] === 0x2d ? -1 : 0;
  if (end === from + 6 && sign !== 0 && bytes[from + 3] === 0x3a) {
    const hours = twoDigits(bytes, from + 1);
    const minutes = twoDigits(bytes, from + 4);
    if (hours < 24 && minutes < 60) return sign * (hours * 3600 + minutes * 60);
  }
  return parseOffset(String.fromCharCode(...bytes.subarray(from, end)));
}

interface ClockTime {
  readonly end: number;
  readonly wall: Pick<WallTime, 'secondOfDay' | 'nanoseconds' | 'digits'>;
}

/** `16:37:14`, with up to nine digits of a fraction kept. The sixtieth second is a leap second. */
function readClock(bytes: Uint8Array, from: number, to: number): ClockTime | null {
  if (bytes[from + 2] !== 0x3a || bytes[from + 5] !== 0x3a || from + 8 > to) return null;
  const hours = twoDigits(bytes, from);
  const minutes = twoDigits(bytes, from + 3);
  const seconds = twoDigits(bytes, from + 6);
  if (!(hours <= 23 && minutes <= 59 && seconds <= 60)) return null;
  let end = from + 8;
  let nanoseconds = 0;
  let digits = 0;
  if ((bytes[end] === 0x2e || bytes[end] === 0x2c) && isDigit(bytes[end + 1])) {
    for (end++; end < to && isDigit(bytes[end]); end++) {
      if (digits === 9) continue;
      nanoseconds = nanoseconds * 10 + bytes[end]! - 0x30;
      digits++;
    }
    for (let i = digits; i < 9; i++) nanoseconds *= 10;
  }
  return { end, wall: { secondOfDay: hours * 3600 + minutes * 60 + seconds, nanoseconds, digits } };
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** NaN where they are none. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return isDigit(bytes[at]) && isDigit(bytes[at + 1]) ? bytes[at]! * 10 + bytes[at + 1]! - 528 : Number.NaN;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * keepalived -l, and its log files: `Fri Nov 20 16:37:14 2026: `; with nanoseconds, the day left out, where it was built
 * to time its threads: `Fri Nov 16:37:14.123456789 2026: `. OpenWrt's logread has no colon.
 */
function readConsole(text: string): Stamp | null {
  const match = /^(\w{3}) (\w{3}) (?: ?(\d{1,2}) )?(\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d{4})(: ?| |$)/.exec(text);
  const [whole = '', weekday = '', monthName = '', day = '0', time = '', year, after] = match ?? [];
  const month = monthByLetters.get(letters(monthName));
  if (match === null || month === undefined || !weekdays.includes(weekday) || Number(day) > 31) return null;
  const clock = clockOf(time);
  if (clock === null) return null;
  const wall = {
    ...clock,
    year: Number(year),
    month,
    day: Number(day),
    weekday: weekdays.indexOf(weekday),
    offset: null,
  };
  return { form: after?.startsWith(':') ? 'console' : 'syslog', end: whole.length, wall };
}

/** RFC 5424, and `-o short-full`: `Fri 2026-11-20 16:37:14 UTC `. */
function readIso(text: string): Stamp | null {
  const version = /^1 (?=\d{4}-|- )/.exec(text);
  if (version !== null && text[2] === '-') return { form: 'rfc5424', end: 4, wall: null };
  const full = /^[A-Z][a-z]{2} (?=\d{4}-)/.exec(text);
  const skipped = (version ?? full)?.[0].length;
  if (skipped === undefined) return null;
  const stamp = readRfc3339(bytesOf(text), skipped, text.length);
  if (stamp === null || stamp.wall === null) return null;
  if (version !== null) return { ...stamp, form: 'rfc5424' };
  // Of abbreviated zones, only these say the same everywhere.
  const zone = /^(UTC|GMT|[A-Z]{2,5}|[+-]\d\d(?:\d\d)?) /.exec(text.slice(stamp.end));
  const offset = zone === null ? undefined : parseOffset(zone[1] ?? '');
  return {
    ...stamp,
    end: stamp.end + (zone?.[0].length ?? 0),
    wall: { ...stamp.wall, offset: offset ?? null },
  };
}

/** `-o short-unix`: `1763656634.123456 `; `-o short-monotonic` and `short-delta`: `[ 1234.567890] `. */
function readJournal(text: string): Stamp | null {
  const boot = /^\[ *\d+\.\d{6}(?: <[^<>]{1,20}>)? *\] /.exec(text);
  if (boot !== null) return { form: 'syslog', end: boot[0].length, wall: null };
  const [whole, seconds, fraction = ''] = /^(\d{9,11})\.(\d{6}) /.exec(text) ?? [];
  if (whole === undefined) return null;
  const clock = { secondOfDay: Number(seconds), nanoseconds: Number(fraction) * 1000, digits: 6 };
  return {
    form: 'syslog',
    end: whole.length,
    wall: { year: 1970, month: 1, day: 1, weekday: null, offset: 0, ...clock },
  };
}

/** RFC 3164 with the month of another language, `4月 09 16:48:58 `, or with a year: `Nov 20 2026 16:37:14 `. */
function readLocalized(text: string): Stamp | null {
  const match =
    /^([^\s\d]{3,24}|\d{1,2}[^\s\d]{1,3}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?: |:? |$)/.exec(
      text,
    );
  const [whole = '', name = '', day, year, time = ''] = match ?? [];
  if (match === null || Number(day) < 1 || Number(day) > 31) return null;
  const month = monthOf(decode(bytesOf(name)));
  const clock = clockOf(time);
  if (month === undefined || clock === null) return null;
  const wall = { ...clock, year: year === undefined ? null : Number(year), month, day: Number(day), weekday: null };
  return { form: 'syslog', end: whole.length, wall: { ...wall, offset: null } };
}

function letters(name: string): number {
  return (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2);
}

function clockOf(time: string): ClockTime['wall'] | null {
  return readClock(bytesOf(time), 0, time.length)?.wall ?? null;
}

/** Of a text with a character for each byte. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
