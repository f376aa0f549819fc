import { Command } from 'commander';
import { nearest } from '../model/nearest.ts';
import { plainDocumentJson } from '../report/json.ts';
import { explainRule, listRules, ruleJson } from '../report/rule.ts';
import { findRule, rules } from '../rules/index.ts';
import { version } from '../version.ts';
import { CommandError } from './shared/command-error.ts';
import { addCommonOptions, type CommonOptions, isJson, styleOf } from './shared/common-options.ts';
import { print } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

export function explainCommand(): Command {
  const command = withUsageErrors(new Command('ha-doctor explain'))
    .description('What a finding means, and what to do; without an argument every rule in a line.')
    .argument('[rule]', 'code or name: HAD101, split-brain')
    .action((wanted: string | undefined, options: CommonOptions) => explain(wanted, options));
  return addCommonOptions(command, { meant: ['--json', '--format', '--color'] });
}

async function explain(wanted: string | undefined, options: CommonOptions): Promise<void> {
  const chosen = wanted === undefined ? rules : [ruleNamed(wanted)];
  if (isJson(options)) {
    await print(plainDocumentJson('explain', version, { rules: chosen.map(ruleJson) }));
    return;
  }
  const style = styleOf(options);
  const [rule] = chosen;
  await print(wanted === undefined || rule === undefined ? listRules(rules, style) : explainRule(rule, style));
}

function ruleNamed(wanted: string) {
  const rule = findRule(wanted);
  if (rule !== undefined) return rule;
  const guess = nearest(
    wanted.toLowerCase(),
    rules.flatMap(({ code, name }) => [code.toLowerCase(), name]),
  );
  const hint = guess === null ? 'ha-doctor explain lists the rules' : `did you mean ${findRule(guess)?.code ?? guess}?`;
  throw new CommandError(`no such rule: ${wanted}`, hint);
}
