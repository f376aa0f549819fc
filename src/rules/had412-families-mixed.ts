import { lineEvidence, subjectOf } from './in-configurations.ts';
import { instanceAt, judgeErrors } from './in-one-configuration.ts';
import { defineRule } from './rule.ts';

export const familiesMixed = defineRule({
  code: 'HAD412',
  name: 'families-mixed',
  severity: 'error',
  title: 'IPv4 and IPv6 in one instance',
  explanation: `An advert is IPv4 or IPv6. The first address of an instance, in the order of the file, decides which; keepalived leaves out those of the other
family in \`virtual_ipaddress\`, \`unicast_peer\` and \`unicast_src_ip\`. Under \`vrrp_strict\` the first IPv6 address has to be link-local.`,
  consequence: 'the addresses of the other family are on no node',
  confirm: '`keepalived -t` says "address family must match".',
  remedy:
    'the other family in virtual_ipaddress_excluded, or in a vrrp_instance of its own, which may have the same virtual_router_id; on both nodes',
  references: ['RFC 9568 section 5.2.9', 'keepalived.conf(5) virtual_ipaddress, virtual_ipaddress_excluded'],
  needs: ['configurations'],
  check({ configurations }) {
    const mixed = judgeErrors(
      configurations,
      ({ kind }) => kind === 'family',
      ([first], node) => ({
        message: `${instanceAt(node, first)?.name ?? 'an instance'} on ${node.node}: ${first.message}`,
      }),
    );
    const strict = configurations.flatMap((node) =>
      node.config.instances.flatMap((instance) => {
        const [first] = instance.vips;
        const isWrong = instance.strict.value && first?.family === 'ipv6' && !/^fe[89ab]/.test(first.address);
        if (!isWrong) return [];
        return [
          {
            subject: subjectOf([node], instance),
            message: `${instance.name} on ${node.node}: under vrrp_strict the first IPv6 address has to be link-local, and ${first.address} is not`,
            evidence: [lineEvidence(node, first.line)],
            consequence: 'keepalived does not use the instance as it is meant, or not at all',
            remedy: 'a link-local address (fe80::…) first in virtual_ipaddress, on both nodes',
          },
        ];
      }),
    );
    return [...mixed, ...strict];
  },
});
