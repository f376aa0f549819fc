import type {
  AwsEvidence,
  AwsInstance,
  AwsNode,
  DryRun,
  ElasticIp,
  ElasticIpScript,
  InstalledProgram,
  SecurityGroup,
} from '../model/aws.ts';
import type { NodeElasticIp } from '../model/node-state.ts';
import type { Timestamp } from '../model/time.ts';

/** A node of the pair, before it is known which instance it is. */
export interface AskedNode {
  readonly node: string;
  readonly script: ElasticIpScript | null;
  /** Its own addresses. */
  readonly addresses: readonly string[];
  readonly programs: readonly InstalledProgram[] | null;
  readonly dryRuns: readonly DryRun[] | null;
  readonly dryRunsSkipped: string | null;
}

/** What AWS answered; null where it was not asked, or did not answer. */
export interface AwsAnswers {
  readonly askedAt: Timestamp | null;
  readonly elasticIp: ElasticIp | null;
  readonly instancesByName: readonly AwsInstance[] | null;
  readonly instancesByAddress: readonly AwsInstance[] | null;
  readonly groups: readonly SecurityGroup[] | null;
}

/** The evidence of a pair that moves no Elastic IP. */
export const noElasticIp: AwsEvidence = {
  router: null,
  allocationId: null,
  region: null,
  nodes: [],
  askedAt: null,
  elasticIp: null,
  named: null,
  groups: null,
  holder: null,
};

/** Puts what the nodes and AWS say together: which instance is which node, and who holds the Elastic IP. */
export function elasticIpEvidence(
  { router, allocationId, region }: Pick<AwsEvidence, 'router' | 'allocationId' | 'region'>,
  asked: readonly AskedNode[],
  answers: AwsAnswers,
): AwsEvidence {
  const { askedAt, elasticIp, instancesByName, groups } = answers;
  const nodes = asked.map(({ addresses, ...rest }): AwsNode => ({ ...rest, instance: instanceOf(addresses, answers) }));
  const names = [...new Set(asked.flatMap(({ script }) => script?.nodeNames.map(({ value }) => value) ?? []))];
  const holds = ({ instance }: AwsNode, i: number): boolean =>
    elasticIp !== null &&
    (instance === null
      ? elasticIp.privateIp !== null && (asked[i]?.addresses.includes(elasticIp.privateIp) ?? false)
      : instance.instanceId === elasticIp.instanceId);
  return {
    ...{ router, allocationId, region, nodes, askedAt, elasticIp, groups },
    named:
      instancesByName === null
        ? null
        : names.map((name) => ({ name, instances: instancesByName.filter((instance) => isNamed(instance, name)) })),
    holder: nodes.find(holds)?.node ?? null,
  };
}

/** What a node's state has of it; null where AWS did not say. */
export function elasticIpOn({ router, elasticIp, holder, askedAt }: AwsEvidence, node: string): NodeElasticIp | null {
  if (router === null || elasticIp === null) return null;
  return {
    instance: router.instance,
    publicIp: elasticIp.publicIp,
    isHeld: holder === node,
    holder: elasticIp.associationId === null ? null : (elasticIp.instanceId ?? elasticIp.networkInterfaceId),
    askedAt,
  };
}

/** By its address; addresses of two networks may be alike, and then the names decide, or nothing does. */
function instanceOf(
  addresses: readonly string[],
  { instancesByName, instancesByAddress }: AwsAnswers,
): AwsInstance | null {
  const isAlive = ({ state }: AwsInstance) => state !== 'terminated';
  const isHere = ({ privateIps }: AwsInstance) => privateIps.some((address) => addresses.includes(address));
  for (const instances of [instancesByName, instancesByAddress]) {
    const here = (instances ?? []).filter((instance) => isAlive(instance) && isHere(instance));
    const ids = new Set(here.map(({ instanceId }) => instanceId));
    if (ids.size === 1) return here[0] ?? null;
  }
  return null;
}

function isNamed({ privateDnsName }: AwsInstance, name: string): boolean {
  return privateDnsName?.toLowerCase() === name.toLowerCase();
}
