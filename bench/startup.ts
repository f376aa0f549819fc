import { join } from 'node:path';
import { writePair } from './captures.ts';
import { median, program, quantile, sideBySide, time } from './processes.ts';
import type { Outcome, Row } from './row.ts';

const rounds = 31;

/** How much longer than Node itself a command takes to start. */
export function startup(folder: string): Outcome {
  const small = join(folder, 'small.pcap');
  writePair(small, 100, 'pass');
  return {
    rows: [
      measure('--version', ['--version'], 30),
      measure('explain HAD101', ['explain', 'HAD101'], null),
      measure('sniff -r of 100 adverts --summary', ['sniff', '-r', small, '--summary'], null),
    ],
    missing: [],
  };
}

function measure(name: string, args: readonly string[], target: number | null): Row {
  const times = sideBySide(
    rounds,
    () => time([...program, ...args]),
    () => time([process.execPath, '-e', '0']),
  );
  const ours = times.ours.map(({ wall }) => wall * 1000);
  const peer = times.peer.map(({ wall }) => wall * 1000);
  const more = median(ours.map((milliseconds, round) => milliseconds - (peer[round] ?? 0)));
  const moreAtBest = quantile(ours, 0.1) - quantile(peer, 0.1);
  return {
    measure: `${name}, over node -e 0`,
    ours: describe(ours),
    peer: describe(peer),
    ratio: `+${more.toFixed(0)} ms (p10 +${moreAtBest.toFixed(0)})`,
    target: target === null ? '' : `<= ${target} ms`,
    met: target === null ? null : more <= target,
  };
}

function describe(milliseconds: readonly number[]): string {
  return `${median(milliseconds).toFixed(0)} ms (${Math.min(...milliseconds).toFixed(0)})`;
}
