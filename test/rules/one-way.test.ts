import { expect, test } from 'vitest';
import type { LogLine } from '../../src/model/log.ts';
import { emptySnapshot } from '../../src/model/snapshot.ts';
import type { StateTransition, Timeline } from '../../src/model/timeline.ts';
import { oneWay } from '../../src/rules/had118-one-way.ts';
import { tell } from '../timeline/logs.ts';
import { adverts, lb1, lb2, playAt } from '../vrrp/timeline.ts';
import { context } from './judged.ts';

/** A timeline in which lb2 missed adverts, by its log, so many seconds after `lb1` began to send. */
function timedOut(wire: ReturnType<typeof playAt>['wire'], seconds: number): Timeline {
  const start = wire.start?.seconds ?? 0;
  const line = { file: '/var/log/syslog', line: 7, time: null, message: '(VI_1) Receive advertisement timeout' };
  const transition: StateTransition = {
    node: 'lb2',
    line: line as unknown as LogLine,
    time: { seconds: start + seconds, nanoseconds: 0, digits: 6 },
    instance: 'VI_1',
    group: null,
    from: 'BACKUP',
    to: 'MASTER',
    reason: 'advert-timeout',
    peer: null,
  };
  return { ...tell([]), transitions: [transition] };
}

const judge = (wire: ReturnType<typeof playAt>['wire'], seconds: number) =>
  oneWay.check({ ...emptySnapshot, wire, timeline: timedOut(wire, seconds) }, context);

test('adverts arrive at the node whose log says that none came', () => {
  const both = [...adverts({ src: lb1 }, 101, 0, 20), ...adverts({ src: lb2 }, 100, 9.6, 20)];
  const { wire } = playAt({ lb1: adverts({ src: lb1 }, 101, 0, 20), lb2: adverts({ src: lb1 }, 101, 0, 20) });
  const [judgement, ...others] = judge(wire, 9.6);
  expect(others).toEqual([]);
  expect(judgement).toMatchObject({
    subject: { nodes: ['lb2'], instance: 'VI_1', vrid: 51 },
    message: `adverts of ${lb1} arrive at lb2, whose keepalived heard none for a master-down interval`,
    certainty: 'likely',
    evidence: [{ kind: 'packet' }, { kind: 'log', node: 'lb2', line: 7 }],
  });
  expect(judge(playAt({ lb1: both, lb2: both }).wire, 9.6)).toHaveLength(1);
});

test('but not where the sender fell silent, or had only just begun', () => {
  const quiet = adverts({ src: lb1 }, 101, 0, 6);
  expect(judge(playAt({ lb1: quiet, lb2: quiet }).wire, 9.6)).toEqual([]);
  const long = adverts({ src: lb1 }, 101, 0, 20);
  expect(judge(playAt({ lb1: long, lb2: long }).wire, 2)).toEqual([]);
});

test('a split brain that the other node recorded later is no loss between them', () => {
  const both = [...adverts({ src: lb1 }, 101, 0, 20), ...adverts({ src: lb2 }, 100, 0.4, 20)];
  const { wire } = playAt({ lb1: both, lb2: adverts({ src: lb2 }, 100, 60.4, 80) });
  expect(oneWay.check({ ...emptySnapshot, wire, timeline: null }, context)).toEqual([]);
});
