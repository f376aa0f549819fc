import type { AwsEvidence } from './aws.ts';
import type { ElectedRouter } from './election.ts';
import type { NodeHost, NodeInterfaces } from './host.ts';
import type { NodeConfiguration } from './keepalived.ts';
import type { NginxBinding, NginxBuild, NginxDrift, NginxLoading, NginxNode, TlsFault } from './nginx.ts';
import type { NodeState } from './node-state.ts';
import type { Pair } from './pair.ts';
import type { InstanceStatus } from './status.ts';
import type { Timeline } from './timeline.ts';
import type { Wire } from './wire.ts';

/** All evidence of one diagnosis. A part that was not read is null: rules that need it are skipped, never passed. */
export interface Snapshot {
  /** What was captured. */
  readonly wire: Wire | null;
  /** keepalived.conf of each node that was read. */
  readonly configurations: readonly NodeConfiguration[] | null;
  /** Two configurations, compared. */
  readonly pair: Pair | null;
  /** Who is master when what fails, by one configuration or two. */
  readonly elections: readonly ElectedRouter[] | null;
  /** The network interfaces of each node where they are known. */
  readonly interfaces: readonly NodeInterfaces[] | null;
  /** What the logs of the nodes say. */
  readonly timeline: Timeline | null;
  /** The nginx configuration of each node that was read. */
  readonly nginx: readonly NginxNode[] | null;
  /** Two nginx configurations, compared. */
  readonly nginxDrift: NginxDrift | null;
  /** What is wrong with certificates and keys. */
  readonly tlsFaults: readonly TlsFault[] | null;
  /** How nginx was built on two nodes. */
  readonly nginxBuilds: readonly NginxBuild[] | null;
  /** What each node listens on, and may. */
  readonly nginxBindings: readonly NginxBinding[] | null;
  /** What each node's workers have loaded. */
  readonly nginxLoadings: readonly NginxLoading[] | null;
  /** What each node was read to be doing. */
  readonly states: readonly NodeState[] | null;
  /** Who is master of each virtual router, by all of them. */
  readonly status: readonly InstanceStatus[] | null;
  /** The Elastic IP that follows the master, on AWS. */
  readonly aws: AwsEvidence | null;
  /** What else each node's system says. */
  readonly hosts: readonly NodeHost[] | null;
}

/** A snapshot of nothing, to be filled with what was read. */
export const emptySnapshot: Snapshot = {
  wire: null,
  configurations: null,
  pair: null,
  elections: null,
  interfaces: null,
  timeline: null,
  nginx: null,
  nginxDrift: null,
  tlsFaults: null,
  nginxBuilds: null,
  nginxBindings: null,
  nginxLoadings: null,
  states: null,
  status: null,
  aws: null,
  hosts: null,
};
