import type { Finding } from '../../model/finding.ts';
import type { CapturedPacket, Garp, WirePacket } from '../../model/packet.ts';
import { printable } from '../../model/printable.ts';
import type { Timestamp } from '../../model/time.ts';
import type { PriorityChange, Transition, Wire } from '../../model/wire.ts';
import { type AuthText, type Columns, renderAdvert, renderCarp, renderGarp } from '../../report/advert-line.ts';
import { renderPriorityChange, renderRouters, renderTransition } from '../../report/election.ts';
import { countFindings, renderFindings, renderHeadline, renderIgnored } from '../../report/finding.ts';
import {
  type Document,
  findingJson,
  jsonText,
  packetJsonHead,
  packetJsonTail,
  sniffSummaryJson,
  transitionJson,
} from '../../report/json.ts';
import type { Style } from '../../report/style.ts';
import { drawTable } from '../../report/table.ts';
import type { Times } from '../../report/times.ts';
import { wrap } from '../../report/wrap.ts';

/** How sniff's output looks: what it prints as packets come, and at the end. */
export interface SniffPrinter {
  packet(decoded: WirePacket, packet: CapturedPacket, capture: string): void;
  transition(transition: Transition): void;
  priorityChange(change: PriorityChange): void;
  /** A finding that has just become true. */
  finding(finding: Finding): void;
  end(wire: Wire, document: Document): void;
}

export interface PrinterOptions {
  readonly line: (text: string) => void;
  readonly times: Times;
  /** Print packets, transitions and findings as they come. */
  readonly stream: boolean;
  readonly adverts: boolean;
  readonly auth: AuthText;
}

/** Packets repeat: what is the same for all of equal content is rendered once. */
const tailLimit = 1024;
/** Only of adverts that list no more addresses: hostile ones list 255, each another. */
const tailAddresses = 16;

/** Remembers the text of each packet object, as long as the layout stays as it is. */
class Tails {
  readonly #tails = new Map<WirePacket, string>();
  readonly #render: (packet: WirePacket) => string;
  readonly #layout: () => string;

  constructor(render: (packet: WirePacket) => string, layout: () => string) {
    this.#render = render;
    this.#layout = layout;
  }

  of(packet: WirePacket): string {
    const known = this.#tails.get(packet);
    if (known !== undefined) return known;
    const layout = this.#layout();
    const tail = this.#render(packet);
    if (this.#tails.size >= tailLimit || this.#layout() !== layout) this.#tails.clear();
    if (packet.type !== 'advert' || packet.addrs.length <= tailAddresses) this.#tails.set(packet, tail);
    return tail;
  }
}

/** `--json`: an object a line. */
export class JsonPrinter implements SniffPrinter {
  readonly #options: PrinterOptions;
  readonly #tails: Tails;
  #capture = '';
  #captureJson = '""';

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#tails = new Tails(
      (packet) => packetJsonTail(packet, options.auth),
      () => '',
    );
  }

  packet(decoded: WirePacket, { seconds, nanoseconds, timeDigits, frame }: CapturedPacket, capture: string): void {
    const { line, times, stream, adverts } = this.#options;
    if (!stream || (decoded.type === 'advert' && !adverts)) return;
    if (capture !== this.#capture) {
      this.#capture = capture;
      this.#captureJson = jsonText(capture);
    }
    const time = times.rfc3339({ seconds, nanoseconds, digits: timeDigits });
    line(packetJsonHead(decoded.type, time, frame, this.#captureJson) + this.#tails.of(decoded));
  }

  transition(transition: Transition): void {
    if (this.#options.stream) this.#options.line(transitionJson(transition, this.#options.times));
  }

  /** The adverts say it, and the summary lists it. */
  priorityChange(): void {}

  finding(finding: Finding): void {
    if (this.#options.stream) this.#options.line(findingJson(finding));
  }

  end(wire: Wire, document: Document): void {
    this.#options.line(sniffSummaryJson(wire, document, this.#options.times));
  }
}

export interface TextOptions extends PrinterOptions {
  readonly style: Style;
  /** Findings, and nothing else. */
  readonly quiet: boolean;
  /** `--vrid` or `--host` leave something out. */
  readonly isFiltered: boolean;
  /** Name the interface in each line: there are several. */
  readonly severalCaptures: boolean;
}

/** Below this width times are cut to milliseconds, so that the fields have room. */
const narrow = 110;

/** Text for people: aligned advert lines, transitions and findings between them, and a table at the end. */
export class TextPrinter implements SniffPrinter {
  readonly #options: TextOptions;
  readonly #columns: Columns = { addresses: 0, leftOut: 0 };
  readonly #tails: Tails;
  /** Digits of the seconds' fraction, null for all that the source has; columns behind the time, null for any. */
  readonly #timeDigits: number | null;
  readonly #room: number | null;
  #date = '';
  #lines = 0;
  /** When each address was last announced where, seconds since the epoch. */
  readonly #announcements = new Map<string, number>();

  constructor(options: TextOptions) {
    this.#options = options;
    const { style, auth } = options;
    this.#timeDigits = style.columns !== null && style.columns < narrow ? 3 : null;
    const timeWidth = this.#timeDigits === null ? '00:00:00.000000  '.length : '00:00:00.000 '.length;
    this.#room = style.columns === null ? null : style.columns - timeWidth;
    const room = this.#room;
    this.#tails = new Tails(
      (packet) => {
        if (packet.type === 'advert') return renderAdvert(packet, this.#columns, room, style, auth);
        return packet.type === 'garp'
          ? renderGarp(packet, room, style)
          : renderCarp(packet, this.#columns, room, style);
      },
      () => `${this.#columns.addresses} ${this.#columns.leftOut}`,
    );
  }

  packet(decoded: WirePacket, packet: CapturedPacket, capture: string): void {
    const { stream, adverts, severalCaptures, quiet } = this.#options;
    if (!stream || quiet || (decoded.type === 'advert' && !adverts)) return;
    if (decoded.type === 'garp' && this.#isRepeated(decoded, packet.seconds)) return;
    const { seconds, nanoseconds, timeDigits } = packet;
    const where = severalCaptures ? `${printable(packet.interfaceName ?? capture)}  ` : '';
    this.#timed(seconds, nanoseconds, timeDigits, where + this.#tails.of(decoded));
  }

  transition(transition: Transition): void {
    if (!this.#options.stream || this.#options.quiet) return;
    const { seconds, nanoseconds, digits } = transition.at.time;
    this.#timed(
      seconds,
      nanoseconds,
      digits,
      renderTransition(transition, this.#options.style, this.#room, this.#options.severalCaptures),
    );
  }

  priorityChange(change: PriorityChange): void {
    const { stream, quiet, style, severalCaptures } = this.#options;
    if (!stream || quiet) return;
    const { seconds, nanoseconds, digits } = change.at.time;
    this.#timed(seconds, nanoseconds, digits, renderPriorityChange(change, style, this.#room, severalCaptures));
  }

  finding(finding: Finding): void {
    // At the end every finding stands with its evidence; an info can wait until then.
    if (!this.#options.stream || this.#options.quiet || finding.severity === 'info') return;
    this.#print(renderHeadline(finding, this.#options.style));
  }

  end(wire: Wire, { findings, ignored }: Document): void {
    const { style, quiet, line } = this.#options;
    if (quiet) {
      if (findings.length > 0) line(renderFindings(findings, style));
      return;
    }
    const parts = [
      ...(wire.routers.length > 0
        ? [renderRouters(wire.routers, style, this.#options.severalCaptures, drawTable)]
        : []),
      ...(findings.length > 0 ? [renderFindings(findings, style)] : []),
      ...(ignored.length > 0 ? [renderIgnored(ignored, style)] : []),
      this.#closing(wire, findings, ignored.length > 0),
    ];
    line((this.#lines > 0 ? '\n' : '') + parts.join('\n\n'));
  }

  /** What was read, and the verdict in a word. */
  #closing(wire: Wire, findings: readonly Finding[], isIgnoring: boolean): string {
    const { times, style, isFiltered } = this.#options;
    const span = wire.start === null || wire.end === null ? '' : `, ${spanOf(times, wire.start, wire.end)}`;
    const drops = wire.dropped === null || wire.dropped === 0 ? '' : `, ${count(wire.dropped, 'packet')} dropped`;
    const others =
      wire.uncountedAdverts === 0
        ? ''
        : `, ${count(wire.uncountedAdverts, 'advert')} of further senders counted together`;
    const copies = wire.copies === 0 ? '' : `, ${count(wire.copies, 'copy', 'copies')} on other interfaces`;
    const isWell = findings.length === 0 && wire.adverts > 0;
    const nothing = isFiltered ? 'no adverts of that vrid or host' : 'no VRRP';
    const plain =
      findings.length > 0
        ? countFindings(findings)
        : isWell
          ? `nothing ${isIgnoring ? 'else ' : ''}wrong on the wire`
          : nothing;
    const painted = isWell ? style.master(plain) : plain;
    const figures = `  ${count(wire.frames, 'frame')}, ${count(wire.adverts, 'advert')}${others}${copies}${drops}${span}`;
    const fits = style.columns === null || plain.length + figures.length <= style.columns;
    return `${painted}${fits ? '' : '\n'}${style.dim(fits ? figures : wrap(figures, style.columns, 2))}`;
  }

  /** keepalived announces an address five times at once; one line says it. */
  #isRepeated({ address, mac }: Garp, seconds: number): boolean {
    const key = `${address} ${mac}`;
    const last = this.#announcements.get(key);
    if (this.#announcements.size >= tailLimit) this.#announcements.clear();
    this.#announcements.set(key, seconds);
    return last !== undefined && seconds - last <= 1;
  }

  #timed(seconds: number, nanoseconds: number, digits: number, text: string): void {
    const { times, style } = this.#options;
    const date = times.date({ seconds, nanoseconds, digits });
    if (date !== this.#date) {
      // A capture over midnight says so; one within a day has its date at the end.
      if (this.#date !== '') this.#print(style.dim(date));
      this.#date = date;
    }
    const gap = this.#timeDigits === null ? '  ' : ' ';
    this.#print(times.clock(seconds, nanoseconds, this.#timeDigits ?? digits) + gap + text);
  }

  #print(text: string): void {
    this.#lines++;
    this.#options.line(text);
  }
}

/** `2026-11-20 18:41:59 to 18:42:11`, with the second date where it is another. */
function spanOf(times: Times, start: Timestamp, end: Timestamp): string {
  const [from, to] = [times.date(start), times.date(end)];
  const clock = ({ seconds, nanoseconds }: Timestamp) => times.clock(seconds, nanoseconds, 0);
  return `${from} ${clock(start)} to ${to === from ? '' : `${to} `}${clock(end)}`;
}

function count(value: number, noun: string, plural = `${noun}s`): string {
  return `${value} ${value === 1 ? noun : plural}`;
}
