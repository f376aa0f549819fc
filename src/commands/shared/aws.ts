import { readAddress, readGroups, readInstances } from '../../aws/answers.ts';
import { elasticIpEvidence, noElasticIp } from '../../aws/evidence.ts';
import { type AwsFile, awsFiles, failureIn, readDryRuns, readPrograms, readQuery } from '../../aws/evidence-files.ts';
import { elasticIpScriptOf } from '../../aws/notify-script.ts';
import type { AwsEvidence } from '../../model/aws.ts';
import type { NetworkInterface } from '../../model/host.ts';
import type { NodeConfiguration, VrrpInstance } from '../../model/keepalived.ts';
import type { NodePort } from '../../node/port.ts';
import type { ShellNode } from '../../node/shell-node.ts';
import { type AwsFiles, type AwsMember, type AwsScope, askAws } from './ask-aws.ts';
import { CommandError } from './command-error.ts';
import { readConfiguration } from './configuration.ts';
import type { NamedNode } from './node-argument.ts';

/** `--allocation-id --region --endpoint-url`; null: as the notify script has it, or the user's own AWS configuration. */
export interface AwsOptions {
  readonly allocationId: string | null;
  readonly region: string | null;
  readonly endpointUrl: string | null;
}

/** A node whose Elastic IP is asked for. */
interface AwsSubject {
  readonly configuration: NodeConfiguration;
  readonly port: NodePort;
  /** The node itself where it is live; else what was collected there answers. */
  readonly live: ShellNode | null;
  /** Its own addresses, by which AWS knows it. */
  readonly addresses: readonly string[];
}

/** What was learnt, and what could not be. */
export interface AwsReading {
  readonly evidence: AwsEvidence;
  readonly failures: readonly AwsProblem[];
  /** What a bundle keeps below `commands/aws/` of each node, by its name and the file's. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A question that AWS did not answer: one line, and perhaps what to do. */
interface AwsProblem {
  readonly source: string;
  readonly message: string;
  readonly hint: string | null;
}

/**
 * What AWS and the nodes say of the pair's Elastic IP; nothing where no notify script moves one, and none is named. A live
 * pair is asked, evidence that was collected answers for itself: both go the same way from there. Never rejects.
 */
export async function readAws(
  subjects: readonly AwsSubject[],
  options: AwsOptions,
  scope: AwsScope,
): Promise<AwsReading> {
  const members = subjects.map(({ configuration, live, addresses }): AwsMember => {
    const found = elasticIpScriptOf(configuration);
    const scriptUser = found?.command.user ?? configuration.config.global.scriptUser.value;
    return {
      ...{ node: configuration.node, script: found?.script ?? null, scriptUser, addresses, live },
      router: found === null ? null : routerOf(found.instance),
    };
  });
  if (members.every(({ script }) => script === null) && options.allocationId === null) {
    return { evidence: noElasticIp, failures: [], files: new Map() };
  }
  const first = <T>(values: readonly (T | undefined)[]): T | null =>
    values.find((value) => value !== undefined) ?? null;
  const query = {
    router: first(members.map(({ router }) => router ?? undefined)),
    allocationId: options.allocationId ?? first(members.map(({ script }) => script?.allocationId?.value)),
    region: options.region ?? first(members.map(({ script }) => script?.region?.value)),
  };
  const isLive = members.some(({ live }) => live !== null);
  const files = isLive
    ? await askAws(members, query, options.endpointUrl, scope)
    : await Promise.all(subjects.map(({ port }) => keptFiles(port)));
  return {
    evidence: evidenceOf(members, query, files),
    failures: problemsIn(files),
    files: new Map(members.map(({ node }, i) => [node, namedFiles(files[i])])),
  };
}

function routerOf({ name, family, vrid }: VrrpInstance): AwsEvidence['router'] {
  return { instance: name, family, vrid: vrid.value };
}

/**
 * The same of nodes as they were named, side by side with whatever else is read of them: what both need is read once.
 * A node whose configuration cannot be read is left out.
 */
export async function readElasticIp(
  nodes: readonly NamedNode[],
  options: AwsOptions,
  scope: AwsScope,
): Promise<AwsReading> {
  const read = await Promise.all(
    nodes.map(async (node) => {
      try {
        const { configuration, interfaces } = await readConfiguration(node, null);
        return [{ configuration, port: node.port, live: node.live, addresses: addressesIn(configuration, interfaces) }];
      } catch (error) {
        if (error instanceof CommandError) return [];
        throw error;
      }
    }),
  );
  return readAws(read.flat(), options, scope);
}

/** The node's own addresses: those that it sends from, else those of its interfaces that a peer could know. */
function addressesIn({ config }: NodeConfiguration, interfaces: readonly NetworkInterface[] | null): readonly string[] {
  const sources = config.instances.flatMap(({ sourceAddress }) => sourceAddress.value ?? []);
  if (sources.length > 0) return [...new Set(sources)];
  const vips = config.instances.flatMap((instance) => [...instance.vips, ...instance.excludedVips]);
  return (interfaces ?? [])
    .flatMap((link) => link.addresses)
    .filter(({ scope, address }) => scope === 'global' && vips.every((vip) => vip.address !== address))
    .map(({ address }) => address);
}

async function keptFiles(port: NodePort): Promise<AwsFiles> {
  const files: [AwsFile, string][] = [];
  await Promise.all(
    Object.entries(awsFiles).map(async ([file, name]) => {
      const { bytes } = await port.readFile(`/commands/aws/${name}`, largestFileBytes);
      if (bytes !== null) files.push([file as AwsFile, new TextDecoder().decode(bytes)]);
    }),
  );
  return new Map(files);
}

const largestFileBytes = 4 * 1024 * 1024;

/** What AWS says is the same for all nodes: the first that has it tells. */
function evidenceOf(
  members: readonly AwsMember[],
  named: Pick<AwsEvidence, 'router' | 'allocationId' | 'region'>,
  files: readonly AwsFiles[],
): AwsEvidence {
  const read = <T>(file: AwsFile, decode: (text: string) => T | null): T | null => {
    const text = files.find((own) => own.has(file))?.get(file);
    return text === undefined ? null : decode(text);
  };
  const query = read('query', readQuery);
  return elasticIpEvidence(
    {
      router: named.router,
      allocationId: named.allocationId ?? query?.allocationId ?? null,
      region: named.region ?? query?.region ?? null,
    },
    members.map(({ node, script, addresses }, i) => {
      const text = (file: AwsFile) => files[i]?.get(file) ?? '';
      return {
        ...{ node, script, addresses },
        programs: readPrograms(text('programs')),
        dryRuns: readDryRuns(text('dryRuns')),
        dryRunsSkipped: failureIn(text('dryRuns'))?.message ?? null,
      };
    }),
    {
      askedAt: query?.askedAt ?? null,
      elasticIp: read('address', readAddress),
      instancesByName: read('instancesByName', readInstances),
      instancesByAddress: read('instancesByAddress', readInstances),
      groups: read('groups', readGroups),
    },
  );
}

/** What AWS did not answer, each reason once. Dry runs that were not made are none. */
function problemsIn(files: readonly AwsFiles[]): readonly AwsProblem[] {
  const problems = new Map<string, AwsProblem>();
  for (const own of files) {
    for (const file of ['address', 'instancesByName', 'instancesByAddress', 'groups'] as const) {
      const failure = failureIn(own.get(file) ?? '');
      if (failure === null || problems.has(failure.message)) continue;
      problems.set(failure.message, { source: 'aws', message: `aws: ${failure.message}`, hint: failure.hint });
    }
  }
  return [...problems.values()];
}

function namedFiles(files: AwsFiles | undefined): ReadonlyMap<string, string> {
  return new Map([...(files ?? [])].map(([file, text]) => [awsFiles[file], text]));
}
