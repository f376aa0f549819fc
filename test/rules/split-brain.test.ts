import { expect, test } from 'vitest';
import { adverts, lb1, lb2, type Sending } from '../vrrp/timeline.ts';
import { judgeSteps } from './judged.ts';

/** Both talk, and nothing else is wrong: something between them drops the adverts. */
function remedy(a: Partial<Sending>, b: Partial<Sending> = a): string | undefined {
  const steps = [...adverts({ src: lb1, ...a }, 101, 0, 12), ...adverts({ src: lb2, ...b }, 100, 0.4, 12)];
  return judgeSteps(steps).findings.find(({ code }) => code === 'HAD101')?.remedy;
}

test('the firewall is to admit the protocol that is in use', () => {
  expect(remedy({})).toContain('input ip protocol vrrp accept');
  expect(remedy({ authType: 2, ahSequence: 1 })).toContain('let protocol 51 (AH) pass');
  expect(remedy({ authType: 2, ahSequence: 1 })).toContain('input ip protocol ah accept');
  expect(remedy({ src: 'fe80::1' }, { src: 'fe80::2' })).toContain('input meta l4proto 112 accept');
});
