import { describe, expect, test } from 'vitest';
import type { DumpedInstance, KeepalivedDump } from '../../src/model/dump.ts';
import type { VrrpState } from '../../src/model/log.ts';
import type { InstanceStatus } from '../../src/model/status.ts';
import { block, confOf } from '../rules/confs.ts';
import { ago, dumpedInstance, eth0, fused, type GivenPair, keepalived, sends } from './given.ts';

const vip = '10.77.0.100';
const holder = { holds: [vip] };
const logged = (state: VrrpState, secondsAgo: number) => ({ VI_1: [state, secondsAgo] as const });

/** `one-master lb1: lb1 MASTER, lb2 BACKUP`; what is not known stands with its reason. */
function told({ verdict, master, nodes }: InstanceStatus): string {
  const states = nodes.map(({ node, state, unknown }) => `${node} ${state ?? `? (${unknown})`}`);
  return `${verdict} ${master}: ${states.join(', ')}`;
}

function dumped(state: VrrpState, changes: Partial<DumpedInstance> = {}): KeepalivedDump {
  return { instances: [{ ...dumpedInstance(state), ...changes }], scripts: [] };
}

interface Row extends GivenPair {
  readonly name: string;
  readonly told: string;
}

const noVips = { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) };
const multicast = { lb1: confOf('lb1', { peers: null }), lb2: confOf('lb2', { peers: null }) };

/** What AWS says of a node whose instance has the Elastic IP, or has it not. */
const elasticIp = (isHeld: boolean) => ({
  more: { elasticIp: { instance: 'VI_1', publicIp: '203.0.113.10', isHeld, holder: 'i-0lb1', askedAt: ago(0) } },
});

const rows: readonly Row[] = [
  {
    name: 'on AWS: without virtual addresses, by adverts',
    confs: { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) },
    lb1State: { heard: [sends('lb2'), 6], ...elasticIp(true) },
    lb2State: { heard: [sends('lb2'), 6], ...elasticIp(false) },
    told: 'one-master lb2: lb1 BACKUP, lb2 MASTER',
  },
  {
    name: 'on AWS: the Elastic IP alone decides nothing',
    confs: { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) },
    lb1State: elasticIp(true),
    lb2State: elasticIp(false),
    told: 'unknown null: lb1 ? (only the Elastic IP tells, which may be on the wrong node), lb2 ? (only the Elastic IP tells, which may be on the wrong node)',
  },
  {
    name: 'healthy, by addresses and processes alone',
    lb1State: holder,
    lb2State: {},
    told: 'one-master lb1: lb1 MASTER, lb2 BACKUP',
  },
  {
    name: 'healthy, by every source',
    lb1State: { ...holder, logged: logged('MASTER', 300), stateFile: ['MASTER', 300], heard: [sends('lb1'), 6] },
    lb2State: { logged: logged('BACKUP', 300), stateFile: ['BACKUP', 300], heard: [sends('lb1'), 6] },
    told: 'one-master lb1: lb1 MASTER, lb2 BACKUP',
  },
  {
    name: 'the backup alone, which listened to nobody: its master is not named',
    lb1State: {},
    told: 'unknown null: lb1 BACKUP',
  },
  {
    name: 'the backup alone, which hears its master',
    lb1State: { heard: [sends('lb2'), 6] },
    told: 'one-master 10.77.0.2: lb1 BACKUP',
  },
  {
    name: 'the backup alone, which hears nobody',
    lb1State: { heard: [[], 6] },
    told: 'no-master null: lb1 BACKUP',
  },
  {
    name: 'a master alone, which hears another one',
    lb1State: { ...holder, heard: [sends('lb2'), 6] },
    told: 'split-brain null: lb1 MASTER',
  },
  {
    name: 'failed over: the old master stopped',
    lb1State: { processes: [], logged: logged('MASTER', 900) },
    lb2State: { ...holder, logged: logged('MASTER', 60) },
    told: 'one-master lb2: lb1 STOP, lb2 MASTER',
  },
  {
    name: 'split brain: both hold the address',
    lb1State: holder,
    lb2State: holder,
    told: 'split-brain null: lb1 MASTER, lb2 MASTER',
  },
  {
    name: 'split brain: one of them fell silent and holds the address all the same',
    lb1State: { ...holder, heard: [sends('lb2'), 6] },
    lb2State: { ...holder, heard: [sends('lb2'), 6] },
    told: 'split-brain null: lb1 MASTER, lb2 MASTER',
  },
  {
    name: 'split brain of instances without addresses, by adverts of both',
    confs: noVips,
    lb1State: { heard: [sends('lb1'), 6] },
    lb2State: { heard: [sends('lb2'), 6] },
    told: 'split-brain null: lb1 MASTER, lb2 MASTER',
  },
  {
    name: 'kill -9, and the address was left where the daemon was',
    lb1State: { ...holder, processes: [] },
    lb2State: holder,
    told: 'split-brain null: lb1 STOP, lb2 MASTER',
  },
  {
    name: 'kill -9 on both, with the address left on both',
    lb1State: { ...holder, processes: [] },
    lb2State: { ...holder, processes: [] },
    told: 'split-brain null: lb1 STOP, lb2 STOP',
  },
  {
    name: 'no master: stopped on both',
    lb1State: { processes: [] },
    lb2State: { processes: [] },
    told: 'no-master null: lb1 STOP, lb2 STOP',
  },
  {
    name: 'no master: FAULT on both, by the log',
    lb1State: { logged: logged('FAULT', 60) },
    lb2State: { logged: logged('FAULT', 50) },
    told: 'no-master null: lb1 FAULT, lb2 FAULT',
  },
  {
    name: 'FAULT of the one, and the other took over',
    lb1State: { logged: logged('FAULT', 60) },
    lb2State: { ...holder, logged: logged('MASTER', 59) },
    told: 'one-master lb2: lb1 FAULT, lb2 MASTER',
  },
  {
    name: 'FAULT, by a dump of now where the log says nothing',
    lb1State: { dump: [dumped('FAULT'), 1] },
    lb2State: holder,
    told: 'one-master lb2: lb1 FAULT, lb2 MASTER',
  },
  {
    name: 'partition: each hears itself alone',
    confs: multicast,
    lb1State: { ...holder, heard: [sends('lb1'), 6] },
    lb2State: { ...holder, heard: [sends('lb2'), 6] },
    told: 'split-brain null: lb1 MASTER, lb2 MASTER',
  },
  {
    name: 'one node unreachable: the other stands, and nobody guesses',
    lb1State: { ...holder, heard: [sends('lb1'), 6] },
    lb2State: { unreachable: 'ssh: connection timed out' },
    told: 'unknown null: lb1 MASTER, lb2 ? (ssh: connection timed out)',
  },
  {
    name: 'the other one unreachable, and the backup is no master',
    lb1State: { unreachable: 'ssh: connection refused' },
    lb2State: { logged: logged('BACKUP', 60) },
    told: 'unknown null: lb1 ? (ssh: connection refused), lb2 BACKUP',
  },
  {
    name: 'a stale state file does not count',
    lb1State: { logged: logged('BACKUP', 60), stateFile: ['MASTER', 7200] },
    lb2State: { ...holder, stateFile: ['MASTER', 60] },
    told: 'one-master lb2: lb1 BACKUP, lb2 MASTER',
  },
  {
    name: 'a state file that is new does not count either',
    lb1State: { interfaces: null, processes: null, stateFile: ['MASTER', 1] },
    lb2State: {},
    told: 'unknown null: lb1 ? (nothing that was read tells its state), lb2 BACKUP',
  },
  {
    name: 'a dump of before the last transition does not count',
    lb1State: { dump: [dumped('MASTER'), 600], logged: logged('BACKUP', 60) },
    lb2State: holder,
    told: 'one-master lb2: lb1 BACKUP, lb2 MASTER',
  },
  {
    name: 'a log of before the daemon was started does not count',
    lb1State: { startedAgo: 30, logged: logged('FAULT', 600) },
    lb2State: holder,
    told: 'one-master lb2: lb1 BACKUP, lb2 MASTER',
  },
  {
    name: 'a master whose address was taken off: by its adverts',
    lb1State: { heard: [sends('lb1'), 6] },
    lb2State: { heard: [sends('lb1'), 6] },
    told: 'one-master lb1: lb1 MASTER, lb2 BACKUP',
  },
  {
    name: 'a master whose address was taken off: by a dump of now',
    lb1State: { dump: [dumped('MASTER'), 1] },
    lb2State: {},
    told: 'one-master lb1: lb1 MASTER, lb2 BACKUP',
  },
  {
    name: 'a log that may lack what came after it leaves the state open',
    lb1State: { logged: logged('MASTER', 600) },
    lb2State: {},
    told: 'unknown null: lb1 ? (it last called itself MASTER, and its addresses are not there), lb2 BACKUP',
  },
  {
    name: 'a log alone: the daemon may have been killed since',
    lb1State: { interfaces: null, processes: null, logged: logged('MASTER', 600) },
    lb2State: {},
    told: 'unknown null: lb1 ? (whether keepalived still runs is not known), lb2 BACKUP',
  },
  {
    name: 'processes were not read, and the address is not there',
    lb1State: { processes: null },
    lb2State: holder,
    told: 'unknown null: lb1 ? (it is not master; whether keepalived runs is not known), lb2 MASTER',
  },
  {
    name: 'without addresses: the one that sends',
    confs: noVips,
    lb1State: { heard: [sends('lb1'), 6] },
    lb2State: { heard: [sends('lb1'), 6] },
    told: 'one-master lb1: lb1 MASTER, lb2 BACKUP',
  },
  {
    name: 'a hand-over while they listened: the one that sent before is no master',
    confs: noVips,
    lb1State: { heard: [[...sends('lb1', 90).slice(0, 2), ...sends('lb2').slice(2)], 6] },
    lb2State: { heard: [[...sends('lb1', 90).slice(0, 2), ...sends('lb2').slice(2)], 6] },
    told: 'one-master lb2: lb1 BACKUP, lb2 MASTER',
  },
  {
    name: 'a pair read from one node only',
    lb1State: holder,
    told: 'one-master lb1: lb1 MASTER',
  },
];

test.each(rows)('$name', ({ told: expected, ...pair }) => {
  expect(fused(pair).map(told)).toEqual([expected]);
});

describe('several instances', () => {
  const instance = (host: 'lb1' | 'lb2', name: string, vrid: number, address: string) =>
    confOf(host, { name, vrid, vips: [`${address}/${address.includes(':') ? 64 : 24}`] });
  const second = (host: 'lb1' | 'lb2', address: string, vrid = 61) =>
    block('vrrp_instance VI_2', [
      'interface eth0',
      `virtual_router_id ${vrid}`,
      `priority ${host === 'lb1' ? 100 : 101}`,
      block('virtual_ipaddress', [address]),
    ]);
  const both = (address: string, vrid?: number) => ({
    lb1: `${instance('lb1', 'VI_1', 60, vip)}\n${second('lb1', address, vrid)}`,
    lb2: `${instance('lb2', 'VI_1', 60, vip)}\n${second('lb2', address, vrid)}`,
  });

  test('each with a master of its own', () => {
    const status = fused({
      confs: both('10.77.0.101/24'),
      lb1State: { holds: [vip] },
      lb2State: { holds: ['10.77.0.101'] },
    });
    expect(status.map((one) => `${one.instance} ${told(one)}`)).toEqual([
      'VI_1 one-master lb1: lb1 MASTER, lb2 BACKUP',
      'VI_2 one-master lb2: lb1 BACKUP, lb2 MASTER',
    ]);
  });

  test('one state file for both decides neither', () => {
    const status = fused({
      confs: both('10.77.0.101/24'),
      lb1State: { holds: [vip], stateFile: ['BACKUP', 60] },
      lb2State: { holds: ['10.77.0.101'], stateFile: ['BACKUP', 60] },
    });
    expect(status.map(({ master }) => master)).toEqual(['lb1', 'lb2']);
  });

  test('IPv6 under the vrid of IPv4, on the other node', () => {
    const status = fused({
      confs: both('2001:db8:77::100/64', 60),
      lb1State: { holds: [vip] },
      lb2State: { holds: ['2001:db8:77::100'] },
    });
    expect(status.map((one) => `${one.instance} ${one.family} ${told(one)}`)).toEqual([
      'VI_1 ipv4 one-master lb1: lb1 MASTER, lb2 BACKUP',
      'VI_2 ipv6 one-master lb2: lb1 BACKUP, lb2 MASTER',
    ]);
  });

  test('of other names and vrids are one router by their address', () => {
    const status = fused({
      confs: { lb1: confOf('lb1', { name: 'VI_A', vrid: 51 }), lb2: confOf('lb2', { name: 'VI_B', vrid: 52 }) },
      lb1State: { holds: [vip] },
      lb2State: { holds: [vip] },
    });
    expect(status.map(told)).toEqual(['split-brain null: lb1 MASTER, lb2 MASTER']);
  });

  test('a node that has no such instance is no part of it', () => {
    const status = fused({
      confs: { lb1: both('10.77.0.101/24').lb1, lb2: confOf('lb2') },
      lb1State: { holds: [vip, '10.77.0.101'] },
      lb2State: {},
    });
    expect(status.map(({ instance: name, nodes }) => [name, nodes.map(({ node }) => node)])).toEqual([
      ['VI_1', ['lb1', 'lb2']],
      ['VI_2', ['lb1']],
    ]);
  });
});

describe('what else is told', () => {
  test('the addresses held, those of virtual_ipaddress_excluded too', () => {
    const confs = {
      lb1: confOf('lb1', { excluded: ['10.77.0.200/24'] }),
      lb2: confOf('lb2', { excluded: ['10.77.0.200/24'] }),
    };
    const [status] = fused({ confs, lb1State: { holds: [vip, '10.77.0.200'] }, lb2State: {} });
    expect(status?.nodes.map(({ vips, excludedVips }) => ({ vips, excludedVips }))).toEqual([
      { vips: [vip, '10.77.0.200'], excludedVips: ['10.77.0.200'] },
      { vips: [], excludedVips: ['10.77.0.200'] },
    ]);
  });

  test('the priority: of the configuration, of adverts that either heard, else of a dump of now', () => {
    const [status] = fused({
      lb1State: { ...holder, heard: [sends('lb1', 151), 6] },
      lb2State: { dump: [dumped('BACKUP', { effectivePriority: 150 }), 1] },
    });
    expect(status?.nodes.map(({ priority }) => priority)).toEqual([
      { base: 101, effective: 151 },
      { base: 100, effective: 150 },
    ]);
    const [heardByLb2] = fused({ lb1State: holder, lb2State: { heard: [sends('lb1', 151), 6] } });
    expect(heardByLb2?.nodes[0]?.priority).toEqual({ base: 101, effective: 151 });
    const [stale] = fused({ lb1State: holder, lb2State: { dump: [dumped('BACKUP'), 600] } });
    expect(stale?.nodes[1]?.priority).toEqual({ base: 100, effective: null });
  });

  test('since when, by the log, where that is the state', () => {
    const [status] = fused({
      lb1State: { ...holder, logged: logged('MASTER', 300) },
      lb2State: { processes: [], logged: logged('BACKUP', 300) },
    });
    expect(status?.nodes.map(({ since }) => since)).toEqual([ago(300), null]);
  });

  test('every source, its age, and whether it is of the past', () => {
    const [status] = fused({
      lb1State: {
        ...holder,
        heard: [sends('lb1'), 6],
        dump: [dumped('BACKUP'), 600],
        logged: logged('MASTER', 300),
        stateFile: ['BACKUP', 3000],
      },
      lb2State: {},
    });
    expect(status?.nodes[0]?.sources.map(({ source, says, isStale }) => `${source} ${says} ${isStale}`)).toEqual([
      'address MASTER false',
      'advert MASTER false',
      'dump BACKUP true',
      'log MASTER false',
      'state-file BACKUP true',
      'process RUNNING false',
    ]);
  });

  test('an address that is on another interface than it belongs is held all the same', () => {
    const [status] = fused({
      lb1State: {
        interfaces: [eth0('lb1'), { ...eth0('lb1', [vip]), name: 'lo' }],
        processes: keepalived,
      },
      lb2State: {},
    });
    expect(status?.nodes[0]?.sources[0]?.detail).toBe('10.77.0.100 on lo');
  });
});
