import type { Evidence, Subject } from '../model/finding.ts';
import type { InstanceStatus, NodeStatus, SourceVoice } from '../model/status.ts';
import type { RuleContext } from './rule.ts';

/** The words that rules use for what was read on the nodes. */

export function subjectOn(instance: InstanceStatus, nodes: readonly string[], vip: string | null = null): Subject {
  return { nodes: [...nodes].sort(), instance: instance.instance, family: instance.family, vrid: instance.vrid, vip };
}

/** How an operator reads the same by hand. */
const commandOf: Readonly<Record<SourceVoice['source'], string>> = {
  address: 'ip -j addr',
  advert: 'tcpdump',
  dump: 'cat /tmp/keepalived.data',
  log: 'journalctl -u keepalived',
  'state-file': 'cat /var/run/nginx-ha-keepalived.state',
  'elastic-ip': 'aws ec2 describe-addresses',
  process: 'ps -ef',
};

/** What a source said, as evidence. */
export function voiceEvidence(
  node: string,
  { source, says, detail, time }: SourceVoice,
  context: RuleContext,
): Evidence {
  const when = time === null ? '' : `, ${context.clock(time)}`;
  return { kind: 'command', node, command: commandOf[source], text: `${says}: ${detail}${when}` };
}

/** Everything that the sources say of an instance on a node. */
export function voicesEvidence({ node, sources }: NodeStatus, context: RuleContext): readonly Evidence[] {
  return sources.map((voice) => voiceEvidence(node, voice, context));
}
