import { Command } from 'commander';
import { checkJson } from '../report/pair-json.ts';
import { renderVerdict } from '../report/verdict.ts';
import { rulesOn } from '../rules/index.ts';
import { CommandError } from './shared/command-error.ts';
import { addCommonOptions, isJson, styleOf } from './shared/common-options.ts';
import { addVersionOption, type ConfigurationOptions, judge, readNodes } from './shared/diagnosis.ts';
import { exitCodeOf } from './shared/exit-code.ts';
import { print } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

export function checkCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor check'))
    .description('What is wrong with the configuration of a node, or of two.')
    .argument('[nodes...]', 'files, or directories laid out as the root of a node; none: this machine')
    .action((nodes: string[], options: ConfigurationOptions) => check(nodes, options));
  addVersionOption(command);
  return addCommonOptions(command);
}

async function check(words: readonly string[], options: ConfigurationOptions): Promise<void> {
  if (words.length > 2) throw new CommandError(`${words.length} nodes, where one or two are expected`);
  const snapshot = await readNodes(words.length === 0 ? ['local'] : words, options);
  const judged = judge(rulesOn('configurations', 'pair', 'elections', 'interfaces'), snapshot, options);
  const nodes = (snapshot.configurations ?? []).map(({ node }) => node);
  if (isJson(options)) await print(checkJson(nodes, judged.document));
  else await print(renderVerdict(judged, `nothing wrong with ${nodes.join(' and ')}`, styleOf(options)));
  process.exitCode = exitCodeOf(judged.findings, options.failOn, false);
}
