import type { AwsEvidence, AwsNode, ElasticIpScript } from '../model/aws.ts';
import { answersNeeded, awsEvidence, scriptEvidence, scriptsIn, subjectOn } from './on-aws.ts';
import { defineRule, type Judgement } from './rule.ts';

export const haNodeNamesWrong = defineRule({
  code: 'HAD706',
  name: 'ha-node-names-wrong',
  severity: 'error',
  title: 'HA_NODE_1 and HA_NODE_2 do not name the two instances',
  explanation: `The notify script compares HA_NODE_1 and HA_NODE_2 with its own host name to learn which of them is the other node, and asks AWS for that
instance by its private DNS name. Where both are equal, or neither is this host, it takes the wrong one. It takes the first instance that AWS
answers, in whatever state: a name that several instances bear (of networks with the same addresses) may give any of them.`,
  consequence: 'a node that becomes BACKUP gives the Elastic IP to the wrong instance, or to none',
  confirm:
    '`aws ec2 describe-instances --filters Name=private-dns-name,Values=NAME --query Reservations[].Instances[].InstanceId`',
  remedy:
    'set HA_NODE_1 and HA_NODE_2 in the script on both nodes to the private DNS names that AWS has for the two instances',
  references: [
    'https://docs.nginx.com/nginx/deployment-guides/amazon-web-services/high-availability-keepalived/',
    'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hostname-types.html',
  ],
  needs: ['aws'],
  lacks({ aws }) {
    const scripts = scriptsIn(aws);
    const isDecided = scripts.some(({ script, instance }) => instance !== null || isEqual(script));
    if (isDecided || scripts.length === 0) return null;
    return {
      reason: 'the private DNS names of the instances are not known',
      needs: answersNeeded('describe-instances-by-address'),
    };
  },
  check({ aws }) {
    return scriptsIn(aws).flatMap((node) => judge(aws, node, node.script));
  },
});

function isEqual({ nodeNames: [one, two] }: ElasticIpScript): boolean {
  return one !== undefined && two !== undefined && one.value.toLowerCase() === two.value.toLowerCase();
}

function judge(aws: AwsEvidence, { node, instance }: AwsNode, script: ElasticIpScript): Judgement[] {
  const { nodeNames, path } = script;
  const subject = subjectOn(aws, [node]);
  const lines = nodeNames.map(({ line }) => scriptEvidence(node, line));
  if (isEqual(script)) {
    return [{ subject, message: `HA_NODE_1 and HA_NODE_2 are the same in ${path} on ${node}`, evidence: lines }];
  }
  const own = instance?.privateDnsName ?? null;
  if (instance !== null && own !== null && nodeNames.length > 0 && !nodeNames.some(({ value }) => isSame(value, own))) {
    return [
      {
        subject,
        message: `neither HA_NODE_1 nor HA_NODE_2 is ${node}, which is ${own}`,
        evidence: [...lines, awsEvidence(node, `describe-instances --instance-ids ${instance.instanceId}`, own)],
        remedy: `in ${path} on both nodes: one of HA_NODE_1 and HA_NODE_2 is ${own}`,
      },
    ];
  }
  return nodeNames.flatMap(({ value, line }) => ambiguous(aws, node, value, scriptEvidence(node, line)));
}

/** A name that several instances bear. */
function ambiguous(aws: AwsEvidence, node: string, value: string, line: Judgement['evidence'][number]): Judgement[] {
  const { instances } = aws.named?.find(({ name }) => name === value) ?? { instances: [] };
  const [first] = instances;
  if (instances.length < 2 || first === undefined) return [];
  const isOurs = aws.nodes.some(({ instance }) => instance?.instanceId === first.instanceId);
  return [
    {
      subject: { ...subjectOn(aws, [node]), item: value },
      message: `${instances.length} instances bear the name ${value}: the script takes the first, ${first.instanceId}${isOurs ? '' : ', which is neither node'}`,
      evidence: [
        line,
        awsEvidence(
          node,
          `describe-instances --filters Name=private-dns-name,Values=${value}`,
          instances.map(({ instanceId, state }) => `${instanceId} ${state ?? ''}`.trim()).join(', '),
        ),
      ],
      // In which order AWS answers is not promised.
      certainty: isOurs ? 'likely' : 'certain',
      remedy: 'ask AWS for the instances by their ids in place of their names: HA_NODE_1 and HA_NODE_2 are not unique',
    },
  ];
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
