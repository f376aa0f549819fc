/** keepalived.conf of the nodes of a pair, as tests vary it. */
export interface Conf {
  readonly global?: readonly string[];
  readonly version?: 2 | 3;
  readonly name?: string;
  readonly state?: 'MASTER' | 'BACKUP';
  readonly vrid?: number;
  readonly priority?: number;
  readonly interval?: number;
  readonly source?: string | null;
  /** null: multicast. */
  readonly peers?: readonly string[] | null;
  readonly auth?: readonly [type: string, password: string];
  readonly vips?: readonly string[];
  readonly excluded?: readonly string[];
  /** Lines of `vrrp_script` blocks by name, and those of `track_script`. */
  readonly scripts?: Readonly<Record<string, readonly string[]>>;
  readonly track?: readonly string[];
  readonly extra?: readonly string[];
  /** Further blocks. */
  readonly blocks?: readonly string[];
}

const addresses = { lb1: '10.77.0.1', lb2: '10.77.0.2' } as const;

/** A check that finds no fault with its timing, and whose failure is FAULT. */
export const nginxCheck = {
  chk_nginx: ['script "/usr/lib/keepalived/check-nginx"', 'interval 3', 'fall 2', 'rise 3'],
} as const;

/** The same with a weight. */
export function weighted(weight: number): Pick<Conf, 'scripts' | 'track'> {
  return { scripts: { chk_nginx: [...nginxCheck.chk_nginx, `weight ${weight}`] } };
}

/** A pair without fault but for what is changed: VRRPv3, unicast, 101 and 100, one VIP, one check. */
export function confOf(host: 'lb1' | 'lb2', changes: Conf = {}): string {
  const peer = host === 'lb1' ? 'lb2' : 'lb1';
  const { scripts = nginxCheck, track = Object.keys(scripts), peers = [addresses[peer]] } = changes;
  const { vips = ['10.77.0.100/24'], excluded = [], source = addresses[host] } = changes;
  return [
    block('global_defs', [`router_id ${host}`, `vrrp_version ${changes.version ?? 3}`, ...(changes.global ?? [])]),
    ...Object.entries(scripts).map(([name, lines]) => block(`vrrp_script ${name}`, lines)),
    block(`vrrp_instance ${changes.name ?? 'VI_1'}`, [
      ...(changes.state === undefined ? [] : [`state ${changes.state}`]),
      'interface eth0',
      `virtual_router_id ${changes.vrid ?? 60}`,
      `priority ${changes.priority ?? (host === 'lb1' ? 101 : 100)}`,
      `advert_int ${changes.interval ?? 1}`,
      ...(changes.auth === undefined
        ? []
        : [block('authentication', [`auth_type ${changes.auth[0]}`, `auth_pass ${changes.auth[1]}`])]),
      ...(peers === null ? [] : [`unicast_src_ip ${source}`, block('unicast_peer', peers)]),
      ...(vips.length === 0 ? [] : [block('virtual_ipaddress', vips)]),
      ...(excluded.length === 0 ? [] : [block('virtual_ipaddress_excluded', excluded)]),
      ...(track.length === 0 ? [] : [block('track_script', track)]),
      ...(changes.extra ?? []),
    ]),
    ...(changes.blocks ?? []),
  ].join('\n');
}

export function block(opener: string, lines: readonly string[]): string {
  return `${opener} {\n${lines.join('\n')}\n}`;
}
