import { block, confOf, nginxCheck } from './confs.ts';
import type { RuleFixtures } from './fixtures.ts';

type Changes = Parameters<typeof confOf>[1];

const one = (changes: Changes): { lb1: string } => ({ lb1: confOf('lb1', changes) });
const extra = (...lines: string[]): { lb1: string } => one({ extra: lines });
const healthy = one({});

/** Rules on the grammar and the values of one file. */
export const grammarFixtures: readonly RuleFixtures[] = [
  {
    code: 'HAD401',
    fires: [{ name: 'nine bytes', on: one({ version: 2, auth: ['PASS', 'ninebytes'] }), severity: 'warning' }],
    looksAlike: [{ name: 'eight bytes', on: one({ version: 2, auth: ['PASS', 'eightbyt'] }) }],
  },
  {
    code: 'HAD411',
    fires: [
      { name: 'a word', on: extra('advertint 2'), severity: 'error' },
      { name: 'a block', on: extra(block('authentification', ['auth_type PASS'])), severity: 'error' },
      { name: 'outside of every block', on: one({ blocks: ['priority 100'] }), severity: 'error' },
    ],
    looksAlike: [
      { name: 'in a comment', on: extra('# advertint 2') },
      { name: 'a value', on: extra('notify_master "/etc/keepalived/notify unknown"') },
      { name: 'of LVS', on: one({ blocks: [block('virtual_server 10.0.0.9 80', ['lb_algo rr', 'protocol TCP'])] }) },
    ],
  },
  {
    code: 'HAD412',
    fires: [
      { name: 'in one block', on: one({ vips: ['10.77.0.100/24', 'fd77::100/64'] }), severity: 'error' },
      {
        name: 'strict, and the first is not link-local',
        on: one({ peers: null, vips: ['fd77::100/64'], extra: ['strict_mode', 'accept'] }),
        severity: 'error',
      },
    ],
    looksAlike: [
      { name: 'excluded', on: one({ excluded: ['fd77::100/64'] }) },
      {
        name: 'strict, link-local first',
        on: one({ peers: null, vips: ['fe80::9'], extra: ['strict_mode', 'accept'] }),
      },
    ],
  },
  {
    code: 'HAD413',
    fires: [
      { name: 'the vrid', on: one({ vrid: 51 }), severity: 'info' },
      { name: 'the password', on: one({ version: 2, auth: ['PASS', '1111'] }), severity: 'info' },
      { name: 'the router', on: one({ global: ['router_id LVS_DEVEL'] }), severity: 'info' },
    ],
    looksAlike: [{ name: 'others', on: one({ vrid: 111, version: 2, auth: ['PASS', '11111'] }) }],
  },
  {
    code: 'HAD414',
    fires: [
      { name: 'VRRPv3', on: one({ auth: ['PASS', 'secret01'] }), severity: 'warning' },
      {
        name: 'without a password',
        on: one({ version: 2, extra: [block('authentication', ['auth_type PASS'])] }),
        severity: 'warning',
      },
    ],
    looksAlike: [{ name: 'VRRPv2', on: one({ version: 2, auth: ['PASS', 'secret01'] }) }],
  },
  {
    code: 'HAD415',
    fires: [
      { name: 'too much', on: one({ priority: 256 }), severity: 'error' },
      { name: 'no number', on: extra('garp_master_delay soon'), severity: 'error' },
      { name: 'no address', on: one({ vips: ['10.77.0.300'] }), severity: 'error' },
      { name: 'no value', on: extra('garp_master_delay'), severity: 'error' },
    ],
    looksAlike: [
      { name: 'at the end of the range', on: extra('garp_master_delay 0', 'down_timer_adverts 100') },
      { name: 'no address at all, as on AWS', on: one({ vips: [] }) },
    ],
  },
  {
    code: 'HAD416',
    fires: [
      { name: 'not defined', on: one({ scripts: nginxCheck, track: ['chk_nginx', 'chk_ngnix'] }), severity: 'error' },
      {
        name: 'defined further down',
        on: one({ scripts: {}, track: ['late'], blocks: [block('vrrp_script late', nginxCheck.chk_nginx)] }),
        severity: 'error',
      },
      { name: 'tracked by nothing', on: one({ track: [] }), severity: 'warning' },
    ],
    looksAlike: [
      { name: 'an interface needs no definition', on: extra(block('track_interface', ['eth1'])) },
      {
        name: 'tracked by the group',
        on: one({ track: [], blocks: [block('vrrp_sync_group G', ['group { VI_1 }', 'track_script { chk_nginx }'])] }),
      },
    ],
  },
  {
    code: 'HAD417',
    fires: [{ name: 'twice', on: one({ peers: null, blocks: [second('10.77.0.101/24', 'eth0')] }), severity: 'error' }],
    looksAlike: [
      { name: 'another interface', on: one({ peers: null, blocks: [second('10.77.0.101/24', 'eth1')] }) },
      { name: 'another family', on: one({ peers: null, blocks: [second('fd77::101/64', 'eth0')] }) },
    ],
  },
  {
    code: 'HAD420',
    fires: [
      { name: 'a brace too many', on: one({ blocks: ['}'] }), severity: 'error' },
      { name: 'a brace too few', on: one({ blocks: ['global_defs {'] }), severity: 'error' },
      { name: 'behind a keyword that opens no block', on: extra('advert_int 1 {', '}'), severity: 'error' },
      { name: 'half a quote', on: extra('notify "/etc/keepalived/notify'), severity: 'error' },
      { name: 'a comment of another language', on: extra('// a comment'), severity: 'error' },
      { name: 'an include that has to be there', on: one({ blocks: ['includea conf.d/*.conf'] }), severity: 'error' },
      { name: 'one that has not', on: one({ blocks: ['include conf.d/*.conf'] }), severity: 'info' },
    ],
    looksAlike: [{ name: 'braces in quotes and comments', on: extra('notify "/bin/x {"', '# }') }],
  },
  {
    code: 'HAD421',
    fires: [
      { name: 'a password', on: one({ version: 2, auth: ['PASS', '<secret>'] }), severity: 'error' },
      { name: 'a script', on: extra('notify <path-to-script>'), severity: 'error' },
      { name: 'an address', on: one({ vips: ['10.0.x.x'] }), severity: 'error' },
      { name: 'of a template', on: one({ source: '__SOURCE__' }), severity: 'error' },
    ],
    looksAlike: [
      { name: 'redirections of a command', on: extra('notify "/bin/sh -c \'cat </dev/null >/dev/null\'"') },
      { name: 'a definition', on: { lb1: `$HOME_VIP=10.77.0.100/24\n${confOf('lb1', { vips: ['$HOME_VIP'] })}` } },
      { name: 'nothing', on: healthy },
    ],
  },
];

/** Another instance with the vrid of the first. */
function second(vip: string, on: string): string {
  return block('vrrp_instance VI_2', [
    `interface ${on}`,
    'virtual_router_id 60',
    'priority 100',
    block('virtual_ipaddress', [vip]),
    block('track_script', ['chk_nginx']),
  ]);
}
