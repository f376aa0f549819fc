import type { Rejection } from '../model/log.ts';
import { rejectionWords } from '../model/rejection-words.ts';
import type { RejectedAdverts, Timeline } from '../model/timeline.ts';
import { atTime, logEvidence, subjectOf } from './in-the-logs.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

const remedies: Readonly<Partial<Record<Rejection, string>>> = {
  password: 'the same auth_pass on both nodes (its first 8 characters count), then reload both',
  'auth-type': 'the same auth_type on both nodes, then reload both',
  interval: 'the same advert_int on both nodes, then reload both',
  version: 'the same vrrp_version on both nodes, then reload both',
  addresses: 'the same virtual_ipaddress list on both nodes, then reload both',
  'unicast-multicast': 'unicast_peer on both nodes or on neither, then reload both',
};

export const advertsRejected = defineRule({
  code: 'HAD208',
  name: 'adverts-rejected',
  severity: 'error',
  title: 'A node rejects adverts',
  explanation: `keepalived heard an advert and did not take it: password, authentication type, interval, version, checksum, TTL or address list
are not what it expects. To the election a rejected advert was never sent, so that a backup takes over beside a master that is well.

Up to keepalived 2.3.2 each such advert is a line. From 2.3.3 on a reason is logged once, and then not again until the state or the master
changes: one line may mean that adverts are being rejected ever since. From 2.3.3 on, too, adverts whose address list differs are logged
and taken all the same; the address that the backup lacks is lost with the next failover.`,
  consequence: 'each node that rejects the other becomes master beside it: a split brain',
  confirm: 'On a node: `ha-doctor sniff -i IFACE --for 10s` names what differs between the two.',
  remedy: 'make the two configurations agree in what the line names, then reload both',
  references: ['keepalived: vrrp_check_packet(), log_rate_limited_error()', 'RFC 9568 section 7.1'],
  needs: ['timeline'],
  check({ timeline }, context) {
    return timeline.rejections.map((fact) => judge(fact, timeline, context));
  },
});

function judge(fact: RejectedAdverts, timeline: Timeline, context: RuleContext): Judgement {
  const { node, instance, reason, peer, count, first, last } = fact;
  const isOnce =
    fact.isLoggedOnce ?? isOnceIn(timeline.nodes.find((history) => history.node === node)?.version ?? null);
  const whose = peer === null ? 'adverts' : `adverts of ${peer}`;
  const since =
    isOnce && fact.stands
      ? `${atTime(last.line.time, context, 'since')} (logged once)`
      : atTime(first.line.time, context, count > 1 ? 'from' : 'at');
  const often = count > 1 ? `, ${count} lines` : '';
  const isTaken = reason === 'addresses' && isOnce;
  const verb = isTaken ? 'finds fault with' : fact.stands ? 'rejects' : 'rejected';
  const remedy = remedies[reason];
  return {
    subject: subjectOf([node], instance),
    message: `${node} ${verb} ${whose}${instance === null ? '' : ` for ${instance}`}${since}${often}: ${rejectionWords[reason]}`,
    evidence: logEvidence(count > 1 ? [first, last] : [first], context),
    // A vrid that is none of ours is somebody else's cluster.
    ...(reason === 'vrid' ? { severity: 'info' } : {}),
    ...(remedy === undefined ? {} : { remedy }),
    ...(isTaken
      ? {
          consequence:
            'it takes the adverts all the same (keepalived 2.3.3 and later); addresses that it lacks are lost with the next failover',
        }
      : {}),
  };
}

/** From 2.3.3 on (log_rate_limited_error). */
function isOnceIn(version: string | null): boolean {
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major > 2 || (major === 2 && (minor > 3 || (minor === 3 && patch >= 3)));
}
