import { describe, expect, test } from 'vitest';
import { sniffed } from '../commands/scripted.ts';
import type { Line } from '../commands/shapes.ts';
import { advert, adverts, disturbance, lb1, lb2, lb3, play, type Sending, type Step } from './timeline.ts';

/** The near failovers of a timeline: who, how long, and against which timer. */
function near(steps: readonly Step[]): string[] {
  return play(steps).wire.routers.flatMap(({ nearFailovers }) =>
    nearFailovers.map(
      ({ sender, gapSeconds, masterDownSeconds, receiverKnown }) =>
        `${sender.src} ${Number(gapSeconds.toFixed(6))} of ${Number(masterDownSeconds.toFixed(9))}${receiverKnown ? '' : ' at least'}`,
    ),
  );
}

/** A backup of that priority, heard as master long before, so that its timer is known; then the master, with one gap. */
function gapOf(gap: number, sending: Partial<Sending>, receiverPrio: number | null): Step[] {
  const interval = sending.intvl ?? 1;
  const start = receiverPrio === null ? 0 : 4 * interval;
  const backup =
    receiverPrio === null ? [] : adverts({ src: lb2, ...sending }, receiverPrio, 0, start - 0.5 * interval);
  const before = start + 5 * interval;
  return [
    ...backup,
    ...adverts({ src: lb1, ...sending }, 200, start, before),
    ...adverts({ src: lb1, ...sending }, 200, before + gap, before + gap + 3 * interval),
  ];
}

describe('a gap within one interval of the master-down interval', () => {
  // RFC 3768 section 6.1: 3 x interval + (256 - priority) / 256 s. RFC 9568 section 6.1: the skew is that share of the interval.
  test.each<{
    name: string;
    sending: Partial<Sending>;
    receiver: number | null;
    down: number;
    no: number[];
    yes: number[];
  }>([
    {
      name: 'VRRPv2, priority 100',
      sending: {},
      receiver: 100,
      down: 3.609375,
      no: [1, 2, 2.6, 4.62, 6],
      yes: [2.62, 3, 3.609, 4, 4.6],
    },
    {
      name: 'VRRPv2, priority 150',
      sending: {},
      receiver: 150,
      down: 3.4140625,
      no: [2, 2.4, 4.42],
      yes: [2.5, 3, 4.41],
    },
    { name: 'VRRPv2, priority 1', sending: {}, receiver: 1, down: 3.99609375, no: [2, 2.99, 5], yes: [3, 4.99] },
    {
      name: 'VRRPv2, 5 s, priority 100',
      sending: { intvl: 5 },
      receiver: 100,
      down: 15.609375,
      no: [5, 10, 11.2, 20.7],
      yes: [11.3, 15, 20.6],
    },
    {
      name: 'VRRPv3, 1 s, priority 100',
      sending: { version: 3 },
      receiver: 100,
      down: 3.609375,
      no: [2, 2.6, 4.62],
      yes: [2.62, 4.6],
    },
    {
      name: 'VRRPv3, 0.2 s, priority 100',
      sending: { version: 3, intvl: 0.2 },
      receiver: 100,
      down: 0.721875,
      no: [0.2, 0.4, 0.52, 0.93],
      yes: [0.53, 0.6, 0.92],
    },
    {
      name: 'VRRPv3, 5 s, priority 100',
      sending: { version: 3, intvl: 5 },
      receiver: 100,
      down: 18.046875,
      no: [5, 10, 13, 23.1],
      yes: [13.1, 18, 23],
    },
    // The smallest skew, of priority 254, is 2/256.
    {
      name: 'VRRPv2, nobody else was heard',
      sending: {},
      receiver: null,
      down: 3.0078125,
      no: [1, 2, 2.1, 4.1],
      yes: [2.6, 3, 4],
    },
    {
      name: 'VRRPv3, 0.2 s, nobody else was heard',
      sending: { version: 3, intvl: 0.2 },
      receiver: null,
      down: 0.6015625,
      no: [0.4, 0.81],
      yes: [0.6, 0.8],
    },
  ])('$name', ({ sending, receiver, down, no, yes }) => {
    for (const gap of no) expect(near(gapOf(gap, sending, receiver)), `gap of ${gap} s`).toEqual([]);
    for (const gap of yes) {
      const text = `${lb1} ${gap} of ${down}${receiver === null ? ' at least' : ''}`;
      expect(near(gapOf(gap, sending, receiver)), `gap of ${gap} s`).toEqual([text]);
    }
  });

  test('one lost advert is none, although the jitter of a second is more than the smallest skew', () => {
    expect(near(gapOf(2.02, {}, null))).toEqual([]);
    expect(near(gapOf(2.2, { version: 3 }, 254))).toEqual([]);
  });

  test('the timer is that of the backup which takes over first', () => {
    const steps = [
      ...adverts({ src: lb3 }, 50, 0, 2),
      ...adverts({ src: lb2 }, 150, 2.4, 4.4),
      ...adverts({ src: lb1 }, 200, 5, 10),
      ...adverts({ src: lb1 }, 200, 13, 16),
    ];
    expect(near(steps)).toEqual([`${lb1} 3 of 3.4140625`]);
  });

  test('the timer was set by the interval announced before the gap', () => {
    // A reload from 3 s to 1 s, and back: the advert that follows comes in its old time.
    const slow = { src: lb1, version: 3, intvl: 3 };
    const quick = { src: lb1, version: 3 };
    const steps = [...adverts(slow, 200, 0, 9), ...adverts(quick, 200, 12, 16), ...adverts(slow, 200, 17, 23)];
    expect(near(steps)).toEqual([]);
    expect(near([...adverts(quick, 200, 0, 5), ...adverts(slow, 200, 8, 14)])).toEqual([
      `${lb1} 3 of 3.0078125 at least`,
    ]);
  });

  test('is counted for its sender, and shown with the adverts before and after', () => {
    const steps = [0, 10, 20].flatMap((from) => adverts({ src: lb1 }, 200, from, from + 7));
    const [router] = play(steps).wire.routers;
    expect(router?.senders[0]?.nearFailovers).toBe(2);
    expect(router?.nearFailovers.map(({ before, after }) => [before.frame, after.frame])).toEqual([
      [8, 9],
      [16, 17],
    ]);
  });

  test('the closest are kept, and all are counted', () => {
    const gaps = Array.from({ length: 60 }, (_, i) => 2.6 + i * 0.02);
    let at = 0;
    const steps = [
      advert({ src: lb1 }, 200, at),
      ...gaps.map((gap) => {
        at += gap;
        return advert({ src: lb1 }, 200, at);
      }),
    ];
    const [router] = play(steps).wire.routers;
    expect(router?.senders[0]?.nearFailovers).toBe(60);
    const kept = router?.nearFailovers.map(({ gapSeconds }) => gapSeconds) ?? [];
    expect(kept.length).toBeLessThan(60);
    expect(Math.min(...kept)).toBeGreaterThan(2.6);
    expect(Math.max(...kept)).toBeCloseTo(2.6 + 59 * 0.02, 6);
  });
});

describe('a gap that says nothing', () => {
  const steady = (from: number, to: number) => adverts({ src: lb1 }, 200, from, to);

  test.each<{ name: string; steps: Step[] }>([
    { name: 'the capture dropped packets in it', steps: [...steady(0, 5), disturbance(7), ...steady(8, 12)] },
    { name: 'the interface was down at its beginning', steps: [...steady(0, 5), disturbance(5), ...steady(8, 12)] },
    { name: 'it follows priority 0', steps: [...steady(0, 5), advert({ src: lb1 }, 0, 5.1), ...steady(8, 12)] },
    { name: 'another one was master in it', steps: [...steady(0, 5), advert({ src: lb2 }, 250, 6), ...steady(8, 12)] },
    { name: 'it was a failover', steps: [...steady(0, 5), ...adverts({ src: lb2 }, 100, 8.609, 15)] },
  ])('$name', ({ steps }) => {
    expect(near(steps)).toEqual([]);
  });

  test('a disturbance before it or after it is none of its own', () => {
    const quietly = [...steady(0, 5), ...steady(8, 12)];
    expect(near([disturbance(4.9), ...quietly])).toHaveLength(1);
    expect(near([...quietly, disturbance(8.1)])).toHaveLength(1);
  });

  test('a damaged advert does not end it: receivers dropped it', () => {
    const steps = [...steady(0, 5), advert({ src: lb1, checksum: 0x1234 }, 200, 6), ...steady(8, 12)];
    expect(near(steps)).toEqual([`${lb1} 3 of 3.0078125 at least`]);
  });
});

test('of a sender with several unicast peers the gap is to its last advert to the same peer', () => {
  const to = (dst: string, offset: number) => [
    ...adverts({ src: lb1, dst }, 101, offset, 6 + offset),
    ...adverts({ src: lb1, dst }, 101, 9 + offset, 12 + offset),
  ];
  const played = play([...to(lb2, 0), ...to(lb3, 0.0002)]);
  expect(played.wire.routers[0]?.nearFailovers).toMatchObject([
    { gapSeconds: expect.closeTo(3, 3), before: { frame: 14 }, after: { frame: 15 } },
  ]);
});

describe('who is left out by --host', () => {
  /** Only lb1 is followed. */
  const followed = (steps: readonly Step[]) => sniffed(steps, { hosts: [lb1] });
  const brief = [
    ...adverts({ src: lb1 }, 101, 0, 6),
    ...adverts({ src: lb2 }, 100, 6.1, 7.2),
    ...adverts({ src: lb1 }, 101, 9, 12),
  ];

  test('makes no near failover of the time in which it led', async () => {
    const codes = (lines: Line[]) => lines.flatMap((line) => (line.type === 'finding' ? [line.code] : []));
    expect(codes(await followed(brief))).toEqual([]);
    const alone = brief.filter((step) => !('src' in step) || step.src === lb1);
    expect(codes(await followed(alone))).toEqual(['HAD108']);
  });

  test('is not taken for silence of the vrid', async () => {
    const steps = [...adverts({ src: lb2 }, 100, 0, 4), ...adverts({ src: lb1 }, 101, 4.5, 30)];
    const lines = await sniffed(steps, { hosts: [lb2], vrids: [51], live: true });
    expect(lines.filter(({ type }) => type === 'finding')).toEqual([]);
  });

  test('may be the one that the next master follows', async () => {
    const steps = [
      ...adverts({ src: lb1 }, 101, 0, 4),
      ...adverts({ src: lb2 }, 100, 7.6, 20),
      ...adverts({ src: lb3 }, 150, 20.5, 24),
    ];
    const lines = await sniffed(steps, { hosts: [lb1, lb3] });
    expect(lines.filter(({ type }) => type === 'transition')).toMatchObject([
      { from: null, to: lb1, reason: 'first-seen' },
      { from: null, to: lb3, reason: 'first-seen', gap: null },
    ]);
  });
});
