import type { AwsEvidence, AwsNode, ElasticIpScript } from '../model/aws.ts';
import type { Evidence, Subject } from '../model/finding.ts';
import type { ConfigLine } from '../model/keepalived.ts';
import type { InstanceStatus } from '../model/status.ts';
import { inSeconds } from '../model/time.ts';

/** The words that rules use for an Elastic IP that follows the master. */

export function subjectOn({ router, elasticIp }: AwsEvidence, nodes: readonly string[]): Subject {
  return {
    nodes: [...nodes].sort(),
    instance: router?.instance ?? null,
    family: router?.family ?? null,
    vrid: router?.vrid ?? null,
    vip: elasticIp?.publicIp ?? null,
  };
}

/** The nodes whose notify script was read. */
export function scriptsIn({ nodes }: AwsEvidence): readonly (AwsNode & { readonly script: ElasticIpScript })[] {
  return nodes.flatMap((node) => (node.script === null ? [] : [{ ...node, script: node.script }]));
}

export function scriptEvidence(node: string, { file, line, text }: ConfigLine): Evidence {
  return { kind: 'config', node, file, line, text };
}

/** What AWS answered about something. `node` is whom it concerns. */
export function awsEvidence(node: string, call: string, text: string): Evidence {
  return { kind: 'command', node, command: `aws ec2 ${call}`, text };
}

/** Who holds the Elastic IP. */
export function holderEvidence({ elasticIp, holder, nodes }: AwsEvidence): Evidence[] {
  if (elasticIp === null) return [];
  const { allocationId, publicIp, instanceId, networkInterfaceId } = elasticIp;
  const where = instanceId ?? networkInterfaceId ?? 'nothing';
  const node = holder ?? nodes[0]?.node ?? 'aws';
  return [
    awsEvidence(
      node,
      `describe-addresses --allocation-ids ${allocationId}`,
      `${publicIp} is associated with ${where}${holder === null ? '' : `, which is ${holder}`}`,
    ),
  ];
}

/** Files of a node's evidence that hold what AWS answered. */
export function answersNeeded(...files: readonly string[]): readonly string[] {
  return files.map((file) => `commands/aws/${file}.json`);
}

/** The instance that moves the Elastic IP, where one node is its master; null where none is, or nobody knows. */
export function masterOf({ router }: AwsEvidence, status: readonly InstanceStatus[]): InstanceStatus | null {
  const instance = router === null ? status[0] : status.find((other) => other.instance === router.instance);
  return instance !== undefined && instance.master !== null ? instance : null;
}

/** AWS moves an address in five to six seconds (NGINX's guide): what it says so long after the last change stands. */
const settledSeconds = 30;

/** Whether the last change of state is long past; not where no log tells of it. */
export function isSettled({ askedAt }: AwsEvidence, { nodes }: InstanceStatus): boolean {
  const changes = nodes.flatMap(({ since }) => since ?? []);
  return (
    askedAt !== null &&
    changes.length > 0 &&
    changes.every((time) => inSeconds(askedAt) - inSeconds(time) > settledSeconds)
  );
}
