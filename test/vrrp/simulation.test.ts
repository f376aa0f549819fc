import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cut, type Incident, type Node, type Reign, type Segment, simulate } from './simulation.ts';
import { macOf, type Played, play, type Sending, told, traffic, vip } from './timeline.ts';

/** How the nodes of one virtual router are set up: alike but for priority, address and whom they preempt. */
interface Setup {
  readonly version: number;
  readonly intvl: number;
  readonly isIpv6: boolean;
  readonly isUnicast: boolean;
  readonly nodes: readonly Node[];
}

const setup: fc.Arbitrary<Setup> = fc
  .record({
    v2: fc.boolean(),
    isIpv6: fc.boolean(),
    isUnicast: fc.boolean(),
    intvl: fc.constantFrom(1, 2, 5),
    quick: fc.constantFrom(0.2, 1, 3),
    members: fc.array(
      fc.record({
        prio: fc.oneof(fc.integer({ min: 1, max: 254 }), fc.constantFrom(100, 101, 150)),
        startsAsMaster: fc.boolean(),
        preempts: fc.boolean(),
      }),
      { minLength: 2, maxLength: 3 },
    ),
  })
  .map(({ v2, isIpv6, isUnicast, intvl, quick, members }) => {
    const version = v2 && !isIpv6 ? 2 : 3;
    const interval = version === 2 ? intvl : quick;
    const sources = members.map((_, i) => (isIpv6 ? `fe80::${i + 1}` : `10.77.0.${i + 1}`));
    const nodes = members.map((member, i) => {
      const src = sources[i] ?? '';
      // To one peer: the stream to another one is a copy of it.
      const dst = sources[(i + 1) % sources.length] ?? '';
      return { ...member, sending: { src, version, intvl: interval, mac: macOf(src), ...(isUnicast ? { dst } : {}) } };
    });
    return { version, intvl: interval, isIpv6, isUnicast, nodes };
  });

const environment = fc.record({
  seed: fc.integer(),
  jitter: fc.double({ min: 0, max: 0.1, noNaN: true }),
  delay: fc.double({ min: 0, max: 0.02, noNaN: true }),
  answers: fc.boolean(),
});

/**
 * Incidents at which a healthy group has time to settle. A master that dies and is back at once is a near failover indeed, so
 * that nobody starts sooner than its peers take to notice; with VRRPv2 the skew can be as long as an interval.
 */
const incidents: fc.Arbitrary<readonly Incident[]> = fc
  .array(
    fc.record({
      node: fc.nat(2),
      pause: fc.double({ min: 0.1, max: 15, noNaN: true }),
      away: fc.double({ min: 6, max: 15, noNaN: true }),
      prio: fc.integer({ min: 1, max: 254 }),
      does: fc.constantFrom('stop', 'crash', 'prio', 'prio'),
    }),
    { maxLength: 6 },
  )
  .map((plans) => {
    let at = 6;
    return plans.flatMap(({ node, pause, away, prio, does }): Incident[] => {
      at += pause;
      if (does === 'prio') return [{ at, node, prio }];
      const gone = { at, node, does: does === 'stop' ? 'stop' : 'crash' } as const;
      at += away;
      return [gone, { at, node, does: 'start' }];
    });
  });

/** The follower's account, with the time after the last incident in which everything settles. */
function account(segment: Omit<Segment, 'length'>) {
  const last = Math.max(6, ...segment.incidents.map(({ at }) => at), ...segment.cuts.map(({ to }) => to));
  const length = last + 14;
  const simulated = simulate({ ...segment, length });
  const interval = segment.nodes[0]?.sending.intvl ?? 1;
  const played = play([...simulated.steps, traffic(length * interval)]);
  const [router] = played.wire.routers;
  return { simulated, played, router };
}

/** Everything that no healthy group shows. */
function troubles(played: Played): string[] {
  return [
    ...played.wire.routers.flatMap(({ splitBrains, nearFailovers, mismatches }) => [
      ...splitBrains.map(({ first, second }) => `split brain of ${first.src} and ${second.src}`),
      ...nearFailovers.map(({ gapSeconds }) => `near failover: ${gapSeconds} s`),
      ...mismatches.map(({ kind }) => `mismatch: ${kind}`),
    ]),
    ...told(played).filter((line) => line.includes('conflict')),
  ];
}

describe('a healthy group', () => {
  test('whatever happens to its nodes, there is no split brain, no conflict, no near failover', () => {
    fc.assert(
      fc.property(setup, environment, incidents, ({ nodes }, surroundings, happening) => {
        const { simulated, played, router } = account({ nodes, incidents: happening, cuts: [], ...surroundings });
        expect(troubles(played)).toEqual([]);
        expect(router?.masters.map(({ src }) => src).sort()).toEqual(simulated.masters);
      }),
      { numRuns: 300 },
    );
  });

  test('nor does one of its nodes see any, whatever reaches it', () => {
    fc.assert(
      fc.property(setup, environment, incidents, fc.nat(1), ({ nodes }, surroundings, happening, capturedOn) => {
        const { played } = account({ nodes, incidents: happening, cuts: [], ...surroundings, capturedOn });
        expect(troubles(played)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('nor does a capture that begins in the middle', () => {
    fc.assert(
      fc.property(setup, environment, incidents, fc.nat(200), ({ nodes }, surroundings, happening, begin) => {
        const { simulated } = account({ nodes, incidents: happening, cuts: [], ...surroundings });
        expect(troubles(play(simulated.steps.slice(begin)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('nor does a capture that has every packet twice', () => {
    fc.assert(
      fc.property(setup, environment, incidents, ({ nodes }, surroundings, happening) => {
        const { simulated } = account({ nodes, incidents: happening, cuts: [], ...surroundings });
        const copies = simulated.steps.map((step) => ({ ...step, at: step.at + 0.00003 }));
        expect(troubles(play([...simulated.steps, ...copies]))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('each transition begins where the one before ended', () => {
    fc.assert(
      fc.property(setup, environment, incidents, ({ nodes }, surroundings, happening) => {
        const { played } = account({ nodes, incidents: happening, cuts: [], ...surroundings });
        const { transitions, wire } = played;
        transitions.forEach(({ from, to, at }, i) => {
          expect(from).toBe(transitions[i - 1]?.to ?? null);
          expect(to).not.toBe(from);
          expect(at.advert.src).toBe(to);
        });
        expect(wire.routers[0]?.transitions ?? 0).toBe(transitions.length);
      }),
      { numRuns: 100 },
    );
  });
});

/** How long two nodes were master at once, without a break, at most; in seconds. */
function longestDoubleReign(reigns: readonly Reign[]): { nodes: string; seconds: number }[] {
  const pairs = new Map<string, number>();
  for (const a of reigns) {
    for (const b of reigns) {
      if (a.node >= b.node) continue;
      const seconds = Math.min(a.to, b.to) - Math.max(a.from, b.from);
      const key = `${a.node} ${b.node}`;
      pairs.set(key, Math.max(pairs.get(key) ?? 0, seconds));
    }
  }
  return [...pairs].map(([nodes, seconds]) => ({ nodes, seconds }));
}

describe('a group that is cut apart', () => {
  const cut = (to: fc.Arbitrary<number>): fc.Arbitrary<Cut[]> =>
    fc
      .record({ from: fc.double({ min: 6, max: 12, noNaN: true }), lasts: to, both: fc.boolean(), flip: fc.boolean() })
      .map(({ from, lasts, both, flip }) => {
        const [sender, receiver] = flip ? [1, 0] : [0, 1];
        const way = { from, to: from + lasts, sender, receiver };
        return both ? [way, { ...way, sender: receiver, receiver: sender }] : [way];
      });

  /** Seconds that both must have been seen to send, and what may be missing of that: adverts come once an interval. */
  const limits = ({ version, intvl }: Setup, jitter: number) => {
    const skew = version === 3 ? intvl : 1;
    return { atLeast: 3 * intvl + skew + (1 + jitter) * intvl, lessThan: 3 * intvl };
  };

  test('is a split brain where two were masters for longer than a master-down interval, and only there', () => {
    let seen = 0;
    fc.assert(
      fc.property(setup, environment, cut(fc.double({ min: 1, max: 30, noNaN: true })), (given, surroundings, cuts) => {
        const { nodes } = given;
        const { simulated, played, router } = account({ nodes, incidents: [], cuts, ...surroundings });
        const { atLeast, lessThan } = limits(given, surroundings.jitter);
        const source = (index: string) => nodes[Number(index)]?.sending.src ?? '';
        const found = (router?.splitBrains ?? []).map(({ first, second }) => [first.src, second.src].sort().join());
        for (const { nodes: pair, seconds } of longestDoubleReign(simulated.reigns)) {
          const names = pair.split(' ').map(source).sort().join();
          if (seconds > atLeast) {
            seen++;
            expect(found, told(played).join('\n')).toContain(names);
          }
          if (seconds < lessThan) expect(found).not.toContain(names);
        }
        // The cut heals: in the end there is one again.
        expect(router?.masters.map(({ src }) => src)).toEqual(simulated.masters);
        expect(router?.splitBrains.some(({ lasting }) => lasting)).toBe(false);
      }),
      { numRuns: 300 },
    );
    // A third of the cuts are of a kind that makes two masters.
    expect(seen).toBeGreaterThan(30);
  });

  test('and none on a node that hears nothing of the other', () => {
    fc.assert(
      fc.property(setup, environment, fc.nat(1), ({ nodes }, surroundings, capturedOn) => {
        const apart = [
          { from: 0, to: 1000, sender: 0, receiver: 1 },
          { from: 0, to: 1000, sender: 1, receiver: 0 },
        ];
        const pair = { nodes: nodes.slice(0, 2), incidents: [], cuts: apart, ...surroundings, capturedOn };
        const { steps } = simulate({ ...pair, length: 40 });
        expect(troubles(play(steps))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('and still is one at the end of a capture that ends in it', () => {
    let seen = 0;
    fc.assert(
      fc.property(setup, environment, cut(fc.constant(1000)), (given, surroundings, cuts) => {
        const { nodes } = given;
        const simulated = simulate({ nodes, incidents: [], cuts, length: 60, ...surroundings });
        const [router] = play(simulated.steps).wire.routers;
        const doubled = longestDoubleReign(simulated.reigns).filter(({ seconds }) => seconds > 30 * given.intvl);
        if (doubled.length === 0) return;
        seen++;
        expect(router?.masters.map(({ src }) => src).sort()).toEqual(simulated.masters);
        expect(router?.splitBrains.filter(({ lasting }) => lasting)).toHaveLength(doubled.length);
      }),
      { numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(10);
  });
});

/** The same nodes, of which the second and third differ from the first. */
function differing(nodes: readonly Node[], a: Partial<Sending>, b: Partial<Sending>): Node[] {
  return nodes.map((node, i) => ({ ...node, sending: { ...node.sending, ...(i === 0 ? a : b) } }));
}

describe('nodes that send something different', () => {
  const secretpa = { authType: 1, auth: 'secretpa' };
  const pair = setup.filter(({ nodes, version, isUnicast }) => nodes.length === 2 && version === 2 && !isUnicast);

  test.each<{ name: string; b: Partial<Sending> }>([
    { name: 'another password', b: { authType: 1, auth: 'hunter22' } },
    { name: 'no password', b: {} },
    { name: 'VRRPv3', b: { version: 3 } },
    { name: 'unicast', b: { ...secretpa, dst: '10.77.0.1' } },
  ])('$name: each rejects the other, which is a split brain although one may be silent', ({ b }) => {
    fc.assert(
      fc.property(pair, environment, ({ nodes, intvl }, surroundings) => {
        const rejecting = { nodes: differing(nodes, secretpa, b), incidents: [], cuts: [], rejects: true };
        const { steps, masters } = simulate({ ...rejecting, length: 40, ...surroundings });
        // The follower has to hear both, and the second beside the first.
        const sources = new Set(steps.flatMap((step) => ('src' in step ? [step.src] : [])));
        if (sources.size < 2) return;
        const played = play([...steps, traffic(40 * intvl)]);
        expect(played.wire.routers[0]?.splitBrains, told(played).join('\n')).toMatchObject([{ lasting: true }]);
        expect(played.wire.routers[0]?.masters.map(({ src }) => src).sort()).toEqual(masters);
      }),
      { numRuns: 100 },
    );
  });

  test.each<{ name: string; b: Partial<Sending> }>([
    { name: 'addresses, to keepalived from 2.3.3 on', b: { addrs: [vip, '10.77.0.101'] } },
    { name: 'VRRPv3 intervals', b: { intvl: 1.1 } },
    { name: 'checksums', b: { checksum: 'no-pseudo-header' } },
  ])('$name: each takes what the other sends, which is none whatever happens', ({ b }) => {
    const v3 = setup.filter(({ version, isIpv6, intvl }) => version === 3 && !isIpv6 && intvl === 1);
    fc.assert(
      fc.property(v3, environment, incidents, ({ nodes }, surroundings, happening) => {
        // A backup whose priority falls in the moment in which its timer ends speaks beside the master indeed; one that starts
        // as master when the master dies takes over before that is plain.
        const comings = happening.filter((incident) => !('prio' in incident));
        const patient = differing(nodes, {}, b).map((node) => ({ ...node, startsAsMaster: false }));
        const taking = { nodes: patient, incidents: comings, cuts: [], ...surroundings, answers: true };
        const { played } = account(taking);
        expect(troubles(played).filter((trouble) => !trouble.startsWith('mismatch'))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
