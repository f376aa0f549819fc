// `npm run fuzz -- SECONDS SEED`: tries inputs that nobody recorded, and keeps the first that breaks something.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { tryMany } from './trial.ts';

declare const __ROOT__: string;

/** An input takes milliseconds. Nothing for so long: it hangs. */
const patienceMilliseconds = 20_000;
const reportMilliseconds = 10_000;

interface Job {
  readonly seconds: number;
  readonly seed: number;
  readonly shared: SharedArrayBuffer;
}

function seedFiles(): Buffer[] {
  const folder = join(__ROOT__, 'captures');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pcap'))
    .map((name) => readFileSync(join(folder, name)));
}

/** The work is done in a thread of its own, so that a loop without end is seen. */
async function work({ seconds, seed, shared }: Job): Promise<void> {
  const progress = new Int32Array(shared);
  let last: Buffer = Buffer.alloc(0);
  try {
    await tryMany(seedFiles(), seed, seconds * 1000, (number, bytes) => {
      last = bytes;
      Atomics.store(progress, 0, number);
    });
    parentPort?.postMessage({ failure: null });
  } catch (error) {
    const path = join(tmpdir(), `fuzz-${seed}-${Atomics.load(progress, 0)}.bin`);
    writeFileSync(path, last);
    parentPort?.postMessage({
      failure: `${(error as Error).message}\n${((error as Error).cause as Error).stack}\n${path}`,
    });
  }
}

async function watch(seconds: number, seed: number): Promise<string | null> {
  const shared = new SharedArrayBuffer(4);
  const progress = new Int32Array(shared);
  const job: Job = { seconds, seed, shared };
  const worker = new Worker(new URL(import.meta.url), { workerData: job });
  let seen = -1;
  let seenAt = Date.now();
  let reportedAt = Date.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const number = Atomics.load(progress, 0);
      if (number !== seen) [seen, seenAt] = [number, Date.now()];
      if (Date.now() - reportedAt > reportMilliseconds) {
        reportedAt = Date.now();
        console.log(`seed ${seed}: ${number} inputs, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`);
      }
      if (Date.now() - seenAt > patienceMilliseconds) finish(`input ${number} of seed ${seed} hangs`);
    }, 250);
    const finish = (failure: string | null): void => {
      clearInterval(timer);
      void worker.terminate();
      resolve(failure);
    };
    worker.on('message', ({ failure }: { failure: string | null }) => {
      console.log(
        `seed ${seed}: ${Atomics.load(progress, 0) + 1} inputs, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
      );
      finish(failure);
    });
    worker.on('error', (error) => finish(String(error.stack)));
  });
}

if (isMainThread) {
  // Far from UTC, and not by whole hours.
  process.env['TZ'] = 'Asia/Kathmandu';
  const [seconds = '60', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
  const failure = await watch(Number(seconds), Number(seed));
  if (failure !== null) {
    console.error(failure);
    process.exitCode = 1;
  }
} else await work(workerData as Job);
