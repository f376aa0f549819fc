import type { LogLine } from '../model/log.ts';
import type { Timestamp } from '../model/time.ts';
import { type ByteSearch, byteSearch } from './byte-search.ts';
import type { SyslogClock } from './clock.ts';
import { readJsonLine } from './json-line.ts';
import { LineMemo } from './line-memo.ts';
import { type Rest, readRest } from './rest.ts';
import { isDigit, readStamp, type StampForm } from './stamp.ts';
import { decode } from './text.ts';

export interface LogReading<Event> {
  /** As LogLine names it. */
  readonly file: string;
  /** Only some lines are there, each with its number in front of it, as grep -n prints it. */
  readonly isNumbered: boolean;
  readonly clock: SyslogClock;
  /** ASCII texts of four letters or more: a line of a system's log is only looked at where it has one of them. */
  readonly texts: readonly string[];
  /** What a line says; null where that is nothing. Asked once for lines that are alike. */
  interpret(tag: string, message: string): Event | null;
  /** Called for each line that says something, in the order of the file. */
  event(line: LogLine, event: Event): void;
}

/** A line that is longer is damage, and is not read. */
const longestLine = 262_144;
const windowLength = 4 * longestLine;
/** Lines at the beginning that are all looked at, to see whether the log has tags to go by. */
const sampleLines = 64;
/** Lines that are too long are named one by one up to here. */
const mostNamed = 3;

/** What stands behind the time of a line, and what that says. */
interface Known<Event> extends Rest {
  readonly event: Event | null;
}

const formNumbers: Readonly<Record<StampForm, number>> = { none: 0, syslog: 1, iso: 2, rfc5424: 3, console: 4 };
/** What systemctl status prints above its lines of the log, and journalctl between them. */
const ofSystemctl =
  /^(?:[●×○↻│├└]|(?:Loaded|Drop-In|Active|Docs|Process|Main PID|Status|Tasks|Memory|CPU|CGroup): |-- )/u;

/**
 * Reads a log from pieces of bytes: finds the lines that can matter, and counts the others without looking at them. Forms
 * may change from line to line. Memory stays bounded, whatever the file holds.
 */
export class LogReader<Event> {
  readonly #reading: LogReading<Event>;
  readonly #search: ByteSearch;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #texts: readonly Uint8Array[];
  readonly #memo = new LineMemo<Known<Event>>();
  readonly #stamp = new LastStamp();
  /** The window holds [0..filled), from the beginning of a line on. */
  #filled = 0;
  /** Within a line that is too long. */
  #skipping = false;
  #tooLong: number[] = [];
  #tooLongCount = 0;
  #looksAtAll: boolean | null = null;
  #untagged = 0;
  lines = 0;
  matched = 0;
  first: Timestamp | null = null;
  last: Timestamp | null = null;

  constructor(reading: LogReading<Event>) {
    this.#reading = reading;
    this.#search = byteSearch(windowLength, reading.texts);
    this.#bytes = this.#search.bytes;
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset);
    const encoder = new TextEncoder();
    this.#texts = reading.texts.map((text) => encoder.encode(text));
  }

  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + windowLength - this.#filled);
      at += taken.length;
      this.#bytes.set(taken, this.#filled);
      const before = this.#filled;
      this.#filled += taken.length;
      const lineFeed = this.#bytes.subarray(before, this.#filled).lastIndexOf(0x0a);
      if (lineFeed >= 0) this.#take(before + lineFeed + 1);
      this.#dropBlank();
      if (this.#filled > longestLine) this.#skip();
    }
  }

  /** The last line may lack its line feed. */
  end(): void {
    if (this.#filled > 0 || this.#skipping) this.push(Uint8Array.of(0x0a));
  }

  /** What could not be read, as phrases about the file. */
  get problems(): readonly string[] {
    const named = this.#tooLong.map((line) => `line ${line} is longer than ${longestLine} bytes and is not read`);
    const more = this.#tooLongCount - named.length;
    return more > 0 ? [...named, `so are ${more} more lines`] : named;
  }

  /** Reads the lines in [0..to), and moves what is behind them to the front. */
  #take(to: number): void {
    let from = 0;
    if (this.#skipping) {
      from = this.#bytes.indexOf(0x0a) + 1;
      this.#skipping = false;
      this.lines += 1;
    }
    while (from < to && this.lines < sampleLines) from = this.#line(from);
    if (from < to) {
      this.#looksAtAll ??= this.#reading.isNumbered || this.#untagged > sampleLines / 2;
      if (this.#looksAtAll) while (from < to) from = this.#line(from);
      else this.#find(from, to);
    }
    this.#bytes.copyWithin(0, to, this.#filled);
    this.#filled -= to;
  }

  /** Reads the lines with one of the texts. The last line is looked at for its time. */
  #find(from: number, to: number): void {
    let counted = from;
    for (let at = from; ; ) {
      at = this.#search.find(at, to);
      if (at >= to) break;
      if (!this.#isText(at)) {
        at += 1;
        continue;
      }
      // Nearly always the next line, in a log of keepalived alone.
      const isNext = this.#search.lineFeed(counted, at) === at;
      const start = isNext ? counted : this.#bytes.lastIndexOf(0x0a, at) + 1;
      if (!isNext) this.lines += this.#search.countLines(counted, start);
      at = this.#line(start);
      counted = at;
    }
    if (counted === to) return;
    this.lines += this.#search.countLines(counted, to);
    const start = Math.max(from, this.#bytes.lastIndexOf(0x0a, to - 2) + 1);
    this.#seen(this.#timeOf(start, to - 1));
  }

  #isText(at: number): boolean {
    const bytes = this.#bytes;
    for (const text of this.#texts) {
      let i = 0;
      while (i < text.length && bytes[at + i] === text[i]) i++;
      if (i === text.length) return true;
    }
    return false;
  }

  /** Reads the line that begins there; returns where the next one does. */
  #line(start: number): number {
    const bytes = this.#bytes;
    const lineFeed = this.#search.lineFeed(start, this.#filled);
    let from = start;
    if (this.#reading.isNumbered) {
      const number = numberAt(bytes, start, lineFeed);
      // The first and the last line are there in any case, and once more where they matter.
      if (number.value <= this.lines) return lineFeed + 1;
      this.lines = number.value;
      from = number.end;
    } else {
      this.lines += 1;
    }
    let to = lineFeed;
    while (to > from && isBlank(bytes[to - 1])) to--;
    if (isByteOrderMark(bytes, from)) from += 3;
    while (from < to && isBlank(bytes[from])) from++;
    if (from >= to) return lineFeed + 1;
    if (bytes[from] === 0x7b) this.#json(from, to);
    else this.#text(from, to);
    return lineFeed + 1;
  }

  #text(from: number, to: number): void {
    this.#stamp.read(this.#bytes, from, to, this.#reading.clock);
    const { form, time, end } = this.#stamp;
    this.#seen(time);
    const kind = formNumbers[form];
    let known = this.#memo.get(this.#bytes, this.#view, end, to, kind);
    if (known === undefined) {
      known = this.#understand(decode(this.#bytes.subarray(end, to)), form);
      this.#memo.keep(this.#bytes, end, to, kind, known);
    }
    this.#deliver(time, known);
  }

  #understand(text: string, form: StampForm): Known<Event> {
    if (form === 'none' && ofSystemctl.test(text))
      return { host: null, tag: '', pid: null, message: text, event: null };
    const rest = readRest(text, form);
    return { ...rest, event: this.#reading.interpret(rest.tag, rest.message) };
  }

  #json(from: number, to: number): void {
    const line = readJsonLine(decode(this.#bytes.subarray(from, to)));
    if (line === null) return;
    const time = line.time !== null && 'month' in line.time ? this.#reading.clock.place(line.time) : line.time;
    this.#seen(time);
    this.#deliver(time, { ...line, event: this.#reading.interpret(line.tag, line.message) });
  }

  #deliver(time: Timestamp | null, { host, tag, pid, message, event }: Known<Event>): void {
    if (tag === '' && this.#looksAtAll === null) this.#untagged += 1;
    if (event === null) return;
    this.matched += 1;
    this.#reading.event({ file: this.#reading.file, line: this.lines, time, host, tag, pid, message }, event);
  }

  #timeOf(from: number, to: number): Timestamp | null {
    if (this.#bytes[from] !== 0x7b) {
      this.#stamp.read(this.#bytes, from, to, this.#reading.clock);
      return this.#stamp.time;
    }
    const time = readJsonLine(decode(this.#bytes.subarray(from, to)))?.time ?? null;
    return time !== null && 'month' in time ? this.#reading.clock.place(time) : time;
  }

  #seen(time: Timestamp | null): void {
    if (time === null) return;
    this.first ??= time;
    this.last = time;
  }

  /** Zeros are what a crash leaves in a log: they may be many, and the line behind them is whole. */
  #dropBlank(): void {
    if (this.#bytes[0] !== 0 || this.#filled === 0) return;
    let zeros = 0;
    while (zeros < this.#filled && this.#bytes[zeros] === 0) zeros++;
    this.#bytes.copyWithin(0, zeros, this.#filled);
    this.#filled -= zeros;
  }

  #skip(): void {
    this.#filled = 0;
    if (this.#skipping) return;
    this.#skipping = true;
    this.#tooLongCount += 1;
    if (this.#tooLong.length < mostNamed) this.#tooLong.push(this.lines + 1);
  }
}

/** The time of a line, by that of the line before: lines come in bursts, and within a second only a fraction differs. */
class LastStamp {
  readonly #bytes = new Uint8Array(128);
  #length = 0;
  /** Where the digits of a fraction stand; nowhere where they are equal. */
  #fractionFrom = 0;
  #fractionTo = 0;
  form: StampForm = 'none';
  /** Where what follows the time begins. */
  end = 0;
  time: Timestamp | null = null;

  read(bytes: Uint8Array, from: number, to: number, clock: SyslogClock): void {
    if (this.#isAgain(bytes, from, to)) {
      this.end = from + this.#length;
      return;
    }
    const { form, end, wall } = readStamp(bytes, from, to);
    this.form = form;
    this.end = end;
    this.time = wall === null ? null : clock.place(wall);
    this.#length = this.time === null || end === to ? 0 : end - from;
    this.#bytes.set(bytes.subarray(from, end));
    this.#findFraction(wall?.digits ?? 0);
  }

  #findFraction(digits: number): void {
    const point = digits === 0 ? -1 : this.#bytes.subarray(0, this.#length).indexOf(0x2e);
    this.#fractionFrom = point < 0 ? this.#length : point + 1;
    this.#fractionTo = point < 0 ? this.#length : point + 1 + digits;
    if (isDigit(this.#bytes[this.#fractionTo])) this.#length = 0;
  }

  #isAgain(bytes: Uint8Array, from: number, to: number): boolean {
    const length = this.#length;
    const mine = this.#bytes;
    if (length === 0 || from + length > to) return false;
    const fractionFrom = this.#fractionFrom;
    for (let i = 0; i < fractionFrom; i++) if (bytes[from + i] !== mine[i]) return false;
    if (fractionFrom === length) return true;
    const fractionTo = this.#fractionTo;
    for (let i = fractionTo; i < length; i++) if (bytes[from + i] !== mine[i]) return false;
    let nanoseconds = 0;
    for (let i = fractionFrom; i < fractionTo; i++) {
      const digit = bytes[from + i]! - 0x30;
      if (digit < 0 || digit > 9) return false;
      nanoseconds = nanoseconds * 10 + digit;
    }
    const { seconds, digits } = this.time!;
    for (let i = digits; i < 9; i++) nanoseconds *= 10;
    this.time = { seconds, nanoseconds, digits };
    return true;
  }
}

/** `4711:`; 0 where there is none. */
function numberAt(bytes: Uint8Array, from: number, to: number): { readonly value: number; readonly end: number } {
  const colon = bytes.subarray(from, Math.min(to, from + 16)).indexOf(0x3a);
  const digits = String.fromCharCode(...bytes.subarray(from, from + Math.max(0, colon)));
  return { value: /^\d{1,15}$/.test(digits) ? Number(digits) : 0, end: from + colon + 1 };
}

/** White space, and zeros that a crash left. */
function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && byte <= 0x20;
}

function isByteOrderMark(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
}
