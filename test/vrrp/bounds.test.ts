import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { CapturedPacket } from '../../src/model/packet.ts';
import { Dissector } from '../../src/packet/dissect.ts';
import { senderLimit, WireFollower } from '../../src/vrrp/wire.ts';
import { capture, carp, packetOf, play, type Step, vip } from './timeline.ts';

/** A hostile segment: whoever fills the memory or the time of a program that listens for days. */

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const address4 = (i: number) => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;

/** Follows packets one by one, without keeping their bytes. */
function follow(count: number, packetAt: (i: number) => CapturedPacket): WireFollower {
  const wire = new WireFollower({ live: true, expectedVrids: [] }, () => {});
  const dissector = new Dissector();
  for (let i = 0; i < count; i++) {
    const packet = packetAt(i);
    wire.see(packet);
    const decoded = dissector.dissect(packet);
    if (decoded !== null) wire.add(decoded, packet, capture);
  }
  wire.finish();
  return wire;
}

const followSteps = (count: number, stepOf: (i: number) => Step) => follow(count, (i) => packetOf(stepOf(i), i + 1));

/** Adverts of 255 IPv6 addresses, each of another sender; encoding them one by one would take longer than the rest. */
function crowdedPackets(): (i: number) => CapturedPacket {
  const addrs = Array.from({ length: 255 }, (_, i) => `fd01::${(i + 1).toString(16)}`);
  const packet = packetOf({ src: 'fd00::', prio: 100, at: 0, addrs: ['fd01::ffff', ...addrs.slice(1)] }, 1);
  const view = new DataView(packet.bytes.buffer);
  return (i) => {
    // The last word of the source address, and of the first virtual one: the checksum's sum stays what it is.
    view.setUint16(36, i);
    view.setUint16(76, 0xffff - i);
    return { ...packet, frame: i + 1, seconds: packet.seconds + Math.floor(i / 1000) };
  };
}

describe('ten thousand senders', () => {
  test('are followed up to a bound, and counted beyond it', () => {
    const wire = followSteps(20_000, (i) => ({ src: address4(1 + (i % 10_000)), prio: 100, at: i / 10_000 }));
    expect(wire.senderCount).toBe(senderLimit);
    expect(wire.adverts).toBe(20_000);
    expect(wire.uncountedAdverts).toBe(2 * (10_000 - senderLimit));
    const followed = wire.routers.flatMap(({ senders }) => senders);
    expect(followed).toHaveLength(senderLimit);
    expect(followed.every(({ adverts }) => adverts === 2)).toBe(true);
  });

  test('of 255 addresses each do not fill the memory', () => {
    const before = heapMegabytes();
    const wire = follow(10_000, crowdedPackets());
    const grown = heapMegabytes() - before;
    const followed = wire.routers.flatMap(({ senders }) => senders);
    const listed = followed.reduce((sum, { last }) => sum + last.advert.addrs.length, 0);
    expect(followed.every(({ last }) => last.advert.checksum === 'good')).toBe(true);
    // As many as have room.
    expect(listed).toBeGreaterThan(65_536 - 255);
    expect(listed).toBeLessThanOrEqual(65_536);
    expect(wire.uncountedAdverts).toBe(10_000 - listed / 255);
    expect(grown).toBeLessThan(60);
  });

  test('of another address each time do not fill the memory', () => {
    const before = heapMegabytes();
    const wire = followSteps(10_000, (i) => ({
      src: address4(1 + (i % 100)),
      prio: 1 + (i % 254),
      at: i / 100,
      addrs: [address4(i)],
    }));
    expect(heapMegabytes() - before).toBeLessThan(30);
    for (const { senders } of wire.routers) {
      for (const { profiles, otherProfiles, adverts, priorities } of senders) {
        expect(profiles.reduce((sum, { count }) => sum + count, otherProfiles)).toBe(adverts);
        expect(profiles.length).toBeLessThan(10);
        expect(priorities.length).toBeLessThan(100);
      }
    }
  });
});

describe('facts are bounded, and so is the time that they take', () => {
  /** Follows packets that are there already; what it takes, in microseconds of this process a packet. */
  const cost = (count: number, stepOf: (i: number) => Step) => {
    const packets = Array.from({ length: count }, (_, i) => packetOf(stepOf(i), i + 1));
    const start = process.cpuUsage();
    const wire = follow(count, (i) => packets[i] as CapturedPacket);
    return { wire, microseconds: process.cpuUsage(start).user / count };
  };

  test.each<{ name: string; stepOf: (i: number) => Step }>([
    {
      name: 'clusters of different addresses',
      stepOf: (i) => ({
        src: address4(1 + (i % 4000)),
        prio: 100,
        at: i / 4000,
        addrs: [address4(0x10000 + (i % 4000))],
      }),
    },
    {
      name: 'senders of one address',
      stepOf: (i) => ({ src: address4(1 + (i % 4000)), prio: 1 + (i % 254), at: i / 4000 }),
    },
    {
      name: 'senders that alternate between two passwords',
      stepOf: (i) => ({ src: address4(1 + (i % 100)), prio: 100, at: i / 100, authType: 1, auth: `${i % 3}` }),
    },
    {
      name: 'an address under every vrid',
      stepOf: (i) => ({ src: address4(1 + (i % 2000)), vrid: 1 + (i % 255), prio: 100, at: i / 2000 }),
    },
    {
      name: 'unicast pairs that have nothing to do with each other',
      stepOf: (i) => ({
        src: address4(1 + (i % 4000)),
        dst: address4(0x20000 + (i % 4000)),
        prio: 100,
        at: i / 4000,
        addrs: [address4(0x10000 + (i % 4000))],
      }),
    },
    {
      name: 'senders that stop all the time',
      stepOf: (i) => ({ src: address4(1 + (i % 1000)), prio: i % 2, at: i / 1000 }),
    },
  ])('$name', ({ stepOf }) => {
    const { wire, microseconds } = cost(10_000, stepOf);
    for (const router of wire.routers) {
      expect(router.mismatches.length).toBeLessThanOrEqual(32);
      expect(router.splitBrains.length).toBeLessThanOrEqual(32);
      expect(router.nearFailovers.length).toBeLessThanOrEqual(32);
    }
    expect(wire.sharedAddresses.length).toBeLessThanOrEqual(64);
    // It is a tenth of that on an idle machine, and many times that where anything is quadratic.
    expect(microseconds).toBeLessThan(300);
  });

  test('announcements and CARP hosts', () => {
    const before = heapMegabytes();
    const wire = followSteps(20_000, (i) =>
      i % 2 === 0
        ? {
            at: i / 1000,
            announce: address4(i),
            mac: `52:54:00:${[16, 8, 0].map((shift) => ((i >> shift) & 255).toString(16)).join(':')}`,
          }
        : carp(address4(i), i % 256, i / 1000),
    );
    expect(heapMegabytes() - before).toBeLessThan(20);
    expect(wire.carps.length).toBeLessThanOrEqual(256);
  });
});

test('a CARP host is one however often it speaks, and one more for each vhid', () => {
  const { wire } = play([
    carp('10.77.0.9', 1, 0),
    carp('10.77.0.9', 1, 1),
    carp('10.77.0.9', 2, 1),
    carp('10.77.0.8', 1, 2),
  ]);
  expect(wire.carps.map(({ src, vhid, count, frame }) => `${src} ${vhid} ${count} ${frame}`)).toEqual([
    '10.77.0.9 1 2 1',
    '10.77.0.9 2 1 3',
    '10.77.0.8 1 1 4',
  ]);
});

test('the addresses advertised are known', () => {
  const { wire } = play([{ src: '10.77.0.1', prio: 100, at: 0 }]);
  expect([wire.isAdvertised(vip), wire.isAdvertised('10.77.0.1')]).toEqual([true, false]);
});
