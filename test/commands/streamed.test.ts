import { describe, expect, test } from 'vitest';
import { advert, adverts, lb1, lb2, lb3, type Step } from '../vrrp/timeline.ts';
import { sniffed } from './scripted.ts';

/** Codes and severities in the order in which they are told: those that are streamed, and those of the summary. */
async function told(steps: readonly Step[]): Promise<{ streamed: string[]; final: string[] }> {
  const lines = await sniffed(steps);
  const word = ({ code, severity }: { code: string; severity: string }) => `${code} ${severity}`;
  const streamed = lines.flatMap((line) => (line.type === 'finding' ? [word(line)] : []));
  const final = lines.flatMap((line) => (line.type === 'summary' ? line.findings.map(word) : []));
  return { streamed, final };
}

describe('a finding that becomes graver is told again', () => {
  test('AH of a third sender', async () => {
    const ah = (src: string, from: number) => adverts({ src, authType: 2, ahSequence: 1 }, 101, from, from + 3);
    const { streamed } = await told([...ah(lb1, 0), ...ah(lb2, 10), ...ah(lb3, 20)]);
    expect(streamed.filter((word) => word.startsWith('HAD105'))).toEqual([
      'HAD105 warning',
      'HAD105 warning',
      ...['HAD105 error', 'HAD105 error', 'HAD105 error'],
    ]);
  });

  test('and one that stays as it is, once', async () => {
    const { streamed, final } = await told(adverts({ src: lb1, authType: 1, auth: 'secretpa' }, 101, 0, 60));
    expect(streamed).toEqual(['HAD116 info']);
    expect(final).toEqual(['HAD116 info']);
  });
});

describe('what is streamed stands at the end', () => {
  const a = { src: lb1, authType: 1, auth: 'secretpa' };
  const b = { src: lb2, authType: 1, auth: 'hunter22' };
  const handOver = [...adverts(a, 101, 0, 5), advert(a, 0, 5.3), ...adverts(b, 100, 5.909, 12)];

  test('a pair whose nodes are given a new password one after the other', async () => {
    const { streamed, final } = await told([...handOver, ...adverts({ ...b, src: lb1 }, 101, 12.2, 20)]);
    expect(streamed).not.toContain('HAD113 error');
    expect(final).not.toContain('HAD113 error');
  });

  test('a node that comes back as it was', async () => {
    const { streamed, final } = await told([...handOver, ...adverts(a, 101, 16, 20)]);
    expect(streamed).toContain('HAD113 error');
    expect(final).toContain('HAD113 error');
  });

  test('a node that has not come back when the capture ends', async () => {
    const { streamed, final } = await told(handOver);
    expect(streamed.at(-1)).toBe('HAD113 error');
    expect(final).toContain('HAD113 error');
  });
});

test('live, a take-over by a backup of low priority is no silence of the vrid', async () => {
  const steps = [...adverts({ src: lb1 }, 101, 0, 6), ...adverts({ src: lb2 }, 50, 9.805, 14)];
  const ticks = [9.2, 9.6].map((at) => ({ at, other: 'traffic' }) as const);
  const lines = await sniffed([...steps, ...ticks], { live: true, vrids: [51] });
  expect(lines.filter(({ type }) => type === 'finding')).toEqual([]);
});
