import { subjectOn, voicesEvidence } from './on-the-nodes.ts';
import { defineRule } from './rule.ts';

export const backupNotReady = defineRule({
  code: 'HAD807',
  name: 'backup-not-ready',
  severity: 'error',
  title: 'The backup could not take over now',
  explanation: `A pair with one node fit to serve is no pair. keepalived must run on the backup and not be in FAULT, its checks must pass, nginx must run
with a valid configuration, and it must hear the master's adverts. A node that cannot be reached may be fit, and is not known to be.`,
  consequence: 'if the master fails now, nobody takes over, or a node that cannot serve does',
  confirm: 'ha-doctor status --ready NODE',
  remedy: 'mend what the message names, on that node, before anything happens to the master',
  references: ['keepalived.conf(5) track_script', 'RFC 9568 section 6.4'],
  needs: ['status', 'states'],
  check({ status, states }, context) {
    return status.flatMap((instance) => {
      if (!instance.nodes.some(({ state }) => state === 'MASTER')) return [];
      return instance.nodes.flatMap((node) => {
        if (node.state === 'MASTER') return [];
        const subject = subjectOn(instance, [node.node]);
        if (node.ready === false) {
          const message = `${node.node} could not take over ${instance.instance} now: ${node.notReady.join('; ')}`;
          return [{ subject, message, evidence: voicesEvidence(node, context) }];
        }
        const reason = states.find((state) => state.node === node.node)?.unreachable ?? null;
        if (reason === null) return [];
        const message = `${node.node} cannot be reached: whether it could take over ${instance.instance} is not known`;
        const evidence = [{ kind: 'command' as const, node: node.node, command: `ssh ${node.node}`, text: reason }];
        return [{ subject, message, certainty: 'likely' as const, evidence }];
      });
    });
  },
});
