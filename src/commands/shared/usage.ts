import type { Command } from 'commander';
import { nearest } from '../../model/nearest.ts';
import { reportError } from './output.ts';

/** Makes a command report wrong usage as every command does: one line, exit code 2 (see `explainFailure`). */
export function withUsageErrors(command: Command): Command {
  return command
    .helpOption('-h, --help', 'this help')
    .showSuggestionAfterError(false)
    .configureOutput({
      outputError: (text) => reportError(...inOurWords(command, text.replace(/^error: /, '').trim())),
    })
    .exitOverride();
}

/** commander's sentences, in the words of every other error. */
function inOurWords(command: Command, text: string): [message: string, hint?: string] {
  const hint = `${command.name()} --help lists what there is`;
  const [, option] = /^unknown option '(.*)'$/s.exec(text) ?? [];
  if (option !== undefined) {
    const flag = option.replace(/=.*$/s, '');
    const flags = command.options.map(({ long }) => long ?? '');
    if (flags.includes(flag)) return [`${flag} takes no value`];
    const guess = flag.startsWith('--') ? nearest(flag, flags) : null;
    return [`no such option: ${option}`, guess === null ? hint : `did you mean ${guess}?`];
  }
  const [, lacking] = /^option '(.*)' argument missing$/.exec(text) ?? [];
  if (lacking !== undefined) return [`the value is missing: ${lacking}`];
  const [, name, value, why] =
    /^option '(?:-\w, )?(\S+).*?' argument '(.*)' is invalid\. (.*)$/s.exec(text) ??
    /^command-argument (value) '(.*)' is invalid for argument '.*'\. (.*)$/s.exec(text) ??
    [];
  if (name !== undefined && value !== undefined && why !== undefined) {
    return [`${name === 'value' ? '' : `${name} `}${value === '' ? '""' : value}: ${expectation(why)}`];
  }
  const [, argument] = /^missing required argument '(.*)'$/.exec(text) ?? [];
  if (argument !== undefined) {
    const choices = command.registeredArguments.find((known) => known.name() === argument)?.argChoices ?? [];
    return [`an argument is missing: ${choices.length > 0 ? alternatives(choices) : argument}`];
  }
  const [, most, count] = /^too many arguments.* Expected (\d+) arguments? but got (\d+)/.exec(text) ?? [];
  if (most !== undefined) return [`${count} arguments, where ${most} is expected`, hint];
  return [text.replace(/\n/g, ' ')];
}

function expectation(why: string): string {
  const [, choices] = /^Allowed choices are (.*)\.$/.exec(why) ?? [];
  return choices === undefined ? why : `expected ${alternatives(choices.split(', '))}`;
}

/** `text or json`, `error, warning, info or never`. */
function alternatives(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}
