import type { LogLine } from '../../src/model/log.ts';
import { type ClockOptions, SyslogClock } from '../../src/syslog/clock.ts';
import { LogReader } from '../../src/syslog/reader.ts';
import { Zone } from '../../src/syslog/zone.ts';

export function zone(name: string): Zone {
  const found = Zone.named(name);
  if (found === undefined) throw new Error(`no zone ${name}`);
  return found;
}

const written = Date.UTC(2026, 10, 20, 17) / 1000;

export interface ReadOptions extends Partial<ClockOptions> {
  readonly texts?: readonly string[];
  readonly interpret?: (tag: string, message: string) => string | null;
  /** Lengths of pieces that the bytes come in; one piece where it is left out. */
  readonly pieceLength?: number;
}

/** What a LogReader makes of a log; each line says its message unless `interpret` has it otherwise. */
export function readLines(log: string | Uint8Array, options: ReadOptions = {}) {
  const { zone: its = zone('UTC'), reference = written, ahead = [], texts = ['palived'], pieceLength } = options;
  const lines: LogLine[] = [];
  const reader = new LogReader<string>({
    file: 'log',
    isNumbered: false,
    clock: new SyslogClock({ zone: its, reference, ahead }),
    texts,
    interpret: options.interpret ?? ((_tag, message) => message),
    event: (line) => lines.push(line),
  });
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log;
  const length = pieceLength ?? Math.max(1, bytes.length);
  for (let at = 0; at < bytes.length; at += length) reader.push(bytes.subarray(at, at + length));
  reader.end();
  return { reader, lines };
}

/** The only line of a log. */
export function readLine(log: string | Uint8Array, options: ReadOptions = {}): LogLine {
  const { lines } = readLines(log, options);
  if (lines.length !== 1 || lines[0] === undefined) throw new Error(`${lines.length} lines`);
  return lines[0];
}
