import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const noMaster = defineRule({
  code: 'HAD803',
  name: 'no-master',
  severity: 'error',
  title: 'No node holds the virtual address, and nobody advertises it',
  explanation: `Every node was read, and none is master: keepalived is stopped or in FAULT on all of them, or each waits for another. The addresses are
on no interface.`,
  consequence: 'the service is down: nobody answers for its address',
  confirm: 'On each node: `ip addr show`, `pgrep -a keepalived`, `journalctl -u keepalived -n 50`.',
  remedy:
    'start keepalived on the node that is fit to serve: systemctl start keepalived; a node in FAULT leaves it when its cause is mended',
  references: ['RFC 9568 section 6.4'],
  needs: ['status'],
  check({ status }, context) {
    return status
      .filter(({ verdict, nodes }) => verdict === 'no-master' && nodes.every(({ vips }) => vips.length === 0))
      .map((instance) => ({
        subject: subjectOn(
          instance,
          instance.nodes.map(({ node }) => node),
          instance.vips[0] ?? null,
        ),
        message: `nobody is master of ${instance.instance}: ${instance.nodes.map(({ node, state }) => `${node} is in ${state}`).join(', ')}`,
        evidence: instance.nodes.flatMap((node) => voicesEvidence(node, context)),
      }));
  },
});
