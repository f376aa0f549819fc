import { isInSubnet } from '../model/address-order.ts';
import { movesElasticIp } from '../model/aws.ts';
import type { NodeInterfaces } from '../model/host.ts';
import type { NodeConfiguration, VirtualAddress, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const vipOutsideSubnet = defineRule({
  code: 'HAD309',
  name: 'vip-outside-subnet',
  severity: 'warning',
  title: 'A virtual address is in no subnet of its interface',
  explanation: `keepalived puts the VIP onto the instance's interface (or the one that \`dev\` names) and announces it there by ARP. Hosts of the segment
ask for it only if it is in their subnet; an address of another one needs a route to this segment. An interface that is not there keeps
the instance in FAULT.`,
  consequence: 'the VIP is put where nobody asks for it, unless a router has a route for it to this segment',
  confirm: 'On the node: `ip -br addr`.',
  remedy: 'the right interface or dev, or a VIP of the subnet of the interface',
  references: ['keepalived.conf(5) interface, virtual_ipaddress', 'RFC 826'],
  needs: ['configurations', 'interfaces'],
  check({ configurations, interfaces }) {
    return configurations.flatMap((node) => {
      const host = interfaces.find((candidate) => candidate.node === node.node);
      return host === undefined ? [] : node.config.instances.flatMap((instance) => judge(node, instance, host));
    });
  },
});

function judge(node: NodeConfiguration, instance: VrrpInstance, { interfaces }: NodeInterfaces): Judgement[] {
  const subject = subjectOf([node], instance);
  const own = instance.interface;
  const known = (name: string | null) => interfaces.find((candidate) => candidate.name === name);
  if (own.value !== null && known(own.value) === undefined) {
    return [
      {
        subject,
        message: `${node.node} has no interface ${own.value}`,
        evidence: [
          lineEvidence(node, own.line ?? instance.line),
          hostEvidence(node, interfaces.map(({ name }) => name).join(', ')),
        ],
        consequence: `${instance.name} stays in FAULT on ${node.node}`,
        remedy: `on ${node.node}, interface of ${instance.name}: one of ${interfaces.map(({ name }) => name).join(', ')}; then reload`,
      },
    ];
  }
  // Clients use the Elastic IP there, which is on no interface.
  if (isElsewhere(node, instance)) return [];
  return [...instance.vips, ...instance.excludedVips].flatMap((vip) => {
    const target = known(vip.dev ?? own.value);
    if (target === undefined || isWithin(vip, target.addresses)) return [];
    const subnets = target.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`).join(', ');
    return [
      {
        subject: { ...subject, vip: vip.address },
        message: `${vip.address} is in no subnet of ${target.name} on ${node.node}`,
        evidence: [lineEvidence(node, vip.line), hostEvidence(node, `${target.name} has ${subnets || 'no address'}`)],
      },
    ];
  });
}

/** Whether a notify script moves the address by AWS's API. */
function isElsewhere({ scripts }: NodeConfiguration, { notify }: VrrpInstance): boolean {
  return notify.some(({ command: [path] }) => {
    const content = scripts.find((script) => script.path === path)?.content ?? null;
    return content !== null && movesElasticIp(content);
  });
}

/** The address itself does not count: the master has it. */
function isWithin(vip: VirtualAddress, addresses: NodeInterfaces['interfaces'][number]['addresses']): boolean {
  return addresses.some(
    ({ family, address, prefixLength }) =>
      family === vip.family && address !== vip.address && isInSubnet(vip.address, address, prefixLength),
  );
}

function hostEvidence({ node }: NodeConfiguration, text: string) {
  return { kind: 'command' as const, node, command: 'ip -j addr', text };
}
