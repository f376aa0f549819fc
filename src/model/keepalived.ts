import type { Family } from './packet.ts';
import type { Behaviour, BehaviourName, VersionRange } from './versions.ts';

/**
 * A line of a configuration as evidence names it. `line` counts from 1 in `file`. `text` is the item as keepalived reads
 * it (without comment, definitions filled in), secrets as `****`; not yet safe for a terminal.
 */
export interface ConfigLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** An item of a configuration: a keyword with its values, or a line of a value block, and the block behind it. */
export interface ConfigItem extends ConfigLine {
  /** The item's words without their quotes. */
  readonly words: readonly string[];
  /** Whether its values are secret: they must not be printed. */
  readonly isSecret: boolean;
  /** The items between its braces; null where it has none. */
  readonly block: readonly ConfigItem[] | null;
  /** Where the block's closing brace stands; null where it has none. */
  readonly end: ConfigLine | null;
}

/**
 * What is wrong with a configuration: `syntax` braces, quotes, line lengths, definitions; `include` files that are not
 * there, and `include-tolerated` where that is no error; `unknown-keyword` what keepalived skips; `value` what it refuses; `rounded` what it changes; `too-long` a
 * password; `missing` what has to be there; `undefined` a name without a definition; `duplicate` what it takes the first
 * of; `family` IPv4 among IPv6 or the other way round; `ignored` what has no effect as things are; `deprecated` old words;
 * `remark` what may well be meant so.
 */
export type ConfigErrorKind =
  | 'syntax'
  | 'include'
  | 'include-tolerated'
  | 'unknown-keyword'
  | 'value'
  | 'rounded'
  | 'too-long'
  | 'missing'
  | 'undefined'
  | 'duplicate'
  | 'family'
  | 'ignored'
  | 'deprecated'
  | 'remark';

/** One complaint about a configuration. `message` is a finished phrase; what it quotes is not yet safe for a terminal. */
export interface ConfigError extends ConfigLine {
  readonly kind: ConfigErrorKind;
  readonly message: string;
  /** Whether keepalived itself does not complain of it (`keepalived -t`). */
  readonly isSilent: boolean;
  /** The line that brought it about: an unknown keyword whose block keepalived reads as part of another. */
  readonly cause: ConfigLine | null;
}

/**
 * A value that counts. `line` is where it was written, null for keepalived's default. A line whose value is not in effect
 * (`nopreempt` beside `state MASTER`) stands with the value that is.
 */
export interface Setting<T> {
  readonly value: T;
  readonly line: ConfigLine | null;
}

/** A password or key. It must not be printed but as a mark (`RuleContext.mark`) of `significant`. */
export interface Secret {
  /** What takes part in the protocol: of a VRRPv2 password its first 8 bytes, one character a byte. */
  readonly significant: string;
  /** Whether more was written than takes part. */
  readonly isLonger: boolean;
}

/** A command that keepalived runs. */
export interface ScriptCommand extends ConfigLine {
  /** Path first. */
  readonly command: readonly string[];
  /** The user and group to run it as, null where `script_user` or keepalived's default decides. */
  readonly user: string | null;
  readonly group: string | null;
}

/** `vrrp_script NAME { … }` */
export interface VrrpScript {
  readonly name: string;
  readonly line: ConfigLine;
  readonly script: ScriptCommand | null;
  readonly intervalSeconds: Setting<number>;
  /** `interval` where none is written. */
  readonly timeoutSeconds: Setting<number>;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
  readonly rise: Setting<number>;
  readonly fall: Setting<number>;
  /** `init_fail`: counts as failed until it has succeeded. */
  readonly initFail: Setting<boolean>;
}

/** `track_file NAME { … }` (`vrrp_track_file` before 2.1): its content times `weight` is added to the priority. */
export interface TrackFile {
  readonly name: string;
  readonly line: ConfigLine;
  readonly file: Setting<string | null>;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
}

/** `vrrp_track_process NAME { … }` */
export interface TrackProcess {
  readonly name: string;
  readonly line: ConfigLine;
  readonly process: Setting<readonly string[]>;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
  readonly quorum: Setting<number>;
  readonly delaySeconds: Setting<number>;
}

/** `bfd_instance NAME { … }` */
export interface BfdInstance {
  readonly name: string;
  readonly line: ConfigLine;
  readonly neighbor: Setting<string | null>;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
}

export type TrackedKind = 'script' | 'interface' | 'file' | 'process' | 'bfd';

/**
 * What an instance tracks, with the weight that counts there: the one written in its track block, else the definition's.
 * Weight 0: a failure (where reversed, a success) is FAULT.
 */
export interface Tracked {
  readonly kind: TrackedKind;
  readonly name: string;
  readonly line: ConfigLine;
  readonly weight: Setting<number>;
  readonly isReversed: boolean;
  /** Whether it has a definition (`vrrp_script`, …); an interface needs none. keepalived ignores what has not. */
  readonly isDefined: boolean;
}

/** A script that is told of a state: by which keyword, and what it runs. */
export interface NotifyScript extends ScriptCommand {
  /** `notify`, `notify_master`, … */
  readonly keyword: string;
}

/** `vrrp_sync_group NAME { … }` */
export interface SyncGroup {
  readonly name: string;
  readonly line: ConfigLine;
  /** Names of instances. */
  readonly members: readonly Setting<string>[];
  readonly tracked: readonly Tracked[];
  /** `sync_group_tracking_weight`: weights other than 0 count for all members. */
  readonly trackingWeight: Setting<boolean>;
  readonly globalTracking: Setting<boolean>;
  readonly notify: readonly NotifyScript[];
  readonly items: readonly ConfigItem[];
}

/** A virtual address and how it is put onto an interface (`ip address`). */
export interface VirtualAddress {
  /** Dotted quad, or RFC 5952. */
  readonly address: string;
  readonly family: Family;
  readonly prefixLength: number;
  /** `dev`, null where the instance's interface gets it. */
  readonly dev: string | null;
  readonly label: string | null;
  readonly scope: string | null;
  readonly broadcast: string | null;
  readonly peer: string | null;
  /** The other words of the line, such as `no_track` and `noprefixroute`. */
  readonly flags: readonly string[];
  readonly line: ConfigLine;
}

/** A line of `unicast_peer`. */
export interface UnicastPeer {
  /** Dotted quad, or RFC 5952. */
  readonly address: string;
  readonly minTtl: number | null;
  readonly maxTtl: number | null;
  readonly line: ConfigLine;
}

/** `authentication { … }`, whether it is in effect or not (VRRPv3 and strict mode drop it). */
export interface Authentication {
  readonly type: Setting<'PASS' | 'AH' | null>;
  readonly password: Setting<Secret | null>;
  readonly isInEffect: boolean;
  readonly line: ConfigLine;
}

/** `auth_hmac { … }` of keepalived 2.4. */
export interface AuthHmac {
  readonly keys: readonly { readonly id: number; readonly secret: Secret; readonly line: ConfigLine }[];
  readonly activeKey: Setting<number | null>;
  readonly mode: Setting<string>;
  readonly line: ConfigLine;
}

/** Gratuitous ARPs, and adverts in answer to others' (keepalived.conf(5) `garp_…`). */
export interface GarpSettings {
  readonly masterDelaySeconds: Setting<number>;
  readonly masterRepeat: Setting<number>;
  readonly masterRefreshSeconds: Setting<number>;
  readonly masterRefreshRepeat: Setting<number>;
  readonly lowerPrioDelaySeconds: Setting<number>;
  readonly lowerPrioRepeat: Setting<number>;
  readonly lowerPrioNoAdvert: Setting<boolean>;
  readonly higherPrioSendAdvert: Setting<boolean>;
}

/** `vrrp_instance NAME { … }`, every value as keepalived uses it. */
export interface VrrpInstance {
  readonly name: string;
  readonly line: ConfigLine;
  /** Of the virtual addresses, else of the source address or the peers, else IPv4. */
  readonly family: Family;
  readonly version: Setting<2 | 3>;
  readonly interface: Setting<string | null>;
  /** null where it is missing or refused: keepalived then drops the instance. */
  readonly vrid: Setting<number | null>;
  readonly priority: Setting<number>;
  /** The state that it begins in: MASTER also for priority 255, BACKUP where AH is in use. */
  readonly state: Setting<'MASTER' | 'BACKUP'>;
  /** As sent: whole seconds in VRRPv2, steps of 0.01 in VRRPv3. */
  readonly intervalSeconds: Setting<number>;
  readonly downTimerAdverts: Setting<number>;
  readonly mode: 'unicast' | 'multicast';
  /** `unicast_src_ip` or `mcast_src_ip`, without a prefix length; null: the interface's first address. */
  readonly sourceAddress: Setting<string | null>;
  readonly peers: readonly UnicastPeer[];
  readonly checkUnicastSource: Setting<boolean>;
  readonly multicastGroup: Setting<string>;
  readonly authentication: Authentication | null;
  readonly authHmac: AuthHmac | null;
  /** In effect: false beside `state MASTER` and priority 255. */
  readonly nopreempt: Setting<boolean>;
  /** In effect: 0 beside `state MASTER`, strict mode and `nopreempt`. */
  readonly preemptDelaySeconds: Setting<number>;
  readonly strict: Setting<boolean>;
  /** Whether packets to the virtual addresses are let in. */
  readonly accept: Setting<boolean>;
  readonly skipCheckAdvAddr: Setting<boolean>;
  readonly vips: readonly VirtualAddress[];
  readonly excludedVips: readonly VirtualAddress[];
  /**
   * Further interfaces, scripts, files, …, less those that do not count: weights in a sync group without
   * `sync_group_tracking_weight`. `trackPrimary` is apart.
   */
  readonly tracked: readonly Tracked[];
  /** Whether the instance's own interface is tracked (not `dont_track_primary`). */
  readonly trackPrimary: Setting<boolean>;
  readonly notify: readonly NotifyScript[];
  /** `use_vmac`: the interface's name as given, or `vrrp.VRID`; null: not used. */
  readonly vmac: Setting<string | null>;
  readonly garp: GarpSettings;
  /** `v3_checksum_as_v2` (2.2.8). */
  readonly checksumAsV2: Setting<boolean>;
  /** `old_unicast_checksum`: `auto` unless written. */
  readonly oldUnicastChecksum: Setting<'auto' | 'always' | 'never'>;
  /** The name of its sync group. */
  readonly syncGroup: string | null;
  /** Everything that was written in it. */
  readonly items: readonly ConfigItem[];
}

/** `global_defs { … }`, what of it matters to a pair. */
export interface GlobalDefs {
  readonly routerId: Setting<string | null>;
  readonly version: Setting<2 | 3>;
  readonly strict: Setting<boolean>;
  readonly scriptUser: Setting<string | null>;
  readonly enableScriptSecurity: Setting<boolean>;
  readonly startupDelaySeconds: Setting<number>;
  /** Everything that was written in it, of all its blocks. */
  readonly items: readonly ConfigItem[];
}

/** A keepalived.conf with all that it includes, as one node reads it. */
export interface KeepalivedConfig {
  /** The files read, the first one first. */
  readonly files: readonly string[];
  readonly global: GlobalDefs;
  readonly scripts: readonly VrrpScript[];
  readonly trackFiles: readonly TrackFile[];
  readonly trackProcesses: readonly TrackProcess[];
  readonly bfdInstances: readonly BfdInstance[];
  readonly syncGroups: readonly SyncGroup[];
  readonly instances: readonly VrrpInstance[];
  /** The whole tree, LVS and all. */
  readonly items: readonly ConfigItem[];
  readonly errors: readonly ConfigError[];
}

/** Permission bits, owner and group of a file or folder; null where they are not known. */
export interface FilePermissions {
  readonly path: string;
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
}

/** A script as found on the node. */
export interface ScriptFile extends FilePermissions {
  /** null where it was not read. */
  readonly content: string | null;
  readonly exists: boolean;
  /** The folders on the way to it, from the root, as far as they are known. */
  readonly folders: readonly FilePermissions[];
}

/** One node's keepalived configuration and what belongs to it. */
export interface NodeConfiguration {
  readonly node: string;
  /** The versions of keepalived that may run there; null where that is not known. */
  readonly keepalivedVersion: VersionRange | null;
  /** What they do where versions differ. */
  readonly behaviours: Readonly<Record<BehaviourName, Behaviour>>;
  readonly config: KeepalivedConfig;
  /** The scripts that it names, as far as the evidence has them. */
  readonly scripts: readonly ScriptFile[];
}
