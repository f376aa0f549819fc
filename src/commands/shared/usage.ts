import type { Command } from 'commander';
import { reportError } from './output.ts';

/** Makes a command report wrong usage as every command does: one line, exit code 2 (see `explainFailure`). */
export function withUsageErrors(command: Command): Command {
  return command
    .helpOption('-h, --help', 'this help')
    .configureOutput({
      outputError: (text) =>
        reportError(
          text
            .replace(/^error: /, '')
            .trim()
            .replace(/\n/g, ' '),
        ),
    })
    .exitOverride();
}
