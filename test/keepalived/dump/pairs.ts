import type { HostName } from '../../lab/hosts.ts';
import { hosts } from '../../lab/hosts.ts';

/** keepalived.conf of both nodes of a pair, and files beside it. Between them every value that a dump tells is varied. */
export interface PairOfConfigurations {
  readonly name: string;
  files(host: HostName): Readonly<Record<string, string>>;
}

const other = (host: HostName): HostName => (host === 'lb1' ? 'lb2' : 'lb1');
const global = 'global_defs {\n script_user root\n enable_script_security\n';
const script = (name: string, ...lines: string[]): string =>
  `vrrp_script ${name} {\n script "/etc/keepalived/check-nginx"\n interval 1\n ${lines.join('\n ')}\n}\n`;
const unicast = (host: HostName, family: 'ipv4' | 'ipv6' = 'ipv4'): string =>
  ` unicast_src_ip ${hosts[host][family]}/24\n unicast_peer {\n  ${hosts[other(host)][family]}/24\n }\n`;

export const pairsOfConfigurations: readonly PairOfConfigurations[] = [
  {
    name: 'v3, unicast, weights of both signs, one overridden, one reversed',
    files: (host) => ({
      'keepalived.conf': `${global} vrrp_version 3\n}
${script('up', 'weight 50')}${script('down', 'weight -20')}${script('back', 'weight 7 reverse')}${script('plain')}
vrrp_instance VI_1 {
 interface eth0
 priority ${host === 'lb1' ? 101 : 100}
 virtual_router_id 51
 advert_int 0.257
 nopreempt
${unicast(host)}
 virtual_ipaddress {
  10.77.0.100/24 dev eth0 label eth0:vip
  10.77.0.101
  10.77.0.102/25 brd 10.77.0.127 scope link
 }
 virtual_ipaddress_excluded {
  FD77::0:100/64
 }
 track_script {
  up
  down weight -30
  back
  plain
 }
}`,
    }),
  },
  {
    name: 'v2, multicast, a long password, an interval that is rounded',
    files: (host) => ({
      'keepalived.conf': `${global}}
vrrp_instance VI_1 {
 state ${host === 'lb1' ? 'MASTER' : 'BACKUP'}
 interface eth0
 ${host === 'lb1' ? 'priority 150' : ''}
 virtual_router_id 52
 advert_int 1.6
 authentication {
  auth_type PASS
  auth_pass "a long password"
 }
 preempt_delay 3
 virtual_ipaddress { 10.77.0.100/24 }
}`,
    }),
  },
  {
    name: 'v2, AH; an owner by its state alone',
    files: (host) => ({
      'keepalived.conf': `${global}}
vrrp_instance VI_1 {
 state MASTER
 interface eth0
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 53
 authentication { auth_type AH
  auth_pass secret }
 virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance VI_2 {
 ${host === 'lb1' ? 'state MASTER\n nopreempt' : 'priority 20'}
 interface eth0
 virtual_router_id 54
 virtual_ipaddress { 10.77.0.101/24 }
}`,
    }),
  },
  {
    name: 'IPv6 beside IPv4 with one vrid, and authentication that IPv6 ignores',
    files: (host) => ({
      'keepalived.conf': `${global} vrrp_garp_master_delay 2\n}
vrrp_instance VI_4 {
 interface eth0
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 55
 virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance VI_6 {
 interface eth0
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 55
 advert_int 0.5
${unicast(host, 'ipv6')}
 version 2
 authentication {
  auth_type PASS
  auth_pass secret
 }
 virtual_ipaddress { fe80::100
  fd77:0:0::0100/64 }
}`,
    }),
  },
  {
    name: 'a sync group with a check of its own and weights that do not count',
    files: (host) => ({
      'keepalived.conf': `${global} vrrp_version 3\n}
${script('chk')}${script('own', 'weight 30')}
vrrp_sync_group G {
 group {
  VI_1 VI_2
 }
 track_script { chk }
}
vrrp_instance VI_1 {
 interface eth0
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 56
 advert_int 0.2
 virtual_ipaddress { 10.77.0.100/24 }
 track_script { own }
}
vrrp_instance VI_2 {
 interface eth0
 priority ${host === 'lb1' ? 121 : 111}
 virtual_router_id 57
 advert_int 0.2
 virtual_ipaddress { 10.77.0.101/24 }
}`,
    }),
  },
  {
    name: 'one text for both nodes: conditions, definitions, repetition, include, comments and braces anywhere',
    files: () => ({
      'keepalived.conf': `${global} vrrp_version 3 }
$VRID=58
$VIPS=10.77.0.100/24 \\
 10.77.0.101/24
@lb1 $PRIORITY=150
@lb2 $PRIORITY=140 # the second
@lb1 $ME=${hosts.lb1.ipv4}
@lb1 $PEER=${hosts.lb2.ipv4}
@^lb1 $ME=${hosts.lb2.ipv4}
@^lb1 $PEER=${hosts.lb1.ipv4}
${script('chk', 'weight 2')}vrrp_instance VI_1
{ interface eth0 virtual_router_id 1
 virtual_router_id \${VRID} ! not 1
 priority $PRIORITY
 include conf.d/*.conf
 virtual_ipaddress { $VIPS
~SEQ(i, 110, 112) 10.77.0.$i/24
 }
 track_script { chk weight 5 }}`,
      'conf.d/unicast.conf': 'unicast_src_ip $ME\nunicast_peer { $PEER }\ninclude ../timers/advert.conf\n',
      'timers/advert.conf': 'advert_int 0.2\n',
    }),
  },
  {
    name: 'strict mode, v2 and v3, and what it takes away',
    files: (host) => ({
      'keepalived.conf': `${global} vrrp_strict\n}
vrrp_instance VI_1 {
 interface eth0
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 59
 preempt_delay 5
 authentication { auth_type PASS
  auth_pass secret }
 virtual_ipaddress { 10.77.0.100/24 }
}
vrrp_instance VI_2 {
 interface eth0
 version 3
 accept
 priority ${host === 'lb1' ? 120 : 110}
 virtual_router_id 60
 virtual_ipaddress { 10.77.0.101/24 }
}`,
    }),
  },
];
