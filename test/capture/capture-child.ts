import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import type { CaptureEnd } from '../../src/capture/source.ts';
import type { ChildOptions } from './child.ts';

const here = dirname(fileURLToPath(import.meta.url));
// Inside node_modules, from where the addon is found.
const folder = join(here, '../../node_modules/.cache/ha-doctor');
const name = `capture-child-${process.pid}-${Math.random().toString(36).slice(2)}.mjs`;
const bundle = join(folder, name);
/** The same where no addon is found. */
const lonelyBundle = join(tmpdir(), name);

/** Makes `CaptureChild` work in the test file that calls it. */
export function bundleChild(): void {
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    await build({
      entryPoints: [join(here, 'child.ts')],
      outfile: bundle,
      bundle: true,
      packages: 'external',
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
    });
    copyFileSync(bundle, lonelyBundle);
  });
  afterAll(() => {
    for (const file of [bundle, lonelyBundle]) rmSync(file, { force: true });
  });
}

export interface PacketEvent {
  readonly packet: number | null;
  readonly name: string;
  readonly frame: number;
  readonly linkType: number;
  readonly interfaceName: string | null;
  readonly length: number;
  readonly originalLength: number;
  readonly latencySeconds: number;
}

interface Event extends Partial<PacketEvent> {
  readonly warning?: string;
  readonly listening?: string;
  readonly down?: number;
  readonly up?: number;
  readonly droppedUntil?: number;
  readonly end?: CaptureEnd;
  readonly error?: string;
  readonly hint?: string;
}

export interface Surroundings {
  /** A command that runs another one: enters a namespace, redirects stdin. */
  readonly prefix?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly withoutAddon?: boolean;
}

/** A process that captures. */
export class CaptureChild {
  readonly events: Event[] = [];
  readonly process: ChildProcessByStdio<Writable, Readable, null>;

  constructor(options: ChildOptions, { prefix = [], environment, withoutAddon = false }: Surroundings = {}) {
    const command = [process.execPath, withoutAddon ? lonelyBundle : bundle, JSON.stringify(options)];
    const [program = '', ...args] = [...prefix, ...command];
    this.process = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    this.process.stdin.on('error', () => {});
    createInterface({ input: this.process.stdout }).on('line', (line) => this.events.push(JSON.parse(line)));
  }

  get packets(): readonly PacketEvent[] {
    return this.events.filter((event): event is PacketEvent => event.frame !== undefined);
  }

  get hasDroppedEvents(): boolean {
    return this.events.some(({ droppedUntil }) => droppedUntil !== undefined);
  }

  /** The numbers of our own packets, in the order in which they came. */
  get numbers(): readonly number[] {
    return this.packets.flatMap(({ packet }) => packet ?? []);
  }

  /** Waits for the first event of which this is true; fails where it does not come. */
  async until(isIt: (event: Event) => boolean, milliseconds = 10_000): Promise<Event> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const event = this.events.find(isIt);
      if (event !== undefined) return event;
      if (Date.now() > deadline) throw new Error(`in vain, after ${JSON.stringify(this.events.slice(-20))}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async listening(sources = 1): Promise<void> {
    await this.until(() => this.events.filter(({ listening }) => listening !== undefined).length >= sources);
  }

  stop(): void {
    this.process.stdin.write('stop\n');
  }

  /** Waits until the process has ended of itself; answers how. Kills it after ten seconds, so that it ends at all. */
  async exit(): Promise<number | NodeJS.Signals> {
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'close');
    clearTimeout(timer);
    return this.process.signalCode ?? this.process.exitCode ?? -1;
  }

  async end(): Promise<CaptureEnd> {
    const { end } = await this.until((event) => event.end !== undefined);
    if (end === undefined) throw new Error('no end');
    return end;
  }
}
