import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../../src/keepalived/messages/parse.ts';
import type { LoggedEvent } from '../../../src/model/log.ts';
import { readEvents } from './read-events.ts';

const folder = fileURLToPath(new URL('../../../../shared/corpus/syslog', import.meta.url));

/**
 * How often an instance came to another state in each log, counted by reading it, and which of its lines nobody knows.
 * `Transition to MASTER STATE` alone is none, nor is FAULT told once more with another cause.
 */
const counted: Readonly<Record<string, number>> = {
  'autobase109-start-v1.3.9.log': 0,
  'bosh47-effective-priority-102.log': 1,
  'carp-opnsense2551.log': 0,
  'carp-opnsense3671.log': 0,
  // vrrp.1, vrrp.wan and vrrp.8: FAULT, BACKUP, MASTER; vrrp-ha: BACKUP, MASTER.
  'devtools1808-sched_vrrp_louis.pqa-no-problem.log': 11,
  'docker-in-journald-ka758.log': 0,
  'docker-json-nodeadm95.log': 0,
  'gh-16680103900-redis-notify.log': 1,
  'gh-21155792363-fault-mysql.log': 1,
  'gh-23793610020-oracle-two-vips-html.log': 3,
  'gh-26203437157-systemctl-status.log': 3,
  'gh-28402277713-no-pid-tag.log': 1,
  'gh-32218217054-netology-prio0.log': 1,
  'gh-344730363-maxscale-fault.log': 1,
  'gh-35330572665-forcing-election-dup.log': 1,
  // Two nodes, three each; the one of them that announces MASTER and stays BACKUP is none.
  'gh-3649023607-three-master-merge.log': 6,
  'gh-37640332731-prio0-misnamed-host.log': 1,
  'gh-4326663347-two-nodes-same-hostname.log': 2,
  'gh-43488719293-chinese-month-fault.log': 2,
  'gh-43781799522-no-timestamp.log': 1,
  'gh-700958857-neutron-l3-ha.log': 2,
  'ka1100-vlan-dotted-instance-v2.0.10.log': 0,
  'ka143-ipsec-ah-start-v1.2.16.log': 0,
  'ka1467-three-nodes-timeout.log': 1,
  'ka1686-start-v1.2.24.log': 0,
  'ka1810-console-v2.0.20.log': 0,
  'ka1902-init-backup-script-status.log': 1,
  'ka1991-notify-log.log': 0,
  'ka1991-start-v2.2.2.log': 0,
  'ka2275-vmac-fault-ipv6.log': 1,
  'ka2283-sync-group-discarding.log': 2,
  'ka2319-config-warnings-v2.2.4.log': 0,
  'ka2387-console-splitbrain-v2.2.8.log': 0,
  'ka2433-invalid-passwd-timeout.log': 1,
  'ka2444-vrid-number-wording.log': 0,
  'ka2570-localized-chinese-month.log': 0,
  'ka542-no-timestamp-v1.3.9.log': 2,
  'wXingHe-nginx.log': 2,
};

/** Lines that their author wrote a remark behind. */
const remarked: Readonly<Record<string, number>> = { 'gh-23793610020-oracle-two-vips-html.log': 1 };

describe.skipIf(!existsSync(folder))('logs of others', () => {
  test('are all counted', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(counted).sort());
  });

  test.each(Object.entries(counted))('%s: %d transitions', (file, transitions) => {
    const events = readEvents(file, readFileSync(`${folder}/${file}`), parseMessage);
    const unknown = events.filter(({ event }) => event.kind === 'unknown').map(({ line }) => line.message);
    expect({ transitions: transitionsIn(events), unknown: unknown.length, lines: unknown }).toEqual({
      transitions,
      unknown: remarked[basename(file)] ?? 0,
      lines: unknown,
    });
  });
});

function transitionsIn(events: readonly LoggedEvent[]): number {
  const held = new Map<string, string>();
  let count = 0;
  for (const { line, event } of events) {
    if (event.kind !== 'state') continue;
    const key = JSON.stringify([line.host, event.instance]);
    if (held.get(key) !== event.to) count++;
    held.set(key, event.to);
  }
  return count;
}
