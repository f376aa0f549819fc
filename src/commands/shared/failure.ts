import { CommanderError } from 'commander';
import { CaptureError } from '../../capture/source.ts';
import { CommandError } from './command-error.ts';
import { reportError } from './output.ts';

/** One line and a hint for what a person can mend; a bug shows its stack. Returns the exit code. */
export function explainFailure(error: unknown): number {
  // commander has printed its line, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError || error instanceof CaptureError) reportError(error.message, error.hint);
  else process.stderr.write(`ha-doctor: bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 2;
}
