import { judgeMismatches, listOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const vipsDifferOnWire = defineRule({
  code: 'HAD110',
  name: 'vips-differ-on-wire',
  severity: 'error',
  title: 'Nodes of one virtual router advertise different addresses',
  explanation: `An advert lists the addresses of \`virtual_ipaddress\` (not those of \`virtual_ipaddress_excluded\`). keepalived compares the set with its
own, without prefix lengths or order. Up to 2.3.2 it drops an advert whose set differs, from 2.3.3 it logs that once and accepts it.`,
  consequence:
    'up to keepalived 2.3.2 adverts are dropped and both nodes become master; from 2.3.3 the addresses that only one node lists are lost at failover',
  confirm:
    'On both nodes: `grep -A9 virtual_ipaddress /etc/keepalived/keepalived.conf`; `journalctl -u keepalived | grep "not present"`.',
  remedy:
    'the same virtual_ipaddress block on both nodes, then reload; extra addresses go into virtual_ipaddress_excluded, on both',
  references: ['keepalived.conf(5) virtual_ipaddress, virtual_ipaddress_excluded', 'keepalived: vrrp_check_packet()'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'addresses', context, ({ a, b }) => {
      const [left, right] = [new Set(a.advert.addrs), new Set(b.advert.addrs)];
      const onlyA = [...left].filter((address) => !right.has(address));
      const onlyB = [...right].filter((address) => !left.has(address));
      const differences = [
        ...(onlyA.length > 0 ? [`only ${a.advert.src} lists ${listOf(onlyA)}`] : []),
        ...(onlyB.length > 0 ? [`only ${b.advert.src} lists ${listOf(onlyB)}`] : []),
      ];
      return {
        message: differences.join(', '),
        remarks: [`addrs ${listOf(a.advert.addrs)}`, `addrs ${listOf(b.advert.addrs)}`],
      };
    });
  },
});
