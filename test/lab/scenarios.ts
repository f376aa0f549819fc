import { type Generation, generations } from './generations.ts';
import type { HostName } from './hosts.ts';
import type { Instance } from './keepalived-conf.ts';
import type { RecordingOptions } from './recording.ts';

export type Action =
  | 'check-fails'
  | 'check-recovers'
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
  /** Seconds since keepalived was started. */
  at: number;
  on: HostName;
  does: Action;
}

/** What ha-doctor has to make of a recording. */
export interface Expectation {
  /** The findings above `info`, all of them; none is a healthy segment. */
  codes: string[];
  /** Findings of severity `info`, all of them. */
  info: string[];
  /** Who sends as master at the end, one for each instance in the order of the nodes' configuration; null: not one alone. */
  masters: (HostName | null)[];
}

export interface Scenario {
  name: string;
  /** In one line, for the list of captures. */
  shows: string;
  generations: readonly Generation[];
  /** The hosts and their instances; keepalived runs on those that have any. */
  nodes: Partial<Record<HostName, Instance[]>>;
  events: Event[];
  seconds: number;
  expect: Expectation;
  /** Where a generation behaves in another way, and the wire shows it. */
  expectOn?: Partial<Record<Generation, Partial<Expectation>>>;
  /** Recordings beside the one on the switch. */
  alsoRecords?: {
    suffix: string;
    shows: string;
    on: HostName;
    options: RecordingOptions;
    expect?: Partial<Expectation>;
  }[];
}

type Variation = Partial<Omit<Instance, 'peers'>> & { unicast?: boolean };

const pass: Instance['auth'] = { type: 'PASS', password: 'secretpa' };
const ah: Instance['auth'] = { type: 'AH', password: 'secretpa' };
const v3 = { version: 3, auth: null } as const;
const ipv6 = { ...v3, vips: ['fd77::100'] };
const checked = { checkWeight: 50 };

function instance(peer: HostName, { unicast = false, ...variation }: Variation): Instance {
  return {
    name: 'VI_1',
    vrid: 51,
    version: 2,
    state: 'MASTER',
    priority: 101,
    intervalSeconds: 1,
    auth: pass,
    peers: unicast ? [peer] : null,
    vips: ['10.77.0.100'],
    checkWeight: null,
    extra: [],
    ...variation,
  };
}

/** A pair alike but for state and priority, and for what a node's own variation says. */
function pair(both: Variation, lb1: Variation = {}, lb2: Variation = {}): { lb1: Instance[]; lb2: Instance[] } {
  return {
    lb1: [instance('lb2', { ...both, ...lb1 })],
    lb2: [instance('lb1', { state: 'BACKUP', priority: 100, ...both, ...lb2 })],
  };
}

/** Two pairs of instances on the same two nodes. */
function both(...pairs: ReturnType<typeof pair>[]): { lb1: Instance[]; lb2: Instance[] } {
  return { lb1: pairs.flatMap(({ lb1 }) => lb1), lb2: pairs.flatMap(({ lb2 }) => lb2) };
}

function at(seconds: number, on: HostName, does: Action): Event {
  return { at: seconds, on, does };
}

type Row = Omit<Scenario, 'generations' | 'events' | 'seconds' | 'expect'> &
  Partial<Pick<Scenario, 'generations' | 'events' | 'seconds'>> & { expect?: Partial<Expectation> };

function scenario({ expect, ...row }: Row): Scenario {
  return {
    generations,
    events: [],
    seconds: 16,
    expect: { codes: [], info: [], masters: ['lb1'], ...expect },
    ...row,
  };
}

const healthy: Row[] = [
  {
    name: 'v2-pass-unicast',
    shows: 'a healthy pair: VRRPv2, password, unicast',
    nodes: pair({ unicast: true }),
    expect: { info: ['HAD116'] },
  },
  { name: 'v2-multicast', shows: 'a healthy pair: VRRPv2, no authentication, multicast', nodes: pair({ auth: null }) },
  {
    name: 'v2-pass-multicast',
    shows: 'a healthy pair: VRRPv2, password, multicast',
    nodes: pair({}),
    expect: { info: ['HAD116'] },
  },
  { name: 'v2-ah', shows: 'VRRPv2 inside IPsec AH', nodes: pair({ auth: ah }), expect: { codes: ['HAD105'] } },
  { name: 'v3-multicast', shows: 'a healthy pair: VRRPv3, multicast', nodes: pair(v3) },
  { name: 'v3-unicast', shows: 'a healthy pair: VRRPv3, unicast', nodes: pair({ ...v3, unicast: true }) },
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
  { name: 'ipv6-unicast', shows: 'a healthy pair: IPv6, unicast', nodes: pair({ ...ipv6, unicast: true }) },
  {
    name: 'dual-stack',
    shows: 'a healthy pair: one vrid for IPv4 and for IPv6, an instance each',
    nodes: both(pair({ ...v3, name: 'VI_4' }), pair({ ...ipv6, name: 'VI_6' })),
    expect: { masters: ['lb1', 'lb1'] },
  },
  {
    name: 'two-instances',
    shows: 'a healthy pair: two vrids, each node master of one',
    nodes: both(
      pair({ auth: null }),
      pair(
        { auth: null, name: 'VI_2', vrid: 52, vips: ['10.77.0.101'] },
        { state: 'BACKUP', priority: 100 },
        { state: 'MASTER', priority: 101 },
      ),
    ),
    expect: { masters: ['lb1', 'lb2'] },
  },
  {
    name: 'no-vips',
    shows: 'a healthy pair without addresses (a script moves them): VRRPv2, unicast',
    nodes: pair({ unicast: true, vips: [] }),
    expect: { info: ['HAD116'] },
  },
];

const failovers: Row[] = [
  {
    name: 'failover-check-fails',
    shows: 'a weighted check fails on the master and recovers: the VIP moves, and moves back',
    nodes: pair({ ...v3, ...checked, unicast: true }),
    events: [at(7, 'lb1', 'check-fails'), at(17, 'lb1', 'check-recovers')],
    seconds: 26,
  },
  {
    name: 'failover-check-fails-v2',
    shows: 'a weighted check fails on the master and recovers, with VRRPv2',
    nodes: pair({ ...checked }),
    events: [at(7, 'lb1', 'check-fails'), at(17, 'lb1', 'check-recovers')],
    seconds: 26,
    expect: { info: ['HAD116'] },
  },
  {
    name: 'failover-check-faults',
    shows: 'a check of weight 0 fails: priority 0, FAULT, and back',
    nodes: pair({ checkWeight: 0, auth: null }),
    events: [at(7, 'lb1', 'check-fails'), at(13, 'lb1', 'check-recovers')],
    seconds: 21,
  },
  {
    name: 'failover-graceful-stop',
    shows: 'keepalived is stopped on the master and started again',
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
  },
  {
    name: 'failover-kill',
    shows: 'keepalived is killed on the master and started again: takeover by timeout',
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', 'keepalived-is-killed'), at(14, 'lb1', 'keepalived-starts')],
    seconds: 22,
  },
  {
    name: 'failover-cable',
    shows: "the master's cable is pulled and put back",
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', 'cable-out'), at(13, 'lb1', 'cable-in')],
    seconds: 22,
  },
  {
    name: 'failover-nopreempt',
    shows: 'with nopreempt the VIP stays where it went',
    nodes: pair({ ...v3, state: 'BACKUP', extra: ['nopreempt'] }),
    events: [at(9, 'lb1', 'keepalived-stops'), at(13, 'lb1', 'keepalived-starts')],
    seconds: 21,
    expect: { masters: ['lb2'] },
  },
  {
    name: 'failover-ipv6',
    shows: 'IPv6: keepalived is stopped on the master and started again',
    nodes: pair(ipv6),
    events: [at(6, 'lb1', 'keepalived-stops'), at(11, 'lb1', 'keepalived-starts')],
    seconds: 19,
  },
  {
    name: 'reload',
    shows: 'the master reloads a configuration with another check',
    nodes: pair({ auth: null }),
    events: [at(7, 'lb1', { reload: pair({ auth: null, ...checked }).lb1 })],
  },
  {
    name: 'reload-priority',
    shows: 'the master reloads a configuration with a lower priority: the VIP moves',
    nodes: pair(v3),
    events: [at(7, 'lb1', { reload: pair(v3, { priority: 90 }).lb1 })],
    seconds: 18,
    expect: { masters: ['lb2'] },
  },
];

const lb1Restarts = [at(8, 'lb1', 'keepalived-stops'), at(13, 'lb1', 'keepalived-starts')];

const mismatches: Row[] = [
  {
    name: 'interval-mismatch-v2',
    shows: 'advert_int differs, VRRPv2: split brain',
    nodes: pair({ auth: null }, {}, { intervalSeconds: 2 }),
    seconds: 20,
    expect: { codes: ['HAD101', 'HAD111'], masters: [null] },
  },
  {
    name: 'interval-mismatch-v3',
    shows: "advert_int differs, VRRPv3: the backup adopts the master's",
    nodes: pair(v3, {}, { intervalSeconds: 2 }),
    events: lb1Restarts,
    seconds: 22,
    expect: { codes: ['HAD111'] },
  },
  {
    name: 'auth-mismatch',
    shows: 'auth_pass differs: split brain, one master silent',
    nodes: pair({}, {}, { auth: { type: 'PASS', password: 'hunter22' } }),
    expect: { codes: ['HAD101', 'HAD113'], info: ['HAD116'], masters: [null] },
  },
  {
    name: 'auth-type-mismatch',
    shows: 'one node with a password, the other without: split brain',
    nodes: pair({}, {}, { auth: null }),
    expect: { codes: ['HAD101', 'HAD113'], info: ['HAD116'], masters: [null] },
  },
  {
    name: 'vip-list-mismatch',
    shows: 'the VIP lists differ',
    nodes: pair({ auth: null }, { vips: ['10.77.0.100', '10.77.0.101'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: { codes: ['HAD101', 'HAD110'], masters: [null] },
    expectOn: { '2.3.3': { codes: ['HAD110'], masters: ['lb1'] } },
  },
  {
    name: 'vrid-mismatch',
    shows: 'virtual_router_id differs: one VIP, two masters',
    nodes: pair({ auth: null }, {}, { vrid: 52 }),
    expect: { codes: ['HAD115'], masters: ['lb1', 'lb2'] },
  },
  {
    name: 'version-mismatch',
    shows: 'VRRPv2 on one node, VRRPv3 on the other: split brain',
    nodes: pair({ auth: null }, {}, { version: 3 }),
    expect: { codes: ['HAD101', 'HAD112'], masters: [null] },
  },
  {
    name: 'unicast-multicast-mismatch',
    shows: 'one node unicast, the other multicast: split brain',
    nodes: pair({ auth: null }, { unicast: true }),
    expect: { codes: ['HAD101', 'HAD117'], masters: [null] },
  },
  {
    name: 'firewall-both-ways',
    shows: "both nodes' firewalls drop VRRP: two masters, both talking",
    nodes: pair({ auth: null }),
    events: [at(5, 'lb1', 'firewall-drops'), at(5, 'lb2', 'firewall-drops')],
    seconds: 18,
    expect: { codes: ['HAD101'], masters: [null] },
  },
  {
    name: 'firewall-one-way',
    shows: "the backup's firewall drops VRRP: two masters, both talking",
    nodes: pair({ auth: null }),
    events: [at(5, 'lb2', 'firewall-drops')],
    seconds: 18,
    expect: { codes: ['HAD101'], masters: [null] },
  },
  {
    name: 'firewall-one-way-master',
    shows: "the master's firewall drops VRRP: nothing happens",
    nodes: pair({ auth: null }),
    events: [at(5, 'lb1', 'firewall-drops')],
    seconds: 18,
  },
  {
    name: 'partition',
    shows: 'the master is cut off the switch, and comes back',
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', 'partition-begins'), at(14, 'lb1', 'partition-heals')],
    seconds: 21,
  },
  {
    name: 'checksum-as-v2',
    shows: 'VRRPv3 checksum without pseudo-header on one node',
    generations: ['2.3.3'],
    nodes: pair(v3, { extra: ['v3_checksum_as_v2'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: { codes: ['HAD103'] },
  },
  {
    name: 'old-unicast-checksum',
    shows: 'VRRPv3 unicast checksum over the multicast group on one node',
    nodes: pair({ ...v3, unicast: true }, { extra: ['old_unicast_checksum'] }),
    events: lb1Restarts,
    seconds: 22,
    expect: { codes: ['HAD103'] },
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
    nodes: { ...pair({ auth: null }), rt1: [] },
    events: [at(3, 'rt1', { carpVhid: 7 })],
    expect: { info: ['HAD114'] },
  },
  {
    name: 'carp-same-vhid',
    shows: 'CARP with the vhid that is our vrid: keepalived rejects it, and forgets to send while it does',
    nodes: { ...pair({ auth: null }), rt1: [] },
    events: [at(6, 'rt1', { carpVhid: 51 })],
    seconds: 22,
    expect: { codes: ['HAD108'], info: ['HAD114'] },
  },
  {
    name: 'foreign-router',
    shows: 'a third router uses our vrid for an address of its own',
    nodes: {
      ...pair({ auth: null }),
      rt1: [instance('lb1', { auth: null, name: 'OTHER', state: 'BACKUP', priority: 50, vips: ['10.77.0.200'] })],
    },
    seconds: 20,
    expect: { codes: ['HAD102'], masters: [null] },
  },
  {
    name: 'foreign-router-leads',
    shows: 'a third router of higher priority uses our vrid for an address of its own',
    nodes: {
      ...pair({ auth: null }),
      rt1: [instance('lb1', { auth: null, name: 'OTHER', state: 'BACKUP', priority: 200, vips: ['10.77.0.200'] })],
    },
    seconds: 20,
    expect: { codes: ['HAD102'], masters: [null] },
  },
  {
    name: 'near-failover',
    shows: 'the master is stalled for three seconds: nearly a failover',
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', { stallSeconds: 2.9 })],
    seconds: 18,
    expect: { codes: ['HAD108'] },
  },
  {
    name: 'stall',
    shows: 'the master is stalled for longer than the backup waits',
    nodes: pair({ auth: null }),
    events: [at(6, 'lb1', { stallSeconds: 5 })],
    seconds: 18,
  },
];

export const scenarios: readonly Scenario[] = [...healthy, ...failovers, ...mismatches].map(scenario);

export function expectation(scenario: Scenario, generation: Generation): Expectation {
  return { ...scenario.expect, ...scenario.expectOn?.[generation] };
}
