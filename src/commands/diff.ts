import { Command, Option } from 'commander';
import type { SourceError } from '../model/finding.ts';
import { emptySnapshot, type Snapshot } from '../model/snapshot.ts';
import { nginxDriftJson, renderNginxDrift } from '../report/nginx-drift.ts';
import { diffJson } from '../report/pair-json.ts';
import { type Mark, renderSettings } from '../report/settings.ts';
import type { Style } from '../report/style.ts';
import { renderUnified } from '../report/unified.ts';
import { renderVerdict } from '../report/verdict.ts';
import { rulesOn } from '../rules/index.ts';
import { readClusters } from './shared/clusters.ts';
import { CommandError } from './shared/command-error.ts';
import { addCommonOptions, isJson, styleOf } from './shared/common-options.ts';
import {
  addVersionOption,
  type ConfigurationOptions,
  judge,
  readConfigurations,
  requireCount,
  withIgnoresOf,
} from './shared/diagnosis.ts';
import { exitCodeOf } from './shared/exit-code.ts';
import { contentsOf, readNginxNodes } from './shared/nginx-nodes.ts';
import { type NamedNode, withNodes } from './shared/node-argument.ts';
import { print, reportError } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

interface DiffOptions extends ConfigurationOptions {
  readonly only?: 'keepalived' | 'nginx';
  readonly all?: boolean;
  readonly unified?: boolean;
  readonly ignorePath: readonly string[];
}

export function diffCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor diff'))
    .description('keepalived.conf and nginx of both nodes: what has to match, and does not.')
    .argument('[nodes...]', 'two files, or directories laid out as the root of a node; one: this machine and it')
    .addOption(new Option('--only <what>', 'compare only this').choices(['keepalived', 'nginx']))
    .option('--all', 'also what differs as it has to, or may')
    .option('--unified', 'nginx: the text of the files behind the changes as well')
    .addOption(
      new Option('--ignore-path <pattern>', "nginx: what is meant to differ, as in 'http/server */listen'; repeatable")
        .argParser((value, known: string[]) => [...known, value])
        .default([], 'none'),
    )
    .action((nodes: string[], options: DiffOptions) => diff(nodes, options));
  addVersionOption(command);
  return addCommonOptions(command);
}

async function diff(words: readonly string[], options: DiffOptions): Promise<void> {
  const named = words.length === 0 ? await onlyCluster(options) : words;
  if (named.length > 2) {
    throw new CommandError(
      `${named.length} nodes, where two are expected`,
      'ha-doctor diff lb1/keepalived.conf lb2/keepalived.conf',
    );
  }
  const places = { beside: 'local', config: options.config };
  const { snapshot, errors } = await withNodes(named, (nodes) => readBoth(nodes, options), places);
  const { pair, nginxDrift } = snapshot;
  const judging = [
    ...(pair === null ? [] : rulesOn('pair')),
    ...(nginxDrift === null
      ? []
      : rulesOn('nginx', 'nginxDrift', 'tlsFaults', 'nginxBuilds', 'nginxBindings', 'nginxLoadings')),
  ];
  const judged = judge(judging, snapshot, await withIgnoresOf(named, options));
  for (const { source, message } of errors) reportError(`${source}: ${message}`);
  if (isJson(options)) {
    const nginx = nginxDrift === null ? null : nginxDriftJson(nginxDrift, judged.mark);
    await print(diffJson(pair, nginx, judged.mark, { ...judged.document, errors }));
  } else {
    const style = styleOf(options);
    const [a, b] = pair !== null ? [pair.a.node, pair.b.node] : (nginxDrift?.nodes ?? []);
    await print(
      [
        pair === null ? '' : renderSettings(pair, judged.findings, options.all ?? false, judged.mark, style),
        nginxDrift === null ? '' : renderNginxDrift(nginxDrift, judged.mark, style, options.all ?? false),
        options.unified ? unified(snapshot, judged.mark, style) : '',
        renderVerdict(judged, `${a} and ${b} match in all that has to`, style),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    );
  }
  process.exitCode = exitCodeOf(judged.findings, options.failOn, errors.length > 0);
}

/** The pair, where the configuration file names no other. */
async function onlyCluster({ config }: DiffOptions): Promise<readonly string[]> {
  const clusters = await readClusters(config);
  if (clusters.length === 1) return clusters.map(({ name }) => name);
  throw new CommandError(
    clusters.length === 0
      ? 'no nodes are named'
      : 'no nodes are named, and the configuration file has several clusters',
    clusters.length === 0
      ? 'ha-doctor diff lb1/keepalived.conf lb2/keepalived.conf'
      : `ha-doctor diff ${clusters.map(({ name }) => name).join('|')}`,
  );
}

/** Both nodes' keepalived and nginx, or what of it is asked for; without a word about it, what both nodes have. */
async function readBoth(
  nodes: readonly NamedNode[],
  options: DiffOptions,
): Promise<{ readonly snapshot: Snapshot; readonly errors: readonly SourceError[] }> {
  const { only } = options;
  const ignorePath = [...options.ignorePath, ...(nodes[0]?.cluster?.ignorePaths ?? [])];
  requireCount(nodes, 2);
  const contents = await contentsOf(nodes);
  if (only === 'nginx' && contents.lacksNginx !== null) {
    throw new CommandError(
      `${contents.lacksNginx} has no nginx configuration`,
      'name a directory with etc/nginx/nginx.conf, an nginx.conf, or the output of nginx -T',
    );
  }
  const isNginx = only === 'nginx' || (only === undefined && contents.nginx);
  // Where there is neither, what is wrong with keepalived.conf is said.
  const isKeepalived = only === 'keepalived' || (only === undefined && (contents.keepalived || !contents.nginx));
  const known = isKeepalived || contents.keepalived ? await readConfigurations(nodes, options) : emptySnapshot;
  if (!isNginx) return { snapshot: known, errors: [] };
  const nginx = await readNginxNodes(nodes, known, ignorePath);
  return { snapshot: { ...(isKeepalived ? known : emptySnapshot), ...nginx.snapshot }, errors: nginx.errors };
}

/** The text behind the changes of nginx. */
function unified({ nginx, nginxDrift }: Snapshot, mark: Mark, style: Style): string {
  const [a, b] = nginx ?? [];
  return a === undefined || b === undefined || nginxDrift === null
    ? ''
    : renderUnified(nginxDrift, a.config, b.config, mark, style);
}
