import { judgeDifferences } from './in-configurations.ts';
import { defineRule } from './rule.ts';

export const advertIntDiffers = defineRule({
  code: 'HAD306',
  name: 'advert-int-differs',
  severity: 'error',
  title: 'The nodes of a pair have different advert_int',
  explanation: `VRRPv2 carries the interval in each advert, and a receiver with another one drops it (RFC 3768 section 7.1). In VRRPv3 the backup takes the
master's interval over for its timer (RFC 9568 section 6.4.2), so that the pair works, but fails over more slowly or more quickly depending
on which node is master.`,
  consequence: 'each node drops the adverts of the other: both become master and hold the VIP',
  confirm:
    'On both nodes: `grep -n advert_int /etc/keepalived/keepalived.conf`; `ha-doctor sniff -i IFACE` names it HAD111.',
  remedy: 'the same advert_int on both nodes; then reload both',
  references: ['RFC 3768 section 7.1', 'RFC 9568 section 6.4.2', 'keepalived.conf(5) advert_int'],
  needs: ['pair'],
  check({ pair }, context) {
    return judgeDifferences(pair, 'HAD306', context, ({ a, b }, instances) => ({
      message: `advert_int is ${a.text} on ${pair.a.node} and ${b.text} on ${pair.b.node}`,
      ...(instances.a.version.value === 3 && instances.b.version.value === 3
        ? {
            severity: 'warning' as const,
            consequence:
              'VRRPv3: the backup waits by the interval of whoever is master, so that a failover takes another time in each direction',
          }
        : {}),
    }));
  },
});
