import { parseKeepalivedConfig } from '../../src/keepalived/config/parse.ts';
import type { DumpedInstance, KeepalivedDump } from '../../src/model/dump.ts';
import type { NetworkInterface } from '../../src/model/host.ts';
import type { VrrpState } from '../../src/model/log.ts';
import { type NodeState, unreadNode } from '../../src/model/node-state.ts';
import type { InstanceStatus } from '../../src/model/status.ts';
import type { Timestamp } from '../../src/model/time.ts';
import { type ConfiguredInstance, fuseStatus } from '../../src/state/fuse.ts';
import { confOf } from '../rules/confs.ts';
import { adverts, play, type Step } from '../vrrp/timeline.ts';

/** When the nodes of these tests are read: 2026-11-20T17:00:00Z. */
const nowSeconds = Date.UTC(2026, 10, 20, 17) / 1000;

/** So many seconds before they are read. */
export function ago(seconds: number): Timestamp {
  return { seconds: nowSeconds - seconds, nanoseconds: 0, digits: 0 };
}

export const now = ago(0);

export type Host = 'lb1' | 'lb2';

/** What one node is found to be; what is left out is as on a healthy node that listens to nobody. */
export interface Given {
  readonly holds?: readonly string[];
  /** Of `ps`; null: it was not read. keepalived was started an hour ago. */
  readonly processes?: readonly string[] | null;
  /** keepalived was started so many seconds ago. */
  readonly startedAgo?: number;
  readonly interfaces?: readonly NetworkInterface[] | null;
  /** What the log says last, per instance, so many seconds ago. */
  readonly logged?: Readonly<Record<string, readonly [VrrpState, number]>> | null;
  readonly failing?: readonly string[] | null;
  /** keepalived.data, written so many seconds ago. */
  readonly dump?: readonly [KeepalivedDump, number];
  readonly stateFile?: readonly [string, number];
  /** What it heard, in scripted adverts, and for how many seconds. */
  readonly heard?: readonly [readonly Step[], number];
  readonly nginxTest?: string;
  readonly unreachable?: string;
  readonly more?: Partial<NodeState>;
}

export const keepalived = ['/usr/sbin/keepalived --dont-fork', '/usr/sbin/keepalived --dont-fork'];
export const nginx = ['nginx: master process /usr/sbin/nginx', 'nginx: worker process'];
export const nginxIsValid = 'nginx: configuration file /etc/nginx/nginx.conf test is successful\n';

const own = { lb1: '10.77.0.1', lb2: '10.77.0.2' } as const;

/** eth0 of a node with its own address, and others. */
export function eth0(host: Host, others: readonly string[] = [], changes: Partial<NetworkInterface> = {}) {
  return {
    name: 'eth0',
    index: 2,
    mac: host === 'lb1' ? '52:54:00:77:00:01' : '52:54:00:77:00:02',
    isUp: true,
    hasCarrier: true,
    addresses: [own[host], host === 'lb1' ? 'fe80::1' : 'fe80::2', ...others].map((address) => ({
      family: address.includes(':') ? ('ipv6' as const) : ('ipv4' as const),
      address,
      prefixLength: address.includes(':') ? 64 : 24,
      scope: 'global',
      label: null,
    })),
    ...changes,
  };
}

function stateOf(host: Host, given: Given): NodeState {
  if (given.unreachable !== undefined) return unreadNode(host, given.unreachable);
  const { holds = [], processes = keepalived, startedAgo = 3600, failing = [], logged, dump, stateFile, heard } = given;
  const { interfaces = [eth0(host, holds)] } = given;
  return {
    ...unreadNode(host),
    readAt: now,
    clockAheadSeconds: 0,
    interfaces,
    processes:
      processes?.map((args, i) => ({ pid: 100 + i, ppid: 1, user: 'root', start: ago(startedAgo), args })) ?? null,
    dump: dump === undefined ? null : { file: '/tmp/keepalived.data', written: ago(dump[1]), ...dump[0] },
    logged:
      logged === undefined || logged === null
        ? null
        : Object.entries(logged).map(([instance, [state, seconds]], i) => ({
            instance,
            state,
            time: ago(seconds),
            file: '/var/log/syslog',
            line: i + 1,
            text: `(${instance}) Entering ${state} STATE`,
          })),
    failingChecks:
      failing?.map((name, i) => ({
        name,
        outcome: 'exit 1',
        time: ago(60),
        file: '/var/log/syslog',
        line: 100 + i,
        text: `VRRP_Script(${name}) failed (exited with status 1)`,
      })) ?? null,
    stateFiles:
      stateFile === undefined
        ? null
        : [{ path: '/var/run/nginx-ha-keepalived.state', state: stateFile[0], written: ago(stateFile[1]) }],
    heard: heard === undefined ? null : { wire: play(heard[0]).wire, seconds: heard[1] },
    nginxTest: given.nginxTest ?? null,
    ...given.more,
  };
}

/** The nodes' configurations, and what each is found to be. */
export interface GivenPair {
  readonly lb1State: Given;
  readonly lb2State?: Given;
  readonly confs?: Readonly<Partial<Record<Host, string>>>;
}

/** The instances of a node's configuration. */
function configuredOn(host: Host, text: string): ConfiguredInstance[] {
  const files = { read: () => ({ text, isExecutable: false }), glob: () => [] };
  const config = parseKeepalivedConfig('/etc/keepalived/keepalived.conf', files, { configId: host, version: null });
  return (config?.instances ?? []).map((instance) => ({ node: host, instance }));
}

export function statesOf({ lb1State, lb2State }: GivenPair): readonly NodeState[] {
  return [stateOf('lb1', lb1State), ...(lb2State === undefined ? [] : [stateOf('lb2', lb2State)])];
}

/** A node that cannot be reached tells no configuration either. */
export function fused(pair: GivenPair): readonly InstanceStatus[] {
  const hosts = ['lb1', 'lb2'] as const;
  const states = statesOf(pair);
  const configured = hosts
    .filter((host) => states.some(({ node, unreachable }) => node === host && unreachable === null))
    .flatMap((host) => configuredOn(host, pair.confs?.[host] ?? confOf(host)));
  return fuseStatus(configured, states);
}

/** Six seconds of a node's adverts, as confOf configures them. */
export function sends(host: Host, prio = host === 'lb1' ? 101 : 100, addrs = ['10.77.0.100']): Step[] {
  const dst = host === 'lb1' ? own.lb2 : own.lb1;
  return adverts({ src: own[host], dst, version: 3, vrid: 60, addrs }, prio, 0, 6);
}

/** VI_1 of lb1 as confOf configures it, in keepalived.data. */
export function dumpedInstance(state: VrrpState): DumpedInstance {
  return {
    instance: 'VI_1',
    state,
    effectivePriority: 151,
    master: null,
    version: 3,
    syncGroup: null,
    wantedState: null,
    masterPriority: null,
    interface: 'eth0',
    sourceAddress: null,
    vrid: 60,
    priority: 101,
    intervalSeconds: 1,
    accept: null,
    nopreempt: null,
    preemptDelaySeconds: null,
    authType: 'none',
    vips: ['10.77.0.100/24'],
    excludedVips: [],
    peers: [],
    tracked: [],
    lastTransitionSeconds: null,
  };
}
