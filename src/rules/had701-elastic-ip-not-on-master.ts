import type { AwsEvidence } from '../model/aws.ts';
import type { InstanceStatus } from '../model/status.ts';
import { answersNeeded, holderEvidence, isSettled, masterOf, subjectOn } from './on-aws.ts';
import { voicesEvidence } from './on-the-nodes.ts';
import { defineRule, type Judgement, type RuleContext } from './rule.ts';

export const elasticIpNotOnMaster = defineRule({
  code: 'HAD701',
  name: 'elastic-ip-not-on-master',
  severity: 'error',
  title: 'The Elastic IP is not on the master',
  explanation: `On AWS clients reach the pair by an Elastic IP, which no interface of the nodes has: the notify script associates it with the instance that
becomes master. AWS has it associated with another one. A move takes five to six seconds; this is certain only where the last change of state
is older than thirty. It comes about where a step of the script failed, or where the instances changed their states faster than AWS moved.`,
  consequence:
    'clients reach the node that is not master: whatever made it lose mastership (a dead nginx, an overload), they still get there',
  confirm:
    '`aws ec2 describe-addresses --allocation-ids ID --query Addresses[0].InstanceId`; on the nodes `cat /var/run/nginx-ha-keepalived.state`.',
  remedy:
    "associate it with the master: aws ec2 associate-address --allocation-id ID --instance-id ID --allow-reassociation; the guide's own way, to restart keepalived on both instances, is an outage",
  references: [
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
    'https://github.com/nginxinc/aws-ha-elastic-ip',
  ],
  needs: ['aws', 'status'],
  lacks({ aws, status }) {
    if (aws.nodes.length === 0) return null;
    if (aws.elasticIp === null) {
      return { reason: 'AWS did not say who holds the Elastic IP', needs: answersNeeded('describe-addresses') };
    }
    if (masterOf(aws, status) !== null) return null;
    return { reason: 'it is not known which node is master', needs: ['commands/keepalived.data', 'var/log/syslog'] };
  },
  check({ aws, status }, context) {
    const instance = masterOf(aws, status);
    return instance === null ? [] : judge(aws, instance, context);
  },
});

function judge(aws: AwsEvidence, instance: InstanceStatus, context: RuleContext): Judgement[] {
  const { elasticIp, holder, nodes, allocationId } = aws;
  const { master } = instance;
  if (elasticIp?.associationId == null || master === null || holder === master) return [];
  const own = nodes.find(({ node }) => node === master);
  // Without knowing which instance the master is, only another node of the pair can be told from it.
  if (holder === null && own?.instance == null) return [];
  const where = elasticIp.instanceId ?? elasticIp.networkInterfaceId ?? 'another interface';
  const at = holder === null ? `${where}, which is neither node` : `${holder} (${where})`;
  const script = own?.script?.path ?? '/usr/lib/keepalived/nginx-ha-notify';
  const byCall = `aws ec2 associate-address --allocation-id ${allocationId ?? elasticIp.allocationId} --instance-id ${own?.instance?.instanceId ?? 'ID'} --allow-reassociation`;
  return [
    {
      subject: subjectOn(
        aws,
        nodes.map(({ node }) => node),
      ),
      message: `${master} is master of ${instance.instance}, and the Elastic IP ${elasticIp.publicIp} is on ${at}`,
      certainty: isSettled(aws, instance) ? 'certain' : 'likely',
      evidence: [
        ...holderEvidence(aws),
        ...instance.nodes.filter(({ node }) => node === master).flatMap((node) => voicesEvidence(node, context)),
      ],
      remedy: `on ${master}, as root: ${script} INSTANCE ${instance.instance} MASTER; or ${byCall}. Both cost the seconds of one move. The guide's own way, to restart keepalived on both instances, costs an outage until they have elected again and the address has moved`,
      causes: ['HAD702', 'HAD703', 'HAD705', 'HAD706', 'HAD708', 'HAD709'],
    },
  ];
}
