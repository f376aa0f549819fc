import { judgeMismatches, secondsOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const intervalDiffersOnWire = defineRule({
  code: 'HAD111',
  name: 'interval-differs-on-wire',
  severity: 'error',
  title: 'Nodes of one virtual router advertise different intervals',
  explanation: `The interval is part of every advert. A VRRPv2 receiver drops an advert whose interval is not its own (RFC 3768 section 7.1). A
VRRPv3 backup takes the master's interval instead (RFC 9568 section 6.4.2), so that the pair works, but each node fails over at another pace.`,
  consequence:
    "VRRPv2: adverts are dropped, and both nodes become master. VRRPv3: the backup takes the master's interval",
  confirm:
    'On both nodes: `grep -n advert_int /etc/keepalived/keepalived.conf`. keepalived.stats does not count this rejection.',
  remedy: 'the same advert_int in vrrp_instance on both nodes, then reload',
  references: ['RFC 3768 section 7.1', 'RFC 9568 section 6.4.2', 'keepalived.conf(5) advert_int'],
  needs: ['wire'],
  check({ wire }, context) {
    return judgeMismatches(wire, 'interval', context, ({ a, b }) => {
      const [left, right] = [secondsOf(a.advert.intvl ?? 0), secondsOf(b.advert.intvl ?? 0)];
      const isV2 = a.advert.version === 2;
      return {
        severity: isV2 ? 'error' : 'warning',
        message: `${a.advert.src} sends intvl ${left}, ${b.advert.src} ${right}`,
        remarks: [`intvl ${left}`, `intvl ${right}`],
        consequence: isV2
          ? "each node drops the other's adverts: both become master"
          : "the backup takes the master's interval: the time to fail over depends on who is master",
      };
    });
  },
});
