import { type HostName, hosts } from './hosts.ts';

/** One vrrp_instance, as far as scenarios vary it. */
export interface Instance {
  name: string;
  vrid: number;
  version: 2 | 3;
  state: 'MASTER' | 'BACKUP';
  priority: number;
  intervalSeconds: number;
  auth: { type: 'PASS' | 'AH'; password: string } | null;
  /** The other nodes, for unicast; null is multicast. */
  peers: HostName[] | null;
  vips: string[];
  /** The weight of the check that tests for the file which `check-fails` makes; null: no check. */
  checkWeight: number | null;
  /** The weight of the check that tests for the manual failover file; null: no such check. */
  manualFailoverWeight: number | null;
  /** The vrrp_sync_group that it is in. */
  syncGroup: string | null;
  /** Further lines of the instance. */
  extra: string[];
}

/** What `check-fails` and `check-recovers` touch and remove. */
export const sickFile = '/run/nginx-is-sick';

export const checkScript = `#!/bin/sh
test ! -e ${sickFile}
`;

/** What an operator touches to send the VIP away (NGINX Plus, nginx-ha-keepalived). */
export const manualFailoverFile = '/var/run/keepalived-manual-failover';

export const manualFailoverScript = `#!/bin/sh
test ! -e ${manualFailoverFile}
`;

/** keepalived writes each notification here, in order: `INSTANCE "VI_1" MASTER 101`. */
export const notifyFifo = '/run/notify.fifo';

/** Called with INSTANCE or GROUP, its name, the state and the priority. */
export const notifyScript = `#!/bin/sh
echo "STATE=$3" > /var/run/nginx-ha-keepalived.state
logger -t nginx-ha-notify "$1 $2 is now $3 at priority $4"
`;

export function familyOf(instance: Instance): 'ipv4' | 'ipv6' {
  return instance.vips.some((vip) => vip.includes(':')) ? 'ipv6' : 'ipv4';
}

export function keepalivedConf(host: HostName, instances: readonly Instance[]): string {
  const has = (weight: (instance: Instance) => number | null) =>
    instances.some((instance) => weight(instance) !== null);
  const check = (name: string, script: string) =>
    section(`vrrp_script ${name}`, [`script "/etc/keepalived/${script}"`, 'interval 1', 'fall 1', 'rise 1']);

  const groups = new Set(instances.flatMap(({ syncGroup }) => syncGroup ?? []));
  return [
    section('global_defs', ['script_user root', 'enable_script_security', `vrrp_notify_fifo ${notifyFifo}`]),
    ...(has(({ checkWeight }) => checkWeight) ? [check('chk_nginx', 'check-nginx')] : []),
    ...(has(({ manualFailoverWeight }) => manualFailoverWeight)
      ? [check('chk_manual_failover', 'check-manual-failover')]
      : []),
    ...instances.map((instance) => section(`vrrp_instance ${instance.name}`, instanceLines(host, instance))),
    ...[...groups].map((group) => section(`vrrp_sync_group ${group}`, nested('group', membersOf(group, instances)))),
  ].join('\n');
}

function membersOf(group: string, instances: readonly Instance[]): string[] {
  return instances.filter(({ syncGroup }) => syncGroup === group).map(({ name }) => name);
}

function instanceLines(host: HostName, instance: Instance): string[] {
  const family = familyOf(instance);
  const tracked = [
    ...(instance.checkWeight === null ? [] : [`chk_nginx weight ${instance.checkWeight}`]),
    ...(instance.manualFailoverWeight === null ? [] : [`chk_manual_failover weight ${instance.manualFailoverWeight}`]),
  ];
  return [
    `version ${instance.version}`,
    'interface eth0',
    `state ${instance.state}`,
    `virtual_router_id ${instance.vrid}`,
    `priority ${instance.priority}`,
    `advert_int ${instance.intervalSeconds}`,
    ...(instance.auth === null
      ? []
      : nested('authentication', [`auth_type ${instance.auth.type}`, `auth_pass ${instance.auth.password}`])),
    ...(instance.peers === null
      ? []
      : [
          `unicast_src_ip ${hosts[host][family]}`,
          ...nested(
            'unicast_peer',
            instance.peers.map((peer) => hosts[peer][family]),
          ),
        ]),
    ...(instance.vips.length === 0 ? [] : nested('virtual_ipaddress', instance.vips)),
    ...(tracked.length === 0 ? [] : nested('track_script', tracked)),
    ...instance.extra,
    'notify /etc/keepalived/notify',
  ];
}

function nested(opener: string, lines: readonly string[]): string[] {
  return [`${opener} {`, ...lines.map((line) => `    ${line}`), '}'];
}

function section(opener: string, lines: readonly string[]): string {
  return `${nested(opener, lines).join('\n')}\n`;
}
