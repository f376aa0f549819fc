import type { InstanceStatus, SourceVoice } from '../model/status.ts';
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
        if (file === undefined || node.state === null || (file.says === node.state && !file.isStale)) return [];
        // Several instances in one file: it is right of one of them, and HAD805 has the rest.
        if (!file.isStale && isOfAnother(status, node.node, file.says)) return [];
        const others = node.sources.filter(({ source }) => source !== 'state-file');
        const was = file.isStale ? ', and is older than the last transition or start of keepalived' : '';
        return [
          {
            subject: subjectOn(instance, [node.node]),
            message: `the state file on ${node.node} says ${file.says}${was}; the node is ${node.state}`,
            evidence: [file, ...others].map((voice) => voiceEvidence(node.node, voice, context)),
          },
        ];
      }),
    );
  },
});

function isOfAnother(status: readonly InstanceStatus[], name: string, says: SourceVoice['says']): boolean {
  return status.some(({ nodes }) => nodes.some(({ node, state }) => node === name && state === says));
}
