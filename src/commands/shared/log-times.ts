import { BrokenBytes } from '../../bytes/byte-source.ts';
import { inSeconds, type Timestamp } from '../../model/time.ts';
import { type LogFile, UnreadableLog } from '../../node/log-file.ts';
import { SyslogClock } from '../../syslog/clock.ts';
import { LogReader } from '../../syslog/reader.ts';
import { readStamp, type WallTime } from '../../syslog/stamp.ts';
import type { Zone } from '../../syslog/zone.ts';

export interface LogSpan {
  /** Of times that name no offset. */
  readonly zone: Zone;
  /** In which the log ends, where its times name none; null: when the file was last written tells. */
  readonly year: number | null;
  /** Seconds since the epoch: files that end before or begin behind are left out. */
  readonly since: number | null;
  readonly until: number | null;
}

/** A file, and a time that no line of it is later than. */
export interface DatedFile {
  readonly file: LogFile;
  readonly reference: number;
}

/** Samples of a file, to see how often a year ends in it. */
const samples = 64;
const sampleLength = 1024;
/** As much of a file as is read to know when it begins. */
const beginning = 65_536;

/** The files of a log that reach into the span; both are in the order of time. The last one stays, unless it begins behind. */
export async function filesWithin(files: readonly LogFile[], span: LogSpan): Promise<readonly DatedFile[]> {
  const { since, until, year, zone } = span;
  const now = Date.now() / 1000;
  // A day before its end: that is what a clock allows for zones.
  const ended = year === null ? null : zone.toSeconds(Date.UTC(year, 11, 31) / 1000 - 1, null);
  const within: DatedFile[] = [];
  let later: number | null = ended;
  for (const file of files.toReversed()) {
    const written = file.modifiedSeconds ?? now;
    if (since !== null && written < since && file !== files.at(-1)) break;
    const reference = later ?? written;
    if (year !== null || until !== null) {
      const first = await beginningOf({ file, reference }, zone);
      if (year !== null) later = first ?? reference;
      if (first !== null && until !== null && first > until) continue;
    }
    within.unshift({ file, reference });
  }
  return within;
}

/** For one file, from its beginning on. */
export async function clockOf({ file, reference }: DatedFile, zone: Zone): Promise<SyslogClock> {
  return new SyslogClock({ zone, reference, ahead: await timesAhead(file) });
}

/** The time of its first line that has one, seconds since the epoch; null where none has, or it cannot be read. */
async function beginningOf(dated: DatedFile, zone: Zone): Promise<number | null> {
  const { file } = dated;
  let first: Timestamp | null = null;
  try {
    const clock = await clockOf(dated, zone);
    const { name, isNumbered } = file;
    const nothing = { texts: [], interpret: () => null, event: () => {} };
    const reader = new LogReader({ file: name, isNumbered, clock, ...nothing });
    const bytes = await file.open(() => {});
    try {
      for (let length = 0; length < beginning && reader.first === null; ) {
        const piece = await bytes.read();
        if (piece === null) break;
        reader.push(piece.subarray(0, beginning));
        length += piece.length;
      }
      reader.end();
      first = reader.first;
    } finally {
      bytes.close();
    }
  } catch (error) {
    // Reading it will say so.
    if (!(error instanceof UnreadableLog || error instanceof BrokenBytes)) throw error;
  }
  return first === null ? null : inSeconds(first);
}

/** Of lines here and there in the file, and near its end. */
async function timesAhead({ peek, size, isNumbered }: LogFile): Promise<readonly WallTime[]> {
  if (peek === null || size === null) return [];
  const times: WallTime[] = [];
  const count = Math.min(samples, Math.ceil(size / sampleLength));
  for (let i = 1; i <= count; i++) {
    const bytes = await peek(Math.max(0, Math.floor((size * i) / count) - sampleLength), sampleLength);
    const wall = timeIn(bytes, isNumbered);
    if (wall !== null) times.push(wall);
  }
  return times;
}

/** Of the last whole line that has one without a year. */
function timeIn(bytes: Uint8Array, isNumbered: boolean): WallTime | null {
  for (let to = bytes.lastIndexOf(0x0a); to > 0; ) {
    const before = bytes.lastIndexOf(0x0a, to - 1);
    if (before < 0) return null;
    const start = isNumbered ? bytes.indexOf(0x3a, before) : before;
    const { wall } = readStamp(bytes, start + 1, to);
    if (wall !== null) return wall.year === null ? wall : null;
    to = before;
  }
  return null;
}
