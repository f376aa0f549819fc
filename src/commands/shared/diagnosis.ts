import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseVersions } from '../../keepalived/versions/version.ts';
import type { Finding, Ignored, Skipped } from '../../model/finding.ts';
import { printable } from '../../model/printable.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { VersionRange } from '../../model/versions.ts';
import type { Document } from '../../report/json.ts';
import { Times } from '../../report/times.ts';
import { diagnose } from '../../rules/engine.ts';
import type { Rule } from '../../rules/rule.ts';
import { version } from '../../version.ts';
import { CommandError } from './command-error.ts';
import { type CommonOptions, ignoredOf, withoutIgnored } from './common-options.ts';
import { readConfiguration } from './configuration.ts';
import { clusterCalled, type NamedNode, withNodes } from './node-argument.ts';
import { createMarker } from './secrets.ts';
import { snapshotOf } from './snapshot.ts';

/** The options of commands that judge configurations. */
export interface ConfigurationOptions extends CommonOptions {
  readonly keepalivedVersion?: VersionRange;
}

/** `--keepalived-version`, for evidence that does not tell it. */
export function addVersionOption(command: Command): Command {
  return command.addOption(
    new Option('--keepalived-version <version>', 'of both nodes: 2.2.7, or a range 2.1.5-2.3.3').argParser(parseOption),
  );
}

function parseOption(value: string): VersionRange {
  const versions = parseVersions(value);
  if (versions === null) throw new InvalidArgumentError('expected a version as in 2.2.7, or a range as in 2.1.5-2.3.3');
  return versions;
}

/** Reads the nodes that are named, and closes them again. */
export async function readNodes(words: readonly string[], options: ConfigurationOptions): Promise<Snapshot> {
  return withNodes(words, (nodes) => {
    requireCount(nodes, 1);
    return readConfigurations(nodes, options);
  });
}

/** Throws a CommandError for more nodes than two, or fewer than `fewest`: a bundle may hold any number. */
export function requireCount(nodes: readonly NamedNode[], fewest: 1 | 2): void {
  if (nodes.length >= fewest && nodes.length <= 2) return;
  const names = nodes.map(({ name }) => name).join(', ');
  throw new CommandError(
    `${nodes.length} nodes (${names}), where ${fewest === 1 ? 'one or two' : 'two'} are expected`,
    nodes.length > 2 ? 'unpack the bundle, and name two of its folders' : undefined,
  );
}

/** Reads keepalived's configuration of one node or two. */
export async function readConfigurations(
  nodes: readonly NamedNode[],
  { keepalivedVersion }: ConfigurationOptions,
): Promise<Snapshot> {
  return snapshotOf(await Promise.all(nodes.map((node) => readConfiguration(node, keepalivedVersion ?? null))));
}

/** What rules say of a snapshot, and how a secret is shown. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly ignored: readonly Ignored[];
  readonly document: Document;
  readonly mark: (secret: string) => string;
}

/** The options, and what the configuration file says to ignore of the clusters that are named. */
export async function withIgnoresOf<T extends CommonOptions>(words: readonly string[], options: T): Promise<T> {
  const clusters = await Promise.all(words.map((word) => clusterCalled(word, options.config)));
  return { ...options, ignore: [...options.ignore, ...clusters.flatMap((cluster) => cluster?.ignore ?? [])] };
}

/** Judges a snapshot by some rules, and takes out what `--ignore` names. */
export function judge(rules: readonly Rule[], snapshot: Snapshot, options: ConfigurationOptions): Judged {
  const times = new Times(options.utc ?? false);
  const marker = createMarker();
  const mark = (secret: string) => (options.showSecrets ? `"${printable(secret)}"` : marker(secret));
  const diagnosis = diagnose(rules, snapshot, {
    mark,
    clock: ({ seconds, nanoseconds }) => times.clock(seconds, nanoseconds, 3),
    rfc3339: (time) => times.rfc3339(time),
  });
  const findings = withoutIgnored(diagnosis.findings, options);
  const ignored = ignoredOf(diagnosis.findings, options);
  const { skipped } = diagnosis;
  return { findings, skipped, ignored, mark, document: { version, findings, skipped, errors: [], ignored } };
}
