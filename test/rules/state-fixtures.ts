import { eth0, keepalived, nginx, nginxIsValid, sends } from '../state/given.ts';
import { block, confOf } from './confs.ts';
import type { RuleFixtures } from './fixtures.ts';

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

/** lb1 leads, and lb2 could take over. */
export const healthyStates = {
  scripts: check,
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
          lb1State: { ...healthyStates.lb1State, holds: [] },
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
          lb1State: { ...healthyStates.lb1State, holds: [] },
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
];
