import { judgeMismatches } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const unicastMulticastMixed = defineRule({
  code: 'HAD117',
  name: 'unicast-multicast-mixed',
  severity: 'error',
  title: 'One node uses unicast, another multicast',
  explanation: `With \`unicast_peer\` keepalived sends to the addresses listed, else to 224.0.0.18 or ff02::12; a receiver in one mode drops adverts of
the other. An empty unicast_peer block means multicast.`,
  consequence: 'they do not hear each other: both become master',
  confirm: 'On both nodes: `grep -n -A4 unicast_peer /etc/keepalived/keepalived.conf`.',
  remedy: 'set unicast_peer on both nodes (each names the other), or on neither, then reload',
  references: ['RFC 9568 section 5.1.1.2', 'keepalived.conf(5) unicast_peer'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'cast', context, ({ a, b }) => {
      const [unicast, multicast] = a.advert.multicast ? [b, a] : [a, b];
      return {
        message: `${unicast.advert.src} sends unicast to ${unicast.advert.dst}, ${multicast.advert.src} multicast to ${multicast.advert.dst}`,
        remarks: a.advert.multicast ? ['multicast', 'unicast'] : ['unicast', 'multicast'],
      };
    });
  },
});
