import { version } from './version.ts';

/** The exit code of wrong usage. */
const failed = 2;

async function main(args: readonly string[]): Promise<void> {
  const [first = '', second = ''] = args;
  // Answered without loading anything: scripts ask it often.
  if (first === '--version' || first === '-V') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { commands } = await import('./commands/index.ts');
  const find = (name: string) => commands.find((entry) => entry.name === name || entry.aliases.includes(name));
  const isHelp = first === 'help';
  const entry = find(isHelp ? second : first);
  if (entry !== undefined) {
    const command = await entry.load(commands);
    await command.parseAsync(isHelp ? ['--help'] : args.slice(1), { from: 'user' });
    return;
  }
  const { overview } = await import('./commands/shared/overview.ts');
  const unknown = isHelp ? second : first;
  if (first === '--help' || first === '-h' || (isHelp && unknown === '')) process.stdout.write(overview(commands));
  else if (first === '') {
    process.stderr.write(overview(commands));
    process.exitCode = failed;
  } else {
    const { CommandError } = await import('./commands/shared/command-error.ts');
    const { nearest } = await import('./model/nearest.ts');
    const guess = nearest(
      unknown,
      commands.map(({ name }) => name),
    );
    const hint = guess === null ? 'ha-doctor --help lists the commands' : `did you mean ${guess}?`;
    throw new CommandError(`no such ${unknown.startsWith('-') ? 'option' : 'command'}: ${unknown}`, hint);
  }
}

async function explain(error: unknown): Promise<number> {
  const { explainFailure } = await import('./commands/shared/failure.ts');
  return explainFailure(error);
}

/** What nobody waited for has failed: whatever still runs can no longer be trusted. */
async function crash(error: unknown): Promise<void> {
  process.exit(await explain(error));
}

/** For who prints an answer without looking after it. A reader that has gone (`| head`) is no error; a full disk is one. */
function loseStdout({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.stderr.write(`ha-doctor: error: cannot write stdout: ${message}\n`);
  process.once('exit', () => {
    process.exitCode = failed;
  });
}

process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
process.stdout.on('error', loseStdout);
process.stderr.on('error', () => {});
main(process.argv.slice(2)).catch(async (error: unknown) => {
  process.exitCode = await explain(error);
});
