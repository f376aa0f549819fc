import { Command, InvalidArgumentError, Option } from 'commander';
import { elasticIpOn } from '../../aws/evidence.ts';
import type { SourceError } from '../../model/finding.ts';
import { emptySnapshot } from '../../model/snapshot.ts';
import type { InstanceStatus } from '../../model/status.ts';
import type { Timestamp } from '../../model/time.ts';
import { nagiosAnswer } from '../../report/nagios.ts';
import { prometheusText } from '../../report/prometheus.ts';
import { renderStatus, verdictSentence } from '../../report/status.ts';
import { statusJson } from '../../report/status-json.ts';
import { drawTable } from '../../report/table.ts';
import { Times } from '../../report/times.ts';
import { rulesOn } from '../../rules/index.ts';
import { fuseStatus } from '../../state/fuse.ts';
import { type AwsReading, readElasticIp } from '../shared/aws.ts';
import { type AwsCommandOptions, addAwsOptions, awsOptions } from '../shared/aws-options.ts';
import { CommandError } from '../shared/command-error.ts';
import { addCommonOptions, type CommonOptions, isJson, styleOf } from '../shared/common-options.ts';
import { type Judged, judge } from '../shared/diagnosis.ts';
import { configuredInstances, type GatherOptions, gather } from '../shared/gather.ts';
import { afresh, type NamedNode, withNodes } from '../shared/node-argument.ts';
import { print, reportError } from '../shared/output.ts';
import { snapshotOf } from '../shared/snapshot.ts';
import { withUsageErrors } from '../shared/usage.ts';
import { exitCodeOfStatus } from './exit-code.ts';
import { readinessOf } from './ready.ts';
import { watch } from './watch.ts';

export interface StatusOptions extends CommonOptions, AwsCommandOptions {
  readonly listen: number | boolean;
  readonly allowSignal?: boolean;
  readonly watch?: boolean;
  readonly ready?: string;
}

/** What was found out at one time. */
export interface StatusAnswer {
  readonly instances: readonly InstanceStatus[];
  readonly judged: Judged;
  readonly errors: readonly (SourceError & { readonly hint?: string | null })[];
  readonly now: Timestamp;
}

export function statusCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor status'))
    .description('Who is master now, by every source, and whether they agree.')
    .argument('[nodes...]', 'hosts for ssh, directories laid out as the root of a node; none: this machine')
    .addOption(
      new Option('--listen <seconds>', 'listen for adverts so long; else as long as a backup waits for its master')
        .argParser(parseSeconds)
        .default(true, 'on'),
    )
    .option('--no-listen', 'ask no node for packets')
    .option('--allow-signal', 'tell keepalived by a signal to write its dump')
    .option('--watch', 'again and again, in place; Ctrl-C ends it')
    .option('--ready <node>', 'only whether this node could take over now: exit code 0 if so')
    .action((nodes: string[], options: StatusOptions) => status(nodes.length === 0 ? ['local'] : nodes, options));
  addAwsOptions(command);
  return addCommonOptions(command, { formats: ['plain', 'nagios', 'prometheus'] });
}

async function status(words: readonly string[], options: StatusOptions): Promise<void> {
  if (options.ready !== undefined && options.watch) throw new CommandError('--ready and --watch exclude each other');
  await withNodes(words, async (nodes) => {
    const elasticIp = sparingly((asked: readonly NamedNode[]) => readElasticIp(asked, awsOptions(options), 'holder'));
    if (options.watch)
      await watch(
        () => ask(nodes.map(afresh), elasticIp, options),
        (answer) => show(answer, options),
      );
    else await show(await ask(nodes, elasticIp, options), options);
  });
}

type AskElasticIp = (nodes: readonly NamedNode[]) => Promise<AwsReading>;

/** AWS throttles who asks too often, and an address does not move within these seconds. */
const awsSeconds = 30;

/** The same answer again until it is older than that. */
function sparingly(read: AskElasticIp): AskElasticIp {
  let last: { readonly at: number; readonly reading: Promise<AwsReading> } | null = null;
  return (nodes) => {
    const now = Date.now() / 1000;
    if (last === null || now - last.at > awsSeconds) last = { at: now, reading: read(nodes) };
    return last.reading;
  };
}

async function ask(
  nodes: readonly NamedNode[],
  askElasticIp: AskElasticIp,
  options: StatusOptions,
): Promise<StatusAnswer> {
  const [gathered, aws] = await Promise.all([gather(nodes, gatherOptions(options)), askElasticIp(nodes)]);
  const states = gathered.map(({ state }) => ({ ...state, elasticIp: elasticIpOn(aws.evidence, state.node) }));
  const errors = [...gathered.flatMap((node) => node.errors), ...aws.failures];
  const configured = configuredInstances(gathered);
  const instances = fuseStatus(configured, states);
  const snapshot = {
    ...emptySnapshot,
    ...snapshotOf(gathered.flatMap(({ evidence }) => evidence ?? [])),
    states,
    status: instances,
    aws: aws.evidence,
  };
  return {
    instances,
    judged: judge(rulesOn('states', 'status', 'aws'), snapshot, options),
    errors,
    now: nowOf(nodes, gathered),
  };
}

function gatherOptions({ listen, allowSignal }: StatusOptions): GatherOptions {
  return {
    versions: null,
    listenSeconds: listen === true ? null : listen === false ? 0 : listen,
    mayAllowSignal: allowSignal ?? false,
  };
}

/** Of evidence that was gathered earlier `now` is when it was. */
function nowOf(nodes: readonly NamedNode[], gathered: Awaited<ReturnType<typeof gather>>): Timestamp {
  const read = gathered.flatMap(({ state }) => state.readAt ?? []);
  const last = read.sort((a, b) => b.seconds - a.seconds)[0];
  return nodes.some(({ isLive }) => isLive) || last === undefined
    ? { seconds: Math.floor(Date.now() / 1000), nanoseconds: 0, digits: 0 }
    : last;
}

async function show(answer: StatusAnswer, options: StatusOptions): Promise<void> {
  const { instances, judged, errors, now } = answer;
  for (const { message, hint } of errors) reportError(message, hint ?? undefined);
  if (options.ready !== undefined) {
    const { text, exitCode } = readinessOf(options.ready, instances, errors);
    await print(text);
    process.exitCode = exitCode;
    return;
  }
  if (instances.length === 0 && errors.length === 0) throw new CommandError('no node has a vrrp_instance');
  const times = new Times(options.utc ?? false);
  process.exitCode = exitCodeOfStatus(instances, errors.length > 0);
  if (isJson(options)) {
    const unread = errors.map(({ source, message }) => ({ source, message }));
    await print(statusJson(instances, { ...judged.document, errors: unread }, times));
  } else if (options.format === 'plain') await printMaster(instances);
  else if (options.format === 'prometheus') await print(prometheusText(instances, judged.findings, now));
  else if (options.format === 'nagios') {
    const { line, exitCode } = nagiosAnswer(instances, judged.findings, errors.length > 0);
    await print(line);
    process.exitCode = exitCode;
  } else if (instances.length > 0) await print(renderStatus(instances, styleOf(options), times, now, drawTable));
}

/** The one node that is master of everything, for scripts; nothing on stdout where there is none. */
async function printMaster(instances: readonly InstanceStatus[]): Promise<void> {
  const masters = new Set(instances.map(({ master }) => master));
  const [master] = masters;
  if (masters.size === 1 && master != null) return print(master);
  for (const instance of instances) reportError(`${instance.instance}: ${verdictSentence(instance)}`);
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || seconds <= 0 || seconds > 3600)
    throw new InvalidArgumentError('expected seconds as in 4, at most 3600');
  return seconds;
}
