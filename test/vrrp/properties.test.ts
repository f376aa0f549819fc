import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advert,
  adverts,
  announcements,
  carp,
  disturbance,
  type Played,
  play,
  type Sending,
  type Step,
  told,
  traffic,
} from './timeline.ts';

/** Whatever anyone sends. */

const source = fc.constantFrom('10.77.0.1', '10.77.0.2', '10.77.0.3', 'fe80::1', 'fe80::2');

const sending: fc.Arbitrary<Sending> = fc
  .record(
    {
      src: source,
      dst: fc.constantFrom('10.77.0.1', '10.77.0.2'),
      vrid: fc.constantFrom(51, 52),
      version: fc.constantFrom(2, 3),
      intvl: fc.constantFrom(0, 1, 2, 5),
      addrs: fc.subarray(['10.77.0.100', '10.77.0.101', '10.77.0.102']),
      authType: fc.constantFrom(0, 1, 2),
      auth: fc.constantFrom('secretpa', 'hunter22'),
      vlan: fc.constantFrom(7, 8),
      hmacKey: fc.constantFrom(1, 2),
      ahSequence: fc.nat(9),
      checksum: fc.constantFrom(0x1234, 0x4321),
      snapLength: fc.integer({ min: 14, max: 60 }),
    },
    { requiredKeys: ['src'] },
  )
  .map(({ dst, addrs, ...rest }) => {
    // One family a packet.
    const isIpv6 = rest.src.includes(':');
    return {
      ...rest,
      ...(isIpv6 || dst === undefined ? {} : { dst }),
      ...(isIpv6 || addrs === undefined ? {} : { addrs }),
    };
  });

const prio = fc.oneof(fc.constantFrom(0, 100, 101, 255), fc.integer({ min: 0, max: 255 }));
const moment = fc.double({ min: 0, max: 60, noNaN: true });

const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(sending, prio, moment, fc.nat(12)).map(([who, p, at, n]) => adverts(who, p, at, at + n, 1)),
      },
      { weight: 3, arbitrary: fc.tuple(sending, prio, moment).map(([who, p, at]) => [advert(who, p, at)]) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.constantFrom('10.77.0.100', 'fd77::100'),
            fc.constantFrom('52:54:00:00:00:01', '52:54:00:00:00:02'),
            moment,
          )
          .map(([address, mac, at]) => announcements(address, mac, at)),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(51, 9), moment).map(([vhid, at]) => [carp('10.77.0.9', vhid, at)]),
      },
      { weight: 1, arbitrary: moment.map((at) => [disturbance(at)]) },
      { weight: 1, arbitrary: moment.map((at) => [traffic(at)]) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.flat());

/** A master that goes on and on, and others that speak beside it, some at the very moment of its own adverts. */
const besideAMaster: fc.Arbitrary<Step[]> = fc
  .record({
    others: fc.array(
      fc.record({
        who: sending,
        prio,
        at: fc.oneof(
          moment,
          fc.tuple(fc.nat(60), fc.constantFrom(-0.0001, 0, 0.0001)).map(([second, off]) => second + off),
        ),
        times: fc.constantFrom(1, 1, 1, 2, 5),
      }),
      { maxLength: 6 },
    ),
    lost: fc.subarray([10, 11, 12, 20, 21, 30], { maxLength: 6 }),
  })
  .map(({ others, lost }) => [
    ...adverts({ src: '10.77.0.1' }, 101, 0, 60).filter(({ at }) => !lost.includes(at)),
    ...others.flatMap(({ who, prio: p, at, times }) => adverts({ ...who, vrid: 51 }, p, at, at + times - 1, 1)),
  ]);

/** All that the follower knows, to compare. */
function account(played: Played): unknown {
  const { wire } = played;
  return {
    told: told(played),
    gaps: played.transitions.map(({ gapSeconds }) => gapSeconds),
    counts: [wire.frames, wire.adverts, wire.uncountedAdverts],
    carps: wire.carps,
    shared: wire.sharedAddresses.map(({ address, a, b }) => [address, a.frame, b.frame]),
    routers: wire.routers.map((router) => ({
      masters: router.masters.map(({ src }) => src),
      mismatches: router.mismatches.map(({ kind, a, b }) => [kind, a.frame, b.frame]),
      splitBrains: router.splitBrains.map(({ firstBefore, secondFrom, interleaved, overlapSeconds, lasting }) => [
        firstBefore.frame,
        secondFrom.frame,
        interleaved,
        overlapSeconds,
        lasting,
      ]),
      near: router.nearFailovers.map(({ before, after, gapSeconds }) => [before.frame, after.frame, gapSeconds]),
      senders: router.senders.map((sender) => ({
        adverts: sender.adverts,
        resignations: sender.resignations,
        prio: sender.prio,
        priorities: sender.priorities,
        frames: [sender.first.frame, sender.last.frame, sender.latest.frame],
        nearFailovers: sender.nearFailovers,
        profiles: [...sender.profiles.map(({ first, count }) => [first.frame, count]), sender.otherProfiles],
        gaps: sender.gaps(),
        histogram: sender.gapHistogram(),
      })),
    })),
  };
}

describe('any adverts at all', () => {
  test('are followed without an error, in order or not, and counted', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom('by-time', 'as-given'), fc.boolean(), (given, order, live) => {
        const { wire, transitions } = play(given, { order, live, expectedVrids: [51] });
        const counted = wire.routers.flatMap(({ senders }) => senders).reduce((sum, sender) => sum + sender.adverts, 0);
        expect(counted + wire.uncountedAdverts).toBe(wire.adverts);
        for (const router of wire.routers) {
          expect(router.senders).toEqual(expect.arrayContaining([...router.masters]));
          expect(router.master).toBe(router.masters.length === 1 ? router.masters[0] : null);
          expect(router.transitions).toBe(transitions.filter((transition) => transition.router === router).length);
        }
        expect(() => wire.unmet).not.toThrow();
      }),
      { numRuns: 250 },
    );
  });

  test('come to the same whether packets of equal content are one object or many', () => {
    fc.assert(
      fc.property(fc.oneof(steps, besideAMaster), fc.constantFrom('by-time', 'as-given'), (given, order) => {
        expect(account(play(given, { order }))).toEqual(account(play(given, { order, withoutMemory: true })));
      }),
      { numRuns: 250 },
    );
  });

  test('a transition is from the sender that the one before named', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const { wire, transitions } = play(given);
        for (const router of wire.routers) {
          let master: string | null = null;
          for (const { from, to } of transitions.filter((transition) => transition.router === router)) {
            expect(from).toBe(master);
            master = to;
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
