import { join } from 'node:path';
import { writePair, writeSparse } from './captures.ts';
import { isInstalled, median, program, sideBySide, type Times, time } from './processes.ts';
import type { Outcome, Row } from './row.ts';

const rounds = 5;
const million = 1_000_000;
const gigabyte = 1_000_000_000;

/** A million adverts, summarised. */
export function summary(folder: string): Outcome {
  return adverts(folder, (capture, name) =>
    compare({
      measure: `1,000,000 adverts, ${name}: summary`,
      ours: () => time([...program, 'sniff', '-r', capture, '--summary']),
      peer: () => time(['tcpdump', '-vvv', '-nr', capture]),
      target: 0.1,
    }),
  );
}

/** The same, line by line into a file. */
export function lines(folder: string): Outcome {
  const output = join(folder, 'lines.txt');
  const print = (...options: string[]) => time([...program, 'sniff', ...options, '--color', 'never'], output);
  return adverts(folder, (capture, name) => [
    ...compare({
      measure: `1,000,000 adverts, ${name}: lines to a file`,
      ours: () => print('-r', capture),
      peer: () => time(['tcpdump', '-vvv', '-nr', capture], output),
      target: 0.4,
    }),
    ...(name === 'VRRPv2'
      ? compare({
          measure: `1,000,000 adverts, ${name}: JSON to a file`,
          ours: () => print('-r', capture, '--json'),
          peer: () => time(['tcpdump', '-vvv', '-nr', capture], output),
          target: null,
        })
      : []),
  ]);
}

/** A large capture with little VRRP in it. */
export function sparse(folder: string): Outcome {
  return withTcpdump(() => {
    const capture = join(folder, 'sparse.pcap');
    writeSparse(capture, gigabyte);
    return compare({
      measure: '1 GB with 1 % VRRP: summary',
      ours: () => time([...program, 'sniff', '-r', capture, '--summary']),
      peer: () => time(['tcpdump', '-r', capture, '-w', '/dev/null', 'vrrp']),
      target: 1.2,
    });
  });
}

function adverts(folder: string, measure: (capture: string, name: string) => readonly Row[]): Outcome {
  return withTcpdump(() =>
    (['pass', 'ipv6'] as const).flatMap((kind) => {
      const capture = join(folder, `${kind}.pcap`);
      writePair(capture, million, kind);
      return measure(capture, kind === 'pass' ? 'VRRPv2' : 'VRRPv3 over IPv6');
    }),
  );
}

function withTcpdump(measure: () => readonly Row[]): Outcome {
  if (!isInstalled('tcpdump')) return { rows: [], missing: ['there is no tcpdump to compare with'] };
  return { rows: measure(), missing: [] };
}

interface Comparison {
  readonly measure: string;
  readonly ours: () => Times;
  readonly peer: () => Times;
  /** The most that our median may be of the peer's; null: there is none. */
  readonly target: number | null;
}

export function compare({ measure, ours, peer, target }: Comparison): readonly Row[] {
  const times = sideBySide(rounds, ours, peer);
  const wall = of(times, 'wall');
  const cpu = of(times, 'cpu');
  const ratio = median(ratios(wall));
  const ratioOfMinima = Math.min(...wall.ours) / Math.min(...wall.peer);
  return [
    {
      measure,
      ours: describe(wall.ours),
      peer: describe(wall.peer),
      ratio: `${ratio.toFixed(3)} (${ratioOfMinima.toFixed(3)}, cpu ${median(ratios(cpu)).toFixed(3)})`,
      target: target === null ? '' : `<= ${target}`,
      met: target === null ? null : ratio <= target,
    },
  ];
}

type Series = Readonly<Record<'ours' | 'peer', readonly number[]>>;

function of({ ours, peer }: Readonly<Record<'ours' | 'peer', readonly Times[]>>, what: keyof Times): Series {
  return { ours: ours.map((times) => times[what]), peer: peer.map((times) => times[what]) };
}

/** Round by round, so that what else the machine does at that time counts for both. */
function ratios({ ours, peer }: Series): readonly number[] {
  return ours.map((seconds, round) => seconds / (peer[round] ?? Number.NaN));
}

function describe(seconds: readonly number[]): string {
  return `${median(seconds).toFixed(2)} s (${Math.min(...seconds).toFixed(2)})`;
}
