import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const vipWithoutKeepalived = defineRule({
  code: 'HAD801',
  name: 'vip-without-keepalived',
  severity: 'error',
  title: 'A virtual address on a node where keepalived does not run',
  explanation: `keepalived takes its addresses off the interface when it stops. After a kill -9, an out-of-memory kill or the removal of its container
they stay, and nothing takes them off: the node answers for them until somebody does.`,
  consequence:
    'the address is on two nodes as soon as the other becomes master: traffic goes to whichever ARP reply won',
  confirm: 'On the node: `ip addr show` has the address, `pgrep -a keepalived` shows nothing.',
  remedy: 'start keepalived on the node, or take the address off: ip addr del ADDRESS dev INTERFACE',
  references: ['keepalived.conf(5)'],
  needs: ['status'],
  check({ status }, context) {
    return status.flatMap((instance) =>
      instance.nodes
        .filter(({ state, vips }) => state === 'STOP' && vips.length > 0)
        .map((node) => ({
          subject: subjectOn(instance, [node.node], node.vips[0] ?? null),
          message: `${node.node} holds ${node.vips.join(', ')}, and keepalived does not run there`,
          remedy: `on ${node.node}: systemctl start keepalived, or, to leave it stopped: ip addr del ${node.vips[0]} dev ${interfaceOf(node.sources)}`,
          evidence: voicesEvidence(node, context),
        })),
    );
  },
});

/** The interface in `10.77.0.100 on eth0`. */
function interfaceOf(sources: readonly { readonly source: string; readonly detail: string }[]): string {
  const detail = sources.find(({ source }) => source === 'address')?.detail ?? '';
  return /\bon (\S+?)(?:[,;]|$)/.exec(detail)?.[1] ?? 'INTERFACE';
}
