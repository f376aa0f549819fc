import { Command, InvalidArgumentError, Option } from 'commander';
import type { SourceError } from '../../model/finding.ts';
import { Redaction } from '../../node/redaction.ts';
import { type CollectedSummary, collectedJson, renderCollected } from '../../report/collected.ts';
import { version } from '../../version.ts';
import { readElasticIp } from '../shared/aws.ts';
import { type AwsCommandOptions, addAwsOptions, awsOptions } from '../shared/aws-options.ts';
import { CommandError } from '../shared/command-error.ts';
import { addCommonOptions, type CommonOptions, isJson, styleOf } from '../shared/common-options.ts';
import { parseMoment } from '../shared/moment.ts';
import { type NamedNode, withNodes } from '../shared/node-argument.ts';
import { print, reportError } from '../shared/output.ts';
import { parsePath } from '../shared/path.ts';
import { withUsageErrors } from '../shared/usage.ts';
import { packBundle, requireWritable, writeBundle } from './bundle-file.ts';
import { type CollectedNode, type CollectOptions, collectNode, type LiveNode, newFile } from './node.ts';
import { CollectProgress } from './progress.ts';

interface CollectCommandOptions extends CommonOptions, AwsCommandOptions {
  readonly output?: string;
  readonly since?: number;
  readonly packets?: number;
}

const daySeconds = 86_400;
const longestCapture = 3600;
/** The exit code where a node that was named could not be reached. */
const incomplete = 2;

export function collectCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor collect'))
    .description(
      'The evidence of nodes in a bundle, with secrets masked, that every command reads as it reads the nodes.',
    )
    .argument('[nodes...]', 'local, or hosts for ssh')
    .addOption(
      new Option('-o, --output <file>', 'the bundle, else ha-doctor-TIME.tar.gz; never over another file').argParser(
        parsePath,
      ),
    )
    .addOption(
      new Option('--since <time>', "logs from then on: '2026-11-20 16:00', -2h; else of the last day").argParser(
        (value) => parseMoment(value),
      ),
    )
    .addOption(new Option('--packets <seconds>', 'and so many seconds of packets on each node').argParser(parseSeconds))
    .action((nodes: string[], options: CollectCommandOptions) => collect(nodes, options));
  addAwsOptions(command);
  return addCommonOptions(command, { meant: ['--json', '--format', '--color'] });
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (!/^\d+(\.\d+)?$/.test(value) || seconds <= 0 || seconds > longestCapture)
    throw new InvalidArgumentError(`expected seconds as in 10, at most ${longestCapture}`);
  return seconds;
}

async function collect(words: readonly string[], options: CollectCommandOptions): Promise<void> {
  if (words.length === 0) throw new CommandError('no nodes are named', 'ha-doctor collect lb1 lb2');
  const now = new Date();
  const path = options.output ?? `ha-doctor-${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}.tar.gz`;
  await withNodes(
    words,
    async (nodes) => {
      const live = nodes.map(liveNode);
      await requireWritable(path);
      const since = options.since ?? now.getTime() / 1000 - daySeconds;
      const [gathered, aws] = await Promise.all([
        collectAll(live, { since, packetSeconds: options.packets ?? null, now }),
        readElasticIp(nodes, awsOptions(options, nodes[0]?.cluster), 'all'),
      ]);
      const collected = gathered.map((node) => withAws(node, aws.files.get(node.manifest.node), now));
      const errors = collected.flatMap(({ manifest: { node, unreachable } }): SourceError[] =>
        unreachable === null ? [] : [{ source: node, message: `cannot reach ${node}: ${unreachable}` }],
      );
      for (const { message } of errors) reportError(message);
      const isAny = errors.length < collected.length;
      const bundle = isAny ? await packBundle(collected, now) : null;
      if (bundle !== null) await writeBundle(path, bundle);
      const summaries = collected.map(summaryOf);
      if (isJson(options)) await print(collectedJson(bundle === null ? null : path, summaries, version, errors));
      else if (bundle !== null) await print(renderCollected(path, bundle.length, summaries, styleOf(options)));
      if (errors.length > 0) process.exitCode = incomplete;
    },
    { config: options.config },
  );
}

/** What AWS answered goes along, so that the bundle tells the same. */
function withAws(node: CollectedNode, answers: ReadonlyMap<string, string> | undefined, now: Date): CollectedNode {
  const files = [...(answers ?? [])].map(([name, text]) => newFile(`commands/aws/${name}`, Buffer.from(text), now));
  return { ...node, files: [...node.files, ...files].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Throws a CommandError for what is no live node. */
function liveNode(named: NamedNode): LiveNode {
  const { live, name } = named;
  if (live === null)
    throw new CommandError(`${name} is evidence already`, 'collect reads nodes: local, or [user@]host as for ssh');
  return { named, live, through: live.through };
}

/** All nodes side by side, with secrets masked under one key, so that marks of all of them compare. */
async function collectAll(nodes: readonly LiveNode[], options: CollectOptions): Promise<readonly CollectedNode[]> {
  const redaction = new Redaction();
  const progress = new CollectProgress();
  return Promise.all(
    nodes.map(async (node) => {
      const { name } = node.named;
      try {
        return await collectNode(node, redaction, options, (what) => progress.tell(name, what));
      } finally {
        progress.tell(name, null);
      }
    }),
  );
}

function summaryOf({ manifest, files }: CollectedNode): CollectedSummary {
  const { node, refused, notes, unreachable } = manifest;
  return { node, files: files.length, refused, notes, unreachable };
}
