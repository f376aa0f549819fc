import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEvent } from '../../src/model/log.ts';
import { TimelineBuilder } from '../../src/timeline/timeline.ts';
import { epoch, Log, says, tell } from './logs.ts';

const plain = { flap: { count: 3, seconds: 600 }, since: null, keepsUnknown: false, settled: null, told: null };

describe('very long logs', () => {
  test('are handed on in the order of time, counted, and thinned for drawing', () => {
    const handedOn: number[] = [];
    const builder = new TimelineBuilder({ ...plain, settled: ({ time }) => handedOn.push(time?.seconds ?? 0) });
    const count = 60_000;
    for (let i = 0; i < count; i += 2) {
      for (const [node, to] of [
        ['lb1', i % 4 === 0 ? 'MASTER' : 'BACKUP'],
        ['lb2', i % 4 === 0 ? 'BACKUP' : 'MASTER'],
      ] as const) {
        const time = { seconds: epoch + i, nanoseconds: 0, digits: 0 };
        builder.add(node, { file: node, line: i, time, host: node, tag: '', pid: null, message: '' }, says.state(to));
      }
      if (i === count / 2) expect(handedOn.length).toBeGreaterThan(0);
    }
    const told = builder.finish();
    expect([told.transitionCount, handedOn.length, told.transitions.length]).toEqual([count, count, 0]);
    expect(handedOn).toEqual(handedOn.toSorted((a, b) => a - b));
    for (const { lane, laneGapSeconds } of told.instances) {
      expect(lane.length).toBeLessThan(10_000);
      expect(laneGapSeconds).toBeGreaterThan(0);
    }
  });

  test('that name an instance in each line keep no more than a limit', () => {
    const builder = new TimelineBuilder(plain);
    for (let i = 0; i < 5000; i++) {
      const line = { file: 'f', line: i, time: null, host: null, tag: '', pid: null, message: '' };
      builder.add('lb1', line, says.state('MASTER', `VI_${i}`));
    }
    expect(builder.finish().instances.length).toBeLessThanOrEqual(1024);
  });
});

describe('whatever logs say', () => {
  const any: fc.Arbitrary<LogEvent> = fc.constantFrom<LogEvent[]>(
    says.state('MASTER'),
    says.state('BACKUP'),
    says.state('FAULT'),
    says.initially('BACKUP'),
    says.timeout(),
    says.zeroReceived(),
    says.zeroSent(),
    says.heard('higher', 101, 100),
    says.heard('lower', 100, 101),
    says.heard('lower', 90),
    says.heard('equal', 100, 100),
    says.check('failed'),
    says.check('succeeded'),
    says.check('timed-out'),
    says.priority(101, 51),
    says.priority(null, 101),
    says.link('down'),
    says.link('up'),
    says.syncing('FAULT'),
    says.syncing('MASTER'),
    says.state('MASTER', 'VI_2'),
    says.state('FAULT', 'VI_2'),
    says.daemon('started'),
    says.daemon('stopping'),
    says.daemon('stopped'),
    says.daemon('died'),
    says.daemon('reloading'),
    says.rejected('password'),
    says.stall(4),
    says.system('boot'),
    says.system('shutdown'),
    says.garp(),
    says.address('deassigned'),
    says.notify('MASTER'),
    says.notify('BACKUP'),
    says.master('10.77.0.1'),
    says.unknown(),
  );
  const steps = fc.array(fc.tuple(fc.constantFrom('lb1', 'lb2', 'lb3'), fc.nat(3000), any), { maxLength: 60 });

  test('the story is whole: times in order, no negative seconds, each failover where the one before ended', () => {
    fc.assert(
      fc.property(steps, (story) => {
        const logs = ['lb1', 'lb2', 'lb3'].map((node) => new Log(node));
        let second = 0;
        for (const [node, wait, event] of story) {
          second += wait / 100;
          logs.find((log) => log.node === node)?.at(second, event);
        }
        const told = tell(logs);
        expect(told.transitions.length).toBe(told.transitionCount);
        for (const { vacantSeconds, overlapSeconds, cause } of told.failovers) {
          expect(vacantSeconds ?? 0).toBeGreaterThanOrEqual(0);
          expect(overlapSeconds ?? 0).toBeGreaterThanOrEqual(0);
          expect(cause.text).not.toMatch(/undefined|null|NaN|Infinity/);
        }
        for (const instance of new Set(told.failovers.map((failover) => failover.instance))) {
          const own = told.failovers.filter((failover) => failover.instance === instance);
          for (const [i, failover] of own.entries()) {
            if (i > 0) expect(failover.from).toBe(own[i - 1]?.to);
          }
        }
        for (const { seconds } of told.instances) {
          for (const value of Object.values(seconds)) expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 400 },
    );
  });
});
