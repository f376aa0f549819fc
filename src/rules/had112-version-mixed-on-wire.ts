import { judgeMismatches } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const versionMixedOnWire = defineRule({
  code: 'HAD112',
  name: 'version-mixed-on-wire',
  severity: 'error',
  title: 'VRRPv2 and VRRPv3 for one virtual router',
  explanation: `VRRPv2 and VRRPv3 are different packets; a receiver drops the version that it is not set to (RFC 9568 section 7.1). keepalived speaks
version 2 unless \`vrrp_version 3\` is set, globally or in the instance; IPv6 is always version 3.`,
  consequence: "each node drops the other's adverts: both become master",
  confirm: 'On both nodes: `grep -n version /etc/keepalived/keepalived.conf`.',
  remedy: 'the same vrrp_version in global_defs on both nodes, then restart keepalived',
  references: ['RFC 9568 section 7.1', 'RFC 9568 section 8.4', 'keepalived.conf(5) vrrp_version'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'version', context, ({ a, b }) => ({
      message: `${a.advert.src} sends VRRPv${a.advert.version}, ${b.advert.src} VRRPv${b.advert.version}`,
      remarks: [`VRRPv${a.advert.version}`, `VRRPv${b.advert.version}`],
    }));
  },
});
