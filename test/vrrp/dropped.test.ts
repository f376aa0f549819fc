import { describe, expect, test } from 'vitest';
import { sniffed } from '../commands/scripted.ts';
import { advert, adverts, lb1, lb2, play, type Sending, type Step, told } from './timeline.ts';

/** What every receiver drops, and the rule that names it. */
const dropped: { name: string; sending: Partial<Sending>; code: string }[] = [
  { name: 'a TTL of 254', sending: { ttl: 254 }, code: 'HAD107' },
  { name: 'a checksum that is wrong', sending: { checksum: 0x1234 }, code: 'HAD104' },
  { name: 'another type than 1', sending: { messageType: 2 }, code: 'HAD119' },
];

async function findings(steps: readonly Step[]): Promise<{ code: string; causes: readonly string[] }[]> {
  const lines = await sniffed(steps);
  return lines.flatMap((line) =>
    line.type === 'summary' ? line.findings.map(({ code, causes }) => ({ code, causes })) : [],
  );
}

describe.each(dropped)('multicast adverts with $name', ({ sending, code }) => {
  const sound = adverts({ src: lb1 }, 100, 0, 12);

  test('preempt nobody, whatever their priority', async () => {
    const steps = [...sound, advert({ src: lb2, ...sending }, 254, 4.4)];
    expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`]);
    expect(play(steps).wire.routers[0]?.master?.src).toBe(lb1);
    expect(await findings(steps)).toEqual([{ code, causes: [] }]);
  });

  test('of the master itself say nothing new', () => {
    const steps = [...sound, advert({ src: lb1, ...sending }, 0, 4.4), advert({ src: lb1, ...sending }, 254, 5.5)];
    expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`]);
    expect(play(steps).wire.routers[0]?.senders[0]?.prio).toMatchObject({ min: 100, max: 100 });
  });

  test('of a node that sends no others are the cause of two masters', async () => {
    const steps = [...sound, ...adverts({ src: lb2, ...sending }, 101, 0.3, 12)];
    expect(await findings(steps)).toEqual([
      { code: 'HAD101', causes: [code] },
      { code, causes: [] },
    ]);
  });

  test('of both nodes, as seen from beyond the segment: the hand-over is told all the same', () => {
    const steps = [...adverts({ src: lb2, ...sending }, 100, 0, 5), ...adverts({ src: lb1, ...sending }, 101, 5.4, 12)];
    expect(told(play(steps))).toEqual([`0 first-seen ${lb2}`, `5.4 preempted ${lb2} > ${lb1}`]);
    expect(play(steps).wire.routers[0]?.splitBrains).toEqual([]);
  });
});

test('unicast adverts may come from afar', () => {
  const one = adverts({ src: lb1, dst: lb2 }, 100, 0, 4);
  const steps = [...one, ...adverts({ src: lb2, dst: lb1, ttl: 63 }, 101, 4.4, 9)];
  expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`, `4.4 preempted ${lb1} > ${lb2}`]);
});
