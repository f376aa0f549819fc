import { durationOf, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule } from './rule.ts';

export const staleArpAfterHeal = defineRule({
  code: 'HAD204',
  name: 'stale-arp-after-heal',
  severity: 'warning',
  title: 'No gratuitous ARP after a spell of two masters',
  explanation: `While two nodes held the VIP, both announced it, and routers and clients kept the address of whichever spoke last. When one of
them gives way, the other has to announce the VIP again. keepalived does so when it hears an advert of a lower priority; a master that
heard none does not, and part of the network goes on sending to the wrong node until its entries age.`,
  consequence: 'clients and routers that learnt the other node go on sending to it, for minutes',
  confirm: 'On a router or a client: `ip neigh show VIP` has the hardware address of the wrong node.',
  remedy:
    'on the master: arping -A -c 3 -I IFACE VIP; for the next time garp_master_refresh 60 in the vrrp_instance, on both nodes',
  references: [
    'RFC 5227 section 3',
    'keepalived.conf(5) garp_master_refresh, garp_lower_prio_repeat',
    'keepalived issues 20, 2459',
  ],
  needs: ['timeline'],
  lacks({ timeline }) {
    const isNeeded = timeline.failovers.some(({ overlapSeconds }) => (overlapSeconds ?? 0) > 2);
    return isNeeded && !timeline.showsArps
      ? {
          reason: 'needs logs with details (keepalived -D), which show gratuitous ARPs',
          needs: ['var/log/syslog', 'captures/*.pcap*'],
        }
      : null;
  },
  check({ timeline }, context) {
    return timeline.staleArps.map(({ instance, winner, loser, overlapSeconds, end }) => ({
      subject: subjectOf([winner, loser], instance),
      message: `${winner} stayed master of ${instance} after ${durationOf(overlapSeconds)} with two masters, and has not sent a gratuitous ARP since`,
      certainty: 'likely',
      evidence: logEvidence([end], context, `and then none of ${winner}`),
    }));
  },
});
