import { Argument, Command, Option } from 'commander';
import { type CommandShape, completionScript, type Shell, shells } from '../report/completion.ts';
import { plainDocumentJson } from '../report/json.ts';
import { version } from '../version.ts';
import type { CommandEntry } from './shared/command-entry.ts';
import { addCommonOptions, type CommonOptions, isJson } from './shared/common-options.ts';
import { print } from './shared/output.ts';
import { withUsageErrors } from './shared/usage.ts';

export function completionCommand(all: readonly CommandEntry[]): Command {
  const command = withUsageErrors(new Command('ha-doctor completion'))
    .description('A script that completes commands and options, for bash, zsh or fish.')
    .addArgument(new Argument('<shell>', 'the shell it is for').choices(shells))
    .action(async (shell: Shell, options: CommonOptions) => {
      const script = completionScript(shell, await Promise.all(all.map(shapeOf(all))));
      await print(isJson(options) ? plainDocumentJson('completion', version, { shell, script }) : script);
    });
  return addCommonOptions(command, { meant: ['--json', '--format'] });
}

const fileOptions = ['--read', '--write', '--config'];

/** What a shell needs to know of a command, from its own definition. */
function shapeOf(all: readonly CommandEntry[]): (entry: CommandEntry) => Promise<CommandShape> {
  return async (entry) => {
    const command = await entry.load(all);
    return {
      name: entry.name,
      summary: entry.summary,
      words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
      takesFiles: command.registeredArguments.some((argument) => argument.name() === 'nodes'),
      options: [...command.options, new Option('-h, --help', 'this help')]
        .filter(({ hidden }) => !hidden)
        .map(({ short, long, description, argChoices, required }) => ({
          flags: [short, long].filter((flag) => flag !== undefined),
          description,
          takesValue: required,
          choices: argChoices ?? [],
          value: fileOptions.includes(long ?? '') ? 'file' : long === '--interface' ? 'interface' : 'other',
        })),
    };
  };
}
