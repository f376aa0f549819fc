import { elasticIpOn } from '../../aws/evidence.ts';
import { emptySnapshot, type Snapshot } from '../../model/snapshot.ts';
import type { InstanceStatus } from '../../model/status.ts';
import { fuseStatus } from '../../state/fuse.ts';
import { type AwsOptions, readElasticIp } from './aws.ts';
import { type Complaint, configuredInstances, type GatheredNode, type GatherOptions, gather } from './gather.ts';
import { nginxSnapshot } from './nginx.ts';
import { isNginxFile, prefetchNginx, readNginxNode } from './nginx-nodes.ts';
import type { NamedNode } from './node-argument.ts';
import { prefetchHost, readNodeHost } from './node-host.ts';
import { snapshotOf } from './snapshot.ts';

export interface ExamineOptions extends GatherOptions {
  readonly aws: AwsOptions;
  /** nginx: what is meant to differ. */
  readonly ignorePaths: readonly string[];
}

/** Everything at hand of some nodes. */
export interface Examined {
  readonly snapshot: Snapshot;
  readonly status: readonly InstanceStatus[];
  /** What was named and could not be read. */
  readonly errors: readonly Complaint[];
  /** What was read, in words. */
  readonly checked: readonly string[];
  /** What could not be, and why. */
  readonly unread: readonly { readonly node: string; readonly what: string; readonly reason: string }[];
}

/** Reads all that nodes tell, side by side: the snapshot that every rule may judge. */
export async function examine(nodes: readonly NamedNode[], options: ExamineOptions): Promise<Examined> {
  const isNginx = await Promise.all(nodes.map(isNginxFile));
  const ofKeepalived = nodes.filter((_, i) => isNginx[i] === false);
  // Asked for with the first things that are read: one round trip to a node that is far away.
  for (const node of nodes) {
    prefetchHost(node);
    prefetchNginx(node);
  }
  // Beside the listening: a call to AWS takes as long.
  const [gathered, aws] = await Promise.all([
    gather(ofKeepalived, options),
    readElasticIp(
      ofKeepalived.filter(({ file }) => file === null),
      options.aws,
      'all',
    ),
  ]);
  const known = snapshotOf(gathered.nodes.flatMap(({ evidence }) => evidence ?? []));
  const whole = gathered.nodes
    .filter(({ named, state }) => named.file === null && state.unreachable === null)
    .map(({ named }) => named);
  const [nginx, hosts] = await Promise.all([
    Promise.all([...nodes.filter((_, i) => isNginx[i]), ...whole].map((node) => readNginxNode(node, known))),
    Promise.all(whole.map(readNodeHost)),
  ]);
  const ofNginx = nginx.flatMap((evidence) => evidence ?? []);
  const ofHosts = hosts.flatMap((host) => host ?? []);
  const states = gathered.nodes.map(({ state }) => ({ ...state, elasticIp: elasticIpOn(aws.evidence, state.node) }));
  const isWhole = ofKeepalived.some(({ file }) => file === null);
  const status = isWhole ? fuseStatus(configuredInstances(gathered.nodes), states) : [];
  const snapshot: Snapshot = {
    ...emptySnapshot,
    ...(gathered.nodes.some(({ evidence }) => evidence !== null) ? known : {}),
    ...nginxSnapshot(ofNginx, options.ignorePaths),
    timeline: gathered.timeline,
    wire: states.find(({ heard }) => heard !== null)?.heard?.wire ?? null,
    states: isWhole ? states : null,
    status: isWhole ? status : null,
    hosts: ofHosts.length === 0 ? null : ofHosts.map(({ host }) => host),
    aws: aws.evidence.router === null && aws.evidence.allocationId === null ? null : aws.evidence,
  };
  // A node that has nginx and no keepalived is one that can be looked at.
  const isOnlyNginx = ({ evidence, state }: GatheredNode) =>
    evidence === null && state.unreachable === null && ofNginx.some(({ nginx: { node } }) => node === state.node);
  return {
    snapshot,
    status,
    errors: [
      ...gathered.nodes.flatMap((node) => (isOnlyNginx(node) ? [] : node.errors)),
      ...ofNginx.flatMap(({ errors }) => errors),
      ...aws.failures,
    ],
    // Of a node that has neither configuration nothing else is worth a word.
    checked: snapshot.configurations === null && ofNginx.length === 0 ? [] : checkedOf(snapshot),
    unread: [
      ...ofHosts.flatMap(({ host, unread }) => unread.map((item) => ({ node: host.node, ...item }))),
      ...gathered.nodes.flatMap((node) => [
        ...node.state.unread.map((item) => ({ node: node.state.node, ...item })),
        ...(isOnlyNginx(node)
          ? node.errors.map(({ message: reason }) => ({ node: node.state.node, what: 'keepalived.conf', reason }))
          : []),
      ]),
    ],
  };
}

function checkedOf({
  configurations,
  pair,
  nginx,
  nginxDrift,
  states,
  timeline,
  wire,
  hosts,
  aws,
}: Snapshot): readonly string[] {
  const parts: readonly (readonly [unknown, string])[] = [
    [configurations, pair === null ? 'keepalived.conf' : 'keepalived.conf of the pair'],
    [nginx?.length ? nginx : null, nginxDrift === null ? 'nginx' : 'nginx of the pair'],
    [states, 'state'],
    [timeline, 'logs'],
    [wire, 'packets'],
    [hosts, 'firewall and network'],
    [aws, 'Elastic IP'],
  ];
  return parts.flatMap(([part, name]) => (part === null ? [] : [name]));
}
