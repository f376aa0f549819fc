import { describe, expect, test } from 'vitest';
import type { MismatchKind } from '../../src/model/wire.ts';
import {
  advert,
  adverts,
  announcements,
  lb1,
  lb2,
  macOf,
  type Played,
  play,
  type Sending,
  type Step,
  told,
  vip,
} from './timeline.ts';

type Settings = Partial<Sending>;

const secretpa = { authType: 1, auth: 'secretpa' };
const second = '10.77.0.101';

/** How the two nodes differ. */
interface Difference {
  name: string;
  kind: MismatchKind;
  a: Settings;
  b: Settings;
}

/** Every keepalived drops these. */
const rejected: Difference[] = [
  { name: 'version', kind: 'version', a: {}, b: { version: 3 } },
  { name: 'VRRPv2 interval', kind: 'interval', a: {}, b: { intvl: 2 } },
  { name: 'password', kind: 'auth', a: secretpa, b: { authType: 1, auth: 'hunter22' } },
  { name: 'authentication type', kind: 'auth', a: secretpa, b: {} },
  { name: 'unicast and multicast', kind: 'cast', a: {}, b: { dst: lb1 } },
];
/** Some receivers drop these, others do not. */
const perhaps: Difference[] = [
  { name: 'addresses', kind: 'addresses', a: {}, b: { addrs: [vip, second] } },
  { name: 'no addresses on one node', kind: 'addresses', a: {}, b: { addrs: [] } },
  // auth_hmac is rolled out in its modes receive-only and permissive, in which all is taken.
  { name: 'a signature on one node', kind: 'trailer', a: { version: 3 }, b: { version: 3, hmacKey: 1 } },
  { name: 'keys of signatures', kind: 'trailer', a: { version: 3, hmacKey: 1 }, b: { version: 3, hmacKey: 2 } },
];
/** These are taken. */
const accepted: Difference[] = [
  { name: 'VRRPv3 interval', kind: 'interval', a: { version: 3 }, b: { version: 3, intvl: 1.5 } },
  {
    name: 'checksum variant',
    kind: 'checksum-variant',
    a: { version: 3 },
    b: { version: 3, checksum: 'no-pseudo-header' },
  },
];
const all = [...rejected, ...perhaps, ...accepted];

function router({ wire }: Played) {
  const [first] = wire.routers;
  if (first === undefined || wire.routers.length > 1) throw new Error(`${wire.routers.length} routers`);
  return first;
}

function splitBrains(steps: readonly Step[]): string[] {
  return router(play(steps)).splitBrains.map(
    ({ first, second, interleaved, lasting, mismatches }) =>
      `${first.src} ${second.src} ${interleaved ? 'interleaved' : 'silent'}${lasting ? ' lasting' : ''} ${mismatches}`,
  );
}

function mismatches(steps: readonly Step[]): string[] {
  return router(play(steps)).mismatches.map(({ kind, a, b }) => `${kind} ${a.advert.src} ${b.advert.src}`);
}

describe('a master that rejects adverts forgets to send its own', () => {
  const one = { src: lb1 };
  const two = { src: lb2 };

  describe.each(rejected)('$name differs', ({ kind, a, b }) => {
    const node1 = { ...one, ...a };
    const node2 = { ...two, ...b };
    const expected = (lasting = ' lasting') => [`${lb1} ${lb2} silent${lasting} ${kind}`];

    test('the second, of lower priority, speaks once', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 101, 7.609, 20)];
      expect(splitBrains(steps)).toEqual(expected());
      const masters = router(play(steps)).masters.map(({ src }) => src);
      expect(masters.sort()).toEqual([lb1, lb2]);
      expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`, `6.609 conflict ${lb1} > ${lb2}`]);
    });

    test('the second, of higher priority, speaks once', () => {
      const steps = [...adverts(node1, 99, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 99, 7.609, 20)];
      expect(splitBrains(steps)).toEqual(expected());
    });

    test('the first never speaks again, whatever its priority', () => {
      for (const prio of [99, 101]) {
        const steps = [...adverts(node1, prio, 0, 6), ...adverts(node2, 100, 6.609, 20)];
        expect(splitBrains(steps)).toEqual(expected());
      }
    });

    test('until one says that it stops', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 101, 7.609, 12)];
      expect(splitBrains([...steps, advert(node2, 0, 12.2)])).toEqual(expected(''));
      expect(splitBrains([...steps, advert(node1, 0, 12.2)])).toEqual(expected(''));
    });

    test('the first had said that it stops', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node1, 0, 6.3), ...adverts(node2, 100, 6.909, 20)];
      expect(splitBrains(steps)).toEqual([]);
    });

    test('the first had fallen silent', () => {
      expect(splitBrains([...adverts(node1, 101, 0, 6), ...adverts(node2, 100, 9.609, 20)])).toEqual([]);
    });
  });

  describe.each(perhaps)('$name differ', ({ kind, a, b }) => {
    const node1 = { ...one, ...a };
    const node2 = { ...two, ...b };

    test('the second speaks once, and the first goes on a whole interval later: it rejects', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 101, 7.609, 20)];
      expect(splitBrains(steps)).toEqual([`${lb1} ${lb2} silent lasting ${kind}`]);
    });

    test('the second speaks once, and the first answers at once: it does not', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 101, 6.61, 20)];
      expect(splitBrains(steps)).toEqual([]);
      expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`]);
    });

    test('the second speaks once, and the first answers at once, shortly before its own advert was due', () => {
      const steps = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.95), ...adverts(node1, 101, 6.951, 20)];
      expect(splitBrains(steps)).toEqual([]);
    });

    test('the adverts of both cross, so that the one of the first is no answer', () => {
      const steps = [...adverts(node1, 101, 0, 7), advert(node2, 100, 6.9999), ...adverts(node1, 101, 8, 20)];
      expect(splitBrains(steps)).toEqual([`${lb1} ${lb2} silent lasting ${kind}`]);
    });

    test('the second goes on, and the first, of higher priority, falls silent: it rejects', () => {
      const steps = [...adverts(node1, 101, 0, 6), ...adverts(node2, 100, 6.609, 20)];
      expect(splitBrains(steps)).toEqual([`${lb1} ${lb2} silent lasting ${kind}`]);
    });

    test('the second preempts, and the first gives way', () => {
      const steps = [...adverts(node1, 99, 0, 6), ...adverts(node2, 100, 6.609, 20)];
      expect(splitBrains(steps)).toEqual([]);
    });

    test('the second preempts, and an advert of the first was on its way', () => {
      const steps = [...adverts(node1, 99, 0, 7), ...adverts(node2, 100, 6.99, 20)];
      expect(splitBrains(steps)).toEqual([]);
    });
  });

  test.each(accepted)('$name is taken: whoever has the higher priority stays', ({ a, b }) => {
    for (const prio of [99, 101]) {
      const steps = [
        ...adverts({ ...one, ...a }, prio, 0, 6),
        ...adverts({ ...two, ...b }, 100, 6.609, prio === 99 ? 20 : 6.609),
        ...(prio === 99 ? [] : adverts({ ...one, ...a }, prio, 6.61, 20)),
      ];
      expect(splitBrains(steps)).toEqual([]);
    }
  });

  test('both talk, where the adverts rejected do not keep up', () => {
    const node2 = { ...two, ...secretpa };
    const steps = [...adverts(one, 101, 0, 20), ...adverts(node2, 100, 6.609, 20)];
    expect(splitBrains(steps)).toEqual([`${lb1} ${lb2} interleaved lasting auth`]);
  });

  test('two clusters are no split brain, however they differ', () => {
    const foreign = { ...two, addrs: ['10.77.0.200'] };
    for (const settings of [{}, { version: 3 }, secretpa, { intvl: 2 }]) {
      const steps = [...adverts(one, 101, 0, 20), ...adverts({ ...foreign, ...settings }, 100, 6.609, 20)];
      expect(splitBrains(steps)).toEqual([]);
      expect(mismatches(steps)).toEqual([`addresses-disjoint ${lb1} ${lb2}`]);
    }
  });

  test('two clusters that reject each other are two masters all the time, not one after the other', () => {
    const foreign = { ...two, addrs: ['10.77.0.200'] };
    const steps = [...adverts(one, 101, 0, 20), ...[6.609, 9.7, 13.1, 17.4].map((at) => advert(foreign, 100, at))];
    expect(told(play(steps))).toEqual([`0 first-seen ${lb1}`, `6.609 conflict ${lb1} > ${lb2}`]);
  });
});

describe('gratuitous announcements prove it', () => {
  const node1 = { src: lb1, ...secretpa };
  const node2 = { src: lb2, authType: 1, auth: 'hunter22' };
  const adverse = [...adverts(node1, 101, 0, 6), advert(node2, 100, 6.609), ...adverts(node1, 101, 7.609, 20)];
  const proofs = (steps: readonly Step[]) =>
    router(play(steps)).splitBrains.map((fact) => fact.announcements.map(({ frame, garp }) => `${frame} ${garp.mac}`));

  test('of one address at both hardware addresses, the second from its takeover on', () => {
    const steps = [...announcements(vip, macOf(lb1), 0.1), ...adverse, ...announcements(vip, macOf(lb2), 6.61)];
    // lb1's first one, lb2's last.
    expect(proofs(steps)).toEqual([[`2 ${macOf(lb1)}`, `18 ${macOf(lb2)}`]]);
  });

  test('the second alone, where the capture began after the first', () => {
    expect(proofs([...adverse, ...announcements(vip, macOf(lb2), 6.61)])).toEqual([[`13 ${macOf(lb2)}`]]);
  });

  test('not what the second announced when it was the only master', () => {
    const steps = [...announcements(vip, macOf(lb2), 0.1), ...adverse];
    expect(proofs(steps)).toEqual([[]]);
  });

  test('not of another address, and not of hardware addresses that are one (VMAC)', () => {
    expect(proofs([...adverse, ...announcements('10.77.0.200', macOf(lb2), 6.61)])).toEqual([[]]);
    const vmac = '00:00:5e:00:01:33';
    const alike = adverse.map((step) => ({ ...step, mac: vmac }));
    expect(proofs([...announcements(vip, vmac, 0.1), ...alike, ...announcements(vip, vmac, 6.61)])).toEqual([[]]);
  });
});

describe('in what two senders differ', () => {
  const sideBySide = (a: Settings, b: Settings) =>
    mismatches([...adverts({ src: lb1, ...a }, 101, 0, 6), ...adverts({ src: lb2, ...b }, 100, 3.5, 6)]);

  test.each(all)('$name', ({ kind, a, b }) => {
    expect(sideBySide(a, b)).toEqual([`${kind} ${lb1} ${lb2}`]);
    expect(sideBySide(b, a)).toEqual([`${kind} ${lb1} ${lb2}`]);
  });

  test('in several ways at once', () => {
    const kinds = sideBySide({ ...secretpa, addrs: [vip] }, { intvl: 2, addrs: [vip, second], dst: lb1 });
    expect(kinds.map((text) => text.split(' ')[0])).toEqual(['interval', 'auth', 'cast', 'addresses']);
  });

  test('in nothing: the order of addresses, and one that is named twice', () => {
    expect(sideBySide({ addrs: [vip, second] }, { addrs: [second, vip] })).toEqual([]);
    expect(sideBySide({ addrs: [vip, second] }, { addrs: [second, vip, vip] })).toEqual([]);
  });

  test('in nothing that a damaged or cut advert would show', () => {
    expect(sideBySide(secretpa, { checksum: 0x1234 })).toEqual([]);
    // The password is cut off, and so is its type's meaning.
    expect(sideBySide(secretpa, { ...secretpa, snapLength: 48 })).toEqual([]);
  });
});

describe('what was sent before and after a hand-over', () => {
  const node = (settings: Settings, other: Settings, comeBack: Settings | null) => {
    const lb1Stops = [...adverts({ src: lb1, ...settings }, 101, 0, 5), advert({ src: lb1, ...settings }, 0, 5.3)];
    const lb2Leads = adverts({ src: lb2, ...other }, 100, 5.909, 12);
    return [...lb1Stops, ...lb2Leads, ...(comeBack === null ? [] : adverts({ src: lb1, ...comeBack }, 101, 12.2, 16))];
  };

  test.each(all)('$name differs, and the first is not seen again', ({ kind, a, b }) => {
    expect(mismatches(node(a, b, null))).toEqual([`${kind} ${lb1} ${lb2}`]);
  });

  test.each(all)('$name differs when the first comes back, too', ({ kind, a, b }) => {
    expect(mismatches(node(a, b, a))).toEqual([`${kind} ${lb1} ${lb2}`]);
  });

  test.each(all)('$name was changed on the second, then on the first: no mismatch', ({ a, b }) => {
    expect(mismatches(node(a, b, b))).toEqual([]);
  });

  test('a mismatch that was mended at the second node has been one', () => {
    const steps = node({}, { addrs: [vip, second] }, {}).filter((step) => step.at < 9);
    const mended = [...adverts({ src: lb2 }, 100, 8.909, 12), ...adverts({ src: lb1 }, 101, 12.2, 16)];
    expect(mismatches([...steps, ...mended])).toEqual([`addresses ${lb1} ${lb2}`]);
  });

  test('a mismatch seen side by side stands, whatever comes later', () => {
    const steps = [
      ...adverts({ src: lb1 }, 101, 0, 6),
      ...adverts({ src: lb2, addrs: [vip, second] }, 100, 3.5, 6.5),
      ...adverts({ src: lb1, addrs: [vip, second] }, 101, 7, 12),
    ];
    expect(mismatches(steps)).toEqual([`addresses ${lb1} ${lb2}`]);
  });

  test.each(all)('$name differs after a takeover by timeout', ({ kind, a, b }) => {
    const steps = [...adverts({ src: lb1, ...a }, 101, 0, 5), ...adverts({ src: lb2, ...b }, 100, 8.609, 12)];
    expect(mismatches(steps)).toEqual([`${kind} ${lb1} ${lb2}`]);
  });

  test.each(all)('$name differs from what was sent long ago: nothing is known of today', ({ a, b }) => {
    const steps = [...adverts({ src: lb1, ...a }, 101, 0, 5), ...adverts({ src: lb2, ...b }, 100, 30, 40)];
    expect(mismatches(steps)).toEqual([]);
  });

  test('reloads of one and the same master are no mismatch', () => {
    const steps = [
      ...adverts({ src: lb1 }, 101, 0, 5),
      ...adverts({ src: lb1, addrs: [vip, second] }, 101, 6, 10),
      ...adverts({ src: lb1, addrs: [vip, second], ...secretpa }, 101, 11, 15),
    ];
    expect(mismatches(steps)).toEqual([]);
    expect(router(play(steps)).senders[0]?.profiles.map(({ count }) => count)).toEqual([6, 5, 5]);
  });
});
