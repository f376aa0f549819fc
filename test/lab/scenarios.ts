import { type Generation, generations } from './generations.ts';
import type { HostName } from './hosts.ts';
import { familyOf, type Instance } from './keepalived-conf.ts';
import type { RecordingOptions } from './recording.ts';

type Action =
  | 'check-fails'
  | 'check-recovers'
  | 'manual-failover-begins'
  | 'manual-failover-ends'
  | 'keepalived-stops'
  | 'keepalived-starts'
  | 'keepalived-is-killed'
  | 'cable-out'
  | 'cable-in'
  | 'firewall-drops'
  | 'firewall-accepts'
  | 'partition-begins'
  | 'partition-heals'
  | { stallSeconds: number }
  | { carpVhid: number }
  | { reload: Instance[] };

export interface Event {
  /** Seconds since the first keepalived was started. */
  at: number;
  on: HostName;
  does: Action;
}

/** What ha-doctor has to make of a recording. */
export interface Expectation {
  /** The findings above `info`, all of them; none: a healthy segment, and exit code 0. */
  codes: string[];
  /** Findings above `info` that hang on chance: when a daemon's timer ends and a packet comes in the same millisecond. */
  maybe: string[];
  /** The findings of severity `info`, all of them. */
  info: string[];
  /** Who is master at the end, by `family vrid`; null where two nodes are. */
  masters: Record<string, HostName | null>;
  /** Two masters that reject each other hold back each other's adverts: which of them the wire shows last hangs on chance. */
  mastersByChance: boolean;
  /** Who became master, and how, in order; null where two masters talk and there is no such order. */
  transitions: string[] | null;
  /** What the logs tell, by instance: `VI_1 lb1 > lb2 check-script-failed`; null where it hangs on chance. */
  failovers: string[] | null;
}

export interface Scenario {
  name: string;
  /** In one line, for the list of captures. */
  shows: string;
  generations: readonly Generation[];
  /** The hosts and their instances. */
  nodes: Partial<Record<HostName, Instance[]>>;
  /** Hosts on which keepalived is not started at first. */
  idle: readonly HostName[];
  events: readonly Event[];
  seconds: number;
  expect: Expectation;
  /** Where a generation behaves in another way, and the wire shows it. */
  expectOn: Partial<Record<Generation, Partial<Expectation>>>;
  /** Recordings beside the one on the switch. */
  sides: readonly Side[];
}

interface Side {
  suffix: string;
  shows: string;
  on: HostName;
  options: RecordingOptions;
  expect: Partial<Expectation>;
}

export function expectation(scenario: Scenario, generation: Generation): Expectation {
  return { ...scenario.expect, ...scenario.expectOn[generation] };
}

type Variation = Partial<Omit<Instance, 'peers'>> & { unicast?: boolean };
type Row = Partial<Omit<Scenario, 'expect'>> &
  Pick<Scenario, 'name' | 'shows' | 'nodes'> & { expect?: Partial<Expectation> };

/** Fills in what most scenarios have in common: sixteen quiet seconds in which lb1 is master of everything. */
function scenario({ expect, ...row }: Row): Scenario {
  const instances = Object.values(row.nodes).flat();
  const names = [...new Set(instances.map(({ name }) => name))].sort();
  const routers = [...new Set(instances.map((instance) => `${familyOf(instance)} ${instance.vrid}`))];
  return {
    generations,
    idle: [],
    events: [],
    seconds: 16,
    expectOn: {},
    sides: [],
    ...row,
    expect: {
      codes: [],
      maybe: [],
      info: instances.some(({ auth }) => auth?.type === 'PASS') ? ['HAD116'] : [],
      masters: Object.fromEntries(routers.map((router) => [router, 'lb1' as const])),
      mastersByChance: false,
      transitions: routers.map(() => 'first-seen lb1'),
      failovers: names.map((name) => `${name} nobody > lb1 startup`),
      ...expect,
    },
  };
}

/** A pair alike but for state and priority, and for what a node's own variation says. */
function pair(shared: Variation, lb1: Variation = {}, lb2: Variation = {}): { lb1: Instance[]; lb2: Instance[] } {
  return {
    lb1: [instance('lb2', { ...shared, ...lb1 })],
    lb2: [instance('lb1', { state: 'BACKUP', priority: 100, ...shared, ...lb2 })],
  };
}

/** Several pairs of instances on the same two nodes. */
function together(...pairs: ReturnType<typeof pair>[]): { lb1: Instance[]; lb2: Instance[] } {
  return { lb1: pairs.flatMap(({ lb1 }) => lb1), lb2: pairs.flatMap(({ lb2 }) => lb2) };
}

function instance(peer: HostName, { unicast = false, ...variation }: Variation): Instance {
  return {
    name: 'VI_1',
    vrid: 51,
    version: 2,
    state: 'MASTER',
    priority: 101,
    intervalSeconds: 1,
    auth: null,
    peers: unicast ? [peer] : null,
    vips: ['10.77.0.100'],
    checkWeight: null,
    manualFailoverWeight: null,
    syncGroup: null,
    extra: [],
    ...variation,
  };
}

function at(seconds: number, on: HostName, does: Action): Event {
  return { at: seconds, on, does };
}

/** What the logs tell of the beginning of nearly all scenarios. */
const afterStart = ['VI_1 nobody > lb1 startup'];
const stoppedAndBack = [...afterStart, 'VI_1 lb1 > lb2 daemon-stopped', 'VI_1 lb2 > lb1 preemption'];

const secretpa: Instance['auth'] = { type: 'PASS', password: 'secretpa' };
const v3 = { version: 3 } as const;
const ipv6 = { ...v3, vips: ['fd77::100'] };

/** A third host that knows nothing of the pair and took the same vrid. */
function stranger(priority: number): Instance {
  return instance('lb1', { name: 'OTHER', state: 'BACKUP', priority, vips: ['10.77.0.200'] });
}

const healthy: Row[] = [
  {
    name: 'v2-pass-unicast',
    shows: 'a healthy pair: VRRPv2, password, unicast',
    nodes: pair({ unicast: true, auth: secretpa }),
  },
  { name: 'v2-multicast', shows: 'a healthy pair: VRRPv2, no authentication, multicast', nodes: pair({}) },
  { name: 'v2-pass-multicast', shows: 'a healthy pair: VRRPv2, password, multicast', nodes: pair({ auth: secretpa }) },
  {
    name: 'v2-pass-alike-in-8',
    shows: 'a healthy pair: passwords that differ after their eighth character only',
    nodes: pair(
      { auth: { type: 'PASS', password: 'secretpassword' } },
      {},
      { auth: { type: 'PASS', password: 'secretpaint' } },
    ),
  },
  { name: 'v3-multicast', shows: 'a healthy pair: VRRPv3, multicast', nodes: pair(v3) },
  {
    name: 'v3-unicast',
    shows: 'a healthy pair: VRRPv3, unicast',
    nodes: pair({ ...v3, unicast: true }),
    sides: [
      {
        suffix: 'any-sll2',
        shows: 'on the backup, any interface, cooked v2',
        on: 'lb2',
        options: { interface: 'any', linkType: 'LINUX_SLL2' },
        expect: {},
      },
      {
        suffix: 'any-sll',
        shows: 'on the backup, any interface, cooked v1',
        on: 'lb2',
        options: { interface: 'any', linkType: 'LINUX_SLL' },
        expect: {},
      },
    ],
  },
  {
    name: 'v3-unicast-200ms',
    shows: 'a healthy pair: VRRPv3, unicast, five adverts a second',
    nodes: pair({ ...v3, unicast: true, intervalSeconds: 0.2 }),
  },
  { name: 'ipv6-multicast', shows: 'a healthy pair: IPv6, multicast', nodes: pair(ipv6) },
  {
    name: 'ipv6-link-local-vip',
    shows: 'a healthy pair: IPv6, multicast, the first VIP link-local',
    nodes: pair({ ...v3, vips: ['fe80::100', 'fd77::100'] }),
  },
  {
    name: 'ipv6-unicast',
    shows: 'a healthy pair: IPv6, unicast',
    nodes: pair({ ...ipv6, unicast: true }),
    // keepalived leaves the hop limit of IPv6 unicast at the kernel's 64.
    expect: { info: ['HAD107'] },
  },
  {
    name: 'dual-stack',
    shows: 'a healthy pair: one vrid for IPv4 and for IPv6, an instance each',
    nodes: together(pair({ ...v3, name: 'VI_4' }), pair({ ...ipv6, name: 'VI_6' })),
  },
  {
    name: 'two-instances',
    shows: 'a healthy pair: two vrids, each node master of one',
    nodes: together(
      pair({}),
      pair(
        { name: 'VI_2', vrid: 52, vips: ['10.77.0.101'] },
        { state: 'BACKUP', priority: 100 },
        { state: 'MASTER', priority: 101 },
      ),
    ),
    expect: {
      failovers: [...afterStart, 'VI_2 nobody > lb1 startup', 'VI_2 lb1 > lb2 preemption'],
      masters: { 'ipv4 51': 'lb1', 'ipv4 52': 'lb2' },
      transitions: ['first-seen lb1', 'first-seen lb1', 'preempted lb2'],
    },
  },
  {
    name: 'vips-in-other-order',
    shows: 'a healthy pair: the same VIPs in another order and with other prefix lengths',
    nodes: pair({}, { vips: ['10.77.0.100/24', '10.77.0.101/24'] }, { vips: ['10.77.0.101/32', '10.77.0.100/32'] }),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
    expect: { failovers: stoppedAndBack, transitions: ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'] },
  },
  {
    name: 'no-vips',
    shows: 'a healthy pair without addresses (a script moves them): VRRPv2, unicast',
    nodes: pair({ unicast: true, auth: secretpa, vips: [] }),
  },
  {
    name: 'equal-priority',
    shows: 'equal priorities: the VIP stays where it went',
    nodes: pair({ priority: 100 }),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 daemon-stopped'],
      masters: { 'ipv4 51': 'lb2' },
      transitions: ['first-seen lb1', 'priority-zero lb2'],
    },
  },
  {
    name: 'unicast-ttl',
    shows: 'unicast adverts with a TTL of 64',
    nodes: pair({ ...v3, unicast: true, extra: ['unicast_ttl 64'] }),
    expect: { info: ['HAD107'] },
  },
  {
    name: 'carp-on-segment',
    shows: 'CARP beside a healthy pair',
    nodes: { ...pair({}), rt1: [] },
    events: [at(3, 'rt1', { carpVhid: 7 })],
    expect: { info: ['HAD114'] },
  },
  {
    name: 'firewall-on-master',
    shows: "the master's firewall drops VRRP: nothing happens, yet",
    nodes: pair({}),
    events: [at(6, 'lb1', 'firewall-drops')],
  },
];

const failovers: Row[] = [
  {
    name: 'failover-check-fails',
    shows: 'a weighted check fails on the master and recovers: the VIP moves, and moves back',
    nodes: pair({ ...v3, unicast: true, checkWeight: 50 }),
    events: [at(7, 'lb1', 'check-fails'), at(17, 'lb1', 'check-recovers')],
    seconds: 26,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 check-script-failed', 'VI_1 lb2 > lb1 check-script-recovered'],
      transitions: ['first-seen lb1', 'preempted lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-check-fails-v2',
    shows: 'a weighted check fails on the master and recovers, with VRRPv2',
    nodes: pair({ auth: secretpa, checkWeight: 50 }),
    events: [at(7, 'lb1', 'check-fails'), at(17, 'lb1', 'check-recovers')],
    seconds: 26,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 check-script-failed', 'VI_1 lb2 > lb1 check-script-recovered'],
      transitions: ['first-seen lb1', 'preempted lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-check-faults',
    shows: 'a check of weight 0 fails: priority 0, FAULT, and back',
    nodes: pair({ checkWeight: 0 }),
    events: [at(7, 'lb1', 'check-fails'), at(13, 'lb1', 'check-recovers')],
    seconds: 21,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 check-script-failed', 'VI_1 lb2 > lb1 check-script-recovered'],
      transitions: ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-manual',
    shows: 'the manual failover file is made on the master and removed: the VIP moves, and moves back',
    nodes: pair({ ...v3, unicast: true, checkWeight: 50, manualFailoverWeight: 50 }),
    events: [at(7, 'lb1', 'manual-failover-begins'), at(17, 'lb1', 'manual-failover-ends')],
    seconds: 26,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 manual-failover', 'VI_1 lb2 > lb1 manual-failover'],
      transitions: ['first-seen lb1', 'preempted lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-sync-group',
    shows: 'a check of weight 0 of one instance fails: the other one of its sync group moves with it',
    // 2.1.5 does not use the check of a member.
    generations: ['2.2.7', '2.3.3'],
    nodes: together(
      pair({ syncGroup: 'VG_1' }, { checkWeight: 0 }),
      pair({ name: 'VI_2', vrid: 52, vips: ['10.77.0.101'], syncGroup: 'VG_1' }),
    ),
    events: [at(7, 'lb1', 'check-fails'), at(14, 'lb1', 'check-recovers')],
    seconds: 23,
    expect: {
      failovers: [
        ...afterStart,
        'VI_1 lb1 > lb2 check-script-failed',
        'VI_1 lb2 > lb1 check-script-recovered',
        'VI_2 nobody > lb1 startup',
        'VI_2 lb1 > lb2 sync-group',
        'VI_2 lb2 > lb1 sync-group',
      ],
      transitions: [
        'first-seen lb1',
        'first-seen lb1',
        'priority-zero lb2',
        'priority-zero lb2',
        'preempted lb1',
        'preempted lb1',
      ],
    },
  },
  {
    name: 'failover-graceful-stop',
    shows: 'keepalived is stopped on the master and started again',
    nodes: pair({}),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
    expect: { failovers: stoppedAndBack, transitions: ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'] },
  },
  {
    name: 'failover-kill',
    shows: 'keepalived is killed on the master and started again: takeover by timeout',
    nodes: pair({}),
    events: [at(6, 'lb1', 'keepalived-is-killed'), at(14, 'lb1', 'keepalived-starts')],
    seconds: 22,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 daemon-died', 'VI_1 lb2 > lb1 preemption'],
      transitions: ['first-seen lb1', 'timeout lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-cable',
    shows: "the master's cable is pulled and put back",
    nodes: pair({}),
    events: [at(6, 'lb1', 'cable-out'), at(13, 'lb1', 'cable-in')],
    seconds: 22,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 interface-down', 'VI_1 lb2 > lb1 interface-up'],
      transitions: ['first-seen lb1', 'timeout lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-nopreempt',
    shows: 'with nopreempt the VIP stays where it went',
    nodes: pair({ ...v3, state: 'BACKUP', extra: ['nopreempt'] }),
    events: [at(7, 'lb1', 'keepalived-stops'), at(12, 'lb1', 'keepalived-starts')],
    seconds: 20,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 daemon-stopped'],
      masters: { 'ipv4 51': 'lb2' },
      transitions: ['first-seen lb1', 'priority-zero lb2'],
    },
  },
  {
    name: 'failover-preempt-delay',
    shows: 'with preempt_delay the VIP moves back later',
    nodes: pair({ ...v3, state: 'BACKUP', extra: ['preempt_delay 5'] }),
    events: [at(7, 'lb1', 'keepalived-stops'), at(10, 'lb1', 'keepalived-starts')],
    seconds: 22,
    expect: { failovers: stoppedAndBack, transitions: ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'] },
  },
  {
    name: 'failover-200ms',
    shows: 'with five adverts a second: keepalived is killed on the master and started again',
    nodes: pair({ ...v3, unicast: true, intervalSeconds: 0.2 }),
    events: [at(5, 'lb1', 'keepalived-is-killed'), at(9, 'lb1', 'keepalived-starts')],
    seconds: 15,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 daemon-died', 'VI_1 lb2 > lb1 preemption'],
      transitions: ['first-seen lb1', 'timeout lb2', 'preempted lb1'],
    },
  },
  {
    name: 'failover-ipv6',
    shows: 'IPv6: keepalived is stopped on the master and started again',
    nodes: pair(ipv6),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
    expect: { failovers: stoppedAndBack, transitions: ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'] },
  },
  {
    name: 'reload',
    shows: 'the master reloads a configuration with a check added',
    nodes: pair({}),
    events: [at(7, 'lb1', { reload: pair({ checkWeight: 50 }).lb1 })],
  },
  {
    name: 'reload-priority',
    shows: 'the master reloads a configuration with a lower priority: the VIP moves',
    nodes: pair(v3),
    events: [at(7, 'lb1', { reload: pair(v3, { priority: 90 }).lb1 })],
    seconds: 18,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 config-reload'],
      masters: { 'ipv4 51': 'lb2' },
      transitions: ['first-seen lb1', 'preempted lb2'],
    },
  },
  {
    name: 'partition',
    shows: 'the master is cut off the switch, and comes back',
    nodes: pair({}),
    events: [at(6, 'lb1', 'partition-begins'), at(14, 'lb1', 'partition-heals')],
    seconds: 21,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost', 'VI_1 lb2 > lb1 preemption'],
      transitions: ['first-seen lb1', 'timeout lb2', 'preempted lb1'],
    },
    sides: [
      {
        suffix: 'lb1',
        shows: 'on the master',
        on: 'lb1',
        options: { interface: 'eth0' },
        expect: { transitions: null },
      },
      { suffix: 'lb2', shows: 'on the backup', on: 'lb2', options: { interface: 'eth0' }, expect: {} },
    ],
  },
  {
    name: 'stall',
    shows: 'the master is stalled for longer than the backup waits',
    nodes: pair({}),
    events: [at(6, 'lb1', { stallSeconds: 5 })],
    seconds: 18,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 scheduler-stall', 'VI_1 lb2 > lb1 preemption'],
      transitions: ['first-seen lb1', 'timeout lb2', 'preempted lb1'],
    },
  },
];

const bothMasters = { masters: { 'ipv4 51': null }, transitions: null };
const lb1Restarts = [at(8, 'lb1', 'keepalived-stops'), at(13, 'lb1', 'keepalived-starts')];
const thereAndBack = ['first-seen lb1', 'priority-zero lb2', 'preempted lb1'];

const mismatches: Row[] = [
  {
    name: 'v2-ah',
    shows: 'VRRPv2 inside IPsec AH',
    nodes: pair({ auth: { type: 'AH', password: 'secretpa' } }),
    expect: { codes: ['HAD105'] },
  },
  {
    name: 'interval-mismatch-v2',
    shows: 'advert_int differs, VRRPv2: split brain, one master silent',
    nodes: pair({}, {}, { intervalSeconds: 2 }),
    seconds: 20,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD111'],
    },
  },
  {
    name: 'interval-mismatch-v3',
    shows: "advert_int differs, VRRPv3: the backup adopts the master's",
    nodes: pair(v3, {}, { intervalSeconds: 2 }),
    events: lb1Restarts,
    seconds: 22,
    expect: { failovers: stoppedAndBack, codes: ['HAD111'], transitions: thereAndBack },
  },
  {
    name: 'auth-mismatch',
    shows: 'auth_pass differs: split brain, the masters silence each other',
    nodes: pair({ auth: secretpa }, {}, { auth: { type: 'PASS', password: 'hunter22' } }),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD113'],
    },
  },
  {
    name: 'auth-type-mismatch',
    shows: 'one node with a password, the other without: split brain',
    nodes: pair({}, { auth: secretpa }),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD113'],
    },
  },
  {
    name: 'vip-list-mismatch',
    shows: 'the VIP lists differ: split brain; keepalived 2.3.3 only loses the VIP at failover',
    nodes: pair({}, { vips: ['10.77.0.100', '10.77.0.101'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts', 'VI_1 lb2 > lb1 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD110'],
    },
    expectOn: {
      '2.3.3': {
        failovers: stoppedAndBack,
        codes: ['HAD110'],
        masters: { 'ipv4 51': 'lb1' },
        transitions: thereAndBack,
      },
    },
  },
  {
    name: 'vip-list-mismatch-ipv6',
    shows: 'the VIP lists differ, IPv6',
    nodes: pair(v3, { vips: ['fd77::100', 'fd77::101'] }, { vips: ['fd77::100'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts', 'VI_1 lb2 > lb1 rejected-adverts'],
      ...bothMasters,
      masters: { 'ipv6 51': null },
      codes: ['HAD101', 'HAD110'],
    },
    expectOn: {
      '2.3.3': {
        failovers: stoppedAndBack,
        codes: ['HAD110'],
        masters: { 'ipv6 51': 'lb1' },
        transitions: thereAndBack,
      },
    },
  },
  {
    name: 'vrid-mismatch',
    shows: 'virtual_router_id differs: one VIP, two masters',
    nodes: pair({}, {}, { vrid: 52 }),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost'],
      codes: ['HAD115'],
      masters: { 'ipv4 51': 'lb1', 'ipv4 52': 'lb2' },
      transitions: ['first-seen lb1', 'first-seen lb2'],
    },
  },
  {
    name: 'version-mismatch',
    shows: 'VRRPv2 on one node, VRRPv3 on the other: split brain',
    nodes: pair({}, {}, v3),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD112'],
    },
  },
  {
    name: 'unicast-multicast-mismatch',
    shows: 'one node unicast, the other multicast: split brain',
    nodes: pair({}, { unicast: true }),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost'],
      ...bothMasters,
      codes: ['HAD101', 'HAD117'],
    },
  },
  {
    name: 'firewall-both-ways',
    shows: "both nodes' firewalls drop VRRP: two masters, both talking",
    nodes: pair({}),
    events: [at(6, 'lb1', 'firewall-drops'), at(6, 'lb2', 'firewall-drops')],
    seconds: 18,
    expect: { failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost'], ...bothMasters, codes: ['HAD101'] },
  },
  {
    name: 'firewall-both-ways-ipv6',
    shows: "both nodes' firewalls drop VRRP over IPv6: two masters, both talking",
    nodes: pair(ipv6),
    events: [at(6, 'lb1', 'firewall-drops'), at(6, 'lb2', 'firewall-drops')],
    seconds: 18,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost'],
      ...bothMasters,
      masters: { 'ipv6 51': null },
      codes: ['HAD101'],
    },
  },
  {
    name: 'firewall-one-way',
    shows: "the backup's firewall drops VRRP: two masters, both talking",
    nodes: pair({}),
    events: [at(6, 'lb2', 'firewall-drops')],
    seconds: 18,
    expect: { failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost'], ...bothMasters, codes: ['HAD101'] },
    sides: [
      { suffix: 'lb1', shows: 'on the master', on: 'lb1', options: { interface: 'eth0' }, expect: {} },
      { suffix: 'lb2', shows: 'on the backup', on: 'lb2', options: { interface: 'eth0' }, expect: {} },
    ],
  },
  {
    name: 'firewall-heals',
    shows: "the backup's firewall drops VRRP for a while: a split brain that ends",
    nodes: pair({}),
    events: [at(6, 'lb2', 'firewall-drops'), at(17, 'lb2', 'firewall-accepts')],
    seconds: 22,
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 node-or-network-lost', 'VI_1 lb2 > lb1 preemption'],
      codes: ['HAD101'],
      transitions: null,
    },
  },
  {
    name: 'checksum-as-v2',
    shows: 'VRRPv3 checksum without pseudo-header on one node, which the other rejects: split brain',
    generations: ['2.3.3'],
    nodes: pair(v3, { extra: ['v3_checksum_as_v2'] }),
    expect: {
      failovers: [...afterStart, 'VI_1 lb1 > lb2 rejected-adverts'],
      ...bothMasters,
      codes: ['HAD101', 'HAD103'],
    },
  },
  {
    name: 'old-unicast-checksum',
    shows: 'VRRPv3 unicast checksum over the multicast group on one node',
    nodes: pair({ ...v3, unicast: true }, { extra: ['old_unicast_checksum'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: { failovers: stoppedAndBack, codes: ['HAD103'], transitions: thereAndBack },
  },
  {
    name: 'carp-same-vhid',
    shows: 'CARP with the vhid that is our vrid: each CARP packet holds back an advert',
    nodes: { ...pair({}), rt1: [] },
    events: [at(6, 'rt1', { carpVhid: 51 })],
    seconds: 24,
    expect: { failovers: null, maybe: ['HAD108'], info: ['HAD114'], transitions: null },
  },
  {
    name: 'foreign-router',
    shows: 'a third router uses our vrid for an address of its own; keepalived 2.3.3 makes it a silent backup',
    nodes: { ...pair({}), rt1: [stranger(50)] },
    seconds: 20,
    expect: { failovers: null, ...bothMasters, mastersByChance: true, codes: ['HAD102'] },
    expectOn: {
      '2.3.3': { codes: [], masters: { 'ipv4 51': 'lb1' }, mastersByChance: false, transitions: ['first-seen lb1'] },
    },
  },
  {
    name: 'foreign-router-leads',
    shows: 'a third router of higher priority starts to use our vrid; keepalived 2.3.3 gives up the VIP for it',
    nodes: { ...pair({}), rt1: [stranger(200)] },
    idle: ['rt1'],
    events: [at(8, 'rt1', 'keepalived-starts')],
    seconds: 20,
    expect: { failovers: null, ...bothMasters, mastersByChance: true, codes: ['HAD102'] },
    expectOn: { '2.3.3': { masters: { 'ipv4 51': 'rt1' }, mastersByChance: false } },
  },
  {
    name: 'near-failover',
    shows: 'the master is stalled for three seconds: nearly a failover',
    nodes: pair({}),
    events: [at(6, 'lb1', { stallSeconds: 3 })],
    seconds: 18,
    expect: { codes: ['HAD108'] },
  },
];

export const scenarios: readonly Scenario[] = [...healthy, ...failovers, ...mismatches].map(scenario);
