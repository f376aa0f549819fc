import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const unicastPeersNotMutual = defineRule({
  code: 'HAD303',
  name: 'unicast-peers-not-mutual',
  severity: 'error',
  title: 'Unicast peers do not name each other',
  explanation: `With \`unicast_peer\` adverts go to the addresses listed, and to nobody else. Each node has to list the address that the other sends from:
its \`unicast_src_ip\`, or the first address of its interface. A prefix length is of no matter; further peers do no harm. A node that lists
itself receives its own adverts, and logs each.`,
  consequence: 'the node that is not listed hears nothing: it becomes master as well, and both hold the VIP',
  confirm:
    'On the node that is not listed: `ha-doctor sniff -i IFACE --vrid VRID` shows no advert of the other (HAD109).',
  remedy: "each node's unicast_src_ip in the other's unicast_peer; then reload both",
  references: ['keepalived.conf(5) unicast_peer, unicast_src_ip'],
  needs: ['pair'],
  check({ pair }) {
    return pair.instances.flatMap(({ a, b, sourceA, sourceB }) => {
      if (a.mode !== 'unicast' || b.mode !== 'unicast') return [];
      return [
        ...judge(a, [pair.a, a, sourceA], [pair.b, b, sourceB]),
        ...judge(a, [pair.b, b, sourceB], [pair.a, a, sourceA]),
      ];
    });
  },
});

type End = readonly [node: NodeConfiguration, instance: VrrpInstance, source: string | null];

/** What one end lists of the other; the finding bears the name that the instance has on the first node. */
function judge(named: VrrpInstance, [node, instance, source]: End, [other, their, theirs]: End): Judgement[] {
  const lists = (address: string | null) => instance.peers.find((peer) => peer.address === address);
  const subject = subjectOf([node], named);
  const itself = lists(source);
  if (theirs !== null && lists(theirs) === undefined) {
    const addresses = instance.peers.map(({ address }) => address);
    return [
      {
        subject,
        message: `unicast_peer of ${node.node} lacks ${theirs}, from which ${other.node} sends`,
        evidence: [
          lineEvidence(node, instance.peers[0]?.line ?? instance.line, `unicast_peer ${addresses.join(', ')}`),
          lineEvidence(other, their.sourceAddress.line ?? their.line),
        ],
        consequence: `${other.node} hears nothing of ${node.node}: it becomes master as well, and both hold the VIP`,
        remedy: `on ${node.node}, in unicast_peer of ${instance.name}: ${theirs}${itself === undefined ? '' : ` instead of ${source}`}; then reload`,
      },
    ];
  }
  if (itself === undefined) return [];
  return [
    {
      subject,
      severity: 'warning',
      message: `unicast_peer of ${node.node} lists ${source}, its own address`,
      evidence: [lineEvidence(node, itself.line)],
      consequence: 'it receives its own adverts and logs them, which hides what matters',
      remedy: `on ${node.node}, out of unicast_peer of ${instance.name}: ${source}; then reload`,
    },
  ];
}
