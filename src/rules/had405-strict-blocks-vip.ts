import type { NodeConfiguration, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const strictBlocksVip = defineRule({
  code: 'HAD405',
  name: 'strict-blocks-vip',
  severity: 'error',
  title: 'vrrp_strict drops packets to the VIP',
  explanation: `\`vrrp_strict\` holds keepalived to the letter of the RFC: a master that does not own the address must not accept packets to it unless
Accept_Mode says so, and that exists in VRRPv3 only (\`accept\`). keepalived adds firewall rules that drop them. Strict mode also drops
authentication and \`preempt_delay\`, and up to keepalived 2.1.5 it does not start with \`unicast_peer\`.`,
  consequence: 'the VIP is on the master and answers nothing: no ping, no nginx',
  confirm: 'On the master: `nft list table ip keepalived` or `iptables -nvL | grep DROP`.',
  remedy: 'no vrrp_strict, or with vrrp_version 3: accept in the instance, on both nodes; then restart keepalived',
  references: ['keepalived.conf(5) vrrp_strict, accept', 'RFC 9568 section 6.4.3'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap((node) =>
      node.config.instances.filter(({ strict }) => strict.value).flatMap((instance) => judge(node, instance)),
    );
  },
});

function judge(node: NodeConfiguration, instance: VrrpInstance): Judgement[] {
  const { version, accept, priority, vips, strict, mode, peers } = instance;
  const subject = { ...subjectOf([node], instance), nodes: [node.node] };
  const line = strict.line ?? instance.line;
  const unicast = mode === 'unicast' ? node.behaviours['strict-unicast'] : 'new';
  if (unicast === 'old') {
    return [
      {
        subject,
        message: `unicast_peer with vrrp_strict: keepalived does not start on ${node.node}`,
        evidence: [lineEvidence(node, line), lineEvidence(node, peers[0]?.line ?? instance.line)],
        consequence: 'keepalived ends with a configuration error: the node is never master',
        remedy: `on ${node.node}: no vrrp_strict; then start keepalived`,
      },
    ];
  }
  if (priority.value !== 255 && vips.length > 0 && (version.value === 2 || !accept.value)) {
    return [
      {
        subject,
        message: `vrrp_strict ${version.value === 2 ? 'with VRRPv2' : 'without accept'}: ${node.node} drops packets to ${vips[0]?.address} as master`,
        evidence: [lineEvidence(node, line), ...(vips[0] === undefined ? [] : [lineEvidence(node, vips[0].line)])],
      },
    ];
  }
  const ignored = [
    ...(instance.authentication === null ? [] : [{ name: 'authentication', line: instance.authentication.line }]),
    ...(instance.preemptDelaySeconds.line === null
      ? []
      : [{ name: 'preempt_delay', line: instance.preemptDelaySeconds.line }]),
  ];
  const doubt = unicast === 'either' ? [{ name: 'unicast_peer', line: peers[0]?.line ?? instance.line }] : [];
  if (ignored.length + doubt.length === 0) return [];
  return [
    {
      subject,
      severity: 'warning',
      message: [
        ...(ignored.length > 0
          ? [`vrrp_strict ignores ${ignored.map(({ name }) => name).join(' and ')} on ${node.node}`]
          : []),
        ...(doubt.length > 0 ? ['with vrrp_strict and unicast_peer keepalived up to 2.1.5 does not start'] : []),
      ].join('; '),
      evidence: [lineEvidence(node, line), ...[...ignored, ...doubt].map((item) => lineEvidence(node, item.line))],
      consequence:
        ignored.length > 0
          ? 'it looks as if it were in effect, and is not'
          : 'on such a version the node is never master',
      remedy: `on ${node.node}: no vrrp_strict, or none of ${[...ignored, ...doubt].map(({ name }) => name).join(', ')}; then restart keepalived`,
    },
  ];
}
