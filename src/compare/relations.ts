import type { Relation } from '../model/pair.ts';

/** What a keyword's values on two nodes ought to be to each other, and the rule that says so where they are not. */
export interface Ought {
  readonly relation: Relation;
  readonly code: string | null;
}

const free: Ought = { relation: 'free', code: null };
const differs: Ought = { relation: 'differs', code: null };
const same = (code: string): Ought => ({ relation: 'same', code });
const setting = same('HAD313');
const check = same('HAD312');

/** Keywords of `vrrp_instance` (keepalived.conf(5)), as `diff` names them. What is not here ought to be the same. */
const ofInstance: Readonly<Record<string, Ought>> = {
  virtual_router_id: same('HAD301'),
  version: same('HAD305'),
  auth_type: same('HAD302'),
  auth_pass: same('HAD302'),
  'auth_hmac key': same('HAD302'),
  mode: same('HAD304'),
  unicast_peer: { relation: 'mirrors', code: 'HAD303' },
  advert_int: same('HAD306'),
  virtual_ipaddress: same('HAD307'),
  virtual_ipaddress_excluded: same('HAD307'),
  priority: { relation: 'differs', code: 'HAD308' },
  unicast_src_ip: differs,
  mcast_src_ip: differs,
  track_script: check,
  track_file: check,
  track_process: check,
  track_bfd: check,
  // Which node is to lead, and whether it takes the VIP back, is each one's own.
  state: free,
  nopreempt: free,
  preempt_delay: free,
  // Machines name their interfaces as they like.
  interface: free,
  track_interface: free,
  track_srcip: free,
  use_vmac: setting,
  vmac_addr: free,
  debug: free,
  smtp_alert: free,
  lvs_sync_daemon_inteface: free,
  lvs_sync_daemon_interface: free,
};

/** Keywords of `global_defs`. What is not here, and does not begin with `vrrp_`, is of no matter to the pair. */
const ofGlobal: Readonly<Record<string, Ought>> = {
  router_id: differs,
  lvs_id: differs,
  script_user: setting,
  enable_script_security: setting,
  // What an instance uses in the end is compared there.
  vrrp_version: free,
  vrrp_strict: free,
  vrrp_mcast_group4: free,
  vrrp_mcast_group6: free,
  vrrp_skip_check_adv_addr: free,
  vrrp_garp_master_delay: free,
  vrrp_garp_master_repeat: free,
  vrrp_garp_master_refresh: free,
  vrrp_garp_master_refresh_repeat: free,
  vrrp_garp_lower_prio_delay: free,
  vrrp_garp_lower_prio_repeat: free,
  vrrp_lower_prio_no_advert: free,
  vrrp_higher_prio_send_advert: free,
  // Of this machine and its processors.
  vrrp_priority: free,
  vrrp_no_swap: free,
  vrrp_rt_priority: free,
  vrrp_cpu_affinity: free,
  vrrp_rlimit_rtime: free,
  vrrp_rlimit_rttime: free,
  vrrp_process_name: free,
  vrrp_netlink_cmd_rcv_bufs: free,
  vrrp_netlink_monitor_rcv_bufs: free,
  vrrp_rx_bufs_policy: free,
  vrrp_rx_bufs_multiplier: free,
  vrrp_notify_fifo: free,
  vrrp_notify_fifo_script: free,
  vrrp_iptables: free,
  vrrp_ipsets: free,
};

export function oughtOfInstance(keyword: string): Ought {
  return ofInstance[keyword] ?? setting;
}

export function oughtOfGlobal(keyword: string): Ought {
  return ofGlobal[keyword] ?? (keyword.startsWith('vrrp_') ? setting : free);
}

/** What makes up a check: its script, timing and weight. */
export const oughtOfCheck: Ought = check;

/** A sync group is the same on both nodes. */
export function oughtOfGroup(keyword: string): Ought {
  return keyword.startsWith('track_') ? oughtOfInstance(keyword) : setting;
}
