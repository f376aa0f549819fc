import { Readable } from 'node:stream';
import { openStream } from '../../src/capture/open.ts';
import { PacketReader } from '../../src/capture/packet-reader.ts';
import type { CaptureSource } from '../../src/capture/source.ts';
import { JsonPrinter, type PrinterOptions, type SniffPrinter, TextPrinter } from '../../src/commands/sniff/printer.ts';
import { SniffSession } from '../../src/commands/sniff/session.ts';
import { createStyle } from '../../src/report/style.ts';
import { Times } from '../../src/report/times.ts';
import { keyOf, type Line, lineProblems } from '../commands/shapes.ts';

export interface PipelineOptions {
  /** Columns of the terminal, null for a pipe. */
  readonly columns: number | null;
  readonly live: boolean;
  /** Length of the pieces in which the reader gets the bytes. */
  readonly pieceLength: number;
}

export interface Sniffed {
  readonly text: string;
  readonly lines: readonly Line[];
  /** What was said to be wrong with the input. */
  readonly problems: readonly string[];
}

const escapes = /\x1b\[\d+m/g;
/** What a terminal obeys, line feeds left out. */
const obeyed = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;

/** Reader, dissector, follower, rules and both reports in this process, as `sniff` puts them together. */
export async function sniffed(bytes: Uint8Array, { columns, live, pieceLength }: PipelineOptions): Promise<Sniffed> {
  const text: string[] = [];
  const json: string[] = [];
  const times = new Times(false);
  const common: Omit<PrinterOptions, 'line' | 'auth'> = { times, stream: true, adverts: true };
  const printers: readonly SniffPrinter[] = [
    new TextPrinter({
      ...common,
      line: (line) => text.push(line),
      auth: (auth) => (JSON.stringify(auth).length > 40 ? '' : `"${auth.replace(/[^\x20-\x7e]/g, '.')}"`),
      style: createStyle({ colour: columns !== null, utf8: true, columns }),
      quiet: false,
      isFiltered: false,
      severalCaptures: live,
    }),
    new JsonPrinter({ ...common, line: (line) => json.push(line), auth: (auth) => auth }),
  ];
  const each = (call: (printer: SniffPrinter) => void): void => {
    for (const printer of printers) call(printer);
  };
  const session = new SniffSession({
    live,
    version: '0.0.0',
    isJson: true,
    expectedVrids: live ? [51] : [],
    printer: {
      packet: (decoded, packet, capture) => each((printer) => printer.packet(decoded, packet, capture)),
      transition: (transition) => each((printer) => printer.transition(transition)),
      priorityChange: (change) => each((printer) => printer.priorityChange(change)),
      finding: (finding) => each((printer) => printer.finding(finding)),
      end: (wire, document) => each((printer) => printer.end(wire, document)),
    },
    context: {
      mark: (secret) => `****(${secret.length})`,
      clock: ({ seconds, nanoseconds }) => times.clock(seconds, nanoseconds, 3),
      rfc3339: (time) => times.rfc3339(time),
    },
    isStreamed: true,
    vrids: [],
    hosts: [],
    visible: (findings) => findings,
    ignored: () => [],
    save: null,
    packetLimit: null,
    limitSeconds: null,
    stop: () => {},
    onProblem: () => {},
  });
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const source = isGzip
    ? openStream('capture.pcap', Readable.from([Buffer.from(bytes)]))
    : sourceOf(bytes, pieceLength, live ? session : null);
  await session.run(
    [{ source, place: source.name }],
    async () => {},
    () => ({ warning: () => {} }),
  );
  session.finish();
  return {
    text: text.join('\n'),
    lines: json.map((line) => JSON.parse(line) as Line),
    problems: session.problems.map(({ message }) => message),
  };
}

/** The bytes as a capture. `clock`: a live capture, on which time passes between packets. */
function sourceOf(bytes: Uint8Array, pieceLength: number, clock: SniffSession | null): CaptureSource {
  return {
    name: 'capture.pcap',
    stop: () => {},
    async run(sink) {
      let last = 0;
      const reader = new PacketReader('capture.pcap', {
        packet: (packet) => {
          sink.packet(packet);
          last = packet.seconds;
        },
      });
      // A live capture looks at the clock once a second: judging at each piece would be all that is measured.
      const piecesToTick = Math.ceil(bytes.length / pieceLength / 100);
      for (let at = 0, piece = 0; at < bytes.length && !reader.finished; at += pieceLength, piece++) {
        reader.push(bytes.subarray(at, at + pieceLength));
        if (piece % piecesToTick === 0) clock?.tick(last + (piece % 7));
      }
      const problem = reader.end();
      return {
        frames: reader.frames,
        dropped: reader.dropped,
        problems: problem === null ? [] : [{ message: problem }],
      };
    },
  };
}

/** What must hold of every answer, whatever the input. Empty when all is well. */
export function complaintsOf({ text, lines, problems }: Sniffed): string[] {
  const complaints: string[] = [];
  const plain = text.replace(escapes, '');
  const bad = obeyed.exec(plain);
  if (bad !== null)
    complaints.push(
      `the text has ${JSON.stringify(bad[0])} in it: ${JSON.stringify(plain.slice(Math.max(0, bad.index - 40), bad.index + 20))}`,
    );
  if (/undefined|NaN|Infinity|\[object|null/.test(plain))
    complaints.push(`the text is no text: ${/.*(undefined|NaN|Infinity|\[object|null).*/.exec(plain)?.[0]}`);
  for (const line of lines) complaints.push(...lineProblems(line));
  const summary = lines.at(-1);
  if (summary?.type !== 'summary') return [...complaints, 'no summary at the end'];
  // One vrid on two segments gives two findings of one subject: their evidence tells them apart.
  const final = summary.findings.map((finding) => keyOf(finding) + JSON.stringify(finding.evidence));
  if (new Set(final).size !== final.length) complaints.push(`a finding stands twice: ${final.sort().join(' ')}`);
  if (summary.errors.length !== problems.length) complaints.push('errors and problems differ');
  const adverts = lines.filter(({ type }) => type === 'advert').length;
  if (adverts !== summary.adverts) complaints.push(`${adverts} adverts were printed, ${summary.adverts} counted`);
  for (const problem of problems) {
    if (problem.includes('\n') || obeyed.test(problem) || problem.length > 200)
      complaints.push(`no clear line: ${JSON.stringify(problem)}`);
  }
  return complaints;
}

/** Runs an input, and throws with all that is wrong. */
export async function check(bytes: Uint8Array, options: PipelineOptions): Promise<Sniffed> {
  const started = performance.now();
  const answer = await sniffed(bytes, options);
  const complaints = complaintsOf(answer);
  const milliseconds = performance.now() - started;
  // A capture of at most a few hundred kilobytes: a second is an eternity, even on a loaded machine.
  if (milliseconds > 3000) complaints.push(`it took ${Math.round(milliseconds)} ms for ${bytes.length} bytes`);
  if (!options.live && options.pieceLength < bytes.length && bytes.length < 20_000) {
    const inOnePiece = await sniffed(bytes, { ...options, pieceLength: bytes.length });
    if (inOnePiece.text !== answer.text) complaints.push('it depends on the pieces in which the bytes come');
  }
  if (complaints.length > 0) throw new Error(complaints.slice(0, 5).join('\n'));
  return answer;
}
