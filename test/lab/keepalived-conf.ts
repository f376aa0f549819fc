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
  /** Further lines of the instance. */
  extra: string[];
}

/** What `check-fails` and `check-recovers` touch and remove. */
export const sickFile = '/run/nginx-is-sick';

export const checkScript = `#!/bin/sh
test ! -e ${sickFile}
`;

/** Called with INSTANCE or GROUP, its name, the state and the priority. */
export const notifyScript = `#!/bin/sh
echo "STATE=$3" > /var/run/nginx-ha-keepalived.state
logger -t nginx-ha-notify "$1 $2 is now $3 at priority $4"
`;

export function familyOf(instance: Instance): 'ipv4' | 'ipv6' {
  return instance.vips.some((vip) => vip.includes(':')) ? 'ipv6' : 'ipv4';
}

export function keepalivedConf(host: HostName, instances: readonly Instance[]): string {
  const checked = instances.some((instance) => instance.checkWeight !== null);
  return [
    section('global_defs', ['script_user root', 'enable_script_security']),
    ...(checked
      ? [section('vrrp_script chk_nginx', ['script "/etc/keepalived/check-nginx"', 'interval 1', 'fall 1', 'rise 1'])]
      : []),
    ...instances.map((instance) => section(`vrrp_instance ${instance.name}`, instanceLines(host, instance))),
  ].join('\n');
}

function instanceLines(host: HostName, instance: Instance): string[] {
  const family = familyOf(instance);
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
    ...(instance.checkWeight === null ? [] : nested('track_script', [`chk_nginx weight ${instance.checkWeight}`])),
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
