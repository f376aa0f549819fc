import type {
  Authentication,
  AuthHmac,
  ConfigItem,
  ConfigLine,
  GarpSettings,
  GlobalDefs,
  NotifyScript,
  Secret,
  Setting,
  SyncGroup,
  Tracked,
  UnicastPeer,
  VirtualAddress,
  VrrpInstance,
} from '../../model/keepalived.ts';
import type { Family } from '../../model/packet.ts';
import { readSecretMark } from '../../model/secret.ts';
import { readCommand } from './command.ts';
import type { ErrorList } from './errors.ts';
import { Section } from './section.ts';
import { type Defined, readTracked } from './tracked.ts';
import { wholeNumber } from './values.ts';
import { readPrefix, readVirtualAddress } from './virtual-address.ts';

/** What an instance takes from elsewhere in the configuration. */
export interface Surroundings {
  readonly global: GlobalDefs;
  readonly globalSection: Section;
  readonly defined: Defined;
  /** The sync group that names the instance. */
  readonly group: SyncGroup | null;
  /** Whether keepalived takes a sync group of one member away. */
  readonly dropsGroupOfOne: boolean;
}

const encoder = new TextEncoder();

const ownerPriority = 255;
const defaultPriority = 100;
/** Of authentication type PASS, RFC 2338 section 5.3.6. */
const passwordBytes = 8;

const notifyKeywords = [
  'notify',
  'notify_master',
  'notify_backup',
  'notify_fault',
  'notify_stop',
  'notify_deleted',
  'notify_master_rx_lower_pri',
];

/** `vrrp_instance NAME { … }` as keepalived uses it (vrrp_parser.c, and `vrrp_complete_instance` of vrrp.c). */
export function readInstance(line: ConfigItem, around: Surroundings, errors: ErrorList): VrrpInstance {
  const { global, globalSection, group } = around;
  const isGroup = !around.dropsGroupOfOne || (group?.members.length ?? 0) > 1;
  const name = line.words[1] ?? '';
  const items = line.block ?? [];
  const section = new Section(items);
  const { family, decidedBy, sourceAddress, peers, vips } = readAddresses(items, errors);
  const version = versionOf(section, family, decidedBy, global, errors);
  const strict = settingOr(section.toggle('strict_mode', false), global.strict);
  const authentication = readAuthentication(section, version.value, strict.value, errors);
  const ah = authentication?.isInEffect === true && authentication.type.value === 'AH' ? authentication.line : null;
  const { priority, state } = leadership(section, name, ah, errors);
  const isOwner = priority.value === ownerPriority;
  const nopreempt = nopreemptOf(section, state.value === 'MASTER' || isOwner, errors);
  const interfaceName = section.word('interface');
  const vrid = section.setting<number | null>('virtual_router_id', within(1, 255), null);
  if (vrid.line === null) errors.add('missing', line, `vrrp_instance ${name} has no valid virtual_router_id`);
  if (vips.length === 0 && section.last('no_virtual_ipaddress') === null)
    errors.add('remark', line, `vrrp_instance ${name} has no virtual_ipaddress`);
  return {
    name,
    line,
    family,
    version,
    interface: interfaceName.value === null ? globalSection.word('default_interface') : interfaceName,
    vrid,
    priority,
    state,
    intervalSeconds: intervalOf(section, version.value, errors),
    downTimerAdverts: strict.value
      ? { value: 3, line: null }
      : settingOr(
          section.number('down_timer_adverts', 3, 1, 100),
          globalSection.number('vrrp_down_timer_adverts', 3, 1, 100),
        ),
    mode: modeOf(section, peers.length, errors),
    sourceAddress,
    peers,
    checkUnicastSource: settingOr(section.flag('check_unicast_src'), globalSection.flag('vrrp_check_unicast_src')),
    multicastGroup: multicastGroup(section, globalSection, family),
    authentication,
    authHmac: readAuthHmac(section),
    nopreempt,
    preemptDelaySeconds: preemptDelay(section, state.value, strict.value, nopreempt.value, errors),
    strict,
    accept: acceptOf(section, strict.value, isOwner, version.value),
    skipCheckAdvAddr: settingOr(
      section.toggle('skip_check_adv_addr', false),
      globalSection.toggle('vrrp_skip_check_adv_addr', false),
    ),
    vips,
    excludedVips: section
      .lines('virtual_ipaddress_excluded')
      .map((item) => readVirtualAddress(item, errors))
      .filter((vip) => vip !== null),
    tracked: countingIn(
      isGroup ? group : null,
      readTracked(section, interfaceName.value, around.defined, errors),
      errors,
    ),
    trackPrimary: negated(section.flag('dont_track_primary')),
    notify: readNotify(section, errors),
    vmac: section.setting<string | null>('use_vmac', ({ words }) => words[1] ?? `vrrp.${vrid.value ?? 0}`, null),
    garp: readGarp(section, globalSection, strict.value),
    checksumAsV2: settingOr(
      section.toggle('v3_checksum_as_v2', false),
      globalSection.toggle('v3_checksum_as_v2', false),
    ),
    oldUnicastChecksum: section.setting<'auto' | 'always' | 'never'>(
      'old_unicast_checksum',
      ({ words: [, mode] }) => (mode === undefined ? 'always' : mode === 'never' ? 'never' : null),
      'auto',
    ),
    syncGroup: group?.name ?? null,
    items,
  };
}

/** A setting of the instance where it is written there, else that of global_defs. */
function settingOr<T>(own: Setting<T>, global: Setting<T>): Setting<T> {
  return own.line === null ? global : own;
}

function negated({ value, line }: Setting<boolean>): Setting<boolean> {
  return { value: !value, line };
}

function within(min: number, max: number): (item: ConfigItem) => number | null {
  return ({ words }) => {
    const number = wholeNumber(words[1] ?? '');
    return number !== null && number >= min && number <= max ? number : null;
  };
}

/** The keywords that only make sense with peers. */
const unicastKeywords = ['unicast_src_ip', 'unicast_peer', 'unicast_ttl', 'check_unicast_src'];

function modeOf(section: Section, peers: number, errors: ErrorList): 'unicast' | 'multicast' {
  const line = section.lastOf(unicastKeywords);
  if (peers === 0 && line !== null)
    errors.add('ignored', line, `${line.words[0]} without any valid unicast_peer: the instance uses multicast`);
  return peers > 0 ? 'unicast' : 'multicast';
}

interface Addresses {
  readonly family: Family;
  /** The item that decided of it; null for none. */
  readonly decidedBy: ConfigItem | null;
  readonly sourceAddress: Setting<string | null>;
  readonly peers: readonly UnicastPeer[];
  readonly vips: readonly VirtualAddress[];
}

/** The first address, in the order of the file, decides of the family; those of the other are left out. */
function readAddresses(items: readonly ConfigItem[], errors: ErrorList): Addresses {
  let family: Family | null = null;
  let decidedBy: ConfigItem | null = null;
  let before: ConfigItem | null = null;
  let sourceAddress: Setting<string | null> = { value: null, line: null };
  const peers = new Map<string, UnicastPeer>();
  const vips = new Map<string, VirtualAddress>();
  const fits = (item: ConfigItem, own: Family): boolean => {
    family ??= own;
    if (own !== family)
      errors.add(
        'family',
        item,
        `an ${own === 'ipv4' ? 'IPv4' : 'IPv6'} address in an instance of ${family === 'ipv4' ? 'IPv4' : 'IPv6'}: it is left out`,
      );
    return own === family;
  };
  for (const item of items) {
    if (family !== null) decidedBy ??= before;
    before = item;
    const keyword = item.words[0];
    const word = item.words[1] ?? '';
    if (keyword === 'native_ipv6') family ??= 'ipv6';
    else if (keyword === 'unicast_src_ip' || keyword === 'mcast_src_ip') {
      const address = readPrefix(word);
      if (address === undefined) errors.add('value', item, `${keyword} takes an address, not '${word}'`);
      else if (fits(item, address.family)) sourceAddress = { value: address.address, line: item };
    } else if (keyword === 'unicast_peer') {
      for (const line of item.block ?? []) {
        const peer = readPeer(line, errors);
        if (peer === null || !fits(line, peer.family)) continue;
        if (!peers.has(peer.address)) peers.set(peer.address, peer.peer);
      }
    } else if (keyword === 'virtual_ipaddress') {
      for (const line of item.block ?? []) {
        const vip = readVirtualAddress(line, errors);
        if (vip === null || !fits(line, vip.family)) continue;
        if (vips.has(vip.address))
          errors.add('duplicate', line, `${vip.address} is listed already`, { isSilent: true });
        else vips.set(vip.address, vip);
      }
    }
  }
  if (family !== null) decidedBy ??= before;
  return { family: family ?? 'ipv4', decidedBy, sourceAddress, peers: [...peers.values()], vips: [...vips.values()] };
}

function readPeer(item: ConfigItem, errors: ErrorList): { family: Family; address: string; peer: UnicastPeer } | null {
  const [word = ''] = item.words;
  const address = readPrefix(word);
  if (address === undefined) {
    errors.add('value', item, `a unicast_peer is an address, not '${word}'`);
    return null;
  }
  const ttls: { min_ttl: number | null; max_ttl: number | null } = { min_ttl: null, max_ttl: null };
  for (let at = 1; at < item.words.length; at++) {
    const option = item.words[at] ?? '';
    if (option !== 'min_ttl' && option !== 'max_ttl') {
      errors.add('value', item, `'${option}' is no option of a unicast_peer`);
      continue;
    }
    const number = wholeNumber(item.words[++at] ?? '');
    if (number === null || number < 0 || number > 255) errors.add('value', item, `${option} is within 0 to 255`);
    else ttls[option] = number;
  }
  const { address: text, family } = address;
  return { family, address: text, peer: { address: text, minTtl: ttls.min_ttl, maxTtl: ttls.max_ttl, line: item } };
}

/**
 * The first `version` that is written counts. IPv6 makes it 3, unless 2 was written before the first address: keepalived
 * 2.1 to 2.3 then really send VRRPv2 over IPv6.
 */
function versionOf(
  section: Section,
  family: Family,
  decidedBy: ConfigItem | null,
  global: GlobalDefs,
  errors: ErrorList,
): Setting<2 | 3> {
  const deduced: Setting<2 | 3> = family === 'ipv6' ? { value: 3, line: null } : global.version;
  const place = decidedBy === null ? section.items.length : section.items.indexOf(decidedBy);
  let chosen: Setting<2 | 3> | null = null;
  for (const line of section.all('version')) {
    const value = within(2, 3)(line) as 2 | 3 | null;
    const isTooLate = value === 2 && family === 'ipv6' && section.items.indexOf(line) > place;
    if (value !== null && !isTooLate && (chosen === null || chosen.value === value)) chosen = { value, line };
    else if (value !== null)
      errors.add('ignored', line, `version ${value} contradicts what stands above it, and is ignored`);
  }
  return chosen ?? deduced;
}

/** The priority and the state that the instance begins in: each follows from the other where that is not written. */
function leadership(
  section: Section,
  name: string,
  ah: ConfigLine | null,
  errors: ErrorList,
): { priority: Setting<number>; state: Setting<'MASTER' | 'BACKUP'> } {
  let state: Setting<'MASTER' | 'BACKUP'> = { value: 'BACKUP', line: null };
  for (const item of section.all('state')) {
    const [, word = ''] = item.words;
    if (word === 'MASTER') state = { value: 'MASTER', line: item };
    else if (word !== 'BACKUP') {
      errors.add('value', item, `'${word}' is no state: keepalived takes it for BACKUP`);
      state = { value: 'BACKUP', line: item };
    } else if (state.value === 'MASTER')
      errors.add('ignored', item, `${name} was to be MASTER before: BACKUP is ignored`);
    else state = { value: 'BACKUP', line: item };
  }
  const written = section.last('priority');
  const unwritten = state.value === 'MASTER' ? ownerPriority : defaultPriority;
  const value = written === null ? unwritten : (within(1, ownerPriority)(written) ?? defaultPriority);
  if (value === ownerPriority) state = { value: 'MASTER', line: state.line };
  if (ah !== null && state.value === 'MASTER') {
    errors.add('ignored', state.line ?? ah, 'state MASTER has no effect beside auth_type AH');
    state = { value: 'BACKUP', line: state.line };
  }
  return { priority: { value, line: written }, state };
}

/** In VRRPv2 whole seconds, in VRRPv3 hundredths up to 40.95: others are rounded. */
function intervalOf(section: Section, version: 2 | 3, errors: ErrorList): Setting<number> {
  const written = section.seconds('advert_int', 1, 0.01, 255);
  const sent =
    version === 2 ? Math.max(1, Math.round(written.value)) : Math.min(40.95, Math.round(written.value * 100) / 100);
  if (sent !== written.value && written.line !== null)
    errors.add('rounded', written.line, `VRRPv${version} sends an advert_int of ${written.value} as ${sent}`);
  return { value: sent, line: written.line };
}

function nopreemptOf(section: Section, isLeader: boolean, errors: ErrorList): Setting<boolean> {
  const line = section.lastOf(['nopreempt', 'preempt']);
  const isWritten = line?.words[0] === 'nopreempt';
  if (isWritten && isLeader) errors.add('ignored', line, 'nopreempt has no effect beside state MASTER or priority 255');
  return { value: isWritten && !isLeader, line };
}

function preemptDelay(
  section: Section,
  state: 'MASTER' | 'BACKUP',
  strict: boolean,
  nopreempt: boolean,
  errors: ErrorList,
): Setting<number> {
  const written = section.seconds('preempt_delay', 0, 0, 1000);
  if (written.value === 0 || written.line === null) return written;
  const why = strict
    ? 'under vrrp_strict'
    : state === 'MASTER'
      ? 'beside state MASTER'
      : nopreempt
        ? 'beside nopreempt'
        : null;
  if (why === null) return written;
  errors.add('ignored', written.line, `preempt_delay has no effect ${why}`);
  return { value: 0, line: written.line };
}

function acceptOf(section: Section, strict: boolean, isOwner: boolean, version: 2 | 3): Setting<boolean> {
  const line = section.lastOf(['accept', 'no_accept']);
  const isWritten = line?.words[0] === 'accept';
  if (isOwner) return { value: true, line };
  if (strict) return { value: isWritten && version === 3, line };
  return { value: line === null || isWritten, line };
}

function multicastGroup(section: Section, global: Section, family: Family): Setting<string> {
  const own = section.word('mcast_dst_ip');
  const shared = family === 'ipv4' ? global.word('vrrp_mcast_group4') : global.word('vrrp_mcast_group6');
  const { value, line } = own.value === null ? shared : own;
  return { value: value ?? (family === 'ipv4' ? '224.0.0.18' : 'ff02::12'), line };
}

function readAuthentication(
  section: Section,
  version: 2 | 3,
  strict: boolean,
  errors: ErrorList,
): Authentication | null {
  const line = section.last('authentication');
  if (line === null) return null;
  const inner = new Section(section.lines('authentication'));
  const type = inner.setting<'PASS' | 'AH' | null>(
    'auth_type',
    ({ words: [, word] }) => (word === 'PASS' || word === 'AH' ? word : null),
    null,
  );
  const password = inner.setting<Secret | null>(
    'auth_pass',
    ({ words: [, word] }) => (word === undefined ? null : passwordOf(word)),
    null,
  );
  const typeItem = inner.last('auth_type');
  if (typeItem !== null && type.value === null) errors.add('value', typeItem, 'auth_type is PASS or AH');
  if (password.line !== null && password.value?.isLonger === true)
    errors.add('too-long', password.line, `auth_pass is longer than ${passwordBytes} bytes: the rest does not count`);
  const isComplete = type.value !== null && password.value !== null;
  if (version === 3 && type.value !== null) errors.add('ignored', line, 'VRRPv3 has no authentication');
  else if (strict && type.value !== null) errors.add('ignored', line, 'there is no authentication under vrrp_strict');
  else if (type.value !== null && password.value === null)
    errors.add('missing', line, 'auth_type without an auth_pass: there is no authentication');
  return { type, password, isInEffect: isComplete && version === 2 && !strict, line };
}

/** The bytes of a password that count, one character each. */
function passwordOf(word: string): Secret {
  const masked = readSecretMark(word);
  if (masked !== null) return masked;
  const bytes = encoder.encode(word);
  return {
    significant: String.fromCharCode(...bytes.subarray(0, passwordBytes)),
    isLonger: bytes.length > passwordBytes,
  };
}

function readAuthHmac(section: Section): AuthHmac | null {
  const line = section.last('auth_hmac');
  if (line === null) return null;
  const inner = new Section(section.lines('auth_hmac'));
  const keys = inner.all('key').flatMap((item) => {
    const id = wholeNumber(item.words[1] ?? '');
    const secret = { significant: item.words.slice(2).join(' '), isLonger: false };
    return id === null ? [] : [{ id, secret, line: item }];
  });
  const mode = inner.word('mode');
  return {
    keys,
    activeKey: inner.setting<number | null>('active_key', within(1, 255), null),
    mode: { value: mode.value ?? 'enforce', line: mode.line },
    line,
  };
}

/** In a sync group weights of a member's own count only where the group says so. */
function countingIn(group: SyncGroup | null, tracked: readonly Tracked[], errors: ErrorList): Tracked[] {
  return tracked.filter(({ kind, name, weight, line }) => {
    // keepalived 2.2 lets those of processes count all the same.
    const counts = group === null || group.trackingWeight.value || weight.value === 0 || kind === 'process';
    if (!counts)
      errors.add(
        'ignored',
        line,
        `weight ${weight.value} of ${name} does not count in a sync group without sync_group_tracking_weight`,
      );
    return counts;
  });
}

/** The scripts of a block that are told of a state; of several for one keyword the first. */
export function readNotify(section: Section, errors: ErrorList): NotifyScript[] {
  const scripts: NotifyScript[] = [];
  for (const keyword of notifyKeywords) {
    const items = section.all(keyword);
    for (const [place, item] of items.entries()) {
      const command = place === 0 ? readCommand(item) : null;
      if (place > 0) errors.add('duplicate', item, `${keyword} is there already: this one is ignored`);
      if (command !== null) scripts.push({ ...command, keyword });
    }
  }
  return scripts;
}

function readGarp(section: Section, global: Section, strict: boolean): GarpSettings {
  const number = (keyword: string, otherwise: number, min = 0): Setting<number> =>
    settingOr(section.number(keyword, otherwise, min), global.number(`vrrp_${keyword}`, otherwise, min));
  const off = <T>(setting: Setting<T>, value: T): Setting<T> => (strict ? { value, line: setting.line } : setting);
  const masterDelaySeconds = number('garp_master_delay', 5);
  const masterRepeat = number('garp_master_repeat', 5, 1);
  return {
    masterDelaySeconds,
    masterRepeat,
    masterRefreshSeconds: number('garp_master_refresh', 0),
    masterRefreshRepeat: number('garp_master_refresh_repeat', 1, 1),
    lowerPrioDelaySeconds: off(number('garp_lower_prio_delay', masterDelaySeconds.value), 0),
    lowerPrioRepeat: off(number('garp_lower_prio_repeat', masterRepeat.value), 0),
    lowerPrioNoAdvert: off(
      settingOr(section.toggle('lower_prio_no_advert', false), global.toggle('vrrp_lower_prio_no_advert', false)),
      true,
    ),
    higherPrioSendAdvert: settingOr(
      section.toggle('higher_prio_send_advert', false),
      global.toggle('vrrp_higher_prio_send_advert', false),
    ),
  };
}
