import { Command } from 'commander';
import { diffJson } from '../report/pair-json.ts';
import { renderSettings } from '../report/settings.ts';
import { renderVerdict } from '../report/verdict.ts';
import { rulesOn } from '../rules/index.ts';
import { CommandError } from './shared/command-error.ts';
import { addCommonOptions, isJson, styleOf } from './shared/common-options.ts';
import { addVersionOption, type ConfigurationOptions, judge, readNodes } from './shared/diagnosis.ts';
import { exitCodeOf } from './shared/exit-code.ts';
import { print } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

interface DiffOptions extends ConfigurationOptions {
  readonly all?: boolean;
}

export function diffCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor diff'))
    .description('keepalived.conf of both nodes: what has to match, and does not.')
    .argument('[nodes...]', 'two files, or directories laid out as the root of a node; one: this machine and it')
    .option('--all', 'also what differs as it has to, or may')
    .action((nodes: string[], options: DiffOptions) => diff(nodes, options));
  addVersionOption(command);
  return addCommonOptions(command);
}

async function diff(words: readonly string[], options: DiffOptions): Promise<void> {
  if (words.length === 0 || words.length > 2) {
    throw new CommandError(
      words.length === 0 ? 'no nodes are named' : `${words.length} nodes, where two are expected`,
      'ha-doctor diff lb1/keepalived.conf lb2/keepalived.conf',
    );
  }
  const snapshot = await readNodes(words.length === 1 ? ['local', ...words] : words, options);
  const { pair } = snapshot;
  if (pair === null) throw new CommandError('two nodes are needed');
  const judged = judge(rulesOn('pair'), snapshot, options);
  if (isJson(options)) await print(diffJson(pair, null, judged.mark, judged.document));
  else {
    const style = styleOf(options);
    const table = renderSettings(pair, judged.findings, options.all ?? false, judged.mark, style);
    const verdict = renderVerdict(judged, `${pair.a.node} and ${pair.b.node} match in all that has to`, style);
    await print([...(table === '' ? [] : [table]), verdict].join('\n\n'));
  }
  process.exitCode = exitCodeOf(judged.findings, options.failOn, false);
}
