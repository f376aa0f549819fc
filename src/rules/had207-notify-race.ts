import type { NotifyRace } from '../model/timeline.ts';
import { logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const notifyRace = defineRule({
  code: 'HAD207',
  name: 'notify-race',
  severity: 'warning',
  title: "The notify script's last word is not the state",
  explanation: `keepalived starts a notify script at each change of state and does not wait for it. Two changes within a moment start two
scripts, and whichever ends last decides what they leave behind: the state file, the address that was moved, the service that was started.
A script that takes STOP for an error leaves the last state standing when keepalived is stopped.`,
  consequence:
    'what the script set up belongs to an older state: a state file that says MASTER on a backup, an address on the wrong node',
  confirm:
    'On the node: `cat /var/run/nginx-ha-keepalived.state`, beside `journalctl -t Keepalived_vrrp | grep STATE | tail -1`.',
  remedy:
    'let one reader work the changes off in order: notify_fifo and notify_fifo_script in place of notify; or a lock in the script (flock)',
  references: ['keepalived.conf(5) notify_fifo, vrrp_notify_fifo', 'keepalived issues 996, 1055, 1991'],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.notifyRaces.map((race) => judge(race, context));
  },
});

function judge({ node, instance, kind, notified, state, evidence }: NotifyRace, context: RuleContext): Judgement {
  const messages = {
    'last-word': `the notify script of ${instance} on ${node} last said ${notified}, and keepalived is ${state}`,
    order: `the notify script of ${instance} on ${node} said ${notified} after ${state}, which keepalived entered later`,
    stop: `the notify script of ${instance} on ${node} does not understand ${notified}: it leaves what it had set up before`,
  };
  return {
    subject: subjectOf([node], instance),
    message: messages[kind],
    certainty: kind === 'stop' ? 'certain' : 'likely',
    evidence: logEvidence(evidence, context),
  };
}
