import { printable } from '../model/printable.ts';
import { anyInterface, InterfaceWatch, requireInterface } from './interfaces.ts';
import { EngineForbidden, EngineMissing, type LiveSession } from './live-session.ts';
import { openPcap } from './pcap-engine.ts';
import { type CaptureEnd, CaptureError, type CaptureSink, type CaptureSource, type Engine } from './source.ts';
import { openTcpdump } from './tcpdump-engine.ts';

export interface LiveOptions {
  /** `any` is all of them, on Linux. */
  readonly interfaceName: string;
  /** `auto` takes the npm package where it is there and allowed to, else tcpdump. */
  readonly engine: 'auto' | Engine;
}

const open: Readonly<Record<Engine, (interfaceName: string, sink: CaptureSink) => Promise<LiveSession>>> = {
  pcap: openPcap,
  tcpdump: openTcpdump,
};

/**
 * Captures VRRP, CARP, and the ARP and neighbour advertisements that go with them, on an interface.
 * `run` rejects with a CaptureError where there is no such interface, no engine or no permission.
 */
export function openLive({ interfaceName, engine }: LiveOptions): CaptureSource {
  return new LiveCapture(interfaceName, enginesFor(interfaceName, engine));
}

/** On all interfaces at once tcpdump tells which one a packet was seen on, which the package does not. */
function enginesFor(interfaceName: string, engine: 'auto' | Engine): readonly Engine[] {
  if (engine !== 'auto') return [engine];
  return interfaceName === anyInterface ? ['tcpdump', 'pcap'] : ['pcap', 'tcpdump'];
}

class LiveCapture implements CaptureSource {
  readonly name: string;
  readonly #engines: readonly Engine[];
  #session: LiveSession | null = null;
  #stopped = false;

  constructor(name: string, engines: readonly Engine[]) {
    this.name = name;
    this.#engines = engines;
  }

  stop(): void {
    this.#stopped = true;
    this.#session?.stop();
  }

  async run(sink: CaptureSink): Promise<CaptureEnd> {
    requireInterface(this.name);
    const [engine, session] = await this.#open(sink);
    this.#session = session;
    if (this.#stopped) session.stop();
    else sink.listening?.(engine);
    const name = printable(this.name);
    let isGone = false;
    const watch = new InterfaceWatch(this.name, {
      down: (since) => {
        sink.warning(`${name} is down: nothing is received until it is up again`);
        sink.interfaceDown?.(since);
      },
      up: (at) => {
        sink.warning(`${name} is up again`);
        sink.interfaceUp?.(at);
      },
      gone: () => {
        isGone = true;
        session.stop();
      },
    });
    try {
      const { frames, dropped, failure } = await session.ended;
      if (this.#stopped || !(isGone || failure !== null)) return { frames, dropped, problems: [] };
      const message =
        failure === null || /disappeared/i.test(failure)
          ? `${name} disappeared: its capture ends after ${frames} packets`
          : `the capture on ${name} ends after ${frames} packets: ${failure}`;
      return { frames, dropped, problems: [{ message }] };
    } finally {
      watch.stop();
    }
  }

  /** The first engine that is there and allowed to. */
  async #open(sink: CaptureSink): Promise<[Engine, LiveSession]> {
    let reason = new CaptureError('there is nothing here to capture with: neither tcpdump nor the npm package pcap', {
      hint: 'install tcpdump: apt install tcpdump, dnf install tcpdump',
    });
    for (const engine of this.#engines) {
      try {
        return [engine, await open[engine](this.name, sink)];
      } catch (error) {
        const isMissing = error instanceof EngineMissing;
        if (!isMissing && !(error instanceof EngineForbidden)) throw error;
        if (!isMissing || this.#engines.length === 1) reason = error;
      }
    }
    throw reason;
  }
}
