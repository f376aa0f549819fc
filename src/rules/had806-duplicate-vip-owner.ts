import { commandEvidence } from './on-the-hosts.ts';
import { subjectOn } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const duplicateVipOwner = defineRule({
  code: 'HAD806',
  name: 'duplicate-vip-owner',
  severity: 'error',
  title: 'A third host answers for the virtual address',
  explanation: `A neighbour table has a hardware address for the VIP that belongs to no interface of the nodes, and is not the virtual router's own
(00:00:5e:00:01:VRID). Another host has the address too: a forgotten machine, a container, a device with the address fixed in it. Entries that were
confirmed lately are certain; stale ones may be of a card that was replaced.`,
  consequence: 'clients reach the other host or the master, whichever answered last',
  confirm:
    'From a third host: `arping -D -I IFACE VIP` lists each hardware address that answers; the switch knows its port.',
  remedy: 'find the host by its hardware address on the switch, and take the address off it',
  references: ['RFC 5227', 'RFC 9568 section 7.3'],
  needs: ['status', 'hosts', 'interfaces'],
  lacks: ({ hosts }) =>
    hosts.some(({ neighbours }) => neighbours !== null)
      ? null
      : { reason: 'needs the neighbour tables of the nodes', needs: ['commands/ip-neigh.json'] },
  check({ status, hosts, interfaces }) {
    return status.flatMap((instance) => {
      const links = instance.nodes.flatMap(({ node }) => interfaces.filter((other) => other.node === node));
      // The hardware address may be that of a node which was not read.
      if (links.length < instance.nodes.length || instance.nodes.length < 2) return [];
      const known = links.flatMap((node) => node.interfaces.flatMap(({ mac }) => mac?.toLowerCase() ?? []));
      return instance.vips.flatMap((vip) => {
        const foreign = hosts.flatMap(({ node, neighbours }) =>
          (neighbours ?? [])
            .filter(({ address, mac }) => address === vip && !known.includes(mac) && !isVirtual(mac))
            .map((neighbour) => ({ node, neighbour })),
        );
        const [first] = foreign;
        if (first === undefined) return [];
        const isSure = foreign.some(({ neighbour }) => confirmed.includes(neighbour.state));
        return [
          {
            subject: subjectOn(instance, [], vip),
            message: `${first.neighbour.mac} answers for ${vip}, and is on none of ${instance.nodes.map(({ node }) => node).join(', ')}`,
            certainty: isSure ? ('certain' as const) : ('likely' as const),
            evidence: foreign.map(({ node, neighbour }) =>
              commandEvidence(
                node,
                'ip neigh',
                `${vip} dev ${neighbour.interface} lladdr ${neighbour.mac} ${neighbour.state}`,
              ),
            ),
          },
        ];
      });
    });
  },
});

/** States of an entry that the neighbour has confirmed (ip-neighbour(8)). */
const confirmed = ['REACHABLE', 'DELAY', 'PROBE'];

/** RFC 9568 section 7.3: 00-00-5E-00-01-{VRID}, for IPv6 -02-. */
function isVirtual(mac: string): boolean {
  return /^00:00:5e:00:0[12]:/.test(mac);
}
