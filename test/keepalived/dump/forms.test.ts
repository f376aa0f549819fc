import { describe, expect, test } from 'vitest';
import { readData } from '../../../src/keepalived/dump/data.ts';
import { readJson } from '../../../src/keepalived/dump/json.ts';
import { readStats } from '../../../src/keepalived/dump/stats.ts';

/** As the generations differ: 1.3 counts in the label's value, 2.1 does not count, 2.2 in brackets. */
const heads = {
  '1.3': 'Virtual IP = 2',
  '2.1': 'Virtual IP :',
  '2.3': 'Virtual IP (2):',
};

function data(vipsLabel: string, more = ''): string {
  return `------< VRRP Topology >------
 VRRP Instance = VI_1
   VRRP Version = 2
   State = MASTER
   Master router = 10.77.0.1
   Master priority = 150
   Wantstate = MASTER
   Last transition = 1795213673.951150 (Fri Nov 20 22:27:53 2026.951150)
   Interface = vrrp.51, vmac on eth0, xmit base i/f
   Using src_ip = 10.77.0.1 (from configuration)
   Virtual Router ID = 51
   Priority = 101
   Effective priority = 151
   Total priority = 151
   Advert interval = 260 milli-sec
   Accept = disabled
   Preempt = disabled
   Preempt delay = 3 secs
   Authentication type = IPSEC_AH
   Password = secret
   ${vipsLabel}
     10.77.0.100/24 dev eth0 scope global label eth0:vip set
     fe80:: dev eth0 scope global
   Virtual IP Excluded (1):
     fd77::100/64 dev eth0 scope global
   Unicast Peer :
     10.77.0.2 min_ttl 0 max_ttl 255
   Tracked scripts (1):
     chk_nginx weight -20 reverse
   Tracked interfaces :
     eth1 weight 0
${more}`;
}

describe('keepalived.data', () => {
  test.each(Object.entries(heads))('of %s', (_, head) => {
    expect(readData(data(head))?.instances).toEqual([
      {
        instance: 'VI_1',
        state: 'MASTER',
        wantedState: 'MASTER',
        version: 2,
        syncGroup: null,
        master: null,
        masterPriority: 150,
        interface: 'vrrp.51',
        sourceAddress: '10.77.0.1',
        vrid: 51,
        priority: 101,
        effectivePriority: 151,
        intervalSeconds: 0.26,
        accept: false,
        nopreempt: true,
        preemptDelaySeconds: 3,
        authType: 'AH',
        vips: ['10.77.0.100/24', 'fe80::'],
        excludedVips: ['fd77::100/64'],
        peers: ['10.77.0.2'],
        tracked: [
          { kind: 'script', name: 'chk_nginx', weight: -20, isReversed: true },
          { kind: 'interface', name: 'eth1', weight: 0, isReversed: false },
        ],
        lastTransitionSeconds: 1795213673.95115,
      },
    ]);
  });

  test('names the master that a backup hears, and none before it has heard one', () => {
    const backup = (priority: number): string =>
      `VRRP Instance = A\n  State = BACKUP\n  Master router = 10.0.0.2\n  Master priority = ${priority}\n`;
    expect(readData(backup(100))?.instances[0]?.master).toBe('10.0.0.2');
    expect(readData(backup(0))?.instances[0]?.master).toBeNull();
  });

  test('has scripts', () => {
    const script = ' VRRP Script = chk\n   Interval = 3 sec\n   Weight = 5 reverse\n   Status = BAD\n';
    expect(readData(data(heads['2.1'], script))?.scripts).toEqual([
      { name: 'chk', weight: 5, isReversed: true, intervalSeconds: 3, status: 'BAD' },
    ]);
  });

  test('never keeps the password', () => {
    expect(JSON.stringify(readData(data(heads['2.1'])))).not.toContain('secret');
  });

  test.each(['', 'nothing', 'VRRP Instance = A', '\0\x1b[31m', 'VRRP Instance = A\n State = 7'])(
    'is not %j',
    (text) => {
      expect(readData(text)).toBeNull();
    },
  );
});

describe('keepalived.stats', () => {
  test('of 2.x, and what a later one adds', () => {
    const text = `VRRP Instance: VI_1
  Advertisements:
    Received: 7
    Sent: 12
  Became master: 2
  Released master: 1
  Packet Errors:
    Length: 3
    TTL: 4
    Invalid Type: 5
    Advertisement Interval: 6
    Address List: 8
  Authentication Errors:
    Invalid Type: 9
    Type Mismatch: 10
    Failure: 11
    Extension: 99
  Priority Zero:
    Received: 13
`;
    expect(readStats(text)).toEqual([
      {
        instance: 'VI_1',
        advertsReceived: 7,
        advertsSent: 12,
        becameMaster: 2,
        releasedMaster: 1,
        lengthErrors: 3,
        ttlErrors: 4,
        typeErrors: 5,
        intervalErrors: 6,
        addressListErrors: 8,
        authTypeErrors: 9,
        authMismatchErrors: 10,
        authFailures: 11,
        priorityZeroReceived: 13,
        priorityZeroSent: null,
      },
    ]);
  });

  test.each(['', 'VRRP Instance:', '{}'])('is not %j', (text) => {
    expect(readStats(text)).toBeNull();
  });
});

describe('keepalived.json', () => {
  const entry = {
    data: { iname: 'VI_1', state: 1, wantstate: 2, vips: ['10.0.0.9/24 dev eth0', 7], accept: 1, auth_data: 'secret' },
    stats: { advert_sent: 4 },
  };

  test.each([
    ['1', [entry]],
    ['2', { vrrp: [entry], track_process: [] }],
  ])('of json_version %s', (_, document) => {
    const dump = readJson(JSON.stringify(document));
    expect(dump?.instances).toMatchObject([
      { instance: 'VI_1', state: 'BACKUP', wantedState: 'MASTER', vips: ['10.0.0.9/24'], accept: true, vrid: null },
    ]);
    expect(dump?.counters).toMatchObject([{ advertsSent: 4, advertsReceived: null }]);
    expect(JSON.stringify(dump)).not.toContain('secret');
  });

  test.each(['', '{', '[]', 'null', '[1]', '{"vrrp":{}}', '[{"data":{"iname":3}}]', '['.repeat(100_000)])(
    'is not %.20j',
    (text) => {
      expect(readJson(text)).toBeNull();
    },
  );
});
