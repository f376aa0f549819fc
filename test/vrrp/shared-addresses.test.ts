import { describe, expect, test } from 'vitest';
import { adverts, lb1, lb2, type Playing, play, type Step, vip } from './timeline.ts';

/** Which address two virtual routers share, with their vrids. */
function shared(steps: readonly Step[], playing?: Playing): string[] {
  const { wire } = play(steps, playing);
  return wire.sharedAddresses.map(({ address, a, b }) => `${address} ${a.advert.vrid} ${b.advert.vrid}`);
}

describe('one address under two vrids', () => {
  const on51 = adverts({ src: lb1 }, 101, 0, 10);
  const on52 = { src: lb2, vrid: 52 };

  test('is a fact once both have advertised it for longer than a master-down interval', () => {
    expect(shared([...on51, ...adverts(on52, 100, 0.4, 3.4)])).toEqual([]);
    expect(shared([...on51, ...adverts(on52, 100, 0.4, 4.4)])).toEqual([`${vip} 51 52`]);
  });
});
