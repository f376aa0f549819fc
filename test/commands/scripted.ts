import type { CaptureSource } from '../../src/capture/source.ts';
import { JsonPrinter } from '../../src/commands/sniff/printer.ts';
import { SniffSession } from '../../src/commands/sniff/session.ts';
import { Times } from '../../src/report/times.ts';
import { packetOf, type Step } from '../vrrp/timeline.ts';
import { type Line, sniffLines } from './shapes.ts';

interface Scripted {
  /** Where time runs by itself, so that silence is judged as well. */
  readonly live?: boolean;
  readonly vrids?: readonly number[];
  readonly hosts?: readonly string[];
}

/** A session that prints as `sniff --json` does. */
export function jsonSession(
  line: (line: string) => void,
  { live = false, vrids = [], hosts = [] }: Scripted = {},
): SniffSession {
  const times = new Times(true);
  return new SniffSession({
    live,
    version: '0.0.0',
    isJson: true,
    expectedVrids: vrids,
    printer: new JsonPrinter({ line, times, stream: true, adverts: true, auth: (auth) => auth }),
    context: { mark: () => '****(a1f3)', clock: () => '00:00', rfc3339: (time) => times.rfc3339(time) },
    isStreamed: true,
    vrids,
    hosts,
    visible: (findings) => findings,
    ignored: () => [],
    save: null,
    packetLimit: null,
    limitSeconds: null,
    stop: () => {},
    onProblem: () => {},
  });
}

/** What `sniff --json` prints of a scripted capture, line by line. */
export async function sniffed(
  steps: readonly Step[],
  { live = false, vrids = [], hosts = [] }: Scripted = {},
): Promise<Line[]> {
  const lines: string[] = [];
  const session = jsonSession((line) => lines.push(line), { live, vrids, hosts });
  const source: CaptureSource = {
    name: 'eth0',
    async run(sink) {
      let frames = 0;
      for (const step of steps.toSorted((a, b) => a.at - b.at)) {
        const packet = packetOf(step, frames + 1);
        // The clock of a live capture ticks while nothing comes.
        if (live) session.tick(packet.seconds + packet.nanoseconds / 1e9 - 1e-3);
        if ('other' in step) continue;
        frames++;
        sink.packet(packet);
      }
      return { frames, dropped: 0, problems: [] };
    },
    stop: () => {},
  };
  await session.run(
    [{ source, place: source.name }],
    async () => {},
    () => ({ warning: () => {} }),
  );
  session.finish();
  return sniffLines(`${lines.join('\n')}\n`);
}
