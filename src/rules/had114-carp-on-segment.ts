import { evidenceOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const carpOnSegment = defineRule({
  code: 'HAD114',
  name: 'carp-on-segment',
  severity: 'info',
  title: 'CARP hosts on the segment',
  explanation: `CARP (OpenBSD, FreeBSD, pfSense, OPNsense, ucarp) uses VRRP's protocol number 112 and multicast group, and its packets pass for
VRRPv2 with seven strange addresses in tcpdump and Wireshark. They are 36 bytes long; VRRPv2 with seven addresses has 44. Both
protocols derive the virtual hardware address from the id in the same way.

A vhid that equals your vrid does harm: keepalived (seen with 2.1.5, 2.2.7 and 2.3.3) drops the packet as too short, but starts its own
send timer anew each time, so that adverts come two to four seconds apart and the backup takes over now and then (HAD108).`,
  consequence:
    'none, unless its vhid equals your vrid: keepalived 2.1 to 2.3 drops its packets, but puts off its own adverts at each, and the VIP may flap',
  confirm: '`tcpdump -T carp -vni IFACE ip proto 112`.',
  remedy: 'nothing, unless its vhid equals your vrid: then another virtual_router_id on both nodes',
  references: ['OpenBSD carp(4)', 'RFC 9568 section 5.2.3'],
  needs: ['wire'],
  check({ wire }, context) {
    return wire.carps.map((host) => {
      const router = wire.routers.find(({ vrid, family }) => vrid === host.vhid && family === host.family);
      return {
        subject: { nodes: [host.src], instance: null, family: host.family, vrid: host.vhid, vip: null },
        message: `${host.src} speaks CARP, vhid ${host.vhid}${router === undefined ? '' : `: the same number as your vrid ${router.vrid}, which delays your adverts`}`,
        evidence: [evidenceOf(host, `${host.src} CARP vhid ${host.vhid}`, context)],
      };
    });
  },
});
