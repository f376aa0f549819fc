import { elasticIpEvidence } from '../../src/aws/evidence.ts';
import { elasticIpScriptOf } from '../../src/aws/notify-script.ts';
import type { AwsEvidence, AwsInstance, DryRun, GroupPermission, InstalledProgram } from '../../src/model/aws.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { type NotifyScript, names, notifyScriptText } from '../aws/notify-script.ts';
import { ago, keepalived, nginx, nginxIsValid, sends } from '../state/given.ts';
import { confOf } from './confs.ts';
import { snapshotOfStates } from './judged-states.ts';

type Host = 'lb1' | 'lb2';

/** A pair on AWS, all well but for what is changed; lb1 is master and holds the Elastic IP. */
export interface AwsGiven {
  readonly script?: NotifyScript;
  readonly mode?: number;
  readonly gid?: number;
  readonly virtualAddresses?: readonly string[];
  readonly master?: Host;
  /** The last change of state, in seconds before AWS was asked; null: no log tells. */
  readonly changedAgo?: number | null;
  /** The id of the instance that has the address; null: none. */
  readonly holder?: string | null;
  readonly instances?: Partial<Readonly<Record<Host, Partial<AwsInstance>>>>;
  /** Further ones that AWS answers with. */
  readonly others?: readonly AwsInstance[];
  readonly ingress?: readonly Partial<GroupPermission>[];
  readonly egress?: readonly Partial<GroupPermission>[];
  readonly dryRuns?: readonly Partial<DryRun>[];
  readonly programs?: readonly InstalledProgram[];
}

export interface AwsFixture {
  readonly awsPair: AwsGiven;
}

const path = '/usr/lib/keepalived/nginx-ha-notify';
const addresses = { lb1: '10.77.0.1', lb2: '10.77.0.2' } as const;
const hosts = ['lb1', 'lb2'] as const;

export function instance(id: string, name: string, ip: string, changes: Partial<AwsInstance> = {}): AwsInstance {
  return {
    instanceId: id,
    privateDnsName: name,
    privateIps: [ip],
    state: 'running',
    requiresToken: false,
    hasMetadata: true,
    groupIds: ['sg-0aa'],
    elasticIps: [],
    ...changes,
  };
}

/** What rules see of it. */
export function snapshotOfAws({ awsPair: given }: AwsFixture): Snapshot {
  const { master = 'lb1', changedAgo = 3600, virtualAddresses = [] } = given;
  const logged = (state: 'MASTER' | 'BACKUP') => (changedAgo === null ? null : { VI_1: [state, changedAgo] as const });
  const vips = virtualAddresses.map((vip) => vip.split('/')[0] ?? '');
  const stateOf = (host: Host) => ({
    processes: [...keepalived, ...nginx],
    nginxTest: nginxIsValid,
    logged: logged(host === master ? 'MASTER' : 'BACKUP'),
    heard: [sends(master, master === 'lb1' ? 101 : 100, vips), 6] as const,
    startedAgo: 86_400,
    holds: host === master ? vips : [],
  });
  const content = notifyScriptText(given.script);
  const root = { mode: 0o755, uid: 0, gid: 0 };
  const snapshot = snapshotOfStates({
    lb1State: stateOf('lb1'),
    lb2State: stateOf('lb2'),
    confs: { lb1: conf('lb1', virtualAddresses), lb2: conf('lb2', virtualAddresses) },
    scripts: [
      { path, content, ...root, mode: given.mode ?? 0o755, gid: given.gid ?? 0 },
      { path: '/usr/lib/keepalived/check-nginx', content: '#!/bin/sh\ncurl -fsS -m 1 http://127.0.0.1/\n', ...root },
    ],
  });
  return { ...snapshot, aws: evidenceOf(snapshot, given) };
}

function conf(host: Host, vips: readonly string[]): string {
  return confOf(host, { vips, extra: [`notify "${path}"`] });
}

function evidenceOf({ configurations }: Snapshot, given: AwsGiven): AwsEvidence {
  const { holder = 'i-0lb1', instances = {}, others = [], dryRuns, programs = null } = given;
  const known = hosts.map((host, i) => instance(`i-0${host}`, names[i] ?? '', addresses[host], instances[host]));
  const permission = (changes: Partial<GroupPermission>): GroupPermission => ({
    ...{ protocol: '112', blocks: [], groupIds: [], hasPrefixList: false },
    ...changes,
  });
  const { ingress = [{ groupIds: ['sg-0aa'] }], egress = [{ protocol: '-1', blocks: ['0.0.0.0/0'] }] } = given;
  return elasticIpEvidence(
    {
      router: { instance: 'VI_1', family: 'ipv4', vrid: 60 },
      allocationId: 'eipalloc-0a1b2c3d4e5f60718',
      region: 'eu-west-1',
    },
    (configurations ?? []).map((node) => ({
      node: node.node,
      script: elasticIpScriptOf(node)?.script ?? null,
      addresses: [addresses[node.node as Host]],
      programs,
      dryRuns:
        dryRuns?.map((run) => ({
          ...({ action: 'associate-address', outcome: 'allowed', code: null, reason: null } as const),
          ...run,
        })) ?? null,
      dryRunsSkipped: null,
    })),
    {
      askedAt: ago(0),
      elasticIp: {
        allocationId: 'eipalloc-0a1b2c3d4e5f60718',
        publicIp: '203.0.113.10',
        associationId: holder === null ? null : 'eipassoc-01',
        instanceId: holder,
        networkInterfaceId: holder === null ? null : 'eni-01',
        privateIp: null,
      },
      instancesByName: [...others, ...known],
      instancesByAddress: known,
      groups: [{ groupId: 'sg-0aa', ingress: ingress.map(permission), egress: egress.map(permission) }],
    },
  );
}
