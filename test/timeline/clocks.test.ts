import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { briefly, handOver, type Log, says, startedPair, tell } from './logs.ts';

type Clock = { digits?: number; fast?: number };

/** lb1's check fails and recovers, then lb1 is stopped and started: each node causes something on the other. */
function incident(clocks: { lb1?: Clock; lb2?: Clock }): readonly Log[] {
  const { lb1, lb2, logs } = startedPair(clocks);
  lb1.at(60, says.check('failed'), says.priority(151, 101));
  handOver(lb1, lb2, 63, 150, 101);
  lb1.at(90, says.check('succeeded'), says.priority(101, 151));
  handOver(lb2, lb1, 93, 151, 150);
  lb1.at(200, says.daemon('stopping'), says.zeroSent());
  lb2.at(200.0001, says.zeroReceived()).at(200.6, says.timeout(), says.state('MASTER'));
  return logs;
}

const right = [
  'nobody -> lb1 startup, vacant 3.6, overlap 0',
  'lb1 -> lb2 check-script-failed, vacant 0, overlap 0',
  'lb2 -> lb1 check-script-recovered, vacant 0, overlap 0',
  'lb1 -> lb2 daemon-stopped, vacant 0.6, overlap 0',
];

describe('clocks', () => {
  test('that agree are left alone', () => {
    const told = tell(incident({}));
    expect(told.clockDifferences).toEqual([]);
    expect(told.nodes.map(({ offsetSeconds }) => offsetSeconds)).toEqual([0, 0]);
    expect(told.failovers.map(briefly)).toEqual(right);
  });

  test.each([-3600, -40, -2, 2, 5.5, 7200])('that differ by %d s are corrected', (fast) => {
    const told = tell(incident({ lb2: { fast } }));
    expect(told.failovers.map(briefly)).toEqual(right);
    expect(told.clockDifferences).toMatchObject([{ node: 'lb2', reference: 'lb1' }]);
    expect(told.nodes[1]?.offsetSeconds).toBeCloseTo(-fast, 2);
    const times = told.transitions.map(({ time }) => (time === null ? 0 : time.seconds + time.nanoseconds / 1e9));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('known to the second that differ by less are left alone', () => {
    fc.assert(
      fc.property(fc.double({ min: -0.45, max: 0.45, noNaN: true }), (fast) => {
        const told = tell(incident({ lb1: { digits: 0 }, lb2: { digits: 0, fast } }));
        expect(told.clockDifferences).toEqual([]);
        expect(told.failovers.map(({ cause }) => cause.kind)).toEqual([
          'startup',
          'check-script-failed',
          'check-script-recovered',
          'daemon-stopped',
        ]);
      }),
    );
  });

  test('are not compared by logs of different days', () => {
    const { lb1, lb2, logs } = startedPair();
    lb1.at(60, says.daemon('stopping'), says.zeroSent());
    lb2.at(86_460, says.zeroReceived()).at(86_460.6, says.timeout(), says.state('MASTER'));
    expect(tell(logs).clockDifferences).toEqual([]);
  });

  test('are not taken for a network that was cut', () => {
    const { lb1, lb2, logs } = startedPair();
    lb2.at(63, says.timeout(), says.state('MASTER'));
    lb1.at(71, says.heard('lower', 100, 101));
    lb2.at(71.0002, says.heard('higher', 101, 100), says.state('BACKUP'));
    expect(tell(logs).clockDifferences).toEqual([]);
  });
});
