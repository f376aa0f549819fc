import { CommanderError } from 'commander';
import { CaptureError } from '../../capture/source.ts';
import { printable } from '../../model/printable.ts';
import { CommandError } from './command-error.ts';
import { reportError } from './output.ts';

/** One line and a hint for what a person can mend; a bug shows its stack. Returns the exit code. */
export function explainFailure(error: unknown): number {
  // commander has printed its line, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError || error instanceof CaptureError) reportError(error.message, error.hint);
  else {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // The message of a bug may hold what was read.
    process.stderr.write(`ha-doctor: bug: ${stack.split('\n').map(printable).join('\n')}\n`);
  }
  return 2;
}
