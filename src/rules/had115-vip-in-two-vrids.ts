import { advertEvidence } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const vipInTwoVrids = defineRule({
  code: 'HAD115',
  name: 'vip-in-two-vrids',
  severity: 'error',
  title: 'One address advertised under two vrids',
  explanation: `Nodes find each other by the vrid. A pair whose \`virtual_router_id\` differs is two virtual routers with one address: each node is the
only sender of its vrid, and master of it. It must last longer than a master-down interval to count: an address may move between vrids.`,
  consequence: 'both nodes are master and hold the address; traffic goes to whichever announced it last',
  confirm:
    'On both nodes: `grep -n virtual_router_id /etc/keepalived/keepalived.conf`, and `ip -br addr` shows the VIP on both.',
  remedy: 'the same virtual_router_id in vrrp_instance on both nodes, then reload',
  references: ['RFC 9568 section 5.2.3', 'keepalived.conf(5) virtual_router_id'],
  needs: ['wire'],
  check({ wire }, context) {
    return wire.sharedAddresses.map(({ address, a, b }) => {
      const isOneHost = a.advert.src === b.advert.src;
      return {
        subject: {
          nodes: [...new Set([a.advert.src, b.advert.src])].sort(),
          instance: null,
          family: a.advert.family,
          vrid: a.advert.vrid,
          vip: address,
        },
        message: `${address} is advertised under vrid ${a.advert.vrid} by ${a.advert.src} and under vrid ${b.advert.vrid} by ${isOneHost ? 'the same node' : b.advert.src}`,
        evidence: [advertEvidence(a, context), advertEvidence(b, context)],
        ...(isOneHost
          ? {
              consequence: 'the two instances add and remove the address under each other',
              remedy: 'list the address in one vrrp_instance only, on both nodes, then reload',
            }
          : {}),
      };
    });
  },
});
