import { advertEvidence, secondsOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const noAdverts = defineRule({
  code: 'HAD109',
  name: 'no-adverts',
  severity: 'error',
  title: 'No adverts where some are expected',
  explanation: `Some master advertises every virtual router all the time. Silence for a whole master-down interval means that there is none, or
that its adverts do not reach this place: keepalived is dead or in FAULT on all nodes, a firewall drops protocol 112, the switch does not
forward 224.0.0.18, the nodes use unicast and this host is neither of them, or this is the wrong interface.`,
  consequence: 'a node that hears nothing becomes master; if none advertises, nobody holds the addresses',
  confirm:
    'On each node: `systemctl status keepalived`, `journalctl -u keepalived -n 20`; `ip -br addr` for the interface; then capture on the node itself.',
  remedy:
    'look at `systemctl status keepalived` on each node; if it runs, capture on the node that should be master, then on the other',
  references: ['RFC 9568 section 6.4.3', 'keepalived.conf(5) interface, unicast_peer'],
  needs: ['wire'],
  check({ wire }, context) {
    return wire.unmet.map(({ vrid, silentSeconds, last }) => {
      const what = vrid === null ? 'no VRRP adverts' : `no adverts of vrid ${vrid}`;
      const seen = wire.otherVrids.filter((other) => other !== vrid);
      const others = last === null && seen.length > 0 ? `; seen instead: vrid ${seen.slice(0, 8).join(', ')}` : '';
      const where = `${wire.live ? 'on' : 'in'} ${wire.captures.join(', ')}`;
      return {
        subject: { nodes: [], instance: null, family: null, vrid, vip: null },
        message: `${what} ${where} ${last === null ? 'for' : 'for the last'} ${secondsOf(silentSeconds)}${others}`,
        certainty: vrid === null ? 'likely' : 'certain',
        evidence: last === null ? [] : [advertEvidence(last, context, 'the last one')],
      };
    });
  },
});
