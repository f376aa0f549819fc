import type { Command } from 'commander';
import { reportError } from './output.ts';
import { nearest } from './overview.ts';

/** Makes a command report wrong usage as every command does: one line, exit code 2 (see `explainFailure`). */
export function withUsageErrors(command: Command): Command {
  return command
    .helpOption('-h, --help', 'this help')
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text) => reportUsage(command, text.replace(/^error: /, '').trim()) })
    .exitOverride();
}

/** commander's sentences, in the words of every other error. */
function reportUsage(command: Command, text: string): void {
  const hint = `${command.name()} --help lists what there is`;
  const [, option] = /^unknown option '(.*)'$/s.exec(text) ?? [];
  if (option !== undefined) {
    const flag = option.replace(/=.*$/s, '');
    const flags = command.options.map(({ long }) => long ?? '');
    if (flags.includes(flag)) return reportError(`${flag} takes no value`);
    const guess = flag.startsWith('--') ? nearest(flag, flags) : null;
    return reportError(`no such option: ${option}`, guess === null ? hint : `did you mean ${guess}?`);
  }
  const [, lacking] = /^option '(.*)' argument missing$/.exec(text) ?? [];
  if (lacking !== undefined) return reportError(`the value is missing: ${lacking}`);
  const [, name, value, why] =
    /^option '(?:-\w, )?(\S+).*?' argument '(.*)' is invalid\. (.*)$/s.exec(text) ??
    /^command-argument (value) '(.*)' is invalid for argument '.*'\. (.*)$/s.exec(text) ??
    [];
  if (name !== undefined && value !== undefined && why !== undefined) {
    return reportError(`${name === 'value' ? '' : `${name} `}${value === '' ? '""' : value}: ${expectation(why)}`);
  }
  const [, argument] = /^missing required argument '(.*)'$/.exec(text) ?? [];
  if (argument !== undefined) {
    const choices = command.registeredArguments.find((known) => known.name() === argument)?.argChoices ?? [];
    return reportError(`an argument is missing: ${choices.length > 0 ? alternatives(choices) : argument}`);
  }
  const [, most, count] = /^too many arguments.* Expected (\d+) arguments? but got (\d+)/.exec(text) ?? [];
  if (most !== undefined) return reportError(`${count} arguments, where ${most} is expected`, hint);
  return reportError(text.replace(/\n/g, ' '));
}

function expectation(why: string): string {
  const [, choices] = /^Allowed choices are (.*)\.$/.exec(why) ?? [];
  return choices === undefined ? why : `expected ${alternatives(choices.split(', '))}`;
}

/** `text or json`, `error, warning, info or never`. */
function alternatives(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}
