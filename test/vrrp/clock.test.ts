import { describe, expect, test } from 'vitest';
import { adverts, epoch, lb1, lb2, play, type Step, told, traffic } from './timeline.ts';

const shifted = (steps: readonly Step[], seconds: number) => steps.map((step) => ({ ...step, at: step.at + seconds }));

describe('clocks that do not run on', () => {
  test('an hour back: the same master, the same gaps, nothing near', () => {
    const steps = [...adverts({ src: lb1 }, 101, 3600, 3610), ...adverts({ src: lb1 }, 101, 0, 20)];
    const played = play(steps, { order: 'as-given' });
    expect(told(played)).toEqual([`3600 first-seen ${lb1}`]);
    const [router] = played.wire.routers;
    expect(router?.nearFailovers).toEqual([]);
    expect(router?.senders[0]?.gaps()).toEqual({ min: 1, median: 1, p99: 1, max: 1 });
    expect(router?.master?.src).toBe(lb1);
  });

  test('an hour back in the middle of a hand-over', () => {
    const before = adverts({ src: lb1 }, 101, 3600, 3605);
    const after = [...adverts({ src: lb2 }, 150, 0, 10)];
    const played = play([...before, ...after], { order: 'as-given' });
    expect(told(played)).toEqual([`3600 first-seen ${lb1}`, `0 preempted ${lb1} > ${lb2}`]);
    expect(played.wire.routers[0]?.masters.map(({ src }) => src)).toEqual([lb2]);
  });

  test('an hour forward: a gap, but neither near nor a split brain', () => {
    const both = [...adverts({ src: lb1 }, 101, 0, 5), ...shifted(adverts({ src: lb1 }, 101, 6, 20), 3600)];
    const [router] = play(both).wire.routers;
    expect(router?.nearFailovers).toEqual([]);
    expect(router?.splitBrains).toEqual([]);
    expect(router?.senders[0]?.gaps()?.max).toBe(3601);
  });

  test('packets a little out of order, as several processors deliver them', () => {
    const steps = Array.from({ length: 20 }, (_, i) => [i + 0.0001, i]).flatMap(([late = 0, early = 0], i) => [
      ...adverts({ src: lb1 }, 101, late, late),
      ...(i % 2 === 0 ? [traffic(early)] : []),
    ]);
    const played = play(steps, { order: 'as-given' });
    expect(told(played)).toEqual([`0 first-seen ${lb1}`]);
    expect(played.wire.routers[0]?.senders[0]?.gaps()?.median).toBeCloseTo(1, 6);
  });

  test('all at one moment: every packet is taken, and nobody is near anything', () => {
    const steps = Array.from({ length: 50 }, (_, i) => ({ src: i % 2 === 0 ? lb1 : lb2, prio: 100 + (i % 2), at: 1 }));
    const { wire } = play(steps);
    const [router] = wire.routers;
    expect(wire.adverts).toBe(50);
    expect(router?.senders.map(({ adverts: count }) => count)).toEqual([25, 25]);
    expect(router?.splitBrains).toEqual([]);
    expect(router?.nearFailovers).toEqual([]);
  });

  test('begin and end are those of the capture, not of its adverts, and do not go back', () => {
    const steps = [traffic(1.5), ...adverts({ src: lb1 }, 101, 2, 4), traffic(9), ...adverts({ src: lb1 }, 101, 3, 5)];
    const { wire } = play(steps, { order: 'as-given' });
    expect(wire.start).toEqual({ seconds: epoch + 1, nanoseconds: 500_000_000, digits: 6 });
    expect(wire.end).toEqual({ seconds: epoch + 9, nanoseconds: 0, digits: 6 });
    expect(wire.elapsedSeconds).toBeCloseTo(7.5, 6);
    expect(wire.frames).toBe(8);
  });
});

describe('a live capture', () => {
  const ticked = (steps: readonly Step[], at: number, expectedVrids: readonly number[] = []) => {
    const { wire } = play(steps, { live: true, expectedVrids });
    wire.tick(epoch + at);
    return wire;
  };
  const unmet = (wire: ReturnType<typeof ticked>) =>
    wire.unmet.map(({ vrid, silentSeconds, last }) => `${vrid} ${silentSeconds.toFixed(3)} ${last?.frame ?? 'never'}`);

  test('knows that time has passed without packets', () => {
    const steps = adverts({ src: lb1 }, 101, 0, 5);
    expect(ticked(steps, 7).routers[0]?.master?.src).toBe(lb1);
    expect(ticked(steps, 9).routers[0]?.master).toBeNull();
  });

  test('of nothing at all is unmet after four seconds', () => {
    const wire = ticked([], 100);
    expect(unmet(wire)).toEqual([]);
    wire.tick(epoch + 103.9);
    expect(unmet(wire)).toEqual([]);
    wire.tick(epoch + 104.1);
    expect(unmet(wire)).toEqual(['null 4.100 never']);
  });

  test('of some virtual router is met, also by one that fell silent', () => {
    expect(unmet(ticked(adverts({ src: lb1 }, 101, 0, 5), 100))).toEqual([]);
  });

  test('of a vrid that was named is unmet when it never spoke, or is silent for a master-down interval', () => {
    const steps = adverts({ src: lb1 }, 101, 0, 5);
    expect(unmet(ticked(steps, 6, [51, 52]))).toEqual(['52 6.000 never']);
    // A backup of priority 1 waits for 3.996 s.
    expect(unmet(ticked(steps, 8.99, [51]))).toEqual([]);
    expect(unmet(ticked(steps, 9.1, [51]))).toEqual(['51 4.100 6']);
  });

  test('does not go back when the clock does', () => {
    const wire = ticked(adverts({ src: lb1 }, 101, 0, 5), 20);
    const { revision } = wire;
    wire.tick(epoch + 10);
    expect(wire.revision).toBe(revision);
    expect(wire.end?.seconds).toBe(epoch + 20);
  });
});
