import { describe, expect, test } from 'vitest';
import { briefly, epoch, handOver, Log, says, startedPair, step, tell } from './logs.ts';

const startup = 'nobody -> lb1 startup, vacant 3.6, overlap 0';

interface Row {
  readonly name: string;
  readonly logs: () => readonly Log[];
  readonly failovers: readonly string[];
  /** The sentence of the failover behind the start. */
  readonly text?: string;
}

const rows: readonly Row[] = [
  {
    name: 'a weighted check fails and recovers',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.check('returned', 'chk_nginx', 1), says.check('failed'), says.priority(151, 101));
      handOver(lb1, lb2, 63, 150, 101);
      lb1.at(90, says.check('succeeded'), says.priority(101, 151));
      handOver(lb2, lb1, 93, 151, 150);
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> lb2 check-script-failed, vacant 0, overlap 0',
      'lb2 -> lb1 check-script-recovered, vacant 0, overlap 0',
    ],
    text: "chk_nginx failed on lb1 (exit 1): priority 151 -> 101, below lb2's 150",
  },
  {
    name: 'a check times out',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.check('timed-out'), says.priority(151, 101));
      handOver(lb1, lb2, 63, 150, 101);
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 check-script-failed, vacant 0, overlap 0'],
    text: "chk_nginx timed out on lb1: priority 151 -> 101, below lb2's 150",
  },
  {
    name: 'a check of weight 0 fails',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.check('failed', 'chk_nginx', 127), says.state('FAULT'), says.zeroSent());
      lb2.at(60.0001, says.zeroReceived()).at(60.61, says.timeout(), says.state('MASTER'));
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 check-script-failed, vacant 0.6, overlap 0'],
    text: 'chk_nginx failed on lb1 (exit 127): VI_1 entered FAULT',
  },
  {
    name: 'the manual failover file',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.check('failed', 'chk_manual_failover'), says.priority(201, 151));
      handOver(lb1, lb2, 63, 200, 151);
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 manual-failover, vacant 0, overlap 0'],
    text: "manual failover was asked for on lb1 (chk_manual_failover failed, exit 1): priority 201 -> 151, below lb2's 200",
  },
  {
    name: 'keepalived is stopped; the child speaks before its parent',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(
        60,
        says.zeroSent(),
        says.daemon('stopping'),
        says.daemon('stopped', { process: 'vrrp' }),
        says.daemon('stopped'),
      );
      lb2.at(60.0001, says.zeroReceived()).at(60.6, says.timeout(), says.state('MASTER'));
      lb1.at(65, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
      handOver(lb2, lb1, 68.6, 101, 100);
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> lb2 daemon-stopped, vacant 0.6, overlap 0',
      'lb2 -> lb1 preemption, vacant 0, overlap 0',
    ],
    text: 'keepalived was stopped on lb1, and started again 5 s later',
  },
  {
    name: 'the machine is shut down',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(59, says.system('shutdown')).at(60, says.daemon('stopping'), says.zeroSent());
      lb2.at(60.0001, says.zeroReceived()).at(60.6, says.timeout(), says.state('MASTER'));
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 daemon-stopped, vacant 0.6, overlap 0'],
    text: 'lb1 was shut down',
  },
  {
    name: 'keepalived is killed, and systemd says so',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.daemon('died', { by: 'systemd', signal: 'KILL' }));
      lb2.at(63.1, says.timeout(), says.state('MASTER'));
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 daemon-died, vacant 3.1, overlap 0'],
    text: 'keepalived died on lb1 (KILL)',
  },
  {
    name: 'keepalived is killed, and nobody says so',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(63.1, says.timeout(), says.state('MASTER'));
      lb1.at(70, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 daemon-died, vacant ?, overlap 0'],
    text: 'keepalived on lb1 ended without a word (killed, or the node went down), and was started again 6.9 s later',
  },
  {
    name: 'the machine loses its power',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(63.1, says.timeout(), says.state('MASTER'));
      lb1.at(120, says.system('boot')).at(140, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 node-or-network-lost, vacant ?, overlap 0'],
    text: 'lb1 went down without a word, and was booted again 77 s later',
  },
  {
    name: 'the interface goes down and up',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.link('down'), says.state('FAULT'), says.zeroSent());
      lb2.at(63.2, says.timeout(), says.state('MASTER'));
      lb1.at(70, says.link('up'), says.state('BACKUP'));
      handOver(lb2, lb1, 73.6, 101, 100);
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> lb2 interface-down, vacant 3.2, overlap 0',
      'lb2 -> lb1 interface-up, vacant 0, overlap 0',
    ],
    text: 'interface eth0 on lb1 went down: VI_1 entered FAULT',
  },
  {
    name: 'the network between them fails and heals',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(63, says.timeout(), says.state('MASTER'));
      lb1.at(71, says.heard('lower', 100, 101));
      lb2.at(71.0002, says.heard('higher', 101, 100), says.state('BACKUP'));
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> lb2 node-or-network-lost, vacant 0, overlap 8',
      'lb2 -> lb1 preemption, vacant 0, overlap 0',
    ],
    text: 'lb2 stopped hearing lb1, which went on as master: the network or a firewall between them lost its adverts',
  },
  {
    name: 'keepalived stands still on the master',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(62.7, says.timeout(), says.state('MASTER'));
      lb1.at(64, says.stall(4.04), says.heard('lower', 100, 101));
      lb2.at(64.0002, says.heard('higher', 101, 100), says.state('BACKUP'));
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> lb2 scheduler-stall, vacant 0, overlap 1.3',
      'lb2 -> lb1 preemption, vacant 0, overlap 0',
    ],
    text: "keepalived on lb1 did not run for 4 s, and lb2's timer ran out",
  },
  {
    name: 'adverts that are rejected',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(4, says.rejected('password')).at(5, says.timeout(), says.state('MASTER'));
      lb1.at(30, says.garp());
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 rejected-adverts, vacant 0, overlap 25 and on'],
    text: 'lb2 rejected the adverts of lb1 (the password differs) and took over beside it',
  },
  {
    name: 'a configuration with a lower priority is loaded',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.daemon('reloading'));
      handOver(lb1, lb2, 63, 100, 90);
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 config-reload, vacant 0, overlap 0'],
    text: "lb1 reloaded its configuration: priority 90, below lb2's 100",
  },
  {
    name: 'a priority that changes, and nothing says why',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb1.at(60, says.priority(101, 90));
      handOver(lb1, lb2, 63, 100, 90);
      return logs;
    },
    failovers: [startup, 'lb1 -> lb2 priority-changed, vacant 0, overlap 0'],
    text: "lb1 changed its priority 101 -> 90, below lb2's 100",
  },
  {
    name: 'nobody takes over',
    logs: () => {
      const { lb1, logs } = startedPair();
      lb1.at(60, says.check('failed'), says.state('FAULT'));
      lb1.at(80, says.check('succeeded'), says.state('BACKUP')).at(83.6, says.timeout(), says.state('MASTER'));
      return logs;
    },
    failovers: [
      startup,
      'lb1 -> nobody check-script-failed, vacant 23.6, overlap ?',
      'nobody -> lb1 check-script-recovered, vacant ?, overlap ?',
    ],
  },
  {
    name: 'both are stopped at the end',
    logs: () => {
      const { lb1, lb2, logs } = startedPair();
      lb2.at(60, says.daemon('stopping'));
      lb1.at(61, says.daemon('stopping'));
      return logs;
    },
    failovers: [startup, 'lb1 -> nobody daemon-stopped, vacant ?, overlap ?'],
    text: 'keepalived was stopped on lb1',
  },
];

describe('failovers', () => {
  test.each(rows)('$name', ({ logs, failovers, text }) => {
    const told = tell(logs());
    expect(told.failovers.map(briefly)).toEqual(failovers);
    if (text !== undefined) expect(told.failovers[1]?.cause.text).toBe(text);
    for (const { cause } of told.failovers) expect(cause.evidence.length).toBeGreaterThan(0);
  });
});

describe('one log alone', () => {
  test('names the other router by its address, and says what is missing', () => {
    const lb2 = new Log('lb2').at(0, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
    lb2.at(60, says.timeout(), says.state('MASTER'));
    lb2.at(90, says.heard('higher', 101, 100, '10.77.0.1'), says.state('BACKUP'));
    lb2.at(120, says.zeroReceived()).at(120.6, says.timeout(), says.state('MASTER'));
    const { failovers } = tell([lb2]);
    expect(failovers.map(briefly)).toEqual([
      'nobody -> lb2 unknown, vacant ?, overlap ?',
      'lb2 -> 10.77.0.1 priority-changed, vacant ?, overlap ?',
      '10.77.0.1 -> lb2 unknown, vacant ?, overlap ?',
    ]);
    expect(failovers[2]?.cause.text).toBe(
      '10.77.0.1 gave up (priority 0): it was stopped, or entered FAULT; the log of 10.77.0.1 would tell',
    );
  });

  test('that begins with a master which gives way', () => {
    const lb1 = new Log('lb1').at(0, says.check('failed'), says.priority(null, 101));
    lb1.at(1, says.heard('higher', 102, null, '10.77.0.2'), says.state('BACKUP'));
    const { failovers } = tell([lb1]);
    expect(failovers.map(briefly)).toEqual(['lb1 -> 10.77.0.2 check-script-failed, vacant ?, overlap ?']);
    expect(failovers[0]?.cause.text).toBe("chk_nginx failed on lb1 (exit 1): priority 101, below 10.77.0.2's 102");
  });

  test('without -D', () => {
    const lb2 = new Log('lb2').at(0, says.state('BACKUP')).at(60, says.state('MASTER'));
    const told = tell([new Log('lb1').at(0, says.state('MASTER')).at(70, says.unknown()), lb2]);
    expect(told.nodes.map(({ isDetailed }) => isDetailed)).toEqual([false, false]);
    expect(told.failovers.map(({ cause }) => `${cause.kind}: ${cause.text}`)).toEqual([
      'unknown: lb1 became master; the logs do not tell who was before, they begin later',
      'unknown: lb2 took over from lb1; its log has no details that tell why (keepalived runs without -D)',
    ]);
  });
});

describe('transitions', () => {
  test('of 1.x are two lines and one change', () => {
    const log = new Log('lb1', { digits: 0 }).at(
      0,
      says.daemon('started', { version: '1.2.15' }),
      says.state('BACKUP'),
    );
    log
      .at(1, says.check('succeeded'), says.forced(), says.forced())
      .at(2, says.announced())
      .at(3, says.state('MASTER'));
    log.at(60, says.heard('higher', 150), says.state('BACKUP')).at(70, says.announced()).at(71, says.state('MASTER'));
    expect(tell([log]).transitions.map(step)).toEqual([
      'lb1 VI_1 INIT > BACKUP startup',
      'lb1 VI_1 BACKUP > MASTER forced-election',
      'lb1 VI_1 MASTER > BACKUP higher-priority-advert',
      'lb1 VI_1 BACKUP > MASTER advert-timeout',
    ]);
  });

  test('into FAULT that are told several times are one', () => {
    const log = new Log('lb1').at(0, says.state('BACKUP'));
    log.at(5, says.link('down'), {
      kind: 'state',
      instance: 'VI_1',
      to: 'FAULT',
      isInitial: false,
      cause: { what: 'interface', name: 'eth0' },
    });
    log.at(5, says.state('FAULT')).at(9, says.link('up'), says.state('BACKUP'));
    expect(tell([log]).transitions.map(step)).toEqual([
      'lb1 VI_1 ? > BACKUP unknown',
      'lb1 VI_1 BACKUP > FAULT interface',
      'lb1 VI_1 FAULT > BACKUP interface',
    ]);
  });

  test('of a sync group go with the member that led', () => {
    const { lb1, lb2, logs } = startedPair();
    lb1.at(3.7, says.syncing('MASTER'), says.state('MASTER', 'VI_2'));
    lb2.at(3.8, says.initially('BACKUP', 'VI_2'));
    lb1.at(60, says.check('failed'), says.state('FAULT'), says.syncing('FAULT'), says.state('FAULT', 'VI_2'));
    lb2.at(60.6, says.timeout(), says.state('MASTER'), says.syncing('MASTER'), says.state('MASTER', 'VI_2'));
    const told = tell(logs);
    const moved = told.failovers.filter(({ to }) => to === 'lb2');
    expect(moved.map(({ instance, cause }) => `${instance} ${cause.kind}: ${cause.text}`)).toEqual([
      'VI_1 check-script-failed: chk_nginx failed on lb1 (exit 1): VI_1 entered FAULT',
      'VI_2 sync-group: chk_nginx failed on lb1 (exit 1): VI_1 entered FAULT, and VI_2 with it (sync group VG_1)',
    ]);
    expect(told.transitions.filter(({ group }) => group === 'VG_1').map(step)).toEqual([
      'lb1 VI_2 INIT > MASTER sync-group',
      'lb1 VI_2 MASTER > FAULT sync-group',
      'lb2 VI_2 BACKUP > MASTER sync-group',
    ]);
  });

  test('of a log without times come in its order', () => {
    const lines = new Log('lb1').at(
      0,
      says.state('BACKUP'),
      says.timeout(),
      says.state('MASTER'),
      says.state('FAULT'),
    ).lines;
    const timeless = new Log('lb1');
    timeless.lines.push(...lines.map(({ line, event }) => ({ line: { ...line, time: null }, event })));
    const told = tell([timeless]);
    expect(told.transitions.map(({ to, time }) => [to, time])).toEqual([
      ['BACKUP', null],
      ['MASTER', null],
      ['FAULT', null],
    ]);
  });
});

describe('histories', () => {
  test('do not count a master that had ended unseen', () => {
    const { lb1, lb2, logs } = startedPair();
    lb2.at(63.6, says.timeout(), says.state('MASTER'));
    lb1.at(103.6, says.daemon('started', { version: '2.2.7' }), says.initially('BACKUP'));
    const [first] = tell(logs).instances;
    expect(first?.seconds.MASTER).toBeCloseTo(60, 3);
    expect(first?.lane.map(({ at, state }) => `${(at - epoch).toFixed(1)} ${state}`)).toEqual([
      '0.0 null',
      '0.0 BACKUP',
      '3.6 MASTER',
      '63.6 null',
      '103.6 null',
      '103.6 BACKUP',
    ]);
  });

  test('count the states and the seconds in each, to the end of the log', () => {
    const { lb1, lb2, logs } = startedPair();
    lb1.at(60, says.check('failed'), says.state('FAULT')).at(70, says.check('succeeded'), says.state('BACKUP'));
    lb2.at(60.6, says.timeout(), says.state('MASTER'));
    lb1.at(100, says.garp());
    const [first, second] = tell(logs).instances;
    expect(first).toMatchObject({ node: 'lb1', state: 'BACKUP', entered: { BACKUP: 2, MASTER: 1, FAULT: 1 } });
    expect(first?.seconds.MASTER).toBeCloseTo(56.4, 3);
    expect(first?.seconds.FAULT).toBeCloseTo(10, 3);
    expect(first?.seconds.BACKUP).toBeCloseTo(33.6, 3);
    expect(second).toMatchObject({ node: 'lb2', state: 'MASTER', entered: { BACKUP: 1, MASTER: 1 } });
  });
});
