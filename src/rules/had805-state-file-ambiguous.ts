import type { NodeConfiguration, NotifyScript, VrrpInstance } from '../model/keepalived.ts';
import { lineEvidence } from './in-configurations.ts';
import { listOf } from './on-the-wire.ts';
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
    return configurations.flatMap((node) => {
      const writers = node.config.instances.map((instance) => ({ instance, scripts: stateWriters(instance, node) }));
      const shared = writers.filter(({ instance, scripts }) =>
        writers.some((other) => other.instance !== instance && other.scripts.some(({ path }) => has(scripts, path))),
      );
      const [first] = shared;
      if (first === undefined) return [];
      const names = shared.map(({ instance }) => instance.name);
      return [
        {
          subject: { nodes: [node.node], instance: null, family: null, vrid: null, vip: null },
          message: `on ${node.node}, ${listOf(names)} notify ${first.scripts[0]?.path}, which keeps one state for all of them`,
          evidence: shared.flatMap(({ scripts }) => scripts.map(({ line }) => lineEvidence(node, line))),
        },
      ];
    });
  },
});

interface StateWriter {
  readonly path: string;
  readonly line: NotifyScript;
}

function has(scripts: readonly StateWriter[], path: string): boolean {
  return scripts.some((script) => script.path === path);
}

/** Its notify scripts that write the state file: nginx-ha-keepalived's by its name, any other by its content. */
function stateWriters({ notify }: VrrpInstance, { scripts }: NodeConfiguration): readonly StateWriter[] {
  return notify.flatMap((line) => {
    const path = line.command[0] ?? '';
    const content = scripts.find((script) => script.path === path)?.content ?? null;
    const writes = content === null ? /(^|\/)nginx-ha-notify$/.test(path) : stateFile.test(content);
    return writes ? [{ path, line }] : [];
  });
}

/** The one file, and not one an instance. */
const stateFile = />\s*["']?(\/var)?\/run\/nginx-ha-keepalived\.state["']?\s*(;|$)/m;
