import type {
  ConfigItem,
  ConfigLine,
  KeepalivedConfig,
  ScriptCommand,
  Setting,
  SyncGroup,
  Tracked,
  VirtualAddress,
  VrrpInstance,
} from '../model/keepalived.ts';
import type { ComparedValue } from '../model/pair.ts';

/** A setting as it is compared: the keyword that the table of relations knows, what tells it apart, its value. */
export interface NamedValue extends ComparedValue {
  readonly keyword: string;
  /** Behind the keyword in the path: `chk_nginx` of a tracked script; empty where the keyword is enough. */
  readonly detail: string;
}

type Values = readonly NamedValue[];

/** What an instance uses: its effective values, then whatever else was written in it. */
export function instanceSettings(instance: VrrpInstance): Values {
  const { garp, authentication, authHmac } = instance;
  const auth = authentication?.isInEffect === true ? authentication : null;
  const source = instance.mode === 'unicast' ? 'unicast_src_ip' : 'mcast_src_ip';
  return [
    of('virtual_router_id', instance.vrid),
    of('version', instance.version),
    of('interface', instance.interface),
    of('state', instance.state),
    of('priority', instance.priority),
    of('advert_int', instance.intervalSeconds),
    of('down_timer_adverts', instance.downTimerAdverts),
    value('auth_type', auth?.type.value ?? 'none', auth?.type.line ?? null),
    ...(auth === null ? [] : [{ ...value('auth_pass', null, auth.password.line), secret: auth.password.value }]),
    ...(authHmac?.keys ?? []).map(({ id, secret, line }) => ({
      ...value('auth_hmac key', null, line, String(id)),
      secret,
    })),
    value('mode', instance.mode, instance.peers[0]?.line ?? null),
    of(source, instance.sourceAddress),
    ...(instance.peers.length === 0
      ? []
      : [value('unicast_peer', listOf(instance.peers), instance.peers[0]?.line ?? null)]),
    value('virtual_ipaddress', listOf(instance.vips), instance.vips[0]?.line ?? null),
    ...(instance.excludedVips.length === 0
      ? []
      : [value('virtual_ipaddress_excluded', listOf(instance.excludedVips), instance.excludedVips[0]?.line ?? null)]),
    ...[...instance.vips, ...instance.excludedVips].map((vip) =>
      value('address', placement(vip), vip.line, vip.address),
    ),
    flag('nopreempt', instance.nopreempt),
    of('preempt_delay', instance.preemptDelaySeconds),
    flag('accept', instance.accept),
    flag('strict_mode', instance.strict),
    flag('check_unicast_src', instance.checkUnicastSource),
    flag('skip_check_adv_addr', instance.skipCheckAdvAddr),
    ...(instance.mode === 'multicast' ? [of('mcast_group', instance.multicastGroup)] : []),
    of('garp_master_delay', garp.masterDelaySeconds),
    of('garp_master_repeat', garp.masterRepeat),
    of('garp_master_refresh', garp.masterRefreshSeconds),
    of('garp_master_refresh_repeat', garp.masterRefreshRepeat),
    of('garp_lower_prio_delay', garp.lowerPrioDelaySeconds),
    of('garp_lower_prio_repeat', garp.lowerPrioRepeat),
    flag('lower_prio_no_advert', garp.lowerPrioNoAdvert),
    flag('higher_prio_send_advert', garp.higherPrioSendAdvert),
    flag('v3_checksum_as_v2', instance.checksumAsV2),
    of('old_unicast_checksum', instance.oldUnicastChecksum),
    flag('track_primary', instance.trackPrimary),
    ...trackedSettings(instance.tracked),
    ...instance.notify.map((script) => value(script.keyword, commandOf(script), script)),
    ...written(instance.items, modelled),
  ];
}

/** Keywords whose effective value stands in the list above. */
const modelled = new Set([
  'virtual_router_id',
  'version',
  'vrrp_version',
  'interface',
  'state',
  'priority',
  'advert_int',
  'down_timer_adverts',
  'authentication',
  'auth_hmac',
  'unicast_src_ip',
  'mcast_src_ip',
  'unicast_peer',
  'virtual_ipaddress',
  'virtual_ipaddress_excluded',
  'nopreempt',
  'preempt',
  'preempt_delay',
  'accept',
  'no_accept',
  'strict_mode',
  'check_unicast_src',
  'skip_check_adv_addr',
  'mcast_dst_ip',
  'garp_master_delay',
  'garp_master_repeat',
  'garp_master_refresh',
  'garp_master_refresh_repeat',
  'garp_lower_prio_delay',
  'garp_lower_prio_repeat',
  'lower_prio_no_advert',
  'higher_prio_send_advert',
  'v3_checksum_as_v2',
  'old_unicast_checksum',
  'dont_track_primary',
  'track_interface',
  'track_script',
  'track_file',
  'track_process',
  'track_bfd',
  'notify',
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify_deleted',
  'notify_master_rx_lower_pri',
]);

/** What is written in `global_defs`. */
export function globalSettings(config: KeepalivedConfig): Values {
  return written(config.global.items, new Set());
}

/** What makes up each check, by its name: `script`, `interval`, … of `vrrp_script`, and its like. */
export function checkSettings(config: KeepalivedConfig): ReadonlyMap<string, Values> {
  const user = config.global.scriptUser;
  const checks = new Map<string, Values>();
  for (const script of config.scripts) {
    const command = script.script;
    checks.set(`vrrp_script ${script.name}`, [
      value('script', command === null ? null : commandOf(command), command),
      of('interval', script.intervalSeconds),
      of('timeout', script.timeoutSeconds),
      value('weight', weightOf(script.weight.value, script.isReversed), script.weight.line),
      of('rise', script.rise),
      of('fall', script.fall),
      flag('init_fail', script.initFail),
      value('user', command?.user ?? user.value, command?.user == null ? user.line : command),
    ]);
  }
  for (const file of config.trackFiles) {
    checks.set(`track_file ${file.name}`, [
      of('file', file.file),
      value('weight', weightOf(file.weight.value, file.isReversed), file.weight.line),
    ]);
  }
  for (const process of config.trackProcesses) {
    checks.set(`vrrp_track_process ${process.name}`, [
      value('process', process.process.value.join(' '), process.process.line),
      value('weight', weightOf(process.weight.value, process.isReversed), process.weight.line),
      of('quorum', process.quorum),
      of('delay', process.delaySeconds),
    ]);
  }
  return checks;
}

/** A sync group's members, each by the name that `nameOf` gives it, and what it tracks and tells. */
export function groupSettings(group: SyncGroup, nameOf: (member: string) => string): Values {
  const members = group.members.map(({ value: name }) => nameOf(name));
  return [
    value('group', members.sort().join(', '), group.members[0]?.line ?? group.line),
    ...trackedSettings(group.tracked),
    flag('sync_group_tracking_weight', group.trackingWeight),
    ...group.notify.map((script) => value(script.keyword, commandOf(script), script)),
  ];
}

function trackedSettings(tracked: readonly Tracked[]): Values {
  return tracked.map(({ kind, name, weight, isReversed, line }) =>
    value(`track_${kind}`, weightOf(weight.value, isReversed), line, name),
  );
}

/** Items as they are written, for keywords whose meaning does not matter here. */
function written(items: readonly ConfigItem[], except: ReadonlySet<string>): Values {
  return items
    .filter(({ words: [keyword = ''] }) => !except.has(keyword))
    .map((item) => {
      const [keyword = '', ...values] = item.words;
      return value(keyword, item.block === null ? switched(values) : flat(item.block), item);
    });
}

/** A bare keyword is a switch that is on, and has more than one word for it (keepalived.conf(5), BOOL). */
function switched(values: readonly string[]): string {
  const [first, ...more] = values;
  if (first === undefined) return 'on';
  if (more.length > 0) return values.join(' ');
  if (['true', 'yes', 'on'].includes(first)) return 'on';
  return ['false', 'no', 'off'].includes(first) ? 'off' : first;
}

function flat(items: readonly ConfigItem[]): string {
  return items
    .map(({ words, block }) => (block === null ? words.join(' ') : `${words.join(' ')} { ${flat(block)} }`))
    .join(', ');
}

function of(keyword: string, { value: content, line }: Setting<string | number | null>): NamedValue {
  return value(keyword, content === null ? null : String(content), line);
}

function flag(keyword: string, { value: isOn, line }: Setting<boolean>): NamedValue {
  return value(keyword, isOn ? 'on' : 'off', line);
}

function value(keyword: string, text: string | null, line: ConfigLine | null, detail = ''): NamedValue {
  return { keyword, detail, text, secret: null, line };
}

function listOf(addresses: readonly { readonly address: string }[]): string {
  return addresses.map(({ address }) => address).join(', ') || 'none';
}

/** How an address is put onto its interface, without what is each machine's own: the interface and the label. */
function placement({ prefixLength, scope, broadcast, peer, flags }: VirtualAddress): string {
  const parts = [`/${prefixLength}`, ...(scope === null ? [] : [`scope ${scope}`])];
  if (broadcast !== null) parts.push(`brd ${broadcast}`);
  if (peer !== null) parts.push(`peer ${peer}`);
  return [...parts, ...flags].join(' ');
}

function weightOf(weight: number, isReversed: boolean): string {
  return `${weight}${isReversed ? ' reverse' : ''}`;
}

function commandOf({ command, user, group }: ScriptCommand): string {
  const as = user === null ? '' : ` (as ${[user, group].filter((name) => name !== null).join(':')})`;
  return command.join(' ') + as;
}
