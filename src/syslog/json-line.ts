import type { Timestamp } from '../model/time.ts';
import { type Rest, readMessage } from './rest.ts';
import { readStamp, type WallTime } from './stamp.ts';
import { decode } from './text.ts';

/** A line of journalctl -o json, or of Docker's json-file driver. */
export interface JsonLine extends Rest {
  /** The journal counts from the epoch, Docker writes UTC. */
  readonly time: Timestamp | WallTime | null;
}

/** null where the text is no JSON, or not of one of these. */
export function readJsonLine(text: string): JsonLine | null {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof entry !== 'object' || entry === null) return null;
  const fields = entry as Readonly<Record<string, unknown>>;
  if ('__REALTIME_TIMESTAMP' in fields || 'MESSAGE' in fields) return readJournal(fields);
  return typeof fields['log'] === 'string' ? readDocker(fields['log'], fields['time']) : null;
}

/** systemd.journal-fields(7); when it was sent, where known, rather than when it arrived. */
function readJournal(fields: Readonly<Record<string, unknown>>): JsonLine {
  const field = (...names: readonly string[]) => {
    for (const name of names) {
      const value = textOf(fields[name]);
      if (value !== null) return value;
    }
    return null;
  };
  const pid = field('SYSLOG_PID', '_PID');
  const microseconds = field('_SOURCE_REALTIME_TIMESTAMP', '__REALTIME_TIMESTAMP') ?? '';
  const rest = {
    host: field('_HOSTNAME'),
    tag: field('SYSLOG_IDENTIFIER', '_COMM') ?? '',
    pid: pid !== null && /^\d{1,10}$/.test(pid) ? Number(pid) : null,
    message: field('MESSAGE') ?? '',
  };
  return { ...readMessage(rest), time: /^\d{1,17}$/.test(microseconds) ? ofMicroseconds(microseconds) : null };
}

/** A field is text; an array of bytes where it is no UTF-8 or holds control characters; an array of those where it is several. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  const bytes = value.filter((byte): byte is number => typeof byte === 'number');
  return bytes.length === value.length ? decode(Uint8Array.from(bytes)) : textOf(value[0]);
}

function ofMicroseconds(text: string): Timestamp {
  const seconds = Number(text.slice(0, -6));
  return { seconds, nanoseconds: Number(text.slice(-6)) * 1000, digits: 6 };
}

function readDocker(log: string, time: unknown): JsonLine {
  const bytes = typeof time === 'string' ? new TextEncoder().encode(time) : new Uint8Array(0);
  const { wall } = readStamp(bytes, 0, bytes.length);
  const rest = { host: null, tag: '', pid: null, message: log.replace(/\r?\n$/, '') };
  return { ...readMessage(rest), time: wall };
}
