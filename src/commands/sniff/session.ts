import { CaptureError, type CaptureProblem, type CaptureSink, type CaptureSource } from '../../capture/source.ts';
import { type Finding, type Ignored, type Severity, severities } from '../../model/finding.ts';
import type { CapturedPacket, WirePacket } from '../../model/packet.ts';
import { emptySnapshot } from '../../model/snapshot.ts';
import { Dissector, linkTypeName, supportsLinkType } from '../../packet/dissect.ts';
import { type Diagnosis, diagnose, findingKey } from '../../rules/engine.ts';
import { rulesOn } from '../../rules/index.ts';
import type { RuleContext } from '../../rules/rule.ts';
import { WireFollower, type WireOptions } from '../../vrrp/wire.ts';
import { Merge } from './merge.ts';
import type { SniffPrinter } from './printer.ts';
import type { PlacedSource } from './sources.ts';

/** Up to this many senders every new fact is judged at once; with more only after as many packets. */
const promptSenders = 16;

const wireRules = rulesOn('wire');

export interface SessionOptions extends WireOptions {
  readonly version: string;
  readonly isJson: boolean;
  readonly printer: SniffPrinter;
  readonly context: RuleContext;
  /** Findings are wanted as they come, not only at the end. */
  readonly isStreamed: boolean;
  /** `--vrid` and `--host`; empty: all. */
  readonly vrids: readonly number[];
  readonly hosts: readonly string[];
  readonly visible: (findings: readonly Finding[]) => readonly Finding[];
  /** What `visible` takes out, and why. */
  readonly ignored: (findings: readonly Finding[]) => readonly Ignored[];
  /** Takes each packet, to save it or not; `isAccepted`: it is decoded, and passes the filters. */
  readonly save: ((packet: CapturedPacket, isAccepted: boolean) => void) | null;
  /** Stop after so many packets that pass the filters, or so many seconds of the capture's own time. */
  readonly packetLimit: number | null;
  readonly limitSeconds: number | null;
  /** Ends all sources. */
  readonly stop: () => void;
  /** Tells at once what could not be read. */
  readonly onProblem: (problem: CaptureProblem) => void;
}

interface SourceProblem extends CaptureProblem {
  readonly source: string;
}

/** Takes the packets of one or several sources through decoding, following and judging, to a printer. */
export class SniffSession {
  readonly wire: WireFollower;
  /** What could not be read, with hints. */
  readonly problems: SourceProblem[] = [];
  readonly #options: SessionOptions;
  /** How grave each finding was when it was last told. */
  readonly #told = new Map<string, Severity>();
  #revision = 0;
  #sinceJudged = 0;
  #followed = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { printer } = options;
    this.wire = new WireFollower(
      options,
      (transition) => printer.transition(transition),
      (change) => printer.priorityChange(change),
    );
  }

  /** Feeds the packets of all sources in, those of files in the order of their times; `flush` is called between chunks. */
  async run(
    placed: readonly PlacedSource[],
    flush: () => Promise<void>,
    handlersOf: (source: CaptureSource) => Pick<CaptureSink, 'warning' | 'listening'>,
  ): Promise<void> {
    for (const { source, place } of placed) this.wire.open(source.name, place);
    const isSpread = new Set(placed.map(({ place }) => place)).size > 1;
    const merge = placed.length > 1 && !this.#options.live ? new Merge() : null;
    const runs = placed.map(({ source }) => {
      const take = this.#takePacketsOf(source);
      const sink: CaptureSink = {
        ...handlersOf(source),
        packet: isSpread ? ofPlace(source.name, take) : take,
        batch: flush,
        interfaceDown: (seconds) => this.wire.disturb(seconds),
        interfaceUp: (seconds) => this.wire.disturb(seconds),
        droppedUntil: (seconds) => this.wire.disturb(seconds),
      };
      return { source, ...(merge?.lane(sink) ?? { sink, end: () => {} }) };
    });
    await Promise.all(runs.map(({ source, sink, end }) => this.#run(source, sink).finally(end)));
  }

  async #run(source: CaptureSource, sink: CaptureSink): Promise<void> {
    const capture = source.name;
    try {
      const { dropped, problems } = await source.run(sink);
      if (dropped !== null) this.wire.dropped = (this.wire.dropped ?? 0) + dropped;
      for (const problem of problems) this.#note({ source: capture, ...problem });
    } catch (error) {
      this.fail(capture, error);
    }
  }

  /** Notes what could not be read or saved; each once. A reader of the saved packets that has gone (`| head`) is no error. */
  fail(source: string, error: unknown): void {
    if (!(error instanceof CaptureError)) throw error;
    const { message, hint, code } = error;
    if (code === 'EPIPE' || this.problems.some((problem) => problem.message === message)) return;
    this.#note({ source, message, ...(hint === undefined ? {} : { hint }) });
  }

  #note(problem: SourceProblem): void {
    this.problems.push(problem);
    this.#options.onProblem(problem);
  }

  /** Time has passed on a live capture. */
  tick(seconds: number): void {
    this.wire.tick(seconds);
    this.#judge();
  }

  /** The end: prints the last word on everything, unless there was nothing to read at all, and returns it. */
  finish(): Diagnosis {
    this.wire.finish();
    const { context, visible, ignored, printer, version, isJson, isStreamed } = this.#options;
    if (isStreamed && isJson) this.#judge();
    const { findings: all, skipped } = diagnose(wireRules, { ...emptySnapshot, wire: this.wire }, context);
    const findings = visible(all);
    const errors = this.problems.map(({ source, message }) => ({ source, message }));
    if (isJson || this.wire.frames > 0 || errors.length === 0)
      printer.end(this.wire, { version, findings, skipped, errors, ignored: ignored(all) });
    return { findings, skipped };
  }

  /** What takes each packet of a source: a closure, so that nothing that stays as it is has to be looked up each time. */
  #takePacketsOf(source: CaptureSource): CaptureSink['packet'] {
    const { wire } = this;
    const { name } = source;
    const { printer, save, isStreamed, packetLimit, limitSeconds, stop, vrids, hosts } = this.#options;
    const isFiltered = vrids.length > 0 || hosts.length > 0;
    const dissector = new Dissector();
    let linkType = Number.NaN;
    return (packet) => {
      if (packet.linkType !== linkType) {
        linkType = packet.linkType;
        this.#checkLinkType(linkType, name);
      }
      if (this.#followed === packetLimit) return;
      if (limitSeconds !== null && wire.secondsUntil(packet) > limitSeconds) {
        stop();
        return;
      }
      wire.see(packet, name);
      const decoded = dissector.dissect(packet);
      const isAccepted = decoded !== null && (!isFiltered || this.#accepts(decoded));
      if (save !== null) save(packet, isAccepted);
      if (isAccepted) {
        if (wire.isCopy(decoded, packet)) return;
        printer.packet(decoded, packet, name);
        wire.add(decoded, packet, name);
        this.#followed++;
        this.#sinceJudged++;
        if (isStreamed && wire.revision !== this.#revision && this.#isTimeToJudge()) this.#judge();
        if (this.#followed === packetLimit) stop();
      } else if (decoded?.type === 'advert') wire.leaveOut(decoded, packet);
    };
  }

  /** What `--vrid` and `--host` leave. An announcement belongs to the virtual routers whose address it announces. */
  #accepts(packet: WirePacket): boolean {
    const { vrids, hosts } = this.#options;
    if (vrids.length > 0) {
      if (packet.type === 'advert' && !vrids.includes(packet.vrid)) return false;
      if (packet.type === 'carp' && !vrids.includes(packet.vhid)) return false;
      if (packet.type === 'garp' && !this.wire.isAdvertised(packet.address)) return false;
    }
    if (hosts.length === 0) return true;
    return packet.type === 'garp'
      ? hosts.includes(packet.address)
      : hosts.includes(packet.src) || hosts.includes(packet.dst);
  }

  /** Judging costs time for each sender: with thousands of them it waits, so that a flood stays linear. */
  #isTimeToJudge(): boolean {
    const { senderCount } = this.wire;
    return senderCount <= promptSenders || this.#sinceJudged >= senderCount * promptSenders;
  }

  #judge(): void {
    this.#revision = this.wire.revision;
    this.#sinceJudged = 0;
    const { context, visible, printer } = this.#options;
    for (const finding of visible(diagnose(wireRules, { ...emptySnapshot, wire: this.wire }, context).findings)) {
      const key = findingKey(finding);
      const told = this.#told.get(key);
      if (told !== undefined && severities.indexOf(told) <= severities.indexOf(finding.severity)) continue;
      this.#told.set(key, finding.severity);
      printer.finding(finding);
    }
  }

  /** A link layer that we cannot read is an input that was not read. */
  #checkLinkType(linkType: number, capture: string): void {
    if (supportsLinkType(linkType)) return;
    this.fail(capture, new CaptureError(`${capture}: cannot read link type ${linkTypeName(linkType)}`));
  }
}

/** With captures of several places, each has interfaces of its own. */
function ofPlace(capture: string, take: CaptureSink['packet']): CaptureSink['packet'] {
  return (packet) => {
    const { interfaceName } = packet;
    const isNamed = interfaceName === null || interfaceName === capture;
    packet.interfaceName = isNamed ? capture : `${capture} ${interfaceName}`;
    take(packet);
    packet.interfaceName = interfaceName;
  };
}
