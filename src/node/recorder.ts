import { posix } from 'node:path';
import type { OutputName } from './evidence.ts';
import type { NodeLogs } from './log-file.ts';
import type { FileEntry, LogReach, NodePort, Reading } from './port.ts';

/** In all: evidence that people wrote is far smaller. */
const mostBytes = 192 * 1024 * 1024;
/** Names that a directory of evidence has for itself. */
const own = /^\/(?:commands|captures)(?:\/|$)|^\/manifest\.json$/;

/**
 * A node whose answers are kept: what commands read of it is what they find in its bundle.
 */
export class Recorder implements NodePort {
  readonly name: string;
  /** What was read, by path; null where it could not be. */
  readonly files = new Map<string, Reading>();
  readonly outputs = new Map<OutputName, Reading>();
  readonly #port: NodePort;
  #bytes = 0;

  constructor(port: NodePort) {
    this.name = port.name;
    this.#port = port;
  }

  async readFile(asked: string, limit?: number): Promise<Reading> {
    const path = posix.normalize(asked);
    const reading = await this.#port.readFile(path, limit);
    if (!own.test(path) && path.startsWith('/') && this.files.get(path)?.bytes == null)
      this.files.set(path, this.#kept(reading));
    return reading;
  }

  list(folder: string): Promise<readonly FileEntry[]> {
    return this.#port.list(folder);
  }

  async output(name: OutputName): Promise<Reading> {
    const reading = await this.#port.output(name);
    if (!this.outputs.has(name)) this.outputs.set(name, this.#kept(reading));
    return reading;
  }

  logs(reach: LogReach): Promise<NodeLogs> {
    return this.#port.logs(reach);
  }

  async close(): Promise<void> {}

  /** Without its bytes where there is no more room for them. */
  #kept(reading: Reading): Reading {
    this.#bytes += reading.bytes?.length ?? 0;
    if (this.#bytes <= mostBytes) return reading;
    return { bytes: null, refusal: 'too-large', reason: `the bundle holds ${mostBytes} bytes of the node without it` };
  }
}
