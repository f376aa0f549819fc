import { describe, expect, test } from 'vitest';
import { messageRows } from '../../../src/keepalived/messages/keepalived.ts';
import { parseMessage, tellingTexts } from '../../../src/keepalived/messages/parse.ts';

const vrrp = 'Keepalived_vrrp';

/** What a message of the VRRP process has to say; null: nothing. */
const said: [message: string, event: object | null][] = [
  // 1.2 to 1.4
  ['VRRP_Instance(VI_1) Transition to MASTER STATE', { kind: 'state-announced', instance: 'VI_1', to: 'MASTER' }],
  ['VRRP_Instance(VI_1) Entering MASTER STATE', { kind: 'state', instance: 'VI_1', to: 'MASTER', isInitial: false }],
  ['VRRP_Instance(VI_1): Entering BACKUP STATE', { kind: 'state', instance: 'VI_1', to: 'BACKUP' }],
  ['VRRP_Instance(VI_1) Entering FAULT STATE', { kind: 'state', to: 'FAULT', cause: null }],
  ['VRRP_Instance(VI_1) Now in FAULT state', null],
  ['VRRP_Instance(VI_1) Received higher prio advert', { kind: 'advert-compared', than: 'higher', theirs: null }],
  ['VRRP_Instance(VI_1) Received higher prio advert 102', { than: 'higher', theirs: 102, role: 'MASTER' }],
  ['VRRP_Instance(VI_1) Received advert with higher priority 100, ours 100', { than: 'equal', theirs: 100, ours: 100 }],
  ['VRRP_Instance(VI_1) Received lower prio advert, forcing new election', { than: 'lower', forcesElection: true }],
  ['VRRP_Instance(VI_1) forcing a new MASTER election', { kind: 'election-forced', instance: 'VI_1' }],
  ['VRRP_Instance(VI_1) Effective priority = 101', { kind: 'priority', from: null, to: 101 }],
  ['VRRP_Instance(VI_1) setting protocol VIPs.', { kind: 'vips', instance: 'VI_1', action: 'set' }],
  ['VRRP_Instance(VI_1) setting protocol E-VIPs.', null],
  ['VRRP_Instance(VI_1) Sending gratuitous ARPs on eth0 for 10.77.0.100', { kind: 'garp', address: '10.77.0.100' }],
  ['VRRP_Script(chk_nginx) timed out', { kind: 'check', name: 'chk_nginx', outcome: 'timed-out', status: null }],
  [
    '/etc/keepalived/check.sh exited with status 2',
    { name: '/etc/keepalived/check.sh', outcome: 'returned', status: 2 },
  ],
  ['pid 14902 exited with status 256', null],
  ['bogus VRRP packet received on eth0 !!!', { kind: 'advert-dropped', interface: 'eth0', instance: null }],
  ['VRRP_Instance(VI_1) ignoring received advertisment...', { kind: 'advert-dropped', instance: 'VI_1' }],
  ['receive an invalid passwd!', { reason: 'password', instance: null, isLoggedOnce: false }],
  ['Kernel is reporting: interface eth0 DOWN', { kind: 'interface', name: 'eth0', change: 'down', by: 'keepalived' }],
  ['Netlink reflector reports IP 10.77.0.100 removed', { kind: 'address', interface: null, action: 'deassigned' }],
  ['Truncating auth_pass to 8 characters', { kind: 'config-complaint', file: null, configLine: null }],
  ['Configuration is using : 64631 Bytes', null],
  ['Starting Keepalived v1.2.15 (02/26,2015)', { kind: 'daemon', action: 'started', version: '1.2.15' }],
  ['VRRP_Group(VG_1) Leaving FAULT state', { kind: 'group-syncing', group: 'VG_1', to: 'BACKUP' }],

  // 2.x
  ['(VI_1) Entering BACKUP STATE (init)', { kind: 'state', to: 'BACKUP', isInitial: true }],
  ['(VI_1) entering FAULT state', { kind: 'state', to: 'FAULT', cause: null }],
  ['(VI_1): entering FAULT state (interface eth0 down)', { to: 'FAULT', cause: { what: 'interface', name: 'eth0' } }],
  ['(VI_1): entering FAULT state due to script chk_nginx', { cause: { what: 'script', name: 'chk_nginx' } }],
  ['(VI_1) entering FAULT state (no IPv6 address for interface)', { cause: { what: 'address', name: null } }],
  ['(VI_1): entering FAULT state (tracked file drain has status -254)', { cause: { what: 'file', name: 'drain' } }],
  ['(VI_1) entering FAULT state (a cause of tomorrow)', { to: 'FAULT', cause: null }],
  ['VRRP_Group(VG_1): Syncing VI_2 to FAULT state', { kind: 'group-syncing', instance: 'VI_2', to: 'FAULT' }],
  ['(VI_1) Backup received priority 0 advertisement', { kind: 'priority-zero-received', instance: 'VI_1' }],
  [
    '(VI_1) received lower priority (90) advert from fe80::2%eth0 - discarding',
    { peer: 'fe80::2%eth0', role: 'BACKUP' },
  ],
  ['(VI_1) Changing effective priority from 101 to -49', { kind: 'priority', from: 101, to: -49 }],
  ['(VI_1) start preempt delay (4294967.295000)', { kind: 'preempt-delay', action: 'start', seconds: 4294967.295 }],
  ['VRRP_Script(chk_nginx) failed (due to signal 9)', { outcome: 'failed', status: null, signal: 9 }],
  ['(VI_1) received an invalid passwd!', { reason: 'password', instance: 'VI_1', peer: null, isLoggedOnce: false }],
  ['(VI_1) received an invalid passwd from 10.77.0.2!', { reason: 'password', peer: '10.77.0.2', isLoggedOnce: true }],
  ['(VI_1) expected 2 VIPs but received 1', { reason: 'addresses', isLoggedOnce: null }],
  [
    '(VI_1) ip address associated with VRID 51 not present in advert from 10.77.0.2: 10.77.0.101',
    {
      reason: 'addresses',
      peer: '10.77.0.2',
      detail: 'ip address associated with VRID 51 not present in advert from 10.77.0.2: 10.77.0.101',
    },
  ],
  [
    '(VI_1): send advert error 1 (Operation not permitted)',
    { kind: 'advert-not-sent', detail: 'Operation not permitted' },
  ],
  [
    "(VI_1) advertisement interval mismatch ours = 100 centi-sec rcv'd=200 centi-sec",
    { kind: 'interval', fromSeconds: 1, toSeconds: 2 },
  ],
  ['A thread timer expired 5.004172 seconds ago', { kind: 'stall', seconds: 5.004172 }],
  ['Netlink: Receive buffer overrun on monitor socket - (No buffer space available)', { kind: 'stall', seconds: null }],
  [
    '(Line 13) WARNING - number is odd',
    { kind: 'config-complaint', file: null, configLine: 13, detail: 'WARNING - number is odd' },
  ],
  [
    "(/etc/keepalived/a b (1).conf: Line 7) Unknown keyword 'x'",
    { file: '/etc/keepalived/a b (1).conf', configLine: 7 },
  ],
  ["(/etc/keepalived/a.conf: Line 7) Unknown keyword 'x'", { file: '/etc/keepalived/a.conf', configLine: 7 }],
  ['(VI_1) No VIP specified; at least one is sensible', { kind: 'config-complaint', instance: 'VI_1' }],
  ['   Virtual Router ID = 51', null],
  ['------< VRRP Topology >------', null],

  // 2.4
  [
    '(VI_1) invalid authentication HMAC from 10.77.0.2',
    { reason: 'auth-trailer', peer: '10.77.0.2', isLoggedOnce: true },
  ],
  [
    '(VI_1) stale authentication trailer from 10.77.0.2, clock skew 31 sec exceeds window 30 sec',
    { reason: 'auth-trailer' },
  ],
  ['(VI_1) authentication clock skew 20 sec from 10.77.0.2 approaching window 30 sec', null],

  // Names
  ['(gi0-2.101) Entering MASTER STATE', { instance: 'gi0-2.101' }],
  ['(two words) Entering MASTER STATE', { instance: 'two words' }],
  ['(a (b) c) Entering MASTER STATE', { instance: 'a (b) c' }],
  [
    '(a) b) entering FAULT state (interface eth0 down)',
    { instance: 'a) b', cause: { what: 'interface', name: 'eth0' } },
  ],
  ['VI_1: sending gratuitous ARP for 10.77.0.100', { kind: 'garp', instance: 'VI_1' }],
  ['(\x1b[31mred) Entering MASTER STATE', { instance: '\x1b[31mred' }],
  ['(constructor) Entering MASTER STATE', { instance: 'constructor', to: 'MASTER' }],
  ['(VI_1) Entering constructor STATE', { kind: 'unknown' }],
  ['(VI_1) Entering MASTER STATE\r', { to: 'MASTER' }],

  // What it may say tomorrow
  ['(VI_1) pondering', { kind: 'unknown' }],
  ['pondering', { kind: 'unknown' }],
  ['(VI_1) Entering MASTER', { kind: 'unknown' }],
  ['(VI_1) Changing effective priority from high to low', { kind: 'unknown' }],
  ['', null],
];

describe('keepalived', () => {
  test.each(said)('%j', (message, event) => {
    const found = parseMessage(vrrp, message);
    if (event === null) expect(found).toBe(null);
    else expect(found).toMatchObject(event);
  });

  test('is known by its tag, and by how it names instances', () => {
    const message = '(VI_1) Entering MASTER STATE';
    for (const tag of [vrrp, 'Keepalived', 'keepalived', 'Keepalived_vrrp_lb1', 'lb1-vrrp', 'docker', '']) {
      expect(parseMessage(tag, message), tag).toMatchObject({ kind: 'state', to: 'MASTER' });
    }
    for (const tag of ['nginx', 'docker', 'cron', '']) expect(parseMessage(tag, 'Stopping everything'), tag).toBe(null);
    expect(parseMessage('', '(VI_1) pondering')).toEqual({ kind: 'unknown' });
    expect(parseMessage('cron', '(root) CMD (run-parts /etc/cron.hourly)')).toBe(null);
  });

  test('has no row with more than six values: so many are handed over', () => {
    const values = messageRows.map(({ format }) => (format.match(/%/g)?.length ?? 0) + 1);
    expect(Math.max(...values)).toBeLessThanOrEqual(6);
  });

  test('has processes that see the same addresses, and else say nothing of VRRP', () => {
    const checker = 'Keepalived_healthcheckers';
    expect(parseMessage(checker, 'Netlink reflector reports IP 10.77.0.100 removed')).toMatchObject({
      kind: 'address',
    });
    for (const message of ['Stopped', 'Removing service [10.0.0.1]:80 from VS x', 'Got SIGHUP, reloading'])
      expect(parseMessage(checker, message), message).toBe(null);
  });
});

/** Of other programs. */
const others: [tag: string, message: string, event: object | null][] = [
  [
    'systemd',
    'Starting LVS and VRRP High Availability Monitor...',
    { kind: 'daemon', action: 'starting', by: 'systemd' },
  ],
  ['systemd', 'Started LVS and VRRP High Availability Monitor.', { action: 'started' }],
  ['systemd', 'Started Keepalive Daemon (LVS and VRRP).', { action: 'started' }],
  ['systemd', 'Starting Keepalived manages HA via VRRP...', { action: 'starting' }],
  ['systemd', 'Started keepalived.service - Keepalive Daemon (LVS and VRRP).', { action: 'started' }],
  ['systemd', 'Stopping Keepalive Daemon (LVS and VRRP)...', { action: 'stopping' }],
  ['systemd', 'Reloading keepalived.service - Keepalive Daemon (LVS and VRRP)...', { action: 'reloading' }],
  ['systemd', 'Failed to start Keepalive Daemon (LVS and VRRP).', { action: 'died' }],
  ['systemd', 'Started keepalived_exporter.service - Prometheus exporter for keepalived.', null],
  ['systemd', 'Started Session 4 of User root.', null],
  [
    'systemd',
    'keepalived.service: main process exited, code=exited, status=1/FAILURE',
    { action: 'died', status: 1, signal: null },
  ],
  [
    'systemd',
    'keepalived.service: Main process exited, code=killed, status=9/KILL',
    { action: 'died', status: null, signal: 'KILL' },
  ],
  [
    'systemd',
    'keepalived.service: Main process exited, code=dumped, status=11/SEGV',
    { action: 'died', signal: 'SEGV' },
  ],
  [
    'systemd',
    'keepalived.service: Main process exited, code=exited, status=0/SUCCESS',
    { action: 'stopped', status: 0 },
  ],
  ['systemd', 'keepalived.service: Scheduled restart job, restart counter is at 1.', { action: 'respawned' }],
  ['systemd', 'keepalived.service: Service hold-off time over, scheduling restart.', { action: 'respawned' }],
  ['systemd', 'keepalived.service holdoff time over, scheduling restart.', { action: 'respawned' }],
  [
    'systemd',
    'keepalived.service: A process of this unit has been killed by the OOM killer.',
    { action: 'died', signal: 'KILL' },
  ],
  ['systemd', "keepalived.service: Failed with result 'signal'.", null],
  ['systemd', 'Unit keepalived.service entered failed state.', null],
  ['systemd', 'keepalived.service: Deactivated successfully.', null],
  ['systemd', 'Stopped Network Service.', { kind: 'network-manager', program: 'systemd-networkd', change: 'stopped' }],
  ['systemd', 'Started systemd-networkd.service - Network Configuration.', { change: 'started' }],
  ['systemd', 'Started NetworkManager.service - Network Manager.', { program: 'NetworkManager' }],
  ['systemd', 'Started Network Manager Script Dispatcher Service.', null],
  ['systemd', 'Started Network Time Synchronization.', null],
  ['systemd-logind', 'System is rebooting.', { kind: 'system', action: 'shutdown' }],

  ['kernel', 'Linux version 6.1.0-28-amd64 (debian-kernel@lists.debian.org)', { kind: 'system', action: 'boot' }],
  ['kernel', '[    0.000000] Linux version 5.10.0', { action: 'boot' }],
  [
    'kernel',
    '[ 9921.123456] e1000e: eth0 NIC Link is Down',
    { kind: 'interface', name: 'eth0', change: 'down', by: 'kernel' },
  ],
  ['kernel', 'igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Up 1000 Mbps Full Duplex', { name: 'eno1', change: 'up' }],
  ['kernel', 'r8169 0000:03:00.0 enp3s0: Link is Down', { name: 'enp3s0', change: 'down' }],
  ['kernel', 'IPv6: ADDRCONF(NETDEV_CHANGE): eth0.7: link becomes ready', { name: 'eth0.7', change: 'up' }],
  ['kernel', 'bond0: link status definitely down for interface eth1, disabling it', { name: 'eth1', change: 'down' }],
  [
    'kernel',
    'Out of memory: Killed process 812 (keepalived) total-vm:21344kB',
    { kind: 'daemon', action: 'died', by: 'kernel', signal: 'KILL' },
  ],
  ['kernel', 'Out of memory: Kill process 812 (keepalived) score 3 or sacrifice child', { signal: 'KILL' }],
  ['kernel', 'Out of memory: Killed process 812 (mysqld) total-vm:21344kB', null],
  ['kernel', 'keepalived[812]: segfault at 8 ip 000055', { signal: 'SEGV' }],
  ['kernel', 'PM: suspend entry (deep)', { action: 'suspended' }],
  ['kernel', 'PM: suspend exit', { action: 'resumed' }],
  ['kernel', 'usb 1-1: new high-speed USB device number 4', null],

  ['systemd-networkd', 'eth0: Lost carrier', { kind: 'interface', change: 'down', by: 'systemd-networkd' }],
  ['systemd-networkd', 'eth0: Gained carrier', { change: 'up' }],
  [
    'systemd-networkd',
    'eth0: DHCPv4 address 10.77.0.1/24 via 10.77.0.254',
    { kind: 'network-manager', change: 'address', interface: 'eth0' },
  ],
  ['systemd-networkd', 'Enumeration completed', { change: 'started' }],
  ['systemd-networkd', 'enp0s8: DHCP: No gateway received from DHCP server.', null],
  [
    'NetworkManager',
    '<info>  [1605891234.1234] device (eth0): carrier: link connected',
    { by: 'NetworkManager', change: 'up' },
  ],
  [
    'NetworkManager',
    '<info>  [1605891234.1234] NetworkManager (version 1.42.4) is starting... (for the first time)',
    { change: 'started' },
  ],
  ['NetworkManager', '<info>  [1605891234.1234] caught SIGTERM, shutting down normally.', { change: 'stopped' }],
  ['NetworkManager', '<info>  [1605891234.1234] manager: rfkill: Wi-Fi enabled', null],

  [
    'nginx-ha-keepalived',
    "Transition to state 'MASTER ' on VRRP instance 'VI_1 '.",
    { kind: 'notify', instance: 'VI_1', state: 'MASTER', parameters: null },
  ],
  [
    'nginx-ha-keepalived',
    'Params and Values: TYPE=INSTANCE -- NAME=VI_1 -- STATE=MASTER -- ALLOCATION_ID=eipalloc-1 -- INSTANCE_ID=i-1 -- OTHER_INSTANCE_ID= -- EIP_INSTANCE=i-2 -- ASSOCIATION_ID= -- STATEFILE=/var/run/nginx-ha-keepalived.state',
    {
      kind: 'notify',
      instance: 'VI_1',
      state: 'MASTER',
      parameters: {
        TYPE: 'INSTANCE',
        NAME: 'VI_1',
        STATE: 'MASTER',
        ALLOCATION_ID: 'eipalloc-1',
        INSTANCE_ID: 'i-1',
        OTHER_INSTANCE_ID: '',
        EIP_INSTANCE: 'i-2',
        ASSOCIATION_ID: '',
        STATEFILE: '/var/run/nginx-ha-keepalived.state',
      },
    },
  ],
  ['nginx-ha-keepalived', 'BACKUP Path Transfer from i-1 to i-2', { kind: 'notify', instance: null, state: 'BACKUP' }],
  ['nginx-ha-keepalived', "Unknown state: 'STOP'", { kind: 'notify', state: 'STOP' }],
  ['my-notify', 'INSTANCE VI_1 FAULT 90', { kind: 'notify', instance: 'VI_1', state: 'FAULT' }],
  ['root', 'From notify: INSTANCE VI_1 is now MASTER at priority 101', { kind: 'notify', state: 'MASTER' }],
];

describe('other programs', () => {
  test.each(others)('%s: %j', (tag, message, event) => {
    const found = parseMessage(tag, message);
    if (event === null) expect(found).toBe(null);
    else expect(found).toMatchObject(event);
  });

  test('are only found by the texts that are looked for', () => {
    const telling = others.filter(([, , event]) => event !== null).map(([tag, message]) => `${tag} ${message}`);
    expect(telling.filter((line) => !tellingTexts.some((text) => line.includes(text)))).toEqual([]);
  });
});

describe('hostile messages', () => {
  const tags = [
    vrrp,
    'Keepalived_healthcheckers',
    '',
    'systemd',
    'systemd-logind',
    'kernel',
    'systemd-networkd',
    'NetworkManager',
    'nginx-ha-keepalived',
    'cron',
  ];
  const pieces = [
    '(',
    ')',
    ') ',
    '(a) ',
    'VRRP_Instance(',
    '(VI_1) Received advert from ',
    ' exited with status ',
    ': ',
    ' - ',
    '7',
    '9.',
    "'",
    'link ',
    'Link is ',
    'A=',
    'INSTANCE "',
    'INSTANCE x is ',
    'keepalived',
    'Error ',
    '(Line ',
    'no a specified',
    'Started ',
    '.',
    ' ',
    '\x1b[2J',
    '\u202e',
    '\ud800',
  ];

  // A quadratic search in such a text would take minutes.
  test.each(tags)('of 200,000 characters, by %j, are done with at once', { timeout: 20_000 }, (tag) => {
    for (const piece of pieces) {
      for (const beginning of [
        '',
        '(VI_1) ',
        "Error exec-ing command '",
        '<info>  [1.1] device (',
        'Params and Values: ',
      ]) {
        const message = beginning + piece.repeat(Math.ceil(200_000 / piece.length));
        expect(() => parseMessage(tag, message)).not.toThrow();
      }
    }
  });

  test('cut anywhere never throw, and are not taken for another one', () => {
    for (const [message] of said) {
      for (let length = 0; length <= message.length; length++) {
        const cut = parseMessage(vrrp, message.slice(0, length));
        expect(cut === null || typeof cut.kind === 'string').toBe(true);
      }
    }
  });
});
