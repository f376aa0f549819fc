import type { RemovedVip } from '../model/timeline.ts';
import { atTime, logEvidence, subjectOf, times } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const vipRemovedUnderKeepalived = defineRule({
  code: 'HAD211',
  name: 'vip-removed-under-keepalived',
  severity: 'error',
  title: 'The VIP was taken off the interface of a master',
  explanation: `netlink told keepalived that an address which it had announced is gone, and the instance stayed master: somebody else removed it.
systemd-networkd and NetworkManager do so when they configure an interface anew and find addresses that they did not set.`,
  consequence: 'the node goes on as master without the VIP: nobody answers for it, and no failover mends that',
  confirm:
    'On the master: `ip -br addr` lacks the VIP; `journalctl -u systemd-networkd -u NetworkManager` at that time.',
  remedy:
    'tell networkd to leave foreign addresses: KeepConfiguration=yes in the file that systemd-networkd has for the interface; then systemctl restart systemd-networkd keepalived',
  references: [
    'keepalived issues 836, 1385, 2479, 2564',
    'https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html',
  ],
  needs: ['timeline'],
  check({ timeline }, context) {
    const addresses = new Map<string, RemovedVip[]>();
    for (const fact of timeline.removedVips) {
      const key = `${fact.node} ${fact.address}`;
      addresses.set(key, [...(addresses.get(key) ?? []), fact]);
    }
    return [...addresses.values()].map((alike) => judge(alike, context));
  },
});

function judge(alike: readonly RemovedVip[], context: RuleContext): Judgement {
  const last = alike.at(-1);
  if (last === undefined) throw new Error('nothing was removed');
  const { node, instance, address, line } = last;
  const on = last.interface === null ? '' : ` from ${last.interface}`;
  const more = alike.length > 1 ? `, ${times(alike.length)} in all` : '';
  return {
    subject: { ...subjectOf([node], instance), vip: address },
    message: `${address} was removed${on} on ${node}${atTime(line.time, context)} while ${instance ?? 'its instance'} was master${more}`,
    evidence: logEvidence(alike.slice(-4), context),
  };
}
