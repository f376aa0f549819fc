import { subjectOn, voiceEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const stateFileDisagrees = defineRule({
  code: 'HAD802',
  name: 'state-file-disagrees',
  severity: 'warning',
  title: 'The state file says otherwise than the node is',
  explanation: `nginx-ha-keepalived's notify script writes the state that keepalived told it last. It is not told of a kill, it does not understand STOP, and
several instances write into one file: what stands there may be hours old. A check script that reads it then acts on the past.`,
  consequence: 'who reads the state file, a person, a check script or a monitor, is told the wrong state',
  confirm: 'On the node: `cat /var/run/nginx-ha-keepalived.state` beside `ip addr show`.',
  remedy: 'believe the addresses; the next transition writes the file anew. Let the notify script handle STOP',
  references: ['keepalived.conf(5) notify'],
  needs: ['status'],
  check({ status }, context) {
    return status.flatMap((instance) =>
      instance.nodes.flatMap((node) => {
        const file = node.sources.find(({ source }) => source === 'state-file');
        if (file === undefined || node.state === null || file.says === node.state) return [];
        const others = node.sources.filter(({ source }) => source !== 'state-file');
        return [
          {
            subject: subjectOn(instance, [node.node]),
            message: `the state file on ${node.node} says ${file.says}; the node is ${node.state}`,
            evidence: [file, ...others].map((voice) => voiceEvidence(node.node, voice, context)),
          },
        ];
      }),
    );
  },
});
