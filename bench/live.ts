import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, lb1, passAdvert } from './frames.ts';
import { isInstalled, median, program, quantile } from './processes.ts';
import type { Outcome, Row } from './row.ts';

/** Tells this program that it is the one inside the namespace. */
export const insideArgument = '--inside-namespace';

const engines = ['pcap', 'tcpdump'] as const;
type Engine = (typeof engines)[number];

const targetMilliseconds = 5;
const packets = 300;
const intervalMilliseconds = 23;

/** Milliseconds from the kernel's time of a packet to its line at who reads our stdout, in a network of its own that ends with us. */
export function live(): Outcome {
  if (process.getuid?.() !== 0) return { rows: [], missing: ['live: only root can make a network of its own'] };
  if (!isInstalled('unshare') || spawnSync('ip', ['-V']).error !== undefined)
    return { rows: [], missing: ['live: there is no unshare, or no ip, to make a network with'] };
  const [script = ''] = process.argv.slice(1);
  const outcomes = engines.map((engine): Outcome => {
    if (engine === 'tcpdump' && !isInstalled('tcpdump')) return { rows: [], missing: ['live: there is no tcpdump'] };
    const argv = ['--net', process.execPath, script, insideArgument, engine];
    const { status, stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8', timeout: 60_000 });
    if (status !== 0) return { rows: [], missing: [`live, ${engine}: ${stderr.trim().split('\n').at(-1)}`] };
    return { rows: [rowOf(engine, JSON.parse(stdout) as number[])], missing: [] };
  });
  return { rows: outcomes.flatMap(({ rows }) => rows), missing: outcomes.flatMap(({ missing }) => missing) };
}

function rowOf(engine: Engine, delays: readonly number[]): Row {
  const middle = median(delays);
  return {
    measure: `live, --engine ${engine}: packet to line, median of ${delays.length}`,
    ours: `${middle.toFixed(2)} ms`,
    peer: `min ${Math.min(...delays).toFixed(2)}, p95 ${quantile(delays, 0.95).toFixed(2)}`,
    ratio: '',
    target: `<= ${targetMilliseconds} ms`,
    met: middle <= targetMilliseconds,
  };
}

/** Inside: sends adverts on one end of a cable, has ha-doctor print them at the other, and prints the delays as JSON. */
export async function inside(engine: string): Promise<void> {
  const ip = (...args: string[]) => execFileSync('ip', args);
  ip('link', 'add', 'bench0', 'type', 'veth', 'peer', 'name', 'bench1');
  for (const name of ['bench0', 'bench1']) ip('link', 'set', name, 'up');
  const send = await openSender('bench1');

  const [node, script] = program;
  const child = spawn(node, [script, 'sniff', '-i', 'bench0', '--engine', engine, '--utc'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const delays: number[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const now = performance.timeOrigin + performance.now();
    const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d\.\d{6}) .* VRRPv2, /.exec(line) ?? [];
    if (seconds === undefined) return;
    const ofDay = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    delays.push((now % 86_400_000) - ofDay);
  });

  const frame = passAdvert(lb1, 150);
  for (let i = 0; delays.length <= packets && i < 2 * packets; i++) {
    identify(frame, i);
    send(frame);
    // Not in step with any timer of theirs.
    await delay(intervalMilliseconds + (i % 7));
  }
  child.kill('SIGINT');
  // The first one waited until the engine was ready, or until everything was compiled.
  process.stdout.write(JSON.stringify(delays.slice(1)));
}

/** The npm package can send what it is given, which Node cannot. */
async function openSender(interfaceName: string): Promise<(frame: Uint8Array) => void> {
  const { default: addon } = await import('pcap');
  addon.warningHandler = () => {};
  const options = { filter: 'less 1', snap_length: 64, buffer_size: 65_536, buffer_timeout: 0, promiscuous: false };
  const session = addon.createSession(interfaceName, options) as unknown as { inject(data: Uint8Array): void };
  return (frame) => session.inject(frame);
}
