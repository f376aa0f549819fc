import type { ArrivingPacket, FilterVerdict, NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { subjectOf } from './in-configurations.ts';
import { addressOf, commandEvidence, instancesOn, speakersTo } from './on-the-hosts.ts';
import { listOf } from './on-the-wire.ts';
import { defineRule } from './rule.ts';

export const firewallDropsVrrp = defineRule({
  code: 'HAD601',
  name: 'firewall-drops-vrrp',
  severity: 'error',
  title: "The node's own firewall drops the adverts of its peers",
  explanation: `An advert is IP protocol 112 (51 inside IPsec AH), neither TCP nor UDP, and opens no connection: rules for ports do not admit it,
and "established" does not either until both nodes have sent. The rule set was followed as the kernel does, with the advert of each peer.
A capture on the node shows adverts all the same: it sees them before the firewall does.`,
  consequence: 'the node does not hear a master, and becomes one itself: split brain',
  confirm: 'On the node: `nft list ruleset`, or `iptables -nvL INPUT`, whose counters grow with each advert dropped.',
  remedy:
    'let protocol 112 in: nft insert rule inet filter input ip protocol vrrp accept; keep it in the saved rule set',
  references: ['RFC 9568 section 5.1', 'keepalived issues 205, 1934, 2132'],
  needs: ['configurations', 'hosts'],
  mayUse: ['interfaces'],
  lacks: ({ hosts }) =>
    hosts.some(({ filters }) => filters.length > 0)
      ? null
      : {
          reason: 'needs the rule sets of the nodes',
          needs: ['commands/nft-ruleset.txt', 'commands/iptables-save.txt'],
        },
  check({ configurations, hosts, interfaces }) {
    return instancesOn(configurations, hosts).flatMap(({ node, instance, host }) => {
      const speakers = speakersTo(node, instance, configurations, interfaces);
      return host.filters.flatMap(({ command, judge }) => {
        const drops = speakers.flatMap((source) => {
          const verdict = judge(advertFrom(source, node, instance, interfaces));
          return verdict?.verdict === 'drop' ? [{ source, verdict }] : [];
        });
        const [first] = drops;
        if (first === undefined) return [];
        const line = first.verdict.rule === null ? '' : `line ${first.verdict.rule.line}: `;
        return [
          {
            subject: subjectOf([node], instance),
            message: `${node.node} drops the adverts of ${listOf(drops.map(({ source }) => source))}: ${first.verdict.reason}`,
            remedy: `on ${node.node}: ${admission(first.verdict, instance)}; and in the saved rule set`,
            evidence: [commandEvidence(node.node, command, `${line}${first.verdict.reason}`)],
          },
        ];
      });
    });
  },
});

function protocolOf({ authentication }: VrrpInstance): 51 | 112 {
  return authentication?.isInEffect === true && authentication.type.value === 'AH' ? 51 : 112;
}

function advertFrom(
  source: string,
  node: NodeConfiguration,
  instance: VrrpInstance,
  interfaces: readonly NodeInterfaces[] | null,
): ArrivingPacket {
  const { family, multicastGroup, mode } = instance;
  const own = addressOf(node, instance, interfaces);
  return {
    family,
    protocol: protocolOf(instance),
    interfaceName: instance.interface.value ?? '',
    source,
    destination: mode === 'unicast' && own !== null ? own : multicastGroup.value,
  };
}

/** The command that puts a rule in front of the one that drops. */
function admission({ chain }: FilterVerdict, instance: VrrpInstance): string {
  const protocol = protocolOf(instance);
  if (chain === 'INPUT') {
    return `${instance.family === 'ipv6' ? 'ip6tables' : 'iptables'} -I INPUT -p ${protocol} -j ACCEPT`;
  }
  return `nft insert rule ${chain} meta l4proto ${protocol} accept`;
}
