import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Gaps } from '../../src/vrrp/gaps.ts';
import { advert, adverts, disturbance, lb1, lb2, lb3, play, type Step } from './timeline.ts';

function gapsOf(seconds: readonly number[]): Gaps {
  const gaps = new Gaps();
  for (const gap of seconds) gaps.add(gap);
  return gaps;
}

/** The value at the rank that `Gaps` documents: the largest one that is not above the quantile's place. */
function quantile(seconds: readonly number[], q: number): number {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
}

describe('gap statistics', () => {
  test('none of none', () => {
    expect(new Gaps().summary()).toBeNull();
    expect(new Gaps().histogram(1)).toEqual([]);
  });

  test('by hand', () => {
    expect(gapsOf([1]).summary()).toEqual({ min: 1, median: 1, p99: 1, max: 1 });
    expect(gapsOf([3, 1, 2]).summary()).toEqual({ min: 1, median: 2, p99: 2, max: 3 });
    const hundred = Array.from({ length: 101 }, (_, i) => i + 1);
    expect(gapsOf(hundred).summary()).toEqual({ min: 1, median: 51, p99: 100, max: 101 });
  });

  // The buckets end at 9571 s.
  const gap = fc.double({ min: 0, max: 9_500, noNaN: true });

  test('few gaps are exact', () => {
    fc.assert(
      fc.property(fc.array(gap, { minLength: 1, maxLength: 256 }), (seconds) => {
        expect(gapsOf(seconds).summary()).toEqual({
          min: Math.min(...seconds),
          median: quantile(seconds, 0.5),
          p99: quantile(seconds, 0.99),
          max: Math.max(...seconds),
        });
      }),
    );
  });

  test('many are within 1 %, the extremes exact', () => {
    fc.assert(
      fc.property(fc.array(gap, { minLength: 257, maxLength: 1500 }), (seconds) => {
        const summary = gapsOf(seconds).summary();
        expect(summary).toMatchObject({ min: Math.min(...seconds), max: Math.max(...seconds) });
        for (const [name, q] of [
          ['median', 0.5],
          ['p99', 0.99],
        ] as const) {
          const exact = quantile(seconds, q);
          // Below a tenth of a millisecond all gaps are one.
          expect(Math.abs((summary?.[name] ?? Number.NaN) - exact)).toBeLessThanOrEqual(
            Math.max(0.0101 * exact, 1.01e-4),
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a year of adverts takes no more room than an hour', () => {
    const gaps = new Gaps();
    for (let i = 0; i < 1_000_000; i++) gaps.add(1 + (i % 100) / 10_000);
    gaps.add(3600 * 24 * 365);
    expect(gaps.summary()).toMatchObject({ min: 1, max: 3600 * 24 * 365 });
    expect(gaps.histogram(1).length).toBeLessThanOrEqual(4);
  });

  test('the histogram counts every gap once, in steps of a tenth of the interval', () => {
    expect(gapsOf([1, 1, 1.04, 2.95, 0.2]).histogram(1)).toEqual([
      { from: 0.2, to: expect.closeTo(0.3, 9), count: 1 },
      { from: 1, to: 1.1, count: 3 },
      { from: expect.closeTo(2.9, 9), to: 3, count: 1 },
    ]);
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 600 }), fc.constantFrom(0.2, 1, 40.95), (seconds, interval) => {
        const buckets = gapsOf(seconds).histogram(interval);
        expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(seconds.length);
        for (const { from, to } of buckets) expect(to - from).toBeCloseTo(interval / 10, 6);
      }),
    );
  });
});

describe('which gaps count', () => {
  const gapsOfLb1 = (steps: readonly Step[]) => play(steps).wire.routers[0]?.senders[0]?.gaps();

  test('none before the second advert', () => {
    expect(gapsOfLb1([advert({ src: lb1 }, 101, 0)])).toBeNull();
  });

  test('those between the adverts of one sender', () => {
    const steps = [0, 1, 2.5, 2.6].map((at) => advert({ src: lb1 }, 101, at));
    const gaps = gapsOfLb1(steps);
    expect(gaps?.min).toBeCloseTo(0.1, 6);
    expect(gaps?.median).toBeCloseTo(1, 6);
    expect(gaps?.max).toBeCloseTo(1.5, 6);
  });

  test('with several unicast peers those on the way to one of them', () => {
    const steps = [lb2, lb3].flatMap((dst, i) => adverts({ src: lb1, dst }, 101, 0.0001 * i, 20));
    expect(gapsOfLb1(steps)).toEqual({ min: 1, median: 1, p99: 1, max: 1 });
  });

  test('and on the way to another when that one is no peer any more', () => {
    const steps = [...adverts({ src: lb1, dst: lb2 }, 101, 0, 10), ...adverts({ src: lb1, dst: lb3 }, 101, 11, 30)];
    expect(gapsOfLb1(steps)?.max).toBeLessThanOrEqual(3);
  });

  test('not those in which the capture missed packets', () => {
    const steps = [...adverts({ src: lb1 }, 101, 0, 10), disturbance(14), ...adverts({ src: lb1 }, 101, 15, 20)];
    expect(gapsOfLb1(steps)).toEqual({ min: 1, median: 1, p99: 1, max: 1 });
  });

  test('not those between copies of one packet, which a capture on all interfaces has', () => {
    const steps = [0, 0.00004].flatMap((delay) => adverts({ src: lb1 }, 101, delay, 20 + delay));
    expect(gapsOfLb1(steps)?.min).toBeGreaterThan(0.99);
    expect(gapsOfLb1(steps)?.median).toBeCloseTo(1, 6);
  });
});
