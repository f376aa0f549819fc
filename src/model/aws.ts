import type { ConfigLine, FilePermissions } from './keepalived.ts';
import type { Family } from './packet.ts';
import type { Timestamp } from './time.ts';

/** A variable of a script: its value, and where it is set. */
export interface ScriptVariable {
  readonly value: string;
  readonly line: ConfigLine;
}

/** A program that a script runs, as it names it: `wget`, `/usr/bin/python`. */
export interface ProgramUse {
  readonly name: string;
  readonly line: ConfigLine;
}

/**
 * A notify script that moves an Elastic IP: that of NGINX's guide for AWS (nginx-ha-notify), or one made of it. Lines are
 * shown without what may be secret; the keys themselves are never kept.
 */
export interface ElasticIpScript extends FilePermissions {
  /** AWS_DEFAULT_REGION or AWS_REGION. Null, here and below: not set, or a placeholder of the guide. */
  readonly region: ScriptVariable | null;
  /** HA_NODE_1 and HA_NODE_2, those that are set. */
  readonly nodeNames: readonly ScriptVariable[];
  readonly allocationId: ScriptVariable | null;
  /** Where AWS keys are set. */
  readonly keys: readonly ConfigLine[];
  /** Its interpreter first, then what it calls, each once. */
  readonly programs: readonly ProgramUse[];
  /** Where it prints as only Python 2 can. */
  readonly python2: ConfigLine | null;
  /** How it asks the instance metadata service, and where it first does. */
  readonly metadata: { readonly hasToken: boolean; readonly line: ConfigLine } | null;
}

/** An Elastic IP (`aws ec2 describe-addresses`). */
export interface ElasticIp {
  readonly allocationId: string;
  readonly publicIp: string;
  /** null: it is associated with nothing. */
  readonly associationId: string | null;
  readonly instanceId: string | null;
  readonly networkInterfaceId: string | null;
  readonly privateIp: string | null;
}

/** An EC2 instance (`aws ec2 describe-instances`). */
export interface AwsInstance {
  readonly instanceId: string;
  readonly privateDnsName: string | null;
  readonly privateIps: readonly string[];
  /** `running`, `stopped`, `terminated`, … */
  readonly state: string | null;
  /** Whether its metadata service wants a token (IMDSv2); null where the answer does not say. */
  readonly requiresToken: boolean | null;
  readonly hasMetadata: boolean | null;
  readonly groupIds: readonly string[];
  /** Elastic IPs that its interfaces hold; addresses that Amazon lends are none. */
  readonly elasticIps: readonly string[];
}

/** What a rule of a security group lets through. */
export interface GroupPermission {
  /** `tcp`, `112`; `-1` is any. */
  readonly protocol: string;
  /** CIDR blocks of both families. */
  readonly blocks: readonly string[];
  readonly groupIds: readonly string[];
  /** Whether it names a prefix list, which may hold anything. */
  readonly hasPrefixList: boolean;
}

/** A security group (`aws ec2 describe-security-groups`). */
export interface SecurityGroup {
  readonly groupId: string;
  readonly ingress: readonly GroupPermission[];
  readonly egress: readonly GroupPermission[];
}

/** What the notify script must be allowed to do. */
export const neededActions = [
  'describe-instances',
  'describe-addresses',
  'associate-address',
  'disassociate-address',
] as const;
export type NeededAction = (typeof neededActions)[number];

/** What a dry run of an action came to, with the credentials of the script: `refused` by AWS, or `failed` to tell. */
export interface DryRun {
  readonly action: NeededAction;
  readonly outcome: 'allowed' | 'refused' | 'failed';
  /** AWS's code, as `UnauthorizedOperation`, and its words; null where it is allowed. */
  readonly code: string | null;
  readonly reason: string | null;
}

/** A program on a node, as keepalived's PATH finds it; `path` is null where it is not there. */
export interface InstalledProgram {
  readonly name: string;
  readonly path: string | null;
  /** Of Python: its major version. */
  readonly majorVersion: number | null;
}

/** One node of a pair that moves an Elastic IP. A part that is not known is null. */
export interface AwsNode {
  readonly node: string;
  readonly script: ElasticIpScript | null;
  readonly instance: AwsInstance | null;
  readonly programs: readonly InstalledProgram[] | null;
  readonly dryRuns: readonly DryRun[] | null;
  /** Why there are no dry runs, with the commands to run on the node. */
  readonly dryRunsSkipped: string | null;
}

/** The instances that bear a name of the notify script, in AWS's order; the script takes the first. */
export interface NamedInstances {
  readonly name: string;
  readonly instances: readonly AwsInstance[];
}

/** What is known of an Elastic IP that follows the master. `nodes` is empty where the pair has none. */
export interface AwsEvidence {
  /** The instance whose changes move it. */
  readonly router: { readonly instance: string; readonly family: Family; readonly vrid: number | null } | null;
  readonly allocationId: string | null;
  readonly region: string | null;
  readonly nodes: readonly AwsNode[];
  /** When AWS was asked; null: it was not. */
  readonly askedAt: Timestamp | null;
  /** null, here and below: AWS was not asked, or did not answer. */
  readonly elasticIp: ElasticIp | null;
  readonly named: readonly NamedInstances[] | null;
  readonly groups: readonly SecurityGroup[] | null;
  /** The instance that holds the Elastic IP by the name of its node; null where it is none of the nodes', or nobody knows. */
  readonly holder: string | null;
}

/** Whether a notify script moves an Elastic IP: by the variables that the guide has one fill in, or by the call that does it. */
export function movesElasticIp(content: string): boolean {
  const code = content.slice(0, 65_536).replace(/^[ \t]*#.*$/gm, '');
  const sets = (name: string) => new RegExp(`(?:^|[\\s;])${name}=`).test(code);
  return /\bassociate-address\b/.test(code) || (sets('ALLOCATION_ID') && (sets('HA_NODE_1') || sets('HA_NODE_2')));
}
