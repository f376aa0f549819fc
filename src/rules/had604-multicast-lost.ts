import type { VrrpInstance } from '../model/keepalived.ts';
import type { NodeState } from '../model/node-state.ts';
import type { Sender } from '../model/wire.ts';
import { subjectOf } from './in-configurations.ts';
import { addressOf, commandEvidence, instancesOn, speakersTo } from './on-the-hosts.ts';
import { advertEvidence } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const multicastLost = defineRule({
  code: 'HAD604',
  name: 'multicast-lost',
  severity: 'error',
  title: 'Multicast adverts leave one node and do not arrive at the other',
  explanation: `The node has joined the group, the other was seen to send to it, and in all the time that both listened nothing arrived: the network
between them does not deliver. Switches with IGMP snooping and no querier forget who has joined; hypervisors and wireless networks drop multicast.`,
  consequence: 'the node does not hear the master, and becomes one itself: split brain',
  confirm:
    'ha-doctor sniff on both nodes at the same time; on the node: `ip maddr` shows the group. On the switch: IGMP snooping and its querier.',
  remedy:
    'switch IGMP snooping off for the segment or give it a querier; or use unicast_src_ip and unicast_peer on both nodes',
  references: ['RFC 9568 section 5.1.1.2', 'RFC 4541', 'keepalived issues 893, 1367, 2370, 2649'],
  needs: ['configurations', 'hosts', 'states'],
  mayUse: ['interfaces'],
  check({ configurations, hosts, states, interfaces }, context) {
    return instancesOn(configurations, hosts).flatMap(({ node, instance, host }) => {
      const group = instance.multicastGroup.value;
      const isJoined = host.groups?.some(
        ({ interface: name, address }) => name === instance.interface.value && address === group,
      );
      const state = states.find((other) => other.node === node.node);
      if (instance.mode !== 'multicast' || isJoined !== true || !hasListened(state, instance)) return [];
      const own = addressOf(node, instance, interfaces);
      return speakersTo(node, instance, configurations, interfaces)
        .filter((source) => source !== own && sentBy(source, instance, [state]) === undefined)
        .flatMap((source) => {
          const others = states.filter((other) => other !== state);
          const sender = sentBy(source, instance, others);
          if (sender === undefined) return [];
          return [
            {
              subject: subjectOf([node], instance),
              message: `${source} sends adverts to ${group}, and none arrives at ${node.node}`,
              evidence: [
                advertEvidence(sender.last, context),
                commandEvidence(node.node, 'ip maddr', `${group} is joined on ${instance.interface.value}`),
              ],
            },
          ];
        });
    });
  },
});

/** Whether a node listened for long enough to hear a master. */
function hasListened(state: NodeState | undefined, { intervalSeconds, downTimerAdverts }: VrrpInstance): boolean {
  return (state?.heard?.seconds ?? 0) >= intervalSeconds.value * downTimerAdverts.value;
}

function sentBy(
  source: string,
  { family, vrid }: VrrpInstance,
  listeners: readonly (NodeState | undefined)[],
): Sender | undefined {
  return listeners
    .flatMap((listener) => listener?.heard?.wire.routers ?? [])
    .filter((router) => router.family === family && router.vrid === vrid.value)
    .flatMap(({ senders }) => senders)
    .find(({ src, prio }) => src === source && prio !== null);
}
