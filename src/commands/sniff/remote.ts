import { filter, snapLength, taggedFilter } from '../../capture/filter.ts';
import { anyInterface } from '../../capture/interfaces.ts';
import { isVlanRefused } from '../../capture/live-session.ts';
import { openStream } from '../../capture/open.ts';
import { type CaptureEnd, CaptureError, type CaptureSink, type CaptureSource } from '../../capture/source.ts';
import { printable } from '../../model/printable.ts';
import { type NodeCapture, ShellFailure, type ShellNode } from '../../node/shell-node.ts';

/** An interface of another node, by the tcpdump there and ssh; nothing is left on the node. */
export class RemoteCapture implements CaptureSource {
  readonly name: string;
  readonly #node: ShellNode;
  readonly #interfaceName: string;
  #capture: NodeCapture | null = null;
  #stopped = false;

  constructor(node: ShellNode, interfaceName: string) {
    this.name = `${node.name}:${interfaceName}`;
    this.#node = node;
    this.#interfaceName = interfaceName;
  }

  stop(): void {
    this.#stopped = true;
    this.#capture?.stop();
  }

  async run(sink: CaptureSink): Promise<CaptureEnd> {
    try {
      const tagged = this.#interfaceName === anyInterface ? null : await this.#run(sink, taggedFilter);
      return tagged ?? (await this.#run(sink, filter)) ?? { frames: 0, dropped: null, problems: [] };
    } catch (error) {
      if (error instanceof ShellFailure) throw this.#refused(error.message);
      throw error;
    } finally {
      await this.#node.close();
    }
  }

  /** Null where the filter is none for this interface. */
  async #run(sink: CaptureSink, expression: string): Promise<CaptureEnd | null> {
    const request = { interfaceName: this.#interfaceName, filter: expression, snapLength };
    const capture = await this.#node.capture(request);
    this.#capture = capture;
    if (this.#stopped) capture.stop();
    let frames = 0;
    let isListening = false;
    const reading = openStream(this.name, capture.packets).run({
      ...sink,
      packet: (packet) => {
        frames++;
        if (!this.#stopped) sink.packet(packet);
      },
      batch: () => {
        // tcpdump writes the head of its file as soon as it captures.
        if (!isListening && !this.#stopped) sink.listening?.('tcpdump');
        isListening = true;
        return sink.batch();
      },
    });
    // Where the capture fails, its own words are better than those about its file.
    const [broken, failure] = await Promise.all([reading.then(() => null, asCaptureError), capture.ended]);
    if (this.#stopped) return { frames, dropped: null, problems: [] };
    const reason = failure ?? broken?.message ?? 'the connection was lost';
    if (isListening) {
      const message = `the capture on ${printable(this.name)} ends after ${frames} packets: ${printable(reason)}`;
      return { frames, dropped: null, problems: [{ message }] };
    }
    if (isVlanRefused(reason)) return null;
    throw this.#refused(reason);
  }

  #refused(reason: string): CaptureError {
    const said = printable(reason.replace(/^tcpdump: /, '').replace(/\s+/g, ' '));
    const hint = hintFor(said);
    return new CaptureError(`cannot capture on ${printable(this.name)}: ${said}`, hint === null ? {} : { hint });
  }
}

function asCaptureError(error: unknown): CaptureError {
  if (error instanceof CaptureError) return error;
  throw error;
}

function hintFor(said: string): string | null {
  if (said.includes('not installed')) return 'install it on that node: apt install tcpdump, dnf install tcpdump';
  if (/permi(ssion|tted)|password/i.test(said))
    return 'capturing takes root there: log in as root, or let the user run sudo -n tcpdump';
  return null;
}
