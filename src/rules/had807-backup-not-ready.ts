import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const backupNotReady = defineRule({
  code: 'HAD807',
  name: 'backup-not-ready',
  severity: 'error',
  title: 'The backup could not take over now',
  explanation: `A pair with one node fit to serve is no pair. keepalived must run on the backup and not be in FAULT, its checks must pass, nginx must run
with a valid configuration, and it must hear the master's adverts.`,
  consequence: 'if the master fails now, nobody takes over, or a node that cannot serve does',
  confirm: 'ha-doctor status --ready NODE',
  remedy: 'mend what the message names, on that node, before anything happens to the master',
  references: [],
  needs: ['status'],
  check({ status }, context) {
    return status.flatMap((instance) =>
      instance.nodes
        .filter((node) => node.state !== 'MASTER' && node.ready === false && instance.verdict !== 'no-master')
        .map((node) => ({
          subject: subjectOn(instance, [node.node]),
          message: `${node.node} could not take over ${instance.instance} now: ${node.notReady.join('; ')}`,
          evidence: voicesEvidence(node, context),
        })),
    );
  },
});
