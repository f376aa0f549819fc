import { Log, says } from '../timeline/logs.ts';
import { block, confOf, nginxCheck, weighted } from './confs.ts';
import type { RuleFixtures } from './fixtures.ts';
import type { Configurations } from './judged-configurations.ts';

type Changes = Parameters<typeof confOf>[1];

/** Both nodes, each with what is its own beside what they share. */
function pair(
  shared: Changes,
  lb1: Changes = {},
  lb2: Changes = {},
  more: Partial<Configurations> = {},
): Configurations {
  return { lb1: confOf('lb1', { ...shared, ...lb1 }), lb2: confOf('lb2', { ...shared, ...lb2 }), ...more };
}

const healthy = pair({});
const secondOf: Changes = { name: 'VI_2', vrid: 61, vips: ['10.77.0.101/24'] };
const v2 = { version: 2 } as const;
const password = (text: string): Changes => ({ ...v2, auth: ['PASS', text] });
const script = '/usr/lib/keepalived/check-nginx';
const root = { mode: 0o755, uid: 0, gid: 0 };
const folders = ['/', '/usr', '/usr/lib', '/usr/lib/keepalived'].map((path) => ({ path, ...root }));
const secured = { global: ['script_user root', 'enable_script_security'] };
const content = (text: string): Pick<Configurations, 'scripts'> => ({ scripts: [{ path: script, content: text }] });
const probe = '#!/bin/sh\ncurl -fsS -m 1 -o /dev/null http://127.0.0.1/\n';

/** Two instances that a sync group holds together; their check stands in the group or in each of them. */
function group(lb: 'lb1' | 'lb2', isInGroup: boolean): string {
  const track = block('track_script', ['chk_nginx']);
  const members = block('group', ['VI_1', 'VI_2']);
  const second = confOf(lb, {
    name: 'VI_2',
    vrid: 61,
    vips: ['10.77.0.101/24'],
    track: isInGroup ? [] : ['chk_nginx'],
    scripts: {},
  });
  return [
    confOf(lb, { ...weighted(-20), track: isInGroup ? [] : ['chk_nginx'] }),
    second.slice(second.indexOf('vrrp_instance')),
    block('vrrp_sync_group G', isInGroup ? [members, track] : [members]),
  ].join('\n');
}

export const configurationFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD301',
    fires: [
      { name: 'one name', on: pair({}, { vrid: 60 }, { vrid: 61, vips: ['10.77.0.99/24'] }), severity: 'error' },
      { name: 'one address', on: pair({}, { name: 'A' }, { name: 'B', vrid: 61 }), severity: 'error' },
    ],
    looksAlike: [
      { name: 'the same under another name', on: pair({}, { name: 'A' }, { name: 'B' }) },
      { name: 'one vrid for both families', on: dualStack() },
    ],
  },
  {
    code: 'HAD302',
    fires: [
      { name: 'password', on: pair({}, password('secret01'), password('secret02')), severity: 'error' },
      { name: 'type', on: pair({}, password('secret01'), { ...v2, auth: ['AH', 'secret01'] }), severity: 'error' },
      { name: 'on one node', on: pair(v2, password('secret01')), severity: 'error' },
    ],
    looksAlike: [{ name: 'no password', on: pair(v2) }],
  },
  {
    code: 'HAD303',
    fires: [
      { name: 'another peer', on: pair({}, { peers: ['10.77.0.9'] }), severity: 'error' },
      { name: 'itself', on: pair({ peers: ['10.77.0.1', '10.77.0.2'] }), severity: 'warning' },
    ],
    looksAlike: [
      {
        name: 'a third node',
        on: pair({}, { peers: ['10.77.0.2', '10.77.0.3'] }, { peers: ['10.77.0.1', '10.77.0.3'] }),
      },
      {
        name: 'a prefix length, as nginx-ha-setup writes it',
        on: pair({}, { source: '10.77.0.1/24' }, { source: '10.77.0.2/24' }),
      },
    ],
  },
  {
    code: 'HAD304',
    fires: [{ name: 'one of each', on: pair({}, {}, { peers: null }), severity: 'error' }],
    looksAlike: [{ name: 'both multicast', on: pair({ peers: null }) }],
  },
  {
    code: 'HAD305',
    fires: [
      { name: 'global', on: pair({}, v2), severity: 'error' },
      { name: 'of the instance', on: pair({}, { extra: ['version 2'] }), severity: 'error' },
    ],
    looksAlike: [{ name: 'the same in two ways', on: pair({}, {}, { version: 2, extra: ['version 3'] }) }],
  },
  {
    code: 'HAD306',
    fires: [
      { name: 'VRRPv2', on: pair(v2, {}, { interval: 2 }), severity: 'error' },
      { name: 'VRRPv3', on: pair({}, {}, { interval: 2 }), severity: 'warning' },
    ],
    looksAlike: [{ name: 'the default written out', on: pair({ interval: 1 }) }],
  },
  {
    code: 'HAD307',
    fires: [
      { name: 'one more', on: pair({}, { vips: ['10.77.0.100/24', '10.77.0.101/24'] }), severity: 'error' },
      { name: 'excluded ones', on: pair({}, { excluded: ['10.77.0.102/24'] }), severity: 'warning' },
    ],
    looksAlike: [
      {
        name: 'another order',
        on: pair({}, { vips: ['10.77.0.100/24', '10.77.0.101/24'] }, { vips: ['10.77.0.101/24', '10.77.0.100/24'] }),
      },
      { name: 'none on either, as on AWS', on: pair({ ...v2, vips: [] }) },
    ],
  },
  {
    code: 'HAD308',
    fires: [
      { name: 'alike', on: pair({ priority: 100 }), severity: 'warning' },
      { name: 'meant so', on: pair({ priority: 100, state: 'BACKUP', extra: ['nopreempt'] }), severity: 'info' },
    ],
    looksAlike: [{ name: 'one apart', on: healthy }],
  },
  {
    code: 'HAD309',
    fires: [
      {
        name: 'another subnet',
        on: pair({ vips: ['10.78.0.100/24'] }, {}, {}, { eth0: ['10.77.0.1/24'] }),
        severity: 'warning',
      },
      {
        name: 'no such interface',
        on: pair({ extra: ['interface eth1'] }, {}, {}, { eth0: ['10.77.0.1/24'] }),
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'within', on: { ...healthy, eth0: ['10.77.0.1/24'] } },
      { name: 'within the second one', on: { ...healthy, eth0: ['192.0.2.1/24', '10.77.0.129/16'] } },
    ],
  },
  {
    code: 'HAD310',
    fires: [
      {
        name: 'rise 1',
        on: pair({ scripts: { chk_nginx: ['script "/usr/lib/keepalived/check-nginx"', 'interval 3'] } }),
        severity: 'info',
      },
    ],
    looksAlike: [
      { name: 'rise 3', on: healthy },
      {
        name: 'preempt_delay',
        on: pair({ scripts: { chk_nginx: [...nginxCheck.chk_nginx, 'rise 1'] }, extra: ['preempt_delay 60'] }),
      },
    ],
  },
  {
    code: 'HAD311',
    fires: [
      {
        name: 'a second instance',
        on: { ...healthy, lb1: `${confOf('lb1')}\n${second('lb1')}` },
        severity: 'error',
      },
    ],
    looksAlike: [
      {
        name: 'two instances in another order',
        on: {
          lb1: `${confOf('lb1')}\n${second('lb1')}`,
          lb2: `${confOf('lb2', secondOf)}\n${onlyInstance(confOf('lb2'))}`,
        },
      },
    ],
  },
  {
    code: 'HAD312',
    fires: [
      { name: 'weight', on: pair({}, weighted(-20), weighted(-30)), severity: 'warning' },
      { name: 'on one node', on: pair({}, {}, { scripts: {} }), severity: 'warning' },
      {
        name: 'another file',
        on: { ...healthy, ...content(probe), scriptsOfLb2: [{ path: script, content: `${probe}# more\n` }] },
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'the same file', on: { ...healthy, ...content(probe) } },
      {
        name: 'the weight where it is tracked',
        on: pair({}, { ...weighted(0), track: ['chk_nginx weight 0'] }),
      },
    ],
  },
  {
    code: 'HAD313',
    fires: [
      { name: 'how it is announced', on: pair({}, { extra: ['garp_master_refresh 5'] }), severity: 'warning' },
      { name: 'the netmask', on: pair({}, { vips: ['10.77.0.100/32'] }), severity: 'warning' },
    ],
    looksAlike: [
      { name: 'the default written out', on: pair({}, { extra: ['garp_master_delay 5'] }) },
      { name: 'interfaces and labels', on: pair({}, { vips: ['10.77.0.100/24 dev eth0 label eth0:1'] }) },
    ],
  },
  {
    code: 'HAD402',
    fires: [
      { name: 'too small', on: pair({ ...weighted(-2) }, { priority: 110 }), severity: 'error' },
      { name: 'equal is not enough', on: pair({ ...weighted(-1) }), severity: 'error' },
      { name: 'in a sync group', on: { lb1: group('lb1', false), lb2: group('lb2', false) }, severity: 'error' },
      { name: 'beside priority 255', on: pair({ ...weighted(-50) }, { priority: 255 }), severity: 'error' },
      {
        name: 'another check, that is to add up',
        on: pair({
          scripts: {
            ...nginxCheck,
            chk_dns: ['script "/usr/bin/dig localhost"', 'interval 3', 'fall 2', 'rise 3', 'weight -1'],
          },
        }),
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'enough', on: pair(weighted(-2)), info: ['HAD418'] },
      { name: 'enough, added', on: pair(weighted(2)), info: ['HAD418'] },
      { name: 'tracked by the group', on: { lb1: group('lb1', true), lb2: group('lb2', true) }, info: ['HAD418'] },
      { name: 'weight 0', on: pair({}, { priority: 200 }) },
    ],
  },
  {
    code: 'HAD403',
    fires: [
      { name: 'on the other', on: pair({ ...weighted(-20), extra: ['nopreempt'] }), severity: 'error' },
      { name: 'of one node', on: { lb1: confOf('lb1', { ...weighted(-20), extra: ['nopreempt'] }) }, severity: 'info' },
    ],
    looksAlike: [
      { name: 'weight 0', on: pair({ extra: ['nopreempt'] }) },
      { name: 'on the one that leads', on: pair(weighted(-20), { extra: ['nopreempt'] }), info: ['HAD418'] },
    ],
  },
  {
    code: 'HAD404',
    fires: [
      { name: 'state MASTER', on: pair({}, { state: 'MASTER', extra: ['nopreempt'] }), severity: 'error' },
      { name: 'preempt_delay', on: pair({}, { state: 'MASTER', extra: ['preempt_delay 60'] }), severity: 'warning' },
      { name: 'the lower one only', on: pair({}, {}, { extra: ['nopreempt'] }), severity: 'warning' },
    ],
    looksAlike: [
      { name: 'state BACKUP', on: pair({ state: 'BACKUP', extra: ['nopreempt'] }) },
      { name: 'state MASTER alone', on: pair({}, { state: 'MASTER' }) },
    ],
  },
  {
    code: 'HAD405',
    fires: [
      { name: 'without accept', on: pair({ global: ['vrrp_strict'], peers: null }), severity: 'error' },
      {
        name: 'unicast, on 2.1.5',
        on: pair({ global: ['vrrp_strict'], extra: ['accept'] }, {}, {}, { versions: '2.1.5' }),
        severity: 'error',
      },
      {
        name: 'unicast, on who knows what',
        on: pair({ global: ['vrrp_strict'], extra: ['accept'] }, {}, {}, { versions: '?' }),
        severity: 'warning',
      },
      {
        name: 'preempt_delay',
        on: pair({ global: ['vrrp_strict'], peers: null, extra: ['accept', 'preempt_delay 60'] }),
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'with accept', on: pair({ global: ['vrrp_strict'], peers: null, extra: ['accept'] }) },
      { name: 'unicast, on 2.2.7', on: pair({ global: ['vrrp_strict'], extra: ['accept'] }) },
    ],
  },
  {
    code: 'HAD406',
    fires: [
      { name: 'missing', on: { ...healthy, scripts: [{ path: script, exists: false }] }, severity: 'error' },
      {
        name: 'not executable',
        on: { ...healthy, scripts: [{ path: script, ...root, mode: 0o644 }] },
        severity: 'error',
      },
      {
        name: 'a folder that anybody may write to',
        on: pair(
          secured,
          {},
          {},
          {
            scripts: [
              {
                path: script,
                ...root,
                folders: [...folders.slice(0, 3), { path: '/usr/lib/keepalived', ...root, mode: 0o777 }],
              },
            ],
          },
        ),
        severity: 'error',
      },
      {
        name: 'somebody else owns it',
        on: pair(secured, {}, {}, { scripts: [{ path: script, ...root, uid: 1000, folders }] }),
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'all is of root', on: pair(secured, {}, {}, { scripts: [{ path: script, ...root, folders }] }) },
      {
        name: 'the sticky bit, and a group of root',
        on: pair(
          secured,
          {},
          {},
          {
            scripts: [
              {
                path: script,
                ...root,
                mode: 0o775,
                folders: [...folders.slice(0, 3), { path: '/usr/lib/keepalived', ...root, mode: 0o1777 }],
              },
            ],
          },
        ),
      },
      {
        name: 'without enable_script_security',
        on: { ...healthy, scripts: [{ path: script, ...root, mode: 0o777, folders }] },
      },
    ],
  },
  {
    code: 'HAD407',
    fires: [
      {
        name: 'exit 0',
        on: { ...healthy, ...content('#!/bin/sh\ncurl -fsS http://127.0.0.1/\nexit 0\n') },
        severity: 'warning',
      },
      {
        name: 'the verdict is printed',
        on: {
          ...healthy,
          ...content('#!/bin/bash\nif curl -fsS http://127.0.0.1/; then\n  echo 0\nelse\n  echo 1\nfi\n'),
        },
        severity: 'warning',
      },
      {
        name: 'in keepalived.conf itself',
        on: pair({ scripts: { chk_nginx: [...nginxCheck.chk_nginx.slice(1), 'script "/bin/true"'] } }),
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'the last command is the test', on: { ...healthy, ...content(probe) } },
      {
        name: 'exit 0 at the end, and exit 1 before',
        on: { ...healthy, ...content('#!/bin/sh\nif ! curl -fsS http://127.0.0.1/; then\n  exit 1\nfi\nexit 0\n') },
      },
      { name: 'set -e', on: { ...healthy, ...content('#!/bin/sh\nset -e\ncurl -fsS http://127.0.0.1/\nexit 0\n') } },
      { name: 'another language', on: { ...healthy, ...content('#!/usr/bin/python3\nimport sys\nprint("ok")\n') } },
    ],
  },
  {
    code: 'HAD408',
    fires: [
      {
        name: 'stops keepalived',
        on: { ...healthy, ...content(`${probe}if [ $? -ne 0 ]; then\n  systemctl stop keepalived\n  exit 1\nfi\n`) },
        severity: 'warning',
      },
      {
        name: 'starts nginx',
        on: { ...healthy, ...content(`#!/bin/sh\nservice nginx start\n${probe}`) },
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'a comment', on: { ...healthy, ...content(`${probe}# do not: systemctl stop keepalived\n`) } },
      {
        name: 'asks for its state',
        on: { ...healthy, ...content(`#!/bin/sh\nsystemctl is-active nginx && ${probe}`) },
      },
    ],
  },
  {
    code: 'HAD409',
    fires: [
      {
        name: 'the defaults',
        on: pair({ scripts: { chk_nginx: ['script "/usr/lib/keepalived/check-nginx"', 'rise 3'] } }),
        severity: 'info',
      },
      {
        name: 'timed out, by the log',
        on: { ...healthy, logged: () => [new Log('lb1').at(60, says.check('timed-out')), new Log('lb2')] },
        severity: 'warning',
      },
    ],
    looksAlike: [
      { name: 'every three seconds', on: healthy },
      {
        name: 'failed in time, by the log',
        on: { ...healthy, logged: () => [new Log('lb1').at(60, says.check('failed')), new Log('lb2')] },
      },
      {
        name: 'fall 3',
        on: pair({
          scripts: { chk_nginx: ['script "/usr/lib/keepalived/check-nginx"', 'interval 1', 'fall 3', 'rise 3'] },
        }),
      },
    ],
  },
  {
    code: 'HAD410',
    fires: [
      {
        name: 'pidof',
        on: pair({ scripts: { chk_nginx: ['script "/bin/pidof nginx"', ...nginxCheck.chk_nginx.slice(1)] } }),
        severity: 'info',
      },
      { name: 'service status', on: { ...healthy, ...content('#!/bin/sh\nservice nginx status\n') }, severity: 'info' },
    ],
    looksAlike: [
      { name: 'a request as well', on: { ...healthy, ...content(`#!/bin/sh\npidof nginx || exit 1\n${probe}`) } },
      { name: 'a script that was not read', on: healthy },
    ],
  },
  {
    code: 'HAD418',
    fires: [{ name: 'a weight', on: pair(weighted(50)), severity: 'info' }],
    looksAlike: [{ name: 'FAULT', on: healthy }],
  },
  {
    code: 'HAD419',
    fires: [
      { name: 'too small', on: manual('weight 10', 120), severity: 'warning' },
      { name: 'nopreempt on the other', on: manual('weight 10', 101, ['nopreempt']), severity: 'warning' },
    ],
    looksAlike: [{ name: 'enough', on: manual('weight 10', 101) }],
  },
];

function manual(weight: string, priority: number, extra: readonly string[] = []): Configurations {
  const check = ['script "/usr/lib/keepalived/nginx-ha-manual-failover"', 'interval 10', 'rise 3', weight];
  return pair({ scripts: { ...nginxCheck, chk_manual_failover: check } }, { priority }, { extra });
}

function second(host: 'lb1' | 'lb2'): string {
  return onlyInstance(confOf(host, secondOf));
}

function onlyInstance(conf: string): string {
  return conf.slice(conf.indexOf('vrrp_instance'));
}

/** The second instance has the vrid of the first, and is of the other family. */
function dualStack(): Configurations {
  const of = (host: 'lb1' | 'lb2', own: string, peer: string) => {
    const conf = confOf(host, { name: 'VI_2', source: own, peers: [peer], vips: ['fd77::100/64'] });
    return `${confOf(host)}\n${conf.slice(conf.indexOf('vrrp_instance'))}`;
  };
  return { lb1: of('lb1', 'fd77::1', 'fd77::2'), lb2: of('lb2', 'fd77::2', 'fd77::1') };
}
