import { inSeconds } from '../model/time.ts';
import type { StateTransition, Timeline } from '../model/timeline.ts';
import type { Arrival, OneWay, Wire } from '../model/wire.ts';
import { logEvidence } from './in-the-logs.ts';
import { advertEvidence } from './on-the-wire.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const oneWay = defineRule({
  code: 'HAD118',
  name: 'one-way',
  severity: 'error',
  title: 'Adverts leave one node and do not arrive at the other',
  explanation: `With captures from both nodes, adverts that one node sends are in its own capture and not in the other's, while the other one speaks,
as a node does that hears no master. A capture sees what arrives before the node's own firewall and rp_filter do, so that the loss lies between
the nodes: the switch, a firewall or security group in between, the hypervisor, the wrong VLAN. Where the adverts do arrive, and the node's log
says that none came, it is the node itself that drops them. Captures are compared by what they hold; only where neither node hears the
other is it taken that their clocks agree.`,
  consequence: 'the node that hears nothing becomes master beside the other',
  confirm:
    'On both nodes at the same time: `tcpdump -ni IFACE "proto 112 or proto 51 or ip6 proto 112"`; or `ha-doctor sniff lb1:eth0 lb2:eth0`.',
  remedy:
    "look between the nodes: switch (IGMP snooping for 224.0.0.18), firewalls, security groups (protocol 112), the hypervisor's anti-spoofing",
  references: ['RFC 9568 section 5.1.1.2', 'keepalived.conf(5) unicast_peer'],
  needs: ['wire'],
  mayUse: ['timeline'],
  check: ({ wire, timeline }, context) => [
    ...wire.oneWays.flatMap((fact) => judgeLoss(fact, wire, context)),
    ...(timeline === null ? [] : judgeDrops(wire, timeline, context)),
  ],
});

function judgeLoss(fact: OneWay, { oneWays }: Wire, context: RuleContext): Judgement[] {
  const { sent, lost, lastArrival, certain } = fact;
  const { advert } = sent.last;
  const back = oneWays.find(
    (other) => other.lost.last.advert.src === advert.src && other.sent.last.advert.src === lost.last.advert.src,
  );
  // Of both directions, one finding.
  if (back !== undefined && oneWays.indexOf(back) < oneWays.indexOf(fact)) return [];
  const way = `adverts of ${advert.src} leave ${sent.place} and do not arrive at ${lost.place}`;
  return [
    {
      subject: subjectOf(sent, [advert.src, lost.last.advert.src]),
      message: back === undefined ? way : `${way}, nor those of ${lost.last.advert.src} the other way`,
      certainty: certain ? 'certain' : 'likely',
      evidence: [
        advertEvidence(sent.last, context, `the last of ${sent.count} at ${sent.place}`),
        ...(lastArrival === null ? [] : [advertEvidence(lastArrival, context, `the last one at ${lost.place}`)]),
        advertEvidence(
          lost.last,
          context,
          `the last of ${lost.count} at ${lost.place}, which hears ${lastArrival === null ? 'none' : 'no more'} of them`,
        ),
      ],
    },
  ];
}

/** Adverts that arrive at a node whose log says that none came. */
function judgeDrops(wire: Wire, timeline: Timeline, context: RuleContext): Judgement[] {
  const judged = new Set<Arrival>();
  return timeline.transitions.flatMap((transition) => {
    if (transition.to !== 'MASTER' || transition.reason !== 'advert-timeout') return [];
    const at = ownTimeOf(transition, timeline);
    if (at === null) return [];
    const arriving = wire.arrivals.filter(
      ({ place, runAt, lastAt, last }) =>
        place === transition.node && at - runAt > 4 * (last.advert.intvl || 1) && lastAt >= at,
    );
    const [arrival] = arriving;
    // A log names no vrid: of several it may be another one that fell silent.
    if (arrival === undefined || arriving.length > 1 || judged.has(arrival)) return [];
    judged.add(arrival);
    const { node, instance } = transition;
    const { src } = arrival.last.advert;
    return [
      {
        subject: { ...subjectOf(arrival, [src]), nodes: [node], instance },
        message: `adverts of ${src} arrive at ${node}, whose keepalived heard none for a master-down interval`,
        certainty: 'likely' as const,
        remedy: `on ${node}: let protocol 112 in (nft list ruleset, iptables -S), and look at rp_filter and the address that keepalived listens on`,
        evidence: [
          advertEvidence(arrival.last, context, `the last of ${arrival.count} at ${node}`),
          ...logEvidence([transition], context),
        ],
      },
    ];
  });
}

/** By the node's own clock, seconds since the epoch. */
function ownTimeOf({ node, time }: StateTransition, { nodes }: Timeline): number | null {
  if (time === null) return null;
  return inSeconds(time) - (nodes.find((history) => history.node === node)?.offsetSeconds ?? 0);
}

function subjectOf({ last: { advert } }: Arrival, sources: readonly string[]): Judgement['subject'] {
  const { family, vrid, vlan } = advert;
  const subject = { nodes: [...sources].sort(), instance: null, family, vrid, vip: null };
  return vlan.length === 0 ? subject : { ...subject, vlan };
}
