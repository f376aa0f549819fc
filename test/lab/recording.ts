import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Namespace, printed } from './namespace.ts';

export interface RecordingOptions {
  /** `any` records the namespace's every interface, in a Linux cooked link type. */
  interface: string;
  linkType?: 'LINUX_SLL' | 'LINUX_SLL2';
}

/** VRRP of both families, VRRP inside AH, and what shows that addresses move. */
const filter = 'ip proto 112 or ip6 proto 112 or ip proto 51 or arp or icmp6';

/** tcpdump writing a file until it is stopped. */
export class Recording {
  readonly file: string;
  readonly #tcpdump: ChildProcess;

  private constructor(file: string, tcpdump: ChildProcess) {
    this.file = file;
    this.#tcpdump = tcpdump;
  }

  static async start(namespace: Namespace, file: string, options: RecordingOptions): Promise<Recording> {
    const linkType = options.linkType === undefined ? [] : ['-y', options.linkType];
    // Without immediate mode the last second is lost at the end; -Z because root's folders are root's.
    const flags = ['-Z', 'root', '-U', '--immediate-mode', '-n', '-i', options.interface, ...linkType, '-w', file];
    const tcpdump = namespace.spawnOnNetwork(['tcpdump', ...flags, filter]);
    await printed(tcpdump, tcpdump.stderr, 'listening on');
    return new Recording(file, tcpdump);
  }

  async stop(): Promise<void> {
    if (this.#tcpdump.exitCode !== null || this.#tcpdump.signalCode !== null) return;
    this.#tcpdump.kill('SIGINT');
    await once(this.#tcpdump, 'exit');
  }
}

/** Waits for the next frame on an interface that the filter takes. */
export async function nextFrame(namespace: Namespace, networkInterface: string, filter: string): Promise<void> {
  await namespace.exec(['tcpdump', '-Z', 'root', '--immediate-mode', '-n', '-c', '1', '-i', networkInterface, filter]);
}
