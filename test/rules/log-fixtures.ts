import { handOver, Log, says, startedPair } from '../timeline/logs.ts';
import type { RuleFixtures } from './fixtures.ts';

/** An orderly day: lb1's check fails and recovers (as a manual failover, which nobody minds), and keepalived is restarted on both. */
function orderlyDay(): readonly Log[] {
  const { lb1, lb2, logs } = startedPair();
  lb1.at(600, says.check('failed', 'chk_manual_failover'), says.priority(201, 151));
  handOver(lb1, lb2, 603, 200, 151);
  lb1.at(900, says.check('succeeded', 'chk_manual_failover'), says.priority(151, 201));
  handOver(lb2, lb1, 903, 201, 200);
  lb1.at(2000, says.zeroSent(), says.daemon('stopping'), says.daemon('stopped'));
  lb2.at(2000.001, says.zeroReceived()).at(2000.6, says.timeout(), says.state('MASTER'), says.garp());
  lb1.at(2010, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
  handOver(lb2, lb1, 2014, 101, 100);
  lb2
    .at(3000, says.daemon('stopping'), says.daemon('stopped'))
    .at(3010, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
  return logs;
}

function moves(count: number, everySeconds: number): readonly Log[] {
  const { lb1, lb2, logs } = startedPair();
  for (let i = 0; i < count; i++) {
    const second = 60 + i * everySeconds;
    lb1.at(second, says.priority(151, 101));
    handOver(lb1, lb2, second + 3, 150, 101);
    lb1.at(second + everySeconds / 2, says.priority(101, 151));
    handOver(lb2, lb1, second + everySeconds / 2 + 3, 151, 150);
  }
  return logs;
}

/** lb2 does not hear lb1 for so long, and lb1 stays as it is. */
function cut(seconds: number): { lb1: Log; lb2: Log; logs: readonly Log[] } {
  const pair = startedPair();
  pair.lb2.at(63, says.timeout(), says.state('MASTER'), says.garp());
  pair.lb1.at(63 + seconds, says.heard('lower', 100, 101));
  pair.lb2.at(63.0002 + seconds, says.heard('higher', 101, 100), says.state('BACKUP'));
  return pair;
}

/** Its address is announced, and then gone. */
function removed(after: (lb1: Log) => void): readonly Log[] {
  const { lb1, logs } = startedPair();
  lb1.at(60, says.address('deassigned'));
  after(lb1);
  return logs;
}

const orderly = { name: 'an orderly day', on: { logs: orderlyDay } };

export const logFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD201',
    fires: [{ name: 'four times in eight minutes', on: { logs: () => moves(4, 120) }, severity: 'error' }],
    looksAlike: [{ name: 'once in ten minutes', on: { logs: () => moves(4, 600) } }, orderly],
  },
  {
    code: 'HAD202',
    fires: [
      {
        name: 'the master, and the backup took over',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb2.at(62.7, says.timeout(), says.state('MASTER'));
            lb1.at(64, says.stall(4.04), says.heard('lower', 100, 101), says.garp());
            lb2.at(64.0002, says.heard('higher', 101, 100), says.state('BACKUP'));
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'a little late, and nothing came of it',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(60, says.stall(1.2));
            return logs;
          },
        },
        info: ['HAD202'],
      },
    ],
  },
  {
    code: 'HAD203',
    fires: [
      {
        name: 'and fell back',
        on: {
          logs: () => {
            const { lb1, logs } = cut(8);
            lb1.at(71.1, says.garp());
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'the master had gone',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb2.at(63, says.timeout(), says.state('MASTER'));
            lb1.at(100, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
            handOver(lb2, lb1, 104, 101, 100);
            return logs;
          },
        },
      },
      { name: 'a hand-over by priority', on: { logs: () => moves(1, 120) } },
    ],
  },
  {
    code: 'HAD204',
    fires: [{ name: 'a spell of eight seconds', on: { logs: () => cut(8).logs }, severity: 'warning' }],
    looksAlike: [{ name: 'a hand-over by priority', on: { logs: () => moves(1, 120) } }, orderly],
  },
  {
    code: 'HAD205',
    fires: [
      {
        name: 'the interface went down',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb1.at(60, says.link('down'), says.state('FAULT'));
            lb2.at(63, says.timeout(), says.state('MASTER'));
            return logs;
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      {
        name: 'at a start, before the interface is up',
        on: {
          logs: () => [
            new Log('lb1')
              .at(0, says.daemon('started', { version: '2.2.7' }), says.link('down'), says.state('FAULT'))
              .at(20, says.link('up'), says.state('BACKUP')),
          ],
        },
        info: ['HAD205'],
      },
    ],
  },
  {
    code: 'HAD206',
    fires: [
      {
        name: 'the check goes on failing',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb1.at(60, says.check('failed', 'chk_manual_failover'), says.priority(201, 151));
            handOver(lb1, lb2, 63, 200, 151);
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [orderly],
  },
  {
    code: 'HAD207',
    fires: [
      {
        name: 'the last word',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(3.7, says.notify('MASTER'), says.notify('BACKUP')).at(60, says.garp());
            return logs;
          },
        },
        severity: 'warning',
      },
      {
        name: 'STOP is not understood',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1
              .at(3.7, says.notify('MASTER'))
              .at(60, says.daemon('stopping'), says.notify('STOP', "Unknown state: 'STOP'"));
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'the log ends before the script spoke',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(0.2, says.notify('BACKUP')).at(4, says.unknown());
            return logs;
          },
        },
      },
      {
        name: 'each state and its word',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(3.7, says.notify('MASTER')).at(60, says.garp());
            return logs;
          },
        },
      },
      {
        name: 'stopped, and the script does nothing then',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(3.7, says.notify('MASTER')).at(60, says.daemon('stopping')).at(90, says.unknown());
            return logs;
          },
        },
      },
    ],
  },
  {
    code: 'HAD208',
    fires: [
      {
        name: 'the password, line after line',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb2.at(4, says.rejected('password')).at(5, says.timeout(), says.state('MASTER'));
            lb1.at(5.1, says.rejected('password')).at(6.1, says.rejected('password'));
            return logs;
          },
        },
        severity: 'error',
      },
      {
        name: 'the interval, logged once',
        on: {
          logs: () => {
            const { lb2, logs } = startedPair();
            lb2.at(4, says.rejected('interval', '10.77.0.1', true));
            return logs;
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [orderly],
  },
  {
    code: 'HAD209',
    fires: [
      {
        name: 'with a weight',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb1.at(60, says.check('failed'), says.priority(151, 101));
            handOver(lb1, lb2, 63, 150, 101);
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'a single run that does not count yet',
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(60, says.check('returned', 'chk_nginx', 1)).at(61, says.check('returned', 'chk_nginx', 0));
            return logs;
          },
        },
      },
    ],
  },
  {
    code: 'HAD210',
    fires: [
      {
        name: 'by five seconds',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair({ lb2: { fast: -5 } });
            lb1.at(60, says.priority(151, 101));
            handOver(lb1, lb2, 63, 150, 101);
            lb1.at(90, says.priority(101, 151));
            handOver(lb2, lb1, 93, 151, 150);
            return logs;
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'clocks that agree', on: { logs: () => moves(2, 600) } },
      {
        name: 'a network that was cut',
        on: {
          logs: () => {
            const { lb1, lb2, logs } = startedPair();
            lb1
              .at(60, says.daemon('stopping'))
              .at(61, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
            lb2.at(60.6, says.timeout(), says.state('MASTER'));
            return logs;
          },
        },
      },
    ],
  },
  {
    code: 'HAD211',
    fires: [
      { name: 'and it stays master', on: { logs: () => removed((lb1) => lb1.at(90, says.garp())) }, severity: 'error' },
    ],
    looksAlike: [
      {
        name: 'the node gives way',
        on: { logs: () => removed((lb1) => lb1.at(60.001, says.heard('higher', 150, 101), says.state('BACKUP'))) },
      },
      { name: 'keepalived stops', on: { logs: () => removed((lb1) => lb1.at(60.5, says.daemon('stopping'))) } },
      {
        name: "an address that is not keepalived's",
        on: {
          logs: () => {
            const { lb1, logs } = startedPair();
            lb1.at(60, says.address('deassigned', '10.77.0.9'));
            return logs;
          },
        },
      },
    ],
  },
  {
    code: 'HAD212',
    fires: [
      {
        name: 'a keyword',
        on: { logs: () => [new Log('lb1').at(0, says.complaint("Unknown keyword 'prioritty'"))] },
        severity: 'warning',
      },
      {
        name: 'no VIP, and VRRPv3 takes none',
        on: { logs: () => [new Log('lb1').at(0, says.complaint('No VIP specified; at least one is required'))] },
        severity: 'warning',
      },
    ],
    looksAlike: [
      {
        name: 'no VIP: a script moves it',
        on: { logs: () => [new Log('lb1').at(0, says.complaint('No VIP specified; at least one is sensible'))] },
      },
    ],
  },
];
