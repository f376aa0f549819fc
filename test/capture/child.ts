// Runs captures as a command does, in a process of its own: prints what happens as JSON, one object a line.
import { openLive } from '../../src/capture/live.ts';
import { openFile } from '../../src/capture/open.ts';
import { CaptureError, type CaptureSource, type Engine } from '../../src/capture/source.ts';
import type { CapturedPacket } from '../../src/model/packet.ts';

export interface ChildOptions {
  readonly file?: string;
  readonly interfaceNames?: readonly string[];
  readonly engine?: 'auto' | Engine;
  /** Gives up all privileges before it captures. */
  readonly asNobody?: boolean;
  /** Packets are only counted, and the first one blocks the whole process for as long. */
  readonly blockMilliseconds?: number;
  /** The first batch is not done before that. */
  readonly firstBatchMilliseconds?: number;
  readonly packetLimit?: number;
}

const options: ChildOptions = JSON.parse(process.argv[2] ?? '{}');
const { file, interfaceNames = [], engine = 'auto', asNobody, blockMilliseconds, firstBatchMilliseconds } = options;

const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

if (asNobody === true) {
  // Afterwards the addon may lie where it may not be read.
  await import('pcap').catch(() => {});
  process.setgroups?.([]);
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}

const sources: CaptureSource[] =
  file === undefined ? interfaceNames.map((interfaceName) => openLive({ interfaceName, engine })) : [openFile(file)];

const stop = (): void => {
  for (const source of sources) source.stop();
};
if (file !== '-') process.stdin.once('data', stop);

await Promise.all(sources.map(run));
process.stdin.destroy();

async function run(source: CaptureSource): Promise<void> {
  const { name } = source;
  let isFirst = true;
  let isFirstBatch = true;
  const packet = (captured: CapturedPacket): void => {
    const latencySeconds = now() - captured.seconds - captured.nanoseconds / 1e9;
    if (blockMilliseconds === undefined) {
      const { bytes, start, end, frame, linkType, interfaceName, originalLength } = captured;
      const text = Buffer.from(bytes.subarray(start, end)).toString('latin1');
      const id = Number(/number (\d+)/.exec(text)?.[1] ?? Number.NaN);
      say({ packet: id, name, frame, linkType, interfaceName, length: end - start, originalLength, latencySeconds });
    } else if (isFirst) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMilliseconds);
    }
    isFirst = false;
    if (captured.frame === options.packetLimit) source.stop();
  };
  const batch = async (): Promise<void> => {
    if (!isFirstBatch) return;
    isFirstBatch = false;
    await new Promise((resolve) => setTimeout(resolve, firstBatchMilliseconds ?? 0));
  };
  try {
    const end = await source.run({
      packet,
      batch,
      warning: (warning) => say({ warning, name }),
      listening: (on) => say({ listening: on, name }),
      interfaceDown: (down) => say({ down, name }),
      interfaceUp: (up) => say({ up, name }),
      droppedUntil: (droppedUntil) => say({ droppedUntil, name }),
    });
    say({ end, name });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    say({ error: error.message, hint: error.hint, name });
  }
}
