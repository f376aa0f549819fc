import { describe, expect, test } from 'vitest';
import { advert, adverts, lb1, lb2, type Playing, play, type Sending, type Step, vip } from './timeline.ts';

/** Which address two virtual routers share, with their vrids. */
function shared(steps: readonly Step[], playing?: Playing): string[] {
  const { wire } = play(steps, playing);
  return wire.sharedAddresses.map(({ address, a, b }) => `${address} ${a.advert.vrid} ${b.advert.vrid}`);
}

const second = '10.77.0.101';
const on51: Sending = { src: lb1 };
const on52: Sending = { src: lb2, vrid: 52 };

describe('one address under two vrids', () => {
  test('is a fact once both have advertised it for longer than a master-down interval', () => {
    expect(shared([...adverts(on51, 101, 0, 10), ...adverts(on52, 100, 0.4, 3.4)])).toEqual([]);
    expect(shared([...adverts(on51, 101, 0, 10), ...adverts(on52, 100, 0.4, 4.4)])).toEqual([`${vip} 51 52`]);
  });

  test('whether the packets are remembered or decoded anew', () => {
    const steps = [...adverts(on51, 101, 0, 10), ...adverts(on52, 100, 0.4, 10)];
    expect(shared(steps, { withoutMemory: true })).toEqual([`${vip} 51 52`]);
  });

  test('by one node as well', () => {
    const steps = [...adverts(on51, 101, 0, 10), ...adverts({ src: lb1, vrid: 52 }, 101, 0.1, 10)];
    expect(shared(steps)).toEqual([`${vip} 51 52`]);
  });

  test('each address once', () => {
    const addrs = [vip, second];
    const steps = [...adverts({ ...on51, addrs }, 101, 0, 30), ...adverts({ ...on52, addrs }, 100, 0.4, 30)];
    expect(shared(steps).sort()).toEqual([`${vip} 51 52`, `${second} 51 52`]);
  });

  test('of IPv6', () => {
    const steps = [...adverts({ src: 'fe80::1' }, 101, 0, 10), ...adverts({ src: 'fe80::2', vrid: 52 }, 100, 0.4, 10)];
    expect(shared(steps)).toEqual(['fd77::100 51 52']);
  });
});

describe('no fact', () => {
  test.each<{ name: string; steps: Step[] }>([
    {
      name: 'one after the other: the pair was given another vrid',
      steps: [...adverts(on51, 101, 0, 10), advert(on51, 0, 10.5), ...adverts({ src: lb1, vrid: 60 }, 101, 12, 30)],
    },
    {
      name: 'on two VLANs',
      steps: [...adverts({ ...on51, vlan: 7 }, 101, 0, 10), ...adverts({ ...on52, vlan: 8 }, 100, 0.4, 10)],
    },
    {
      name: 'on two interfaces',
      steps: [
        ...adverts({ ...on51, interfaceName: 'eth0' }, 101, 0, 10),
        ...adverts({ ...on52, interfaceName: 'eth1' }, 100, 0.4, 10),
      ],
    },
    {
      name: 'two senders of one vrid',
      steps: [...adverts(on51, 101, 0, 10), ...adverts({ src: lb2 }, 100, 3.5, 10)],
    },
    {
      name: 'an address that a reload moves from one instance to another, the old one a moment later',
      steps: [
        ...adverts({ ...on51, addrs: [vip, second] }, 101, 0, 10),
        ...adverts({ src: lb1, vrid: 52, addrs: ['10.77.0.102'] }, 101, 0.3, 9.3),
        ...adverts({ src: lb1, vrid: 52, addrs: ['10.77.0.102', second] }, 101, 9.7, 30),
        ...adverts({ ...on51, addrs: [vip] }, 101, 11, 30),
      ],
    },
    {
      name: 'the same, and back again',
      steps: [
        ...adverts({ ...on51, addrs: [vip, second] }, 101, 0, 10),
        ...adverts({ src: lb1, vrid: 52, addrs: [second] }, 101, 9.7, 19.7),
        ...adverts({ ...on51, addrs: [vip] }, 101, 11, 20),
        ...adverts({ ...on51, addrs: [vip, second] }, 101, 21, 30),
        ...adverts({ src: lb1, vrid: 52, addrs: ['10.77.0.102'] }, 101, 21.7, 30),
      ],
    },
  ])('$name', ({ steps }) => {
    expect(shared(steps)).toEqual([]);
  });

  test('until the address is listed by both for good', () => {
    const steps = [
      ...adverts({ ...on51, addrs: [vip, second] }, 101, 0, 10),
      ...adverts({ ...on52, addrs: [second] }, 101, 9.7, 30),
      ...adverts({ ...on51, addrs: [vip] }, 101, 11, 15),
    ];
    expect(shared(steps)).toEqual([]);
    const back = adverts({ ...on51, addrs: [vip, second] }, 101, 16, 30);
    expect(shared([...steps, ...back.filter(({ at }) => at < 20)])).toEqual([]);
    expect(shared([...steps, ...back])).toEqual([`${second} 51 52`]);
  });
});
