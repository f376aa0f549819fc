import { Command } from 'commander';
import { elasticIpOn } from '../../aws/evidence.ts';
import type { SourceError } from '../../model/finding.ts';
import type { NodeState } from '../../model/node-state.ts';
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
import { type Judged, judge, withIgnoresOf } from '../shared/diagnosis.ts';
import { configuredInstances, type GatherOptions, gather } from '../shared/gather.ts';
import { addListenOptions, type ListenOptions, listenSeconds } from '../shared/listen-options.ts';
import { afresh, type NamedNode, withNodes } from '../shared/node-argument.ts';
import { print, reportError } from '../shared/output.ts';
import { snapshotOf } from '../shared/snapshot.ts';
import { withUsageErrors } from '../shared/usage.ts';
import { exitCodeOfStatus } from './exit-code.ts';
import { readinessOf } from './ready.ts';
import { watch } from './watch.ts';

interface StatusOptions extends CommonOptions, ListenOptions, AwsCommandOptions {
  readonly allowSignal?: boolean;
  readonly watch?: boolean;
  readonly ready?: string;
}

/** How far back the last transition is looked for. */
const logSeconds = 7 * 86_400;

/** What was found out at one time. */
interface StatusAnswer {
  readonly instances: readonly InstanceStatus[];
  readonly judged: Judged;
  readonly errors: readonly (SourceError & { readonly hint?: string | null })[];
  readonly now: Timestamp;
}

export function statusCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor status'))
    .description('Who is master now, by every source, and whether they agree.')
    .argument('[nodes...]', 'hosts for ssh, directories laid out as the root of a node; none: this machine')
    .option('--allow-signal', 'tell keepalived by a signal to write its dump')
    .option('--watch', 'again and again, in place; Ctrl-C ends it')
    .option('--ready <node>', 'only whether this node could take over now: exit code 0 if so')
    .action((nodes: string[], options: StatusOptions) => status(nodes.length === 0 ? ['local'] : nodes, options));
  addListenOptions(command);
  addAwsOptions(command);
  return addCommonOptions(command, { formats: ['plain', 'nagios', 'prometheus'] });
}

async function status(words: readonly string[], asked: StatusOptions): Promise<void> {
  const options = await withIgnoresOf(words, asked);
  if (options.ready !== undefined && options.watch) throw new CommandError('--ready and --watch exclude each other');
  await withNodes(
    words,
    async (nodes) => {
      const elasticIp = sparingly((asked: readonly NamedNode[]) =>
        readElasticIp(asked, awsOptions(options, nodes[0]?.cluster), 'holder'),
      );
      if (options.watch)
        await watch(
          () => ask(nodes.map(afresh), elasticIp, options),
          (answer) => show(answer, options),
        );
      else await show(await ask(nodes, elasticIp, options), options);
    },
    options,
  );
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
  const states = gathered.nodes.map(({ state }) => ({ ...state, elasticIp: elasticIpOn(aws.evidence, state.node) }));
  const errors = [...gathered.nodes.flatMap((node) => node.errors), ...aws.failures];
  const instances = fuseStatus(configuredInstances(gathered.nodes), states);
  const snapshot = {
    ...emptySnapshot,
    ...snapshotOf(gathered.nodes.flatMap(({ evidence }) => evidence ?? [])),
    states,
    status: instances,
    aws: aws.evidence,
  };
  return {
    instances,
    judged: judge(rulesOn('states', 'status', 'aws'), snapshot, options),
    errors,
    now: nowOf(nodes, states),
  };
}

function gatherOptions(options: StatusOptions): GatherOptions {
  return {
    versions: null,
    listenSeconds: listenSeconds(options),
    mayAllowSignal: options.allowSignal ?? false,
    since: null,
    sinceSeconds: logSeconds,
  };
}

/** Of evidence that was gathered earlier `now` is when it was. */
function nowOf(nodes: readonly NamedNode[], states: readonly NodeState[]): Timestamp {
  const read = states.flatMap(({ readAt }) => readAt ?? []);
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
