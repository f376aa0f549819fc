import type { ConfigLine, NodeConfiguration } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import { judgeErrors } from './in-one-configuration.ts';
import { defineRule, type Judgement } from './rule.ts';

export const scriptUndefined = defineRule({
  code: 'HAD416',
  name: 'script-undefined',
  severity: 'error',
  title: 'A name that is tracked and not defined, or defined and not tracked',
  explanation: `\`track_script\` names a \`vrrp_script\`, a sync group names instances. keepalived looks the name up while it reads the file: a definition
further down is not found either. It ignores the name and goes on. A \`vrrp_script\` that nothing tracks is never run.`,
  consequence: 'the check is not made: its failure changes nothing',
  confirm: '`keepalived -t` says "not found, ignoring"; a script that is not used is named in the log at start.',
  remedy: 'the vrrp_script under that name, above the vrrp_instance that tracks it; on both nodes',
  references: ['keepalived.conf(5) vrrp_script, track_script'],
  needs: ['configurations'],
  check({ configurations }) {
    return [...judgeErrors(configurations, ({ kind }) => kind === 'undefined'), ...configurations.flatMap(judgeUnused)];
  },
});

/** Scripts that are defined, and tracked by nothing. */
function judgeUnused(node: NodeConfiguration): Judgement[] {
  const { scripts, instances, syncGroups, errors } = node.config;
  // What stands where a brace too many put it is meant to be tracked.
  const displaced = new Set(errors.filter(({ cause }) => cause !== null).map(({ text }) => text.split(/\s/, 1)[0]));
  const tracked = new Set(
    [...instances, ...syncGroups]
      .flatMap(({ items }) =>
        items.filter(({ words }) => words[0] === 'track_script').flatMap(({ block }) => block ?? []),
      )
      .map(({ words }) => words[0]),
  );
  const unused: { name: string; line: ConfigLine }[] = scripts.filter(
    ({ name }) => !tracked.has(name) && !displaced.has(name),
  );
  return unused.map(({ name, line }) => ({
    subject: { ...subjectOf([node], null), instance: name },
    severity: 'warning',
    message: `vrrp_script ${name} on ${node.node} is tracked by nothing: it is never run`,
    evidence: [lineEvidence(node, line)],
    remedy: `${name} in track_script of the instance that it is to move, or no such vrrp_script; on both nodes`,
  }));
}
