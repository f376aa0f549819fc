import { Command, Option } from 'commander';
import type { Cluster } from '../../model/cluster.ts';
import type { SourceError } from '../../model/finding.ts';
import { checkJson, type FleetLine, fleetJson, renderCheck, renderFleet, type Scope } from '../../report/check.ts';
import type { Document } from '../../report/json.ts';
import { findingsMarkdown } from '../../report/markdown.ts';
import { nagiosAnswer } from '../../report/nagios.ts';
import { Times } from '../../report/times.ts';
import { rules } from '../../rules/index.ts';
import { version } from '../../version.ts';
import { type AwsCommandOptions, addAwsOptions, awsOptions } from '../shared/aws-options.ts';
import { CommandError } from '../shared/command-error.ts';
import { addCommonOptions, isJson, styleOf } from '../shared/common-options.ts';
import { addVersionOption, type ConfigurationOptions, judge, withIgnoresOf } from '../shared/diagnosis.ts';
import { examine } from '../shared/examine.ts';
import { exitCodeOf } from '../shared/exit-code.ts';
import type { Complaint } from '../shared/gather.ts';
import { addListenOptions, type ListenOptions, listenSeconds } from '../shared/listen-options.ts';
import { parseMoment } from '../shared/moment.ts';
import { clusterCalled, withNodes } from '../shared/node-argument.ts';
import { print, reportError } from '../shared/output.ts';
import { withUsageErrors } from '../shared/usage.ts';

interface CheckOptions extends ConfigurationOptions, ListenOptions, AwsCommandOptions {
  readonly since?: number;
}

const daySeconds = 86_400;

export function checkCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor check'))
    .description('Everything at hand as one diagnosis: configuration, nginx, state, logs, packets; the worst first.')
    .argument(
      '[nodes...]',
      'hosts for ssh, directories, bundles, files; none: this machine; several clusters: a line for each',
    )
    .addOption(
      new Option('--since <time>', 'logs from then on; else of the last day').argParser((value) => parseMoment(value)),
    )
    .action((nodes: string[], options: CheckOptions) => check(nodes.length === 0 ? ['local'] : nodes, options));
  addListenOptions(command);
  addAwsOptions(command);
  addVersionOption(command);
  return addCommonOptions(command, { formats: ['markdown', 'nagios'] });
}

async function check(words: readonly string[], options: CheckOptions): Promise<void> {
  const clusters = await Promise.all(words.map((word) => clusterCalled(word, options.config)));
  const named = clusters.filter((cluster) => cluster !== null);
  if (named.length > 1) {
    if (named.length < words.length) throw new CommandError('clusters and nodes cannot be checked together');
    await checkFleet(named, options);
    return;
  }
  const { scope, document, complaints } = await diagnose(words, clusters[0] ?? null, options);
  for (const { message, hint } of complaints) reportError(message, hint ?? undefined);
  process.exitCode = exitCodeOf(document.findings, options.failOn, document.errors.length > 0);
  await show(scope, document, options);
}

/** Checks clusters side by side; what one of them refuses is no loss to the others. */
async function checkFleet(clusters: readonly Cluster[], options: CheckOptions): Promise<void> {
  const lines = await Promise.all(
    clusters.map(async (cluster): Promise<FleetLine> => {
      try {
        return { cluster: cluster.name, ...(await diagnose([cluster.name], cluster, options)) };
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const errors = [{ source: cluster.name, message: error.message }];
        return { cluster: cluster.name, scope: null, document: { ...empty, errors } };
      }
    }),
  );
  const all = <T>(part: (document: Document) => readonly T[]) => lines.flatMap(({ document }) => part(document));
  const document: Document = {
    version,
    findings: all(({ findings }) => findings),
    skipped: all(({ skipped }) => skipped),
    errors: all(({ errors }) => errors),
    ignored: all(({ ignored }) => ignored),
  };
  process.exitCode = exitCodeOf(document.findings, options.failOn, document.errors.length > 0);
  const instances = lines.flatMap(({ scope }) => scope?.status ?? []);
  if (isJson(options)) await print(fleetJson(lines, document, new Times(options.utc ?? false)));
  else if (options.format === 'nagios') await printNagios(instances, document);
  else if (options.format === 'markdown') {
    const { findings, ignored, skipped } = document;
    await print(findingsMarkdown(clusters.map(({ name }) => name).join(', '), findings, ignored, skipped));
  } else await print(renderFleet(lines, styleOf(options)));
}

const empty: Document = { version, findings: [], skipped: [], errors: [], ignored: [] };

async function diagnose(
  words: readonly string[],
  cluster: Cluster | null,
  options: CheckOptions,
): Promise<{ readonly scope: Scope; readonly document: Document; readonly complaints: readonly Complaint[] }> {
  return withNodes(
    words,
    async (nodes) => {
      const { snapshot, status, errors, checked, unread } = await examine(nodes, {
        versions: options.keepalivedVersion ?? null,
        listenSeconds: listenSeconds(options),
        mayAllowSignal: false,
        since: options.since ?? null,
        sinceSeconds: daySeconds,
        ignorePaths: cluster?.ignorePaths ?? [],
        aws: awsOptions(options, cluster),
      });
      // Without an Elastic IP its rules are no lack of evidence.
      const meant = rules.filter(({ needs }) => snapshot.aws !== null || !needs.includes('aws'));
      const judged = judge(meant, snapshot, await withIgnoresOf(words, options));
      const told: readonly SourceError[] = errors.map(({ source, message }) => ({ source, message }));
      return {
        scope: { nodes: nodes.map(({ name }) => name), status, checked, unread },
        document: { ...judged.document, errors: told },
        complaints: errors,
      };
    },
    { config: options.config },
  );
}

async function show(scope: Scope, document: Document, options: CheckOptions): Promise<void> {
  const { findings, ignored, skipped } = document;
  if (isJson(options)) await print(checkJson(scope, document, new Times(options.utc ?? false)));
  else if (options.format === 'markdown')
    await print(findingsMarkdown(scope.nodes.join(' and '), findings, ignored, skipped));
  else if (options.format === 'nagios') await printNagios(scope.status, document);
  else if (scope.checked.length > 0) await print(renderCheck(scope, document, styleOf(options)));
}

async function printNagios(instances: Scope['status'], { findings, errors }: Document): Promise<void> {
  const { line, exitCode } = nagiosAnswer(instances, findings, errors.length > 0);
  await print(line);
  process.exitCode = exitCode;
}
