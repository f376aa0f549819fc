/**
 * What keepalived makes of a keyword. `flag`: no value; `toggle`: none, or true/on/yes, false/off/no; `number`: from
 * `min` to `max`, whole unless `decimals`; `value`: at least one word; `other`: anything; `notify`: a script, of which
 * the first counts; `values`: braces around lines of free words; `block`: braces around keywords; `lvs`: read, and not
 * judged.
 */
export interface Keyword {
  readonly kind: 'flag' | 'toggle' | 'number' | 'value' | 'other' | 'notify' | 'values' | 'block' | 'lvs';
  /** The first of the versions looked at that knows it. */
  readonly since: string;
  readonly min?: number;
  readonly max?: number;
  readonly decimals?: boolean;
  /** A block that has a name, which must not be given twice. */
  readonly isNamed?: boolean;
  readonly keywords?: KeywordTable;
}

export type KeywordTable = Readonly<Record<string, Keyword>>;

/** The versions whose keywords were looked at. One that appears between two of them may be in the later one only. */
export const versionsLookedAt: readonly string[] = [
  '1.2.13',
  '1.2.24',
  '1.3.5',
  '1.3.9',
  '1.4.5',
  '2.0.10',
  '2.0.20',
  '2.1.5',
  '2.2.0',
  '2.2.4',
  '2.2.7',
  '2.2.8',
  '2.3.0',
  '2.3.1',
  '2.3.4',
  '2.4.0',
  '2.4.3',
];

const simple =
  (kind: Keyword['kind']) =>
  (since: string): Keyword => ({ kind, since });
const flag = simple('flag');
const toggle = simple('toggle');
const value = simple('value');
const other = simple('other');
const notify = simple('notify');
const values = simple('values');
const lvs = simple('lvs');
const number = (min: number, max: number, since: string, decimals = false): Keyword => ({
  kind: 'number',
  since,
  min,
  max,
  decimals,
});
const block = (since: string, keywords: KeywordTable): Keyword => ({ kind: 'block', since, keywords });
const named = (since: string, keywords: KeywordTable): Keyword => ({ ...block(since, keywords), isNamed: true });

const authentication: KeywordTable = {
  auth_type: value('1.2.13'),
  auth_pass: value('1.2.13'),
};

const authHmac: KeywordTable = {
  key: other('2.4.0'),
  active_key: number(1, 255, '2.4.0'),
  time_window: number(1, 300, '2.4.0'),
  anti_replay: other('2.4.0'),
  mode: other('2.4.0'),
};

const vrrpInstance: KeywordTable = {
  use_vmac: other('1.2.13'),
  vmac_xmit_base: flag('1.2.13'),
  unicast_peer: values('1.2.13'),
  native_ipv6: flag('1.2.13'),
  state: value('1.2.13'),
  interface: value('1.2.13'),
  dont_track_primary: flag('1.2.13'),
  track_interface: values('1.2.13'),
  track_script: values('1.2.13'),
  mcast_src_ip: value('1.2.13'),
  unicast_src_ip: value('1.2.13'),
  virtual_router_id: number(1, 255, '1.2.13'),
  priority: number(1, 255, '1.2.13'),
  advert_int: number(0.01, 255, '1.2.13', true),
  virtual_ipaddress: values('1.2.13'),
  virtual_ipaddress_excluded: values('1.2.13'),
  virtual_routes: values('1.2.13'),
  preempt: flag('1.2.13'),
  nopreempt: flag('1.2.13'),
  preempt_delay: number(0, 1000, '1.2.13', true),
  debug: number(0, 4, '1.2.13'),
  notify_backup: notify('1.2.13'),
  notify_master: notify('1.2.13'),
  notify_fault: notify('1.2.13'),
  notify_stop: notify('1.2.13'),
  notify: notify('1.2.13'),
  smtp_alert: toggle('1.2.13'),
  lvs_sync_daemon_interface: value('1.2.13'),
  garp_master_delay: number(0, 4294, '1.2.13'),
  garp_master_refresh: number(0, 4294967295, '1.2.13'),
  authentication: block('1.2.13', authentication),
  version: number(2, 3, '1.2.24'),
  virtual_rules: values('1.2.24'),
  accept: flag('1.2.24'),
  skip_check_adv_addr: toggle('1.2.24'),
  strict_mode: toggle('1.2.24'),
  garp_master_repeat: number(0, 4294967295, '1.2.24'),
  garp_master_refresh_repeat: number(0, 4294967295, '1.2.24'),
  garp_lower_prio_delay: number(0, 4294, '1.2.24'),
  garp_lower_prio_repeat: number(0, 2147483647, '1.2.24'),
  lower_prio_no_advert: toggle('1.2.24'),
  promote_secondaries: flag('1.3.5'),
  no_accept: flag('1.3.5'),
  higher_prio_send_advert: toggle('1.3.5'),
  old_unicast_checksum: other('1.3.9'),
  track_file: values('2.0.10'),
  track_bfd: values('2.0.10'),
  track_src_ip: flag('2.0.10'),
  linkbeat_use_polling: flag('2.0.10'),
  notify_master_rx_lower_pri: notify('2.0.10'),
  kernel_rx_buf_size: number(0, 4294967295, '2.0.10'),
  use_ipvlan: other('2.0.20'),
  track_process: values('2.0.20'),
  notify_priority_changes: toggle('2.0.20'),
  check_unicast_src: flag('2.1.5'),
  unicast_ttl: number(0, 255, '2.1.5'),
  notify_deleted: notify('2.1.5'),
  use_vmac_addr: flag('2.2.0'),
  vmac_garp_intvl: other('2.2.0'),
  down_timer_adverts: number(1, 100, '2.2.4'),
  garp_extra_if: other('2.2.4'),
  unicast_fault_no_peer: flag('2.2.7'),
  vrf: value('2.2.7'),
  mcast_dst_ip: value('2.2.7'),
  no_virtual_ipaddress: flag('2.2.8'),
  v3_checksum_as_v2: toggle('2.2.8'),
  timer_expired_backup: other('2.2.8'),
  thread_timer_expired: other('2.3.4'),
  owner_ignore_adverts: toggle('2.3.4'),
  auth_hmac: block('2.4.0', authHmac),
};

const vrrpScript: KeywordTable = {
  script: value('1.2.13'),
  interval: number(0.001, 4294, '1.2.13', true),
  timeout: number(0.001, 4294, '1.2.13', true),
  weight: number(-253, 253, '1.2.13'),
  rise: number(1, 2147483647, '1.2.13'),
  fall: number(1, 2147483647, '1.2.13'),
  user: value('1.3.5'),
  init_fail: other('1.3.5'),
};

const vrrpSyncGroup: KeywordTable = {
  group: values('1.2.13'),
  notify_backup: notify('1.2.13'),
  notify_master: notify('1.2.13'),
  notify_fault: notify('1.2.13'),
  notify: notify('1.2.13'),
  smtp_alert: toggle('1.2.13'),
  global_tracking: other('1.2.13'),
  track_interface: values('2.0.10'),
  track_script: values('2.0.10'),
  track_file: values('2.0.10'),
  track_bfd: values('2.0.10'),
  notify_stop: notify('2.0.10'),
  sync_group_tracking_weight: other('2.0.10'),
  track_process: values('2.0.20'),
  notify_priority_changes: toggle('2.2.0'),
};

const trackFile: KeywordTable = {
  file: value('2.1.5'),
  weight: number(-254, 254, '2.1.5'),
  init_file: other('2.1.5'),
};

const vrrpTrackProcess: KeywordTable = {
  process: value('2.0.20'),
  param_match: other('2.0.20'),
  weight: number(-254, 254, '2.0.20'),
  quorum: number(1, 65535, '2.0.20'),
  quorum_max: number(0, 65535, '2.0.20'),
  delay: number(1e-6, 3600, '2.0.20', true),
  terminate_delay: number(1e-6, 3600, '2.0.20', true),
  fork_delay: number(1e-6, 3600, '2.0.20', true),
  full_command: other('2.0.20'),
};

const bfdInstance: KeywordTable = {
  source_ip: value('2.0.10'),
  neighbor_ip: value('2.0.10'),
  neighbour_ip: value('2.0.10'),
  min_rx: number(1, 10000, '2.0.10'),
  min_tx: number(1, 10000, '2.0.10'),
  idle_tx: number(1000, 10000, '2.0.10'),
  multiplier: number(1, 255, '2.0.10'),
  passive: other('2.0.10'),
  ttl: number(1, 255, '2.0.10'),
  hoplimit: number(1, 255, '2.0.10'),
  max_hops: number(-1, 255, '2.0.10'),
  weight: number(-253, 253, '2.0.10'),
  vrrp: other('2.0.10'),
  checker: other('2.0.10'),
  multihop: other('2.2.8'),
};

const trackGroup: KeywordTable = {
  group: values('2.0.10'),
};

const garpGroup: KeywordTable = {
  garp_interval: value('1.2.24'),
  gna_interval: value('1.2.24'),
  interface: value('1.2.24'),
  interfaces: values('1.2.24'),
};

const globalDefs: KeywordTable = {
  router_id: other('1.2.13'),
  notification_email_from: value('1.2.13'),
  smtp_server: value('1.2.13'),
  smtp_connect_timeout: other('1.2.13'),
  notification_email: values('1.2.13'),
  vrrp_mcast_group4: value('1.2.13'),
  vrrp_mcast_group6: value('1.2.13'),
  enable_traps: other('1.2.13'),
  smtp_helo_name: other('1.2.24'),
  default_interface: other('1.2.24'),
  lvs_timeouts: other('1.2.24'),
  lvs_flush: other('1.2.24'),
  lvs_sync_daemon: other('1.2.24'),
  vrrp_garp_master_delay: number(0, 4294, '1.2.24'),
  vrrp_garp_master_repeat: number(1, 4294967295, '1.2.24'),
  vrrp_garp_master_refresh: number(0, 4294967295, '1.2.24'),
  vrrp_garp_master_refresh_repeat: number(1, 4294967295, '1.2.24'),
  vrrp_garp_lower_prio_delay: number(0, 4294, '1.2.24'),
  vrrp_garp_lower_prio_repeat: number(0, 2147483647, '1.2.24'),
  vrrp_garp_interval: number(1e-6, 4294.967295, '1.2.24', true),
  vrrp_gna_interval: number(1e-6, 4294.967295, '1.2.24', true),
  vrrp_lower_prio_no_advert: toggle('1.2.24'),
  vrrp_version: number(2, 3, '1.2.24'),
  vrrp_iptables: other('1.2.24'),
  vrrp_ipsets: other('1.2.24'),
  vrrp_check_unicast_src: other('1.2.24'),
  vrrp_skip_check_adv_addr: toggle('1.2.24'),
  vrrp_strict: toggle('1.2.24'),
  vrrp_priority: number(-20, 19, '1.2.24'),
  vrrp_no_swap: other('1.2.24'),
  checker_priority: other('1.2.24'),
  checker_no_swap: other('1.2.24'),
  snmp_socket: other('1.2.24'),
  enable_snmp_keepalived: other('1.2.24'),
  enable_snmp_rfc: other('1.2.24'),
  enable_snmp_rfcv2: other('1.2.24'),
  enable_snmp_rfcv3: other('1.2.24'),
  enable_snmp_checker: other('1.2.24'),
  vrrp_higher_prio_send_advert: toggle('1.3.5'),
  enable_dbus: other('1.3.5'),
  script_user: other('1.3.5'),
  enable_script_security: other('1.3.5'),
  notify_fifo: other('1.3.9'),
  notify_fifo_script: other('1.3.9'),
  vrrp_notify_fifo: other('1.3.9'),
  vrrp_notify_fifo_script: other('1.3.9'),
  lvs_notify_fifo: other('1.3.9'),
  lvs_notify_fifo_script: other('1.3.9'),
  dbus_service_name: other('1.3.9'),
  smtp_alert: toggle('2.0.10'),
  smtp_alert_vrrp: toggle('2.0.10'),
  smtp_alert_checker: toggle('2.0.10'),
  dynamic_interfaces: other('2.0.10'),
  no_email_faults: other('2.0.10'),
  vrrp_rt_priority: other('2.0.10'),
  vrrp_rlimit_rtime: other('2.0.10'),
  checker_rt_priority: other('2.0.10'),
  checker_rlimit_rtime: other('2.0.10'),
  bfd_priority: other('2.0.10'),
  bfd_no_swap: other('2.0.10'),
  bfd_rt_priority: other('2.0.10'),
  bfd_rlimit_rtime: other('2.0.10'),
  enable_snmp_vrrp: other('2.0.10'),
  vrrp_netlink_cmd_rcv_bufs: other('2.0.10'),
  vrrp_netlink_cmd_rcv_bufs_force: other('2.0.10'),
  vrrp_netlink_monitor_rcv_bufs: other('2.0.10'),
  vrrp_netlink_monitor_rcv_bufs_force: other('2.0.10'),
  lvs_netlink_cmd_rcv_bufs: other('2.0.10'),
  lvs_netlink_cmd_rcv_bufs_force: other('2.0.10'),
  lvs_netlink_monitor_rcv_bufs: other('2.0.10'),
  lvs_netlink_monitor_rcv_bufs_force: other('2.0.10'),
  rs_init_notifies: other('2.0.10'),
  no_checker_emails: other('2.0.10'),
  vrrp_rx_bufs_policy: other('2.0.10'),
  vrrp_rx_bufs_multiplier: other('2.0.10'),
  umask: other('2.0.10'),
  process_names: other('2.0.20'),
  process_name: other('2.0.20'),
  vrrp_process_name: other('2.0.20'),
  lvs_process_name: other('2.0.20'),
  bfd_process_name: other('2.0.20'),
  checker_log_all_failures: other('2.0.20'),
  lvs_flush_onstop: other('2.0.20'),
  vrrp_min_garp: toggle('2.0.20'),
  nftables: other('2.0.20'),
  nftables_priority: other('2.0.20'),
  nftables_counters: other('2.0.20'),
  nftables_ifindex: other('2.0.20'),
  vrrp_cpu_affinity: other('2.0.20'),
  vrrp_notify_priority_changes: toggle('2.0.20'),
  checker_cpu_affinity: other('2.0.20'),
  bfd_cpu_affinity: other('2.0.20'),
  process_monitor_rcv_bufs: other('2.0.20'),
  process_monitor_rcv_bufs_force: other('2.0.20'),
  vrrp_startup_delay: number(0.001, 4294, '2.0.20', true),
  log_unknown_vrids: other('2.0.20'),
  random_seed: other('2.0.20'),
  startup_script: other('2.1.5'),
  startup_script_timeout: number(1, 1000, '2.1.5'),
  shutdown_script: other('2.1.5'),
  shutdown_script_timeout: number(1, 1000, '2.1.5'),
  max_auto_priority: number(-1, 99, '2.1.5'),
  min_auto_priority_delay: other('2.1.5'),
  vrrp_rlimit_rttime: other('2.1.5'),
  checker_rlimit_rttime: other('2.1.5'),
  bfd_rlimit_rttime: other('2.1.5'),
  reload_time_file: other('2.1.5'),
  reload_repeat: other('2.1.5'),
  checker_process_name: other('2.2.0'),
  disable_local_igmp: other('2.2.0'),
  lvs_flush_on_stop: other('2.2.0'),
  vrrp_vmac_garp_intvl: other('2.2.0'),
  vmac_prefix: other('2.2.0'),
  vmac_addr_prefix: other('2.2.0'),
  reload_check_config: other('2.2.0'),
  reload_file: other('2.2.0'),
  include_check: other('2.2.0'),
  tmp_config_directory: other('2.2.0'),
  vrrp_down_timer_adverts: number(1, 100, '2.2.4'),
  vrrp_garp_extra_if: other('2.2.4'),
  nftables_ipvs: other('2.2.4'),
  nftables_ipvs_priority: other('2.2.4'),
  nftables_ipvs_start_fwmark: other('2.2.4'),
  config_save_dir: other('2.2.4'),
  data_use_instance: other('2.2.4'),
  fifo_write_vrrp_states_on_reload: other('2.2.7'),
  v3_checksum_as_v2: toggle('2.2.8'),
  json_version: number(1, 2, '2.2.8'),
  use_symlink_paths: other('2.3.0'),
  snmp_vs_stats_update_interval: other('2.3.0'),
  snmp_rs_stats_update_interval: other('2.3.0'),
  dbus_no_interface_name: other('2.3.0'),
  vrrp_owner_ignore_adverts: toggle('2.3.4'),
  iproute_usr_dir: other('2.3.4'),
  iproute_etc_dir: other('2.3.4'),
  state_dump_file: other('2.3.4'),
  stats_dump_file: other('2.3.4'),
  json_dump_file: other('2.3.4'),
  vrrp_delay_after_boot: number(0.001, 4294, '2.4.0', true),
  set_supplementary_groups: other('2.4.3'),
};

/** What may stand outside of every block. */
export const rootKeywords: KeywordTable = {
  linkbeat_use_polling: other('1.2.13'),
  global_defs: block('1.2.13', globalDefs),
  static_ipaddress: values('1.2.13'),
  static_routes: values('1.2.13'),
  vrrp_sync_group: named('1.2.13', vrrpSyncGroup),
  vrrp_instance: named('1.2.13', vrrpInstance),
  vrrp_script: named('1.2.13', vrrpScript),
  net_namespace: other('1.2.24'),
  use_pid_dir: other('1.2.24'),
  instance: other('1.2.24'),
  static_rules: values('1.2.24'),
  garp_group: block('1.2.24', garpGroup),
  namespace_with_ipsets: other('1.3.5'),
  bfd_instance: named('2.0.10', bfdInstance),
  child_wait_time: other('2.0.10'),
  track_group: named('2.0.10', trackGroup),
  vrrp_track_file: named('2.0.10', trackFile),
  linkbeat_interfaces: values('2.0.20'),
  vrrp_track_process: named('2.0.20', vrrpTrackProcess),
  net_namespace_ipvs: other('2.1.5'),
  track_file: named('2.1.5', trackFile),
  interface_up_down_delays: values('2.2.4'),
  virtual_server: lvs('1.2.13'),
  virtual_server_group: lvs('1.2.13'),
  SSL: lvs('1.2.13'),
};

/** Keywords of LVS, which are known and not judged. */
export const lvsKeywords: ReadonlySet<string> = new Set(
  `BFD_CHECK DNS_CHECK FILE_CHECK HTTP_GET MISC_CHECK PING_CHECK SMTP_CHECK SSL SSL_GET TCP_CHECK UDP_CHECK alpha bind_if bind_port bindto ca certificate connect_ip connect_port connect_timeout delay_before_retry delay_loop digest enable_sni fast_recovery flag-1 flag-2 flag-3 fwmark ha_suspend hashed helo_name host http_protocol hysteresis inhibit_on_failure ip_family key lb_algo lb_kind log_all_failures lthreshold lvs_method lvs_sched max_reply_length mh-fallback mh-port min_reply_length misc_dynamic misc_path misc_timeout name nb_get_retry notify_down notify_up omega ops password path payload persistence_engine persistence_granularity persistence_timeout protocol quorum quorum_down quorum_up real_server regex regex_max_offset regex_min_offset regex_no_match regex_options regex_stack require_reply retry sh-fallback sh-port smtp_alert sni_name snmp_name sorry_server sorry_server_inhibit sorry_server_lvs_method status_code tls_compliant track_file type url user uthreshold virtual_server virtual_server_group virtualhost warmup weight`.split(
    ' ',
  ),
);

/** What to write instead of a deprecated keyword. */
export const replacements: Readonly<Record<string, string>> = {
  nb_get_retry: 'retry',
  vrrp_rlimit_rtime: 'vrrp_rlimit_rttime',
  checker_rlimit_rtime: 'checker_rlimit_rttime',
  bfd_rlimit_rtime: 'bfd_rlimit_rttime',
  enable_snmp_keepalived: 'enable_snmp_vrrp',
  lvs_process_name: 'checker_process_name',
  lvs_flush_onstop: 'lvs_flush_on_stop',
  vrrp_vmac_garp_intvl: 'vrrp_garp_extra_if',
  vmac_garp_intvl: 'garp_extra_if',
  thread_timer_expired: 'timer_expired_backup',
  lvs_sync_daemon_interface: 'lvs_sync_daemon of global_defs',
  global_tracking: 'track_script and the like in the group',
  vrrp_track_file: 'track_file',
};
