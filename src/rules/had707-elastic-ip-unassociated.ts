import { answersNeeded, awsEvidence, holderEvidence, isSettled, masterOf, subjectOn } from './on-aws.ts';
import { defineRule } from './rule.ts';

export const elasticIpUnassociated = defineRule({
  code: 'HAD707',
  name: 'elastic-ip-unassociated',
  severity: 'error',
  title: 'The Elastic IP is associated with nothing, or the master holds another one',
  explanation: `The notify script first disassociates the Elastic IP and then associates it with the new master: where the second step fails, the address is
with nobody. It fails where the instance's address already bears another Elastic IP, and where the policy allows the one and not the other.
While the address is moved, five to six seconds, it is with nobody as well; this is certain only where the last change of state is older than
thirty.`,
  consequence: 'nobody answers for the address: the service is down',
  confirm: '`aws ec2 describe-addresses --allocation-ids ID`: without InstanceId it is associated with nothing.',
  remedy:
    'aws ec2 associate-address --allocation-id ID --instance-id ID of the master; release another Elastic IP of that instance first',
  references: [
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html',
    'https://github.com/nginxinc/aws-ha-elastic-ip/issues/1',
  ],
  needs: ['aws', 'status'],
  lacks({ aws }) {
    if (aws.nodes.length === 0 || aws.elasticIp !== null) return null;
    return { reason: 'AWS did not say who holds the Elastic IP', needs: answersNeeded('describe-addresses') };
  },
  check({ aws, status }) {
    const { elasticIp, nodes } = aws;
    if (elasticIp === null) return [];
    const instance = masterOf(aws, status);
    const master = nodes.find(({ node }) => node === instance?.master);
    const others = (master?.instance?.elasticIps ?? []).filter((address) => address !== elasticIp.publicIp);
    const isFree = elasticIp.associationId === null;
    const isBlocked = others.length > 0 && master?.instance?.instanceId !== elasticIp.instanceId;
    if (!isFree && !isBlocked) return [];
    const { publicIp, allocationId } = elasticIp;
    const own = master?.instance?.instanceId ?? 'ID';
    return [
      {
        subject: subjectOn(
          aws,
          nodes.map(({ node }) => node),
        ),
        message: [
          ...(isFree ? [`the Elastic IP ${publicIp} is associated with nothing`] : []),
          ...(isBlocked ? [`${master?.node}, the master, holds another Elastic IP, ${others.join(', ')}`] : []),
        ].join('; '),
        certainty: instance !== null && isSettled(aws, instance) ? 'certain' : 'likely',
        evidence: [
          ...holderEvidence(aws),
          ...(isBlocked
            ? [awsEvidence(master?.node ?? '', `describe-instances --instance-ids ${own}`, others.join(', '))]
            : []),
        ],
        remedy: isBlocked
          ? `take ${others.join(', ')} off ${own}: aws ec2 disassociate-address; then aws ec2 associate-address --allocation-id ${allocationId} --instance-id ${own}`
          : `aws ec2 associate-address --allocation-id ${allocationId} --instance-id ${own}${master === undefined ? ' of the master' : ` (${master.node})`}`,
        causes: ['HAD705', 'HAD709'],
      },
    ];
  },
});
