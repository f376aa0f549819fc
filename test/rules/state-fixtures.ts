import type { DumpedInstance, InstanceCounters, KeepalivedDump } from '../../src/model/dump.ts';
import { ago, dumpedInstance, eth0, keepalived, nginx, nginxIsValid, sends } from '../state/given.ts';
import { says, startedPair } from '../timeline/logs.ts';
import { adverts } from '../vrrp/timeline.ts';
import { block, confOf, weighted } from './confs.ts';
import type { RuleFixtures } from './fixtures.ts';
import type { Outputs } from './judged-states.ts';

const vip = '10.77.0.100';
const master = { holds: [vip] };
const check = [
  {
    path: '/usr/lib/keepalived/check-nginx',
    content: '#!/bin/sh\ncurl -fs http://127.0.0.1/\n',
    mode: 0o755,
    uid: 0,
    gid: 0,
  },
];

const json = (value: unknown) => JSON.stringify(value);

const ruleset = (...rules: readonly string[]) => `table inet filter {
\tchain input {
\t\ttype filter hook input priority filter; policy drop;
${rules.map((rule) => `\t\t${rule}`).join('\n')}
\t}
}
`;

/** What a well-kept host with eth0 prints. */
const wellKept: Outputs = {
  'nft-ruleset.txt': ruleset('ct state established,related accept', 'ip protocol vrrp accept', 'tcp dport 22 accept'),
  'iptables-save.txt': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
  'ip-route.json': json([
    { dst: 'default', gateway: '10.77.0.254', dev: 'eth0', flags: [] },
    { dst: '10.77.0.0/24', dev: 'eth0', protocol: 'kernel', scope: 'link', flags: [] },
    { type: 'local', dst: '10.77.0.1', dev: 'eth0', table: 'local', flags: [] },
  ]),
  'ip-neigh.json': json([{ dst: '10.77.0.100', dev: 'eth0', lladdr: '52:54:00:77:00:01', state: ['REACHABLE'] }]),
  'ip-maddr.txt':
    '1:\tlo\n\tinet  224.0.0.1\n2:\teth0\n\tlink  01:00:5e:00:00:12\n\tinet  224.0.0.18\n\tinet  224.0.0.1\n',
  'sysctl.txt':
    'net.ipv4.conf.all.rp_filter = 1\nnet.ipv4.conf.eth0.rp_filter = 1\nnet.ipv4.conf.all.arp_ignore = 0\nnet.ipv4.conf.eth0.arp_ignore = 0\n',
  'networkctl.txt': '  1 lo   loopback carrier  unmanaged\n  2 eth0 ether    routable unmanaged\n',
  'dmi.txt': 'QEMU\nStandard PC (Q35 + ICH9, 2009)\n',
};
const hosts = (lb2: Outputs = {}) => ({ lb1: wellKept, lb2: { ...wellKept, ...lb2 } });

/** lb1 leads, and lb2 could take over. */
export const healthyStates = {
  scripts: check,
  outputs: hosts(),
  lb1State: {
    ...master,
    processes: [...keepalived, ...nginx],
    nginxTest: nginxIsValid,
    logged: { VI_1: ['MASTER', 300] },
    stateFile: ['MASTER', 300],
    heard: [sends('lb1'), 6],
  },
  lb2State: {
    processes: [...keepalived, ...nginx],
    nginxTest: nginxIsValid,
    logged: { VI_1: ['BACKUP', 300] },
    stateFile: ['BACKUP', 300],
    heard: [sends('lb1'), 6],
  },
} as const;

const healthy = { name: 'a healthy pair', on: healthyStates };

/** lb1 was stopped in an orderly way, for good, and lb2 is master. */
const orderlyStop = {
  lb1State: { processes: [], logged: { VI_1: ['STOP', 60] }, stateFile: ['STOP', 60] },
  lb2State: { ...master, logged: { VI_1: ['MASTER', 59] } },
} as const;

const notify = 'notify "/usr/lib/keepalived/nginx-ha-notify"';
const twoInstances = (host: 'lb1' | 'lb2') => {
  const second = block('vrrp_instance VI_2', [
    'interface eth0',
    'virtual_router_id 61',
    `priority ${host === 'lb1' ? 100 : 101}`,
    block('virtual_ipaddress', ['10.77.0.101/24']),
    notify,
  ]);
  return confOf(host, { extra: [notify], blocks: [second] });
};
const bothInstances = { lb1: twoInstances('lb1'), lb2: twoInstances('lb2') };
const notifyScript = (content: string) => [
  ...check,
  { path: '/usr/lib/keepalived/nginx-ha-notify', content, mode: 0o755, uid: 0, gid: 0 },
];

const dumpWith = (changes: Partial<DumpedInstance>): KeepalivedDump => ({
  instances: [{ ...dumpedInstance('BACKUP'), priority: 100, ...changes }],
  scripts: [],
});
const counted = (changes: Partial<InstanceCounters>) => ({
  file: '/tmp/keepalived.stats',
  written: ago(10),
  instances: [{ ...noErrors, ...changes }],
});
const noErrors: InstanceCounters = {
  instance: 'VI_1',
  advertsReceived: 1200,
  advertsSent: 3,
  becameMaster: 1,
  releasedMaster: 1,
  lengthErrors: 0,
  ttlErrors: 0,
  typeErrors: 0,
  intervalErrors: 0,
  addressListErrors: 0,
  authTypeErrors: 0,
  authMismatchErrors: 0,
  authFailures: 0,
  priorityZeroReceived: 2,
  priorityZeroSent: 1,
};

const multicast = { lb1: confOf('lb1', { peers: null }), lb2: confOf('lb2', { peers: null }) };
const multicastSends = adverts({ src: '10.77.0.1', version: 3, vrid: 60, addrs: [vip] }, 101, 0, 6);
const withVmac = (host: 'lb1' | 'lb2') => confOf(host, { extra: ['use_vmac'] });
const vmacs = { lb1: withVmac('lb1'), lb2: withVmac('lb2') };
const managed = { 'networkctl.txt': '  2 eth0 ether routable configured\n' };
const networkFile = (...lines: readonly string[]) => [
  { path: '/etc/systemd/network/10-eth.network', text: ['[Match]', 'Name=eth*', '[Network]', ...lines].join('\n') },
];
const vipTakenOff = () => {
  const { lb1, logs } = startedPair();
  lb1.at(60, says.address('deassigned')).at(90, says.garp());
  return logs;
};

export const splitFixtures = {
  fires: [
    {
      name: 'both hold the address',
      on: { lb1State: master, lb2State: { ...master, heard: [sends('lb2'), 6] } },
      severity: 'error',
    },
    { name: 'one was killed', on: { lb1State: { ...master, processes: [] }, lb2State: master }, severity: 'error' },
    {
      name: 'and packets show it too',
      on: { lb1State: master, lb2State: master, captured: [...sends('lb1'), ...sends('lb2')] },
      severity: 'error',
    },
  ],
} as const;

export const hostFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD601',
    fires: [
      {
        name: 'by its policy',
        on: { ...healthyStates, outputs: hosts({ 'nft-ruleset.txt': ruleset('tcp dport 22 accept') }) },
        severity: 'error',
      },
      {
        name: 'by iptables',
        on: {
          ...healthyStates,
          outputs: hosts({
            'iptables-save.txt': '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.77.0.1/32 -p vrrp -j DROP\nCOMMIT\n',
          }),
        },
        severity: 'error',
      },
      {
        name: 'multicast, of the other node by its interface',
        on: {
          ...healthyStates,
          confs: {
            lb1: confOf('lb1', { peers: null, extra: [] }),
            lb2: confOf('lb2', { peers: null }),
          },
          lb1State: { ...healthyStates.lb1State, heard: [multicastSends, 6] },
          lb2State: { ...healthyStates.lb2State, heard: [multicastSends, 6] },
          outputs: hosts({ 'nft-ruleset.txt': ruleset('ip saddr 10.77.0.0/24 ip daddr 224.0.0.18 drop') }),
        },
        severity: 'error',
      },
      {
        name: 'AH is another protocol',
        on: {
          ...healthyStates,
          confs: {
            lb1: confOf('lb1', { version: 2, auth: ['AH', 'secretpa'] }),
            lb2: confOf('lb2', { version: 2, auth: ['AH', 'secretpa'] }),
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'others are dropped, and a rule that is not understood stands before',
        on: {
          ...healthyStates,
          outputs: hosts({
            'nft-ruleset.txt': ruleset('meta mark 0x7 accept', 'ip saddr 10.78.0.0/16 drop', 'ip protocol vrrp accept'),
          }),
        },
      },
      {
        name: 'ip6tables drops all, of a pair of IPv4',
        on: { ...healthyStates, outputs: hosts({ 'ip6tables-save.txt': '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' }) },
      },
    ],
  },
  {
    code: 'HAD602',
    fires: [
      { name: 'its files were not read', on: { ...healthyStates, outputs: hosts(managed) }, severity: 'info' },
      {
        name: 'without KeepConfiguration',
        on: { ...healthyStates, outputs: hosts(managed), networkdFiles: networkFile('Address=10.77.0.2/24') },
        severity: 'info',
      },
      {
        name: 'and the VIP was taken off',
        on: {
          ...healthyStates,
          outputs: { lb1: { ...wellKept, ...managed }, lb2: wellKept },
          told: vipTakenOff,
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'it was told to keep them',
        on: { ...healthyStates, outputs: hosts(managed), networkdFiles: networkFile('KeepConfiguration=yes') },
      },
    ],
  },
  {
    code: 'HAD603',
    fires: [
      {
        name: 'multicast on Amazon EC2',
        on: {
          ...healthyStates,
          confs: multicast,
          lb1State: { ...master },
          lb2State: {},
          outputs: hosts({ 'dmi.txt': 'Amazon EC2\nt3.small\n' }),
        },
        severity: 'warning',
      },
      {
        name: 'use_vmac on VMware',
        on: {
          ...healthyStates,
          confs: vmacs,
          outputs: hosts({ 'dmi.txt': 'VMware, Inc.\nVMware7,1\n', 'sysctl.txt': '' }),
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'unicast on Amazon EC2',
        on: { ...healthyStates, outputs: hosts({ 'dmi.txt': 'Amazon EC2\nt3.small\n' }) },
      },
      {
        name: 'multicast on VMware',
        on: {
          ...healthyStates,
          confs: multicast,
          lb1State: { ...healthyStates.lb1State, heard: [multicastSends, 6] },
          lb2State: { ...healthyStates.lb2State, heard: [multicastSends, 6] },
          outputs: hosts({ 'dmi.txt': 'VMware, Inc.\nVMware7,1\n' }),
        },
      },
    ],
  },
  {
    code: 'HAD604',
    fires: [
      {
        name: 'what lb1 sends does not arrive at lb2',
        on: {
          ...healthyStates,
          confs: multicast,
          lb1State: { ...healthyStates.lb1State, heard: [multicastSends, 6] },
          lb2State: { ...healthyStates.lb2State, ...master, heard: [[], 6] },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'it arrives',
        on: {
          ...healthyStates,
          confs: multicast,
          lb1State: { ...healthyStates.lb1State, heard: [multicastSends, 6] },
          lb2State: { ...healthyStates.lb2State, heard: [multicastSends, 6] },
        },
      },
      {
        name: 'lb2 listened too briefly',
        on: {
          ...healthyStates,
          confs: multicast,
          lb1State: { ...healthyStates.lb1State, heard: [multicastSends, 6] },
          lb2State: { ...healthyStates.lb2State, heard: [[], 1] },
        },
      },
    ],
  },
  {
    code: 'HAD605',
    fires: [
      {
        name: 'the route back is by another interface',
        on: {
          ...healthyStates,
          outputs: hosts({
            'ip-route.json': json([
              { dst: '10.77.0.0/24', dev: 'eth0', flags: [] },
              { dst: '10.77.0.1', dev: 'eth1', flags: [] },
            ]),
          }),
        },
        severity: 'warning',
      },
      { name: 'strict on the interface of use_vmac', on: { ...healthyStates, confs: vmacs }, severity: 'warning' },
      {
        name: 'the VIP is on lo, and arp_ignore is set where clients ask',
        on: {
          ...healthyStates,
          confs: {
            lb1: confOf('lb1', { vips: ['10.77.0.100/32 dev lo'] }),
            lb2: confOf('lb2', { vips: ['10.77.0.100/32 dev lo'] }),
          },
          outputs: hosts({ 'sysctl.txt': 'net.ipv4.conf.all.arp_ignore = 1\n' }),
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'loose, by the larger of two values',
        on: {
          ...healthyStates,
          outputs: hosts({
            'sysctl.txt': 'net.ipv4.conf.all.rp_filter = 2\nnet.ipv4.conf.eth0.rp_filter = 1\n',
            'ip-route.json': json([{ dst: '10.77.0.1', dev: 'eth1', flags: [] }]),
          }),
        },
      },
      {
        name: 'rules choose among tables: the route back is not known',
        on: {
          ...healthyStates,
          outputs: hosts({
            'ip-route.json': json([
              { dst: '10.77.0.1', dev: 'eth1', flags: [] },
              { dst: 'default', dev: 'eth0', table: '100', flags: [] },
            ]),
          }),
        },
      },
    ],
  },
];

export const interfaceFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD606',
    fires: [
      {
        name: 'it is down',
        on: { lb1State: master, lb2State: { interfaces: [eth0('lb2', [], { isUp: false })] } },
        severity: 'error',
      },
      {
        name: 'its cable is out',
        on: { lb1State: master, lb2State: { interfaces: [eth0('lb2', [], { hasCarrier: false })] } },
        severity: 'error',
      },
      {
        name: 'it has no address of the family',
        on: { lb1State: master, lb2State: { interfaces: [eth0('lb2', [], { addresses: [] })] } },
        severity: 'error',
      },
      {
        name: 'keepalived does not watch it',
        on: {
          confs: { lb1: confOf('lb1'), lb2: confOf('lb2', { extra: ['dont_track_primary'] }) },
          lb1State: master,
          lb2State: { interfaces: [eth0('lb2', [], { isUp: false })] },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'another interface is down',
        on: {
          ...healthyStates,
          lb2State: {
            ...healthyStates.lb2State,
            interfaces: [eth0('lb2'), eth0('lb2', [], { name: 'eth1', isUp: false, addresses: [] })],
          },
        },
      },
    ],
  },
];

export const stateFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD801',
    fires: [
      {
        name: 'killed, and the other took over',
        on: { lb1State: { ...master, processes: [] }, lb2State: master },
        severity: 'error',
      },
      {
        name: 'killed, and nobody took over',
        on: { lb1State: { ...master, processes: [] }, lb2State: { logged: { VI_1: ['FAULT', 60] } } },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'it is not known whether keepalived runs',
        on: { ...healthyStates, lb1State: { ...healthyStates.lb1State, processes: null } },
      },
    ],
  },
  {
    code: 'HAD802',
    fires: [
      {
        name: 'the notify script does not understand STOP',
        on: { ...orderlyStop, lb1State: { ...orderlyStop.lb1State, stateFile: ['MASTER', 600] } },
        severity: 'warning',
      },
      {
        name: 'it was not told of the last transition, and happens to be right',
        on: { ...healthyStates, lb1State: { ...healthyStates.lb1State, stateFile: ['MASTER', 7200] } },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'the notify script took five seconds',
        on: { ...healthyStates, lb1State: { ...healthyStates.lb1State, stateFile: ['MASTER', 295] } },
      },
    ],
  },
  {
    code: 'HAD803',
    fires: [
      { name: 'stopped on both', on: { lb1State: { processes: [] }, lb2State: { processes: [] } }, severity: 'error' },
      {
        name: 'FAULT on both',
        on: { lb1State: { logged: { VI_1: ['FAULT', 60] } }, lb2State: { logged: { VI_1: ['FAULT', 60] } } },
        severity: 'error',
      },
      {
        name: 'each is backup of the other',
        on: { lb1State: { heard: [[], 6] }, lb2State: { heard: [[], 6] } },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'an instance without addresses, whose master was heard',
        on: {
          ...healthyStates,
          confs: { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) },
          lb1State: { ...healthyStates.lb1State, holds: [], heard: [sends('lb1', 101, []), 6] },
          lb2State: { ...healthyStates.lb2State, heard: [sends('lb1', 101, []), 6] },
        },
      },
      {
        name: 'what the backup is, is not known',
        on: {
          ...healthyStates,
          lb1State: { ...healthyStates.lb1State, interfaces: null, heard: [[], 0], logged: null },
          lb2State: { ...healthyStates.lb2State, heard: [[], 0] },
        },
      },
    ],
  },
  {
    code: 'HAD804',
    fires: [
      {
        name: 'taken off by somebody',
        on: { ...healthyStates, lb1State: { ...healthyStates.lb1State, holds: [] } },
        severity: 'error',
      },
      {
        name: 'one of two',
        on: {
          ...healthyStates,
          confs: {
            lb1: confOf('lb1', { vips: ['10.77.0.100/24', '10.77.0.101/24'] }),
            lb2: confOf('lb2', { vips: ['10.77.0.100/24', '10.77.0.101/24'] }),
          },
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'an instance without addresses',
        on: {
          ...healthyStates,
          confs: { lb1: confOf('lb1', { vips: [] }), lb2: confOf('lb2', { vips: [] }) },
          lb1State: { ...healthyStates.lb1State, holds: [], heard: [sends('lb1', 101, []), 6] },
          lb2State: { ...healthyStates.lb2State, heard: [sends('lb1', 101, []), 6] },
        },
      },
    ],
  },
  {
    code: 'HAD805',
    fires: [
      {
        name: "two instances and nginx-ha-keepalived's script",
        on: { confs: bothInstances, lb1State: master, lb2State: { holds: ['10.77.0.101'] } },
        severity: 'warning',
      },
      {
        name: 'a script that writes the same file',
        on: {
          confs: bothInstances,
          scripts: notifyScript('#!/bin/sh\necho "STATE=$3" > /var/run/nginx-ha-keepalived.state\n'),
          lb1State: { ...master, stateFile: ['BACKUP', 300] },
          lb2State: { holds: ['10.77.0.101'], stateFile: ['MASTER', 300] },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'a file for each instance',
        on: {
          confs: bothInstances,
          scripts: notifyScript('#!/bin/sh\necho "STATE=$3" > /var/run/nginx-ha-keepalived.state.$2\n'),
          lb1State: master,
          lb2State: { holds: ['10.77.0.101'] },
        },
      },
    ],
  },
  {
    code: 'HAD806',
    fires: [
      {
        name: 'it answered just now',
        on: {
          ...healthyStates,
          outputs: hosts({
            'ip-neigh.json': json([{ dst: vip, dev: 'eth0', lladdr: '02:00:5e:aa:bb:cc', state: ['REACHABLE'] }]),
          }),
        },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'the virtual router has an address of its own',
        on: {
          ...healthyStates,
          outputs: hosts({
            'ip-neigh.json': json([{ dst: vip, dev: 'eth0', lladdr: '00:00:5e:00:01:3c', state: ['REACHABLE'] }]),
          }),
        },
      },
      {
        name: 'it may be the node that was not read',
        on: {
          ...healthyStates,
          lb1State: { ...healthyStates.lb1State, interfaces: null, holds: [] },
          outputs: hosts({
            'ip-neigh.json': json([{ dst: vip, dev: 'eth0', lladdr: '02:00:5e:aa:bb:cc', state: ['REACHABLE'] }]),
          }),
        },
      },
    ],
  },
  {
    code: 'HAD807',
    fires: [
      { name: 'stopped', on: orderlyStop, severity: 'error' },
      {
        name: 'nginx does not run',
        on: { ...healthyStates, lb2State: { ...healthyStates.lb2State, processes: keepalived } },
        severity: 'error',
      },
      {
        name: 'a check fails',
        on: { ...healthyStates, lb2State: { ...healthyStates.lb2State, failing: ['chk_nginx'] } },
        severity: 'error',
      },
      {
        name: 'unreachable',
        on: { lb1State: master, lb2State: { unreachable: 'connection timed out' } },
        severity: 'error',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'what it would take is not known',
        on: { ...healthyStates, lb2State: { ...healthyStates.lb2State, processes: null, failing: null } },
      },
    ],
  },
  {
    code: 'HAD808',
    fires: [
      {
        name: 'it sends a priority that its weights cannot make',
        on: { ...healthyStates, lb1State: { ...healthyStates.lb1State, heard: [sends('lb1', 150), 6] } },
        severity: 'warning',
      },
      {
        name: 'it sends another list of VIPs, as its peer hears',
        on: {
          ...healthyStates,
          confs: {
            lb1: confOf('lb1', { vips: ['10.77.0.100/24', '10.77.0.101/24'] }),
            lb2: confOf('lb2', { vips: ['10.77.0.100/24', '10.77.0.101/24'] }),
          },
          lb1State: { ...healthyStates.lb1State, holds: [vip, '10.77.0.101'], heard: [[], 0] },
        },
        severity: 'warning',
      },
      {
        name: 'its dump has another vrid, and is newer than its file',
        on: {
          ...healthyStates,
          lb2State: {
            ...healthyStates.lb2State,
            dump: [dumpWith({ vrid: 61 }), 1],
            more: { configurationWritten: ago(600) },
          },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'a priority that its weights make',
        on: {
          ...healthyStates,
          confs: { lb1: confOf('lb1', weighted(50)), lb2: confOf('lb2', weighted(50)) },
          lb1State: { ...healthyStates.lb1State, heard: [sends('lb1', 151), 6] },
          lb2State: { ...healthyStates.lb2State, heard: [sends('lb1', 151), 6] },
        },
        info: ['HAD418'],
      },
      {
        name: 'its dump is older than its file: it may have been loaded since',
        on: {
          ...healthyStates,
          lb2State: {
            ...healthyStates.lb2State,
            dump: [dumpWith({ vrid: 61 }), 900],
            more: { configurationWritten: ago(600) },
          },
        },
      },
      {
        name: 'its dump is newer, and as the file is',
        on: {
          ...healthyStates,
          lb2State: { ...healthyStates.lb2State, dump: [dumpWith({}), 1], more: { configurationWritten: ago(600) } },
        },
      },
    ],
  },
  {
    code: 'HAD809',
    fires: [
      {
        name: 'another password, 12 times',
        on: {
          ...healthyStates,
          lb2State: { ...healthyStates.lb2State, more: { counters: counted({ authFailures: 12 }) } },
        },
        severity: 'warning',
      },
      {
        name: 'several checks',
        on: {
          ...healthyStates,
          lb2State: { ...healthyStates.lb2State, more: { counters: counted({ ttlErrors: 3, addressListErrors: 4 }) } },
        },
        severity: 'warning',
      },
    ],
    looksAlike: [
      healthy,
      {
        name: 'adverts were counted, and a hand-over',
        on: { ...healthyStates, lb2State: { ...healthyStates.lb2State, more: { counters: counted({}) } } },
      },
    ],
  },
];
