import type { ElectedRouter, ElectionSide } from '../model/election.ts';
import { leaderOf, lineEvidence, subjectOf } from './in-configurations.ts';
import { defineRule, type Judgement } from './rule.ts';

export const nopreemptNeedsBackup = defineRule({
  code: 'HAD404',
  name: 'nopreempt-needs-backup',
  severity: 'error',
  title: 'nopreempt or preempt_delay where it has no effect',
  explanation: `keepalived clears \`nopreempt\` and \`preempt_delay\` of an instance with \`state MASTER\`, and logs it at start. Both are for the node that
comes back and would take over: that is the one with the higher priority. \`nopreempt\` on the lower one alone changes nothing, as it does not
take over from a higher priority anyway.`,
  consequence: 'the VIP moves back as soon as the node is up again, as if it were not there',
  confirm: 'On the node: `journalctl -u keepalived | grep -i preempt`.',
  remedy:
    'state BACKUP on both nodes, and nopreempt or preempt_delay on the one with the higher priority, or on both; then reload',
  references: ['keepalived.conf(5) nopreempt, preempt_delay, state'],
  needs: ['elections'],
  check({ elections }) {
    return elections.flatMap((router) => router.sides.flatMap((side) => judge(side, router)));
  },
});

function judge(side: ElectionSide, router: ElectedRouter): Judgement[] {
  const { node, instance } = side;
  const { nopreempt, preemptDelaySeconds, state, priority } = instance;
  const subject = { ...subjectOf([node], instance), nodes: [node.node] };
  const by = priority.value === 255 ? priority : state;
  const beside = priority.value === 255 ? 'priority 255' : 'state MASTER';
  const cleared = by === priority || state.value === 'MASTER';
  if (nopreempt.line !== null && !nopreempt.value && cleared && isOn(nopreempt.line.text)) {
    return [
      {
        subject,
        message: `nopreempt beside ${beside} is cleared on ${node.node}`,
        evidence: [lineEvidence(node, nopreempt.line), lineEvidence(node, by.line ?? instance.line)],
        remedy: `on ${node.node}, in ${instance.name}: state BACKUP${by === priority ? ' and a priority below 255' : ''}; then reload`,
      },
    ];
  }
  if (preemptDelaySeconds.line !== null && preemptDelaySeconds.value === 0 && state.value === 'MASTER') {
    return [
      {
        subject,
        severity: 'warning',
        message: `preempt_delay beside state MASTER is cleared on ${node.node}`,
        evidence: [lineEvidence(node, preemptDelaySeconds.line), lineEvidence(node, state.line ?? instance.line)],
        remedy: `on ${node.node}, in ${instance.name}: state BACKUP; then reload`,
      },
    ];
  }
  return onlyOnLower(side, router);
}

function isOn(text: string): boolean {
  return !/\s(false|off|no)$/.test(text);
}

/** `nopreempt` on a node that would not preempt anyway, and not on the one that does. */
function onlyOnLower({ node, instance }: ElectionSide, router: ElectedRouter): Judgement[] {
  const leader = leaderOf(router);
  if (leader === undefined || leader.node === node || !instance.nopreempt.value) return [];
  // A difference of base priorities, so that a failing check does not make it the higher one.
  if (leader.instance.nopreempt.value || leader.instance.nopreempt.line !== null) return [];
  if (instance.priority.value >= leader.instance.priority.value) return [];
  return [
    {
      subject: { ...subjectOf([node], instance), nodes: [node.node] },
      severity: 'warning',
      message: `nopreempt is on ${node.node} only, whose priority is the lower one`,
      evidence: [
        lineEvidence(node, instance.nopreempt.line ?? instance.line),
        lineEvidence(leader.node, leader.instance.priority.line ?? leader.instance.line),
      ],
      consequence: `${leader.node.node} takes the VIP back as soon as it is up again`,
      remedy: `nopreempt on ${leader.node.node} (with state BACKUP) instead; then reload`,
    },
  ];
}
