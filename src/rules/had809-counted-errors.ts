import type { InstanceCounters } from '../model/dump.ts';
import type { NodeState } from '../model/node-state.ts';
import { commandEvidence } from './on-the-hosts.ts';
import { listOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

/** What keepalived checks where it counts: each counter's label in keepalived.stats, and what it stands for. */
const checks: readonly (readonly [counter: keyof InstanceCounters, label: string, check: string])[] = [
  ['lengthErrors', 'Packet Errors: Length', 'shorter than their addresses and authentication need'],
  ['ttlErrors', 'Packet Errors: TTL', 'multicast with a TTL other than 255'],
  ['typeErrors', 'Packet Errors: Invalid Type', 'of another type than advertisement'],
  ['intervalErrors', 'Packet Errors: Advertisement Interval', 'with another advert_int'],
  ['addressListErrors', 'Packet Errors: Address List', 'with another list of VIPs'],
  ['authTypeErrors', 'Authentication Errors: Invalid Type', 'with an auth_type that does not exist'],
  ['authMismatchErrors', 'Authentication Errors: Type Mismatch', 'with another auth_type'],
  ['authFailures', 'Authentication Errors: Failure', 'with another auth_pass'],
];

export const countedErrors = defineRule({
  code: 'HAD809',
  name: 'counted-errors',
  severity: 'warning',
  title: 'keepalived has counted adverts that it refused',
  explanation: `keepalived.stats has a counter for some of the checks that an advert has to pass, since keepalived was started. Which one grows says what
the peer sends wrong. Rejections for the interval (VRRPv2), the checksum and the version are not counted: all counters may be 0 while every advert is refused.`,
  consequence:
    'adverts that are refused do not keep the node from becoming master: two masters, now or at the next failover',
  confirm:
    'On the node: `kill -s $(keepalived --signum=STATS) $(cat /run/keepalived.pid)`, twice, and compare /tmp/keepalived.stats.',
  remedy: 'find who sends them: ha-doctor sniff; then make the two configurations agree: ha-doctor diff',
  references: ['keepalived(8)', 'keepalived: vrrp_check_packet()'],
  needs: ['states'],
  lacks: ({ states }) =>
    states.some(({ counters }) => counters !== null)
      ? null
      : { reason: 'needs keepalived.stats', needs: ['commands/keepalived.stats'] },
  check({ states }) {
    return states.flatMap((state) => (state.counters?.instances ?? []).flatMap((counters) => judge(state, counters)));
  },
});

function judge({ node, counters }: NodeState, instance: InstanceCounters) {
  const counted = checks.flatMap(([counter, label, check]) => {
    const count = instance[counter];
    return typeof count === 'number' && count > 0 ? [{ count, label, check }] : [];
  });
  if (counted.length === 0) return [];
  return [
    {
      subject: { nodes: [node], instance: instance.instance, family: null, vrid: null, vip: null },
      message: `${node} refused adverts of ${instance.instance} since keepalived was started: ${listOf(counted.map(({ count, check }) => `${count} ${check}`))}`,
      evidence: counted.map(({ count, label }) =>
        commandEvidence(node, `cat ${counters?.file ?? 'keepalived.stats'} (${label})`, String(count)),
      ),
    },
  ];
}
