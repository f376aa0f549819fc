import type { VrrpInstance } from '../model/keepalived.ts';
import { defineRule } from './rule.ts';

export const stateFileAmbiguous = defineRule({
  code: 'HAD805',
  name: 'state-file-ambiguous',
  severity: 'warning',
  title: 'Several instances notify into one state file',
  explanation: `Each instance runs the notify script at its own transitions, and the script writes one file, whatever the instance: the last one to change
wins. A node that is MASTER of one instance and BACKUP of another may say either.`,
  consequence: 'the state file tells the state of the instance that changed last, and nobody knows which',
  confirm: 'Compare `cat /var/run/nginx-ha-keepalived.state` with `ip addr show` for each instance.',
  remedy: 'let the notify script write one file an instance: its second argument is the name',
  references: ['keepalived.conf(5) notify'],
  needs: ['configurations'],
  check({ configurations }) {
    return configurations.flatMap(({ node, config }) => {
      const writers = config.instances.filter((instance) => stateWriter(instance) !== null);
      const shared = writers.filter((instance) =>
        writers.some((other) => other !== instance && stateWriter(other) === stateWriter(instance)),
      );
      const [first] = shared;
      if (first === undefined) return [];
      return [
        {
          subject: { nodes: [node], instance: null, family: null, vrid: null, vip: null },
          message: `${shared.map(({ name }) => name).join(' and ')} notify ${stateWriter(first)}, which keeps one state for all of them`,
          evidence: shared.flatMap(({ notify }) =>
            notify
              .filter(({ command }) => isStateWriter(command))
              .map(({ file, line, text }) => ({ kind: 'config' as const, node, file, line, text })),
          ),
        },
      ];
    });
  },
});

/** nginx-ha-keepalived's notify script, the only one whose file is known. */
function isStateWriter(command: readonly string[]): boolean {
  return /(^|\/)nginx-ha-notify$/.test(command[0] ?? '');
}

function stateWriter({ notify }: VrrpInstance): string | null {
  return notify.find(({ command }) => isStateWriter(command))?.command[0] ?? null;
}
