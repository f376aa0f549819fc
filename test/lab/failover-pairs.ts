import { block } from '../rules/confs.ts';

/** A pair whose every failure is played: keepalived.conf of each node, made from its own and the other's address. */
export interface FailoverPair {
  readonly name: string;
  readonly lb1: string;
  readonly lb2: string;
  /** Whether it is another story on another version. */
  readonly differsByVersion?: boolean;
}

interface Node {
  readonly priority: number;
  readonly state?: 'MASTER' | 'BACKUP';
  readonly extra?: readonly string[];
}

/** A check fails while `/run/NAME-is-sick` exists on its node. */
function check(name: string, ...lines: readonly string[]): string {
  return block(`vrrp_script ${name}`, [`script "/usr/bin/test ! -e /run/${name}-is-sick"`, 'interval 1', ...lines]);
}

function instance(host: 'lb1' | 'lb2', node: Node, track: readonly string[], name = 'VI_1', vrid = 51): string {
  const [own, peer] = host === 'lb1' ? ['10.77.0.1', '10.77.0.2'] : ['10.77.0.2', '10.77.0.1'];
  return block(`vrrp_instance ${name}`, [
    ...(node.state === undefined ? [] : [`state ${node.state}`]),
    'interface eth0',
    `virtual_router_id ${vrid}`,
    `priority ${node.priority}`,
    'advert_int 0.2',
    `unicast_src_ip ${own}`,
    block('unicast_peer', [peer]),
    block('virtual_ipaddress', [`10.77.0.${vrid + 49}/24`]),
    ...(track.length === 0 ? [] : [block('track_script', track)]),
    ...(node.extra ?? []),
  ]);
}

const head = block('global_defs', ['vrrp_version 3', 'script_user root', 'enable_script_security']);

function pair(name: string, checks: readonly string[], track: readonly string[], lb1: Node, lb2: Node): FailoverPair {
  const of = (host: 'lb1' | 'lb2', node: Node) => [head, ...checks, instance(host, node, track)].join('\n');
  return { name, lb1: of('lb1', lb1), lb2: of('lb2', lb2) };
}

/** A sync group of so many members; either it or its members track the check. */
function group(name: string, members: 1 | 2, inGroup: boolean): FailoverPair {
  const names = ['VI_1', 'VI_2'].slice(0, members);
  const of = (host: 'lb1' | 'lb2', priority: number) =>
    [
      head,
      check('chk', 'weight -50'),
      ...names.map((member, i) => instance(host, { priority }, inGroup ? [] : ['chk'], member, 51 + i)),
      block('vrrp_sync_group G', [block('group', names), ...(inGroup ? [block('track_script', ['chk'])] : [])]),
    ].join('\n');
  return { name, lb1: of('lb1', 101), lb2: of('lb2', 100), differsByVersion: members === 1 };
}

const [higher, lower] = [{ priority: 101 }, { priority: 100 }];

export const failoverPairs: readonly FailoverPair[] = [
  pair(
    'the two checks of nginx-ha-keepalived',
    [check('chk_manual_failover', 'weight 50'), check('chk_nginx_service', 'weight 50')],
    ['chk_nginx_service', 'chk_manual_failover'],
    higher,
    lower,
  ),
  pair('a positive weight', [check('chk', 'weight 20')], ['chk'], higher, lower),
  pair('a negative weight', [check('chk', 'weight -20')], ['chk'], higher, lower),
  pair('reverse', [check('chk', 'weight -20 reverse')], ['chk'], higher, lower),
  pair('weight 0', [check('chk')], ['chk'], { priority: 200 }, lower),
  pair('too small a weight', [check('chk', 'weight -2')], ['chk'], { priority: 110 }, lower),
  pair('a tie by the check', [check('chk', 'weight -1')], ['chk'], higher, lower),
  pair(
    'two checks that add up',
    [check('a', 'weight -6'), check('b', 'weight -20')],
    ['a', 'b'],
    { priority: 110 },
    lower,
  ),
  pair('the weight where it is tracked', [check('chk', 'weight 2')], ['chk weight -40'], { priority: 120 }, lower),
  pair(
    'nopreempt and a weight',
    [check('chk', 'weight -150')],
    ['chk'],
    { priority: 250, extra: ['nopreempt'] },
    { priority: 120, extra: ['nopreempt'] },
  ),
  pair(
    'nopreempt and weight 0',
    [check('chk')],
    ['chk'],
    { priority: 250, extra: ['nopreempt'] },
    { priority: 120, extra: ['nopreempt'] },
  ),
  pair('priority 255', [check('chk', 'weight -100')], ['chk'], { priority: 255, state: 'MASTER' }, lower),
  pair(
    'state MASTER',
    [check('chk', 'weight -20')],
    ['chk'],
    { ...higher, state: 'MASTER' },
    { ...lower, state: 'BACKUP' },
  ),
  pair(
    'preempt_delay',
    [check('chk', 'weight -20')],
    ['chk'],
    { ...higher, extra: ['preempt_delay 1'] },
    { ...lower, extra: ['preempt_delay 1'] },
  ),
  group('a sync group that tracks', 2, true),
  group('a sync group whose members track', 2, false),
  group('a sync group of one that tracks', 1, true),
  group('a sync group of one whose member tracks', 1, false),
];
