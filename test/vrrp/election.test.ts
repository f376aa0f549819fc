import { describe, expect, test } from 'vitest';
import {
  advert,
  adverts,
  disturbance,
  lb1,
  lb2,
  lb3,
  type Played,
  play,
  type Step,
  told,
  traffic,
} from './timeline.ts';

/** What the follower makes of the virtual router of a timeline. */
function followed(steps: readonly Step[]): { transitions: string[]; masters: string[]; splitBrains: number } {
  const played = play(steps);
  return { transitions: told(played), masters: mastersOf(played), splitBrains: router(played).splitBrains.length };
}

function router({ wire }: Played) {
  const [first] = wire.routers;
  if (first === undefined || wire.routers.length > 1) throw new Error(`${wire.routers.length} routers`);
  return first;
}

function mastersOf(played: Played): string[] {
  return router(played)
    .masters.map(({ src }) => src)
    .sort();
}

const from = (src: string) => ({ src });

interface Row {
  name: string;
  steps: Step[];
  transitions: string[];
  masters: string[];
}

// Takeovers come when RFC 3768 says: skew of priority 100: 156/256 s = 0.609 s, master-down interval 3.609 s.
describe('one master after the other', () => {
  const rows: Row[] = [
    {
      name: 'the first one seen',
      steps: adverts(from(lb1), 101, 0, 5),
      transitions: [`0 first-seen ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'the capture begins with the old master saying that it stops',
      steps: [advert(from(lb1), 0, 0), ...adverts(from(lb2), 100, 0.609, 5)],
      transitions: [`0.609 first-seen ${lb2}`],
      masters: [lb2],
    },
    {
      name: 'hand-over by priority zero',
      steps: [...adverts(from(lb1), 101, 0, 5), advert(from(lb1), 0, 5.3), ...adverts(from(lb2), 100, 5.909, 9)],
      transitions: [`0 first-seen ${lb1}`, `5.909 priority-zero ${lb1} > ${lb2}`],
      masters: [lb2],
    },
    {
      name: 'the old master says that it stops long before anyone takes over',
      steps: [...adverts(from(lb1), 101, 0, 5), advert(from(lb1), 0, 5.3), ...adverts(from(lb2), 100, 300, 305)],
      transitions: [`0 first-seen ${lb1}`, `300 priority-zero ${lb1} > ${lb2}`],
      masters: [lb2],
    },
    {
      name: 'a higher priority preempts',
      steps: [...adverts(from(lb2), 100, 0, 5), ...adverts(from(lb1), 101, 5.4, 9)],
      transitions: [`0 first-seen ${lb2}`, `5.4 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'a weighted check fails and recovers: the master goes on at a lower priority until it is preempted',
      steps: [
        ...adverts(from(lb1), 151, 0, 5),
        ...adverts(from(lb1), 101, 6, 8),
        ...adverts(from(lb2), 150, 8.414, 14.414),
        ...adverts(from(lb1), 151, 14.8, 20),
      ],
      transitions: [`0 first-seen ${lb1}`, `8.414 preempted ${lb1} > ${lb2}`, `14.8 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'the master falls silent',
      steps: [...adverts(from(lb1), 101, 0, 5), ...adverts(from(lb2), 100, 8.609, 12)],
      transitions: [`0 first-seen ${lb1}`, `8.609 timeout ${lb1} > ${lb2}`],
      masters: [lb2],
    },
    {
      name: 'and comes back',
      steps: [
        ...adverts(from(lb1), 101, 0, 5),
        ...adverts(from(lb2), 100, 8.609, 19.609),
        ...adverts(from(lb1), 101, 20, 25),
      ],
      transitions: [`0 first-seen ${lb1}`, `8.609 timeout ${lb1} > ${lb2}`, `20 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'the same master again, with nobody else about: stopped and started',
      steps: [...adverts(from(lb1), 101, 0, 5), advert(from(lb1), 0, 5.2), ...adverts(from(lb1), 101, 8.1, 12)],
      transitions: [`0 first-seen ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'three nodes: the next priority each time',
      steps: [
        ...adverts(from(lb1), 150, 0, 5),
        ...adverts(from(lb2), 100, 8.609, 12.609),
        advert(from(lb2), 0, 13),
        ...adverts(from(lb3), 50, 13.805, 18.805),
        ...adverts(from(lb1), 150, 19, 23),
      ],
      transitions: [
        `0 first-seen ${lb1}`,
        `8.609 timeout ${lb1} > ${lb2}`,
        `13.805 priority-zero ${lb2} > ${lb3}`,
        `19 preempted ${lb3} > ${lb1}`,
      ],
      masters: [lb1],
    },
    {
      name: 'unicast to two peers: each interval an advert to each',
      steps: [
        ...[lb2, lb3].flatMap((dst) => adverts({ src: lb1, dst }, 150, 0, 5)),
        ...[lb2, lb3].map((dst) => advert({ src: lb1, dst }, 0, 5.5)),
        ...[lb1, lb3].flatMap((dst) => adverts({ src: lb2, dst }, 100, 6.109, 10.109)),
      ],
      transitions: [`0 first-seen ${lb1}`, `6.109 priority-zero ${lb1} > ${lb2}`],
      masters: [lb2],
    },
    {
      name: 'another interval: two seconds and VRRPv3',
      steps: [
        ...adverts({ src: lb1, version: 3, intvl: 2 }, 101, 0, 10),
        // 3 x 2 s + 2 s x 156 / 256
        ...adverts({ src: lb2, version: 3, intvl: 2 }, 100, 17.219, 25.219),
      ],
      transitions: [`0 first-seen ${lb1}`, `17.219 timeout ${lb1} > ${lb2}`],
      masters: [lb2],
    },
  ];
  test.each(rows)('$name', ({ steps, transitions, masters }) => {
    expect(followed(steps)).toEqual({ transitions, masters, splitBrains: 0 });
  });

  test('a transition tells how long nobody sent anything, and the advert that shows it', () => {
    const steps = [...adverts(from(lb1), 101, 0, 5), advert(from(lb1), 0, 5.3), ...adverts(from(lb2), 100, 5.909, 9)];
    const [first, second] = play(steps).transitions;
    expect(first?.gapSeconds).toBeNull();
    expect(second?.gapSeconds).toBeCloseTo(0.609, 6);
    expect(second?.at).toMatchObject({ capture: 'timeline.pcap', frame: 8, advert: { src: lb2, prio: 100 } });
  });
});

describe('adverts that cross', () => {
  const rows: Row[] = [
    {
      name: "the old master's last advert was on its way when the new one preempted",
      steps: [...adverts(from(lb2), 100, 0, 6), ...adverts(from(lb1), 101, 5.998, 12)],
      transitions: [`0 first-seen ${lb2}`, `5.998 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'so with unicast, to each of two peers',
      steps: [
        ...[lb1, lb3].flatMap((dst) => adverts({ src: lb2, dst }, 100, 0, 6)),
        ...[lb2, lb3].flatMap((dst) => adverts({ src: lb1, dst }, 101, 5.998, 12)),
      ],
      transitions: [`0 first-seen ${lb2}`, `5.998 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'two backups of equal priority take over at the same moment, the lower address first',
      steps: [...adverts(from(lb1), 101, 0, 5), advert(from(lb2), 100, 8.609), ...adverts(from(lb3), 100, 8.61, 12)],
      transitions: [`0 first-seen ${lb1}`, `8.609 timeout ${lb1} > ${lb2}`, `8.61 preempted ${lb2} > ${lb3}`],
      masters: [lb3],
    },
    {
      name: 'two backups of equal priority take over at the same moment, the higher address first',
      steps: [
        ...adverts(from(lb1), 101, 0, 5),
        advert(from(lb1), 0, 5.5),
        ...adverts(from(lb3), 100, 6.109, 12),
        advert(from(lb2), 100, 6.11),
      ],
      transitions: [`0 first-seen ${lb1}`, `6.109 priority-zero ${lb1} > ${lb3}`],
      masters: [lb3],
    },
    {
      name: 'the old master stops in the moment in which it is preempted',
      steps: [...adverts(from(lb2), 100, 0, 5), ...adverts(from(lb1), 101, 5.4, 9), advert(from(lb2), 0, 5.401)],
      transitions: [`0 first-seen ${lb2}`, `5.4 preempted ${lb2} > ${lb1}`],
      masters: [lb1],
    },
  ];
  test.each(rows)('$name', ({ steps, transitions, masters }) => {
    expect(followed(steps)).toEqual({ transitions, masters, splitBrains: 0 });
  });
});

describe('a second master', () => {
  // lb2 no longer hears lb1: it takes over 3.609 s after the advert at 3 s, and both go on.
  const both = [...adverts(from(lb1), 101, 0, 16), ...adverts(from(lb2), 100, 6.609, 16)];

  test('is a conflict once both go on, and a split brain after a master-down interval', () => {
    const at = (to: number) => followed(both.filter((step) => step.at <= to));
    expect(at(6.9).transitions).toEqual([`0 first-seen ${lb1}`]);
    expect(at(7.9)).toEqual({
      transitions: [`0 first-seen ${lb1}`, `6.609 conflict ${lb1} > ${lb2}`],
      masters: [lb1, lb2],
      splitBrains: 0,
    });
    // Both were seen from 6.609 on; lb2's master-down interval is 3.609 s, and its adverts come at whole seconds from there.
    expect(at(10.5).splitBrains).toBe(0);
    expect(at(11).splitBrains).toBe(1);
  });

  test('names both, since when, and for how long', () => {
    const [fact] = router(play(both)).splitBrains;
    expect(fact).toMatchObject({
      first: { src: lb1 },
      second: { src: lb2 },
      firstBefore: { advert: { src: lb1 }, frame: 7 },
      secondFrom: { advert: { src: lb2 }, frame: 8 },
      interleaved: true,
      lasting: true,
      mismatches: [],
    });
    expect(fact?.overlapSeconds).toBeCloseTo(15.609 - 6.609, 6);
  });

  test('of higher priority is one as well where the first does not give way', () => {
    const steps = [...adverts(from(lb2), 100, 0, 16), ...adverts(from(lb1), 101, 5.4, 16)];
    expect(followed(steps)).toMatchObject({
      transitions: [
        `0 first-seen ${lb2}`,
        `5.4 preempted ${lb2} > ${lb1}`,
        // It sends at 6 s, which may be once; that it goes on at 7 s shows that it was not.
        `6 conflict ${lb1} > ${lb2}`,
      ],
      masters: [lb1, lb2],
      splitBrains: 1,
    });
  });

  test('that speaks once and then hears the master is none', () => {
    // As keepalived does it: the master answers an advert of lower priority at once.
    const steps = [
      ...adverts(from(lb1), 101, 0, 6),
      advert(from(lb2), 100, 6.609),
      ...adverts(from(lb1), 101, 6.61, 12),
    ];
    expect(followed(steps)).toEqual({ transitions: [`0 first-seen ${lb1}`], masters: [lb1], splitBrains: 0 });
  });

  test('that speaks once every few seconds, and hears the master each time, is none', () => {
    const steps = [
      ...adverts(from(lb1), 101, 0, 60),
      ...[6.609, 16.609, 26.609, 36.609].map((at) => advert(from(lb2), 100, at)),
    ];
    expect(followed(steps)).toEqual({ transitions: [`0 first-seen ${lb1}`], masters: [lb1], splitBrains: 0 });
  });

  test('ends when it falls silent: the path healed', () => {
    const steps = [...adverts(from(lb1), 101, 0, 30), ...adverts(from(lb2), 100, 6.609, 16.609)];
    const played = play(steps);
    expect(told(played)).toEqual([
      `0 first-seen ${lb1}`,
      `6.609 conflict ${lb1} > ${lb2}`,
      // Two and a half intervals after its last advert.
      `20 preempted ${lb2} > ${lb1}`,
    ]);
    expect(mastersOf(played)).toEqual([lb1]);
    expect(router(played).splitBrains).toMatchObject([{ interleaved: true, lasting: false }]);
    expect(router(played).splitBrains[0]?.overlapSeconds).toBeCloseTo(10, 6);
  });

  test('ends when it says that it stops', () => {
    const steps = [
      ...adverts(from(lb1), 101, 0, 20),
      ...adverts(from(lb2), 100, 6.609, 12.609),
      advert(from(lb2), 0, 13.2),
    ];
    const played = play(steps);
    expect(told(played).at(-1)).toBe(`14 priority-zero ${lb2} > ${lb1}`);
    expect(mastersOf(played)).toEqual([lb1]);
    expect(router(played).splitBrains).toMatchObject([{ lasting: false }]);
  });

  test('stays as the only one when the first dies', () => {
    const steps = [...adverts(from(lb1), 101, 0, 14), ...adverts(from(lb2), 100, 6.609, 24)];
    expect(followed(steps)).toMatchObject({ masters: [lb2], splitBrains: 1 });
  });

  test('is one again after the heal: partition, heal, partition', () => {
    const steps = [
      ...adverts(from(lb1), 101, 0, 60),
      ...adverts(from(lb2), 100, 6.609, 16.609),
      ...adverts(from(lb2), 100, 40.609, 60),
    ];
    expect(router(play(steps)).splitBrains).toMatchObject([{ lasting: true, interleaved: true }]);
  });

  test('a partition that the capture sees from the middle: the master was cut off, and comes back', () => {
    // On the switch: lb1's adverts vanish, lb2 takes over; after the heal lb1 speaks first, or lb2 does.
    for (const healedAt of [16, 16.9]) {
      const steps = [
        ...adverts(from(lb1), 101, 0, 5),
        ...adverts(from(lb2), 100, 8.609, healedAt),
        ...adverts(from(lb1), 101, healedAt + 0.001, 25),
      ];
      expect(followed(steps)).toEqual({
        transitions: [
          `0 first-seen ${lb1}`,
          `8.609 timeout ${lb1} > ${lb2}`,
          `${healedAt + 0.001} preempted ${lb2} > ${lb1}`,
        ],
        masters: [lb1],
        splitBrains: 0,
      });
    }
  });

  test('three that do not hear each other are three, whoever speaks first and whatever their priorities', () => {
    const permutations = (items: readonly number[]): number[][] =>
      items.length < 2
        ? [[...items]]
        : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
    for (const prios of permutations([100, 150, 200])) {
      const steps = [lb1, lb2, lb3].flatMap((src, i) => adverts(from(src), prios[i] ?? 0, 0.3 * i, 20));
      const { masters, splitBrains } = followed(steps);
      expect(masters, prios.join()).toEqual([lb1, lb2, lb3]);
      expect(splitBrains, prios.join()).toBe(3);
    }
  });

  test('two that both fall silent are no masters in the end', () => {
    expect(followed([...both, traffic(60)]).masters).toEqual([]);
  });
});

describe('equal priorities', () => {
  /** Who wins when both send: the loser falls silent. */
  const winner = (first: string, second: string, version: number) => {
    const played = play([
      ...adverts({ src: first, version }, 100, 0, 5),
      ...adverts({ src: second, version }, 100, 5.4, 12),
    ]);
    return told(played).at(-1);
  };

  test.each([
    ['10.77.0.9', '10.77.0.10', 2],
    ['10.77.0.99', '10.77.1.1', 2],
    ['9.255.255.255', '10.0.0.1', 3],
    ['fe80::9', 'fe80::10', 3],
    ['fe80::ffff', 'fe80::1:0', 3],
    ['fe80::1', 'fe80::1:0:0:0', 3],
    ['fd77::2', 'fe80::1', 3],
    ['fe80::', 'fe80::1', 3],
  ])('%s gives way to %s', (lower, higher, version) => {
    expect(winner(lower, higher, version)).toBe(`5.4 preempted ${lower} > ${higher}`);
    expect(winner(higher, lower, version)).not.toContain('preempted');
  });
});

describe('masters in the end', () => {
  const rows: Row[] = [
    {
      name: 'one that said it stops is none',
      steps: [...adverts(from(lb1), 101, 0, 5), advert(from(lb1), 0, 5.5)],
      transitions: [`0 first-seen ${lb1}`],
      masters: [],
    },
    {
      name: 'one that was silent for less than a master-down interval is',
      steps: [...adverts(from(lb1), 101, 0, 5), traffic(7.9)],
      transitions: [`0 first-seen ${lb1}`],
      masters: [lb1],
    },
    {
      name: 'one that was silent for longer is none',
      steps: [...adverts(from(lb1), 101, 0, 5), traffic(8.1)],
      transitions: [`0 first-seen ${lb1}`],
      masters: [],
    },
    { name: 'nobody was ever heard with a priority', steps: [advert(from(lb1), 0, 0)], transitions: [], masters: [] },
  ];
  test.each(rows)('$name', ({ steps, transitions, masters }) => {
    expect(followed(steps)).toEqual({ transitions, masters, splitBrains: 0 });
  });

  test('a router knows its one master, and none where there are two', () => {
    const two = [...adverts(from(lb1), 101, 0, 16), ...adverts(from(lb2), 100, 6.609, 16)];
    expect(router(play(two)).master).toBeNull();
    expect(router(play(adverts(from(lb1), 101, 0, 5))).master?.src).toBe(lb1);
  });
});

describe('virtual routers are told apart', () => {
  const keys = (steps: readonly Step[]) =>
    play(steps)
      .wire.routers.map(({ family, vrid, vlan, interfaceName, masters }) =>
        [family, vrid, vlan.join(), interfaceName, masters.map(({ src }) => src).join()].join(' '),
      )
      .sort();

  test('by vrid, family, VLAN and interface, so that two masters of two of them are none of one', () => {
    const steps = [
      ...adverts(from(lb1), 101, 0, 10),
      ...adverts({ src: lb2, vrid: 52 }, 101, 0.1, 10),
      ...adverts({ src: 'fe80::1' }, 101, 0.2, 10),
      ...adverts({ src: lb2, vlan: 7 }, 100, 0.3, 10),
      ...adverts({ src: lb2, vlan: 8 }, 100, 0.4, 10),
      ...adverts({ src: lb2, interfaceName: 'eth1' }, 100, 0.5, 10),
    ];
    expect(keys(steps)).toEqual([
      `ipv4 51   ${lb1}`,
      `ipv4 51  eth1 ${lb2}`,
      `ipv4 51 7  ${lb2}`,
      `ipv4 51 8  ${lb2}`,
      `ipv4 52   ${lb2}`,
      'ipv6 51   fe80::1',
    ]);
    expect(play(steps).wire.routers.flatMap(({ splitBrains }) => splitBrains)).toEqual([]);
  });

  describe('by whom unicast adverts reach, where a capture sees several pairs', () => {
    const pair = (a: string, b: string, settings: object = {}) => ({ src: a, dst: b, ...settings });
    const other = { addrs: ['10.77.0.200'] };
    const one = adverts(pair(lb1, lb2), 101, 0, 10);
    const two = adverts(pair('10.77.0.11', '10.77.0.12', other), 90, 0.4, 10);

    test('pairs that neither address each other nor share an address', () => {
      expect(keys([...one, ...two])).toEqual([`ipv4 51   ${lb1}`, 'ipv4 51   10.77.0.11']);
      expect(play([...one, ...two]).wire.routers.flatMap(({ mismatches }) => mismatches)).toEqual([]);
    });

    test('each with its own failovers', () => {
      const steps = [
        ...one,
        ...two,
        ...adverts(pair(lb2, lb1), 100, 13.609, 20),
        advert(pair('10.77.0.11', '10.77.0.12', other), 0, 11),
        ...adverts(pair('10.77.0.12', '10.77.0.11', other), 80, 11.7, 20),
      ];
      expect(keys(steps)).toEqual(['ipv4 51   10.77.0.12', `ipv4 51   ${lb2}`]);
    });

    test.each([
      { name: 'one that sends to a node of the other', third: pair('10.77.0.11', lb1, other) },
      { name: 'one that has an address of the other', third: pair('10.77.0.11', '10.77.0.12') },
      { name: 'one without addresses', third: pair('10.77.0.11', '10.77.0.12', { addrs: [] }) },
      { name: 'one that sends to all', third: { src: '10.77.0.11', ...other } },
    ])('$name belongs to it', ({ third }) => {
      expect(play([...one, ...adverts(third, 90, 0.4, 10)]).wire.routers).toHaveLength(1);
      expect(play([...adverts(third, 90, 0, 10), ...adverts(pair(lb1, lb2), 101, 0.4, 10)]).wire.routers).toHaveLength(
        1,
      );
    });

    test('three nodes are one group, whichever peer is seen first', () => {
      const sources = [lb1, lb2, lb3];
      const steps = sources.flatMap((src, i) =>
        sources.flatMap((dst) => (dst === src ? [] : adverts(pair(src, dst), 100 + i, 6 * i, 6 * i + 5))),
      );
      expect(play(steps).wire.routers).toHaveLength(1);
    });
  });

  test('one advert object on two interfaces is two senders', () => {
    const steps = ['eth0', 'eth1'].flatMap((interfaceName, i) => adverts({ src: lb1, interfaceName }, 101, i / 4, 6));
    expect(keys(steps)).toEqual([`ipv4 51  eth0 ${lb1}`, `ipv4 51  eth1 ${lb1}`]);
    expect(play(steps).wire.routers.map(({ senders }) => senders[0]?.adverts)).toEqual([7, 6]);
  });
});

test('a disturbance changes no election', () => {
  const steps = [...adverts(from(lb1), 101, 0, 5), disturbance(7), ...adverts(from(lb2), 100, 8.609, 12)];
  expect(followed(steps)).toMatchObject({ transitions: [`0 first-seen ${lb1}`, `8.609 timeout ${lb1} > ${lb2}`] });
});
