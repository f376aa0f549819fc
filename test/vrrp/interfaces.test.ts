import { describe, expect, test } from 'vitest';
import { sniffed } from '../commands/scripted.ts';
import { advert, adverts, lb1, lb2, play, type Sending, type Step } from './timeline.ts';

const secretpa = { authType: 1, auth: 'secretpa' };
const hunter22 = { authType: 1, auth: 'hunter22' };

/** The same adverts on several interfaces, each some microseconds later. */
function seenOn(names: readonly string[], make: (on: Partial<Sending>) => Step[]): Step[] {
  return names.flatMap((interfaceName, i) =>
    make({ interfaceName }).map((step) => ({ ...step, at: step.at + i * 1e-5 })),
  );
}

async function summary(steps: readonly Step[]) {
  const lines = await sniffed(steps);
  const last = lines.at(-1);
  if (last?.type !== 'summary') throw new Error('no summary');
  return { lines, last };
}

describe('a bridge and its ports', () => {
  // lb1 is behind the first port, lb2 behind the second: what the one sends comes in there, and goes out at the other.
  const both = [
    ...seenOn(['veth1', 'br0', 'veth2'], (on) => adverts({ src: lb1, ...secretpa, ...on }, 101, 0, 9)),
    ...seenOn(['veth2', 'br0', 'veth1'], (on) => adverts({ src: lb2, ...hunter22, ...on }, 100, 0.4, 9)),
  ];

  test('are one segment: one router, each sender and each advert once', async () => {
    const { lines, last } = await summary(both);
    expect(last).toMatchObject({ frames: 57, adverts: 19, copies: 38 });
    expect(last.routers.map(({ senders }) => senders.map(({ src, adverts }) => [src, adverts]))).toEqual([
      [
        [lb1, 10],
        [lb2, 9],
      ],
    ]);
    expect(lines.filter(({ type }) => type === 'advert')).toHaveLength(19);
    expect(last.findings.map(({ code }) => code)).toEqual(['HAD101', 'HAD113', 'HAD116', 'HAD116']);
  });

  test('a port that falls away takes no adverts with it', () => {
    const steps = [
      ...seenOn(['veth1', 'br0'], (on) => adverts({ src: lb1, ...on }, 101, 0, 5)),
      ...adverts({ src: lb1, interfaceName: 'br0' }, 101, 6, 12),
    ];
    const { wire } = play(steps);
    expect(wire).toMatchObject({ adverts: 13, copies: 6 });
    expect(wire.routers).toMatchObject([{ transitions: 1, nearFailovers: [] }]);
    expect(wire.routers[0]?.senders[0]?.gaps()?.max).toBeCloseTo(1, 3);
  });
});

test('all interfaces, by a capture that does not tell them apart', () => {
  const copy = (at: number) => adverts({ src: lb1, isCooked: true }, 101, at, 9 + at);
  const { wire } = play([...copy(0), ...copy(0.00003), ...copy(0.00005)]);
  expect(wire).toMatchObject({ adverts: 10, copies: 20, routers: [{ senders: [{ adverts: 10 }] }] });
});

test('a VLAN is seen tagged on the interface below it', () => {
  const steps = [
    ...adverts({ src: lb1, vlan: 10, interfaceName: 'eth0' }, 101, 0, 5),
    ...adverts({ src: lb1, interfaceName: 'eth0.10' }, 101, 0.00001, 5.1),
  ];
  expect(play(steps).wire).toMatchObject({ adverts: 6, copies: 6, routers: { length: 1 } });
});

test('two interfaces on which other nodes use the same vrid are two segments', () => {
  const steps = [
    ...adverts({ src: lb1, interfaceName: 'eth0' }, 101, 0, 5),
    ...adverts({ src: '10.78.0.1', addrs: ['10.78.0.100'], interfaceName: 'eth1' }, 101, 0, 5),
  ];
  expect(play(steps).wire).toMatchObject({ adverts: 12, copies: 0, routers: { length: 2 } });
});

test('one node that repeats itself at once is no copy', () => {
  const steps = [...adverts({ src: lb1 }, 101, 0, 5), advert({ src: lb1 }, 101, 2.0001)];
  expect(play(steps).wire).toMatchObject({ adverts: 7, copies: 0 });
});

test('one vrid on two VLANs is two virtual routers, each with its own findings', async () => {
  const on = (vlan: number, auth: string) => [
    ...adverts({ src: lb1, ...secretpa, vlan }, 101, 0, 9),
    ...adverts({ src: lb2, authType: 1, auth, vlan }, 100, 0.4, 9),
  ];
  const sick = [...on(10, 'hunter22'), ...on(20, 'hunter23')];
  const wrong = (await summary(sick)).last.findings.filter(({ severity }) => severity === 'error');
  expect(wrong.map(({ code, subject }) => [code, subject])).toEqual(
    ['HAD101', 'HAD113'].flatMap((code) => [10, 20].map((vlan) => [code, expect.objectContaining({ vlan: [vlan] })])),
  );
  // The password of the one VLAN is no cause of two masters on the other.
  const { last } = await summary([...on(10, 'hunter22'), ...on(20, 'secretpa')]);
  expect(last.findings.filter(({ code }) => code === 'HAD101').map(({ causes }) => causes)).toEqual([['HAD113'], []]);
});
