import { tellingTexts } from '../../../src/keepalived/messages/parse.ts';
import type { LogEvent, LoggedEvent } from '../../../src/model/log.ts';
import { SyslogClock } from '../../../src/syslog/clock.ts';
import { LogReader } from '../../../src/syslog/reader.ts';
import { Zone } from '../../../src/syslog/zone.ts';

/** The events of a log, with their lines, as the command will read them. */
export function readEvents(
  file: string,
  bytes: Uint8Array,
  interpret: (tag: string, message: string) => LogEvent | null,
): LoggedEvent[] {
  const zone = Zone.named('UTC');
  if (zone === undefined) throw new Error('no UTC');
  const events: LoggedEvent[] = [];
  const reader = new LogReader<LogEvent>({
    file,
    isNumbered: false,
    clock: new SyslogClock({ zone, reference: Date.UTC(2026, 10, 20) / 1000, ahead: [] }),
    texts: tellingTexts,
    interpret,
    event: (line, event) => events.push({ line, event }),
  });
  reader.push(bytes);
  reader.end();
  return events;
}
