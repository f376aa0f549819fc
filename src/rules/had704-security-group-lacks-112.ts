import { isInSubnet } from '../model/address-order.ts';
import type { AwsEvidence, AwsInstance, GroupPermission } from '../model/aws.ts';
import { answersNeeded, awsEvidence, subjectOn } from './on-aws.ts';
import { defineRule, type Judgement } from './rule.ts';

export const securityGroupLacks112 = defineRule({
  code: 'HAD704',
  name: 'security-group-lacks-112',
  severity: 'error',
  title: 'The security groups do not let VRRP through',
  explanation: `Adverts are IP protocol 112 (51 inside of IPsec AH), neither TCP nor UDP. A security group lets in only what it names: a rule for "All TCP"
does not include them, and the guide does not mention them. The groups of both instances have to let protocol 112 in from the peer, and out to
it where the outbound rules were narrowed.`,
  consequence: 'the nodes do not hear each other: both become MASTER, and each takes the Elastic IP from the other',
  confirm: 'On the backup: `tcpdump -ni eth0 vrrp or proto 112` shows no advert of the master.',
  remedy:
    'let it in from the group of the pair itself: aws ec2 authorize-security-group-ingress --group-id ID --ip-permissions IpProtocol=112,UserIdGroupPairs=[{GroupId=ID}]',
  references: [
    'RFC 9568 section 5.1.1.4',
    'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
    'https://github.com/nginxinc/aws-ha-elastic-ip/issues/2',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    if (aws.nodes.length === 0 || (aws.groups !== null && pairsOf(aws).length > 0)) return null;
    return {
      reason: 'the security groups of both instances are not known',
      needs: answersNeeded('describe-instances-by-address', 'describe-security-groups'),
    };
  },
  check({ aws }) {
    return pairsOf(aws).flatMap(([from, to]) => judge(aws, from, to));
  },
});

interface Member {
  readonly node: string;
  readonly instance: AwsInstance;
}

/** Each node with each other one, as sender and receiver. */
function pairsOf({ nodes }: AwsEvidence): readonly (readonly [Member, Member])[] {
  const members = nodes.flatMap(({ node, instance }) => (instance === null ? [] : [{ node, instance }]));
  return members.flatMap((from) => members.filter((to) => to !== from).map((to) => [from, to] as const));
}

function judge(aws: AwsEvidence, from: Member, to: Member): Judgement[] {
  const faults = [
    { member: to, direction: 'ingress' as const, peer: from, message: `${to.node} lets no VRRP in from ${from.node}` },
    { member: from, direction: 'egress' as const, peer: to, message: `${from.node} lets no VRRP out to ${to.node}` },
  ].filter(({ member, direction, peer }) => !admits(aws, member.instance, direction, peer.instance));
  return faults.map(({ member: { node, instance }, direction, message }) => {
    const [group = 'GROUP'] = instance.groupIds;
    return {
      subject: { ...subjectOn(aws, [from.node, to.node]), item: `${direction} of ${node}` },
      message: `by its security groups ${message}`,
      evidence: [
        awsEvidence(
          node,
          `describe-security-groups --group-ids ${instance.groupIds.join(' ')}`,
          `${direction}: ${namesOf(aws, instance, direction)}; not protocol 112`,
        ),
      ],
      remedy: `aws ec2 authorize-security-group-${direction} --group-id ${group} --ip-permissions IpProtocol=112,UserIdGroupPairs=[{GroupId=${group}}]`,
    };
  });
}

/** Whether an instance's groups let VRRP in from, or out to, the other one. A group that was not read, or a prefix list, may. */
function admits(
  { groups }: AwsEvidence,
  own: AwsInstance,
  direction: 'ingress' | 'egress',
  peer: AwsInstance,
): boolean {
  return own.groupIds.some((id) => {
    const group = groups?.find(({ groupId }) => groupId === id);
    if (group === undefined) return true;
    return group[direction].some(
      (permission) =>
        ['-1', '112', '51'].includes(permission.protocol) &&
        (permission.hasPrefixList ||
          permission.groupIds.some((groupId) => peer.groupIds.includes(groupId)) ||
          peer.privateIps.some((address) => permission.blocks.some((block) => isWithin(address, block)))),
    );
  });
}

function isWithin(address: string, block: string): boolean {
  const [network = '', length = ''] = block.split('/');
  if (!/^\d{1,3}$/.test(length)) return false;
  return length === '0'
    ? address.includes(':') === network.includes(':')
    : isInSubnet(address, network, Number(length));
}

/** What the groups let through: `tcp, udp`. */
function namesOf({ groups }: AwsEvidence, { groupIds }: AwsInstance, direction: 'ingress' | 'egress'): string {
  const permissions = (groups ?? []).flatMap((group): readonly GroupPermission[] =>
    groupIds.includes(group.groupId) ? group[direction] : [],
  );
  const protocols = [...new Set(permissions.map(({ protocol }) => (protocol === '-1' ? 'all, of others' : protocol)))];
  return protocols.length === 0 ? 'nothing' : protocols.slice(0, 6).join(', ');
}
