import { type Ended, haDoctor, quoted, type RunOptions, shell, withProgram } from './run.ts';

/** One run of the command line and all it printed, as a file that a person can read. */
export interface Case {
  /** The golden file is test/golden/NAME.md. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: RunOptions['env'];
  /** Columns of a real terminal; without it stdout and stderr are pipes. */
  readonly columns?: number;
}

export async function transcript(tried: Case): Promise<string> {
  const { args, env = {}, columns } = tried;
  const line = ['ha-doctor', ...args.map(quoted)].join(' ');
  const settings = Object.entries(env).map(([name, value]) => (value === null ? `-u ${name}` : `${name}=${value}`));
  const prompt = settings.length === 0 ? `$ ${line}` : `$ env ${settings.join(' ')} ${line}`;
  const { stdout, stderr, exitCode } =
    columns === undefined ? await haDoctor(args, { env }) : await onTerminal(line, columns, env);
  const fence = '```';
  const block = (head: string, text: string) =>
    text === '' ? [] : [`## ${head}`, '', fence, canonical(text).replace(/\n$/, ''), fence, ''];
  return [
    `# ${tried.name}`,
    '',
    fence,
    prompt,
    fence,
    '',
    ...(columns === undefined
      ? [...block('stdout', stdout), ...block('stderr', stderr)]
      : block(`terminal of ${columns} columns`, stdout)),
    `exit code ${exitCode}`,
    '',
  ].join('\n');
}

/** Runs a command line in a pseudo-terminal, where stdout and stderr come as one. */
async function onTerminal(line: string, columns: number, env: RunOptions['env'] = {}): Promise<Ended> {
  // script(1) runs what stands in SCRIPT_LINE: quoting it twice would be unreadable.
  const inner = `stty cols ${columns} rows 50; eval "$SCRIPT_LINE"`;
  const run = await shell(`script -qec ${quoted(inner)} /dev/null`, {
    env: { TERM: 'xterm-256color', ...env, SHELL: '/bin/bash', SCRIPT_LINE: withProgram(line) },
  });
  return { ...run, stdout: run.stdout.replaceAll('\r\n', '\n') };
}

/** Without what differs from run to run: marks of secrets are random, equal ones stay equal. Escape characters are visible. */
export function canonical(text: string): string {
  const marks = new Map<string, string>();
  return text
    .replace(/\*{4}\(([0-9a-f]{4})\)/g, (_, mark: string) => {
      const known = marks.get(mark) ?? String.fromCharCode(97 + marks.size).repeat(4);
      marks.set(mark, known);
      return `****(${known})`;
    })
    .replace(/"version":"\d+\.\d+\.\d+[^"]*"/g, '"version":"VERSION"')
    .replaceAll('\x1b', '␛');
}
