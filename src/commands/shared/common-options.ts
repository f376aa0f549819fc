import { isIP } from 'node:net';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Finding, Ignored } from '../../model/finding.ts';
import { createStyle, type Style } from '../../report/style.ts';
import { type Threshold, thresholds } from './exit-code.ts';
import { parsePath, requireReadable } from './path.ts';

/** The options that every command has (interface.md, "common"). */
export interface CommonOptions {
  readonly json?: boolean;
  readonly format: Format;
  readonly color: 'auto' | 'always' | 'never';
  readonly utc?: boolean;
  readonly failOn: Threshold;
  readonly ignore: readonly Exception[];
  readonly showSecrets?: boolean;
  readonly config?: string;
}

export type Format = 'text' | 'json' | 'plain' | 'nagios' | 'prometheus' | 'markdown';

/** What `--ignore` takes: `HAD116=51:known, lab segment`. */
type Exception = Omit<Ignored, 'count'>;

/**
 * `meant`: those that mean something to this command. It accepts the others, too, but does not list them. `formats`: what
 * else than text and JSON it prints.
 */
export function addCommonOptions(
  command: Command,
  { meant, formats = [] }: { readonly meant?: readonly string[]; readonly formats?: readonly Format[] } = {},
): Command {
  const choices = ['text', 'json', ...formats];
  const listed = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  const own = command.options.length;
  command
    .option('--json', 'print JSON (the same as --format json)')
    .addOption(new Option('--format <format>', listed).choices(choices).default('text'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'))
    .option('--utc', 'times in UTC instead of local time')
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(thresholds).default('warning'),
    )
    .addOption(
      new Option('--ignore <CODE[=SUBJECT]:REASON>', 'leave a finding out; repeatable')
        .argParser((value, known: Exception[]) => [...known, parseIgnored(value)])
        .default([], 'none'),
    )
    .option('--show-secrets', 'passwords in findings as they are, not as marks')
    .option('--config <file>', "ha-doctor's configuration file", parsePath)
    .hook('preAction', () => {
      const { config } = command.opts<CommonOptions>();
      if (config !== undefined) requireReadable(config);
    });
  if (meant !== undefined)
    for (const option of command.options.slice(own)) option.hideHelp(!meant.includes(option.long ?? ''));
  return command;
}

export function isJson(options: CommonOptions): boolean {
  return options.json === true || options.format === 'json';
}

/** Takes out what `--ignore` names. */
export function withoutIgnored(findings: readonly Finding[], { ignore }: CommonOptions): readonly Finding[] {
  return findings.filter((finding) => !ignore.some((ignored) => ignores(ignored, finding)));
}

/** What `--ignore` takes out of these findings, and why: each finding counts for the first exception that names it. */
export function ignoredOf(findings: readonly Finding[], { ignore }: CommonOptions): readonly Ignored[] {
  const hits = findings.map((finding) => ignore.find((exception) => ignores(exception, finding)));
  return ignore
    .map((exception) => ({ ...exception, count: hits.filter((hit) => hit === exception).length }))
    .filter(({ count }) => count > 0);
}

/** How a stream is to look: colours by `--color`, `NO_COLOR`, `FORCE_COLOR` and the terminal, width by the terminal. */
export function styleOf({ color }: CommonOptions, stream: NodeJS.WriteStream = process.stdout): Style {
  const { env } = process;
  const isTerminal = stream.isTTY === true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return createStyle({
    colour: color === 'always' || (color === 'auto' && wantsColour(isTerminal)),
    utf8: process.platform === 'darwin' || /utf-?8/i.test(locale),
    // A serial console may say 0.
    columns: isTerminal ? stream.columns || null : null,
  });
}

function wantsColour(isTerminal: boolean): boolean {
  const force = process.env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') return false;
  return isTerminal && process.env['TERM'] !== 'dumb';
}

function parseIgnored(value: string): Exception {
  const [, code, rest] = /^(HAD\d{3})([=:].*)$/i.exec(value) ?? [];
  const subject = rest?.startsWith('=') ? subjectOf(rest.slice(1)) : '';
  const reason = rest?.slice(subject === '' ? 1 : subject.length + 2).trim();
  if (code === undefined || !reason || (rest?.startsWith('=') && subject === '')) {
    throw new InvalidArgumentError('expected CODE[=SUBJECT]:REASON, as in HAD116=51:lab segment, known');
  }
  return { code: code.toUpperCase(), subject: subject === '' ? null : subject, reason };
}

/** What stands before the colon of the reason; an IPv6 address has colons of its own. */
function subjectOf(text: string): string {
  for (let end = text.lastIndexOf(':'); end > 0; end = text.lastIndexOf(':', end - 1)) {
    if (isIP(text.slice(0, end)) !== 0) return text.slice(0, end);
  }
  return text.slice(0, Math.max(0, text.indexOf(':')));
}

function ignores({ code, subject }: Exception, finding: Finding): boolean {
  if (code !== finding.code) return false;
  if (subject === null) return true;
  const { nodes, instance, vrid, vip } = finding.subject;
  return [...nodes, instance, vip, vrid === null ? null : String(vrid)].includes(subject);
}
