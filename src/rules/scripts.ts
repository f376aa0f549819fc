import type { Evidence } from '../model/finding.ts';
import type { NodeConfiguration, ScriptCommand, ScriptFile, VrrpScript } from '../model/keepalived.ts';
import { lineEvidence, subjectOf } from './in-configurations.ts';
import type { Judgement } from './rule.ts';

/** What rules on scripts share: which scripts there are, what stands in them, and one finding a node. */

/** What is wrong with one script. */
export interface ScriptFault {
  readonly message: string;
  readonly evidence: readonly Evidence[];
}

/** One finding for each node that has such scripts. */
export function judgeScripts(
  configurations: readonly NodeConfiguration[],
  faultsOf: (node: NodeConfiguration) => readonly ScriptFault[],
): Judgement[] {
  return configurations.flatMap((node) => {
    const faults = faultsOf(node);
    if (faults.length === 0) return [];
    return [
      {
        subject: subjectOf([node], null),
        message: `${node.node}: ${faults.map(({ message }) => message).join('; ')}`,
        evidence: faults.flatMap(({ evidence }) => evidence),
      },
    ];
  });
}

/** Judges each check script by the code that it runs: its file where that was read, else the command itself. */
export function judgeChecks(
  configurations: readonly NodeConfiguration[],
  find: (code: CheckCode) => { readonly message: string; readonly line: CodeLine } | null,
): Judgement[] {
  return judgeScripts(configurations, (node) =>
    node.config.scripts.flatMap((check) => {
      const { script } = check;
      if (script === null) return [];
      const found = find(codeOf(check, script, fileOf(node, script)));
      if (found === null) return [];
      const { message, line } = found;
      return [
        {
          message,
          evidence: [lineEvidence(node, script), ...(line.place === null ? [] : [lineEvidence(node, line.place)])],
        },
      ];
    }),
  );
}

/** A line of code; `place` is null for the command in keepalived.conf itself. */
export interface CodeLine {
  readonly text: string;
  readonly place: { readonly file: string; readonly line: number; readonly text: string } | null;
}

/** What a check runs. */
export interface CheckCode {
  readonly name: string;
  /** Without comments and empty lines; null where nothing of it is known but its path. */
  readonly lines: readonly CodeLine[];
  readonly language: 'shell' | 'other' | 'command';
}

export function fileOf({ scripts }: NodeConfiguration, { command }: ScriptCommand): ScriptFile | undefined {
  return scripts.find(({ path }) => path === command[0]);
}

/** Shells that a command may be handed to: `/bin/sh -c "…"`. */
const shells = /(?:^|\/)(?:ba|da|k|z)?sh$/;

function codeOf({ name }: VrrpScript, script: ScriptCommand, file: ScriptFile | undefined): CheckCode {
  const content = file?.content ?? null;
  if (content !== null && file !== undefined) {
    const isShell = !content.startsWith('#!') || /^#!.*\b(?:ba|da|k|z)?sh\b/.test(content);
    const lines = content.split('\n', maxLines).flatMap((text, i) => {
      const code = text
        .slice(0, maxLength)
        .replace(/^\s*#.*$|\s#.*$/, '')
        .trim();
      // What stands in a script may be a secret: the place is enough.
      return code === '' ? [] : [{ text: code, place: { file: file.path, line: i + 1, text: codeWord(code) } }];
    });
    return { name, lines, language: isShell ? 'shell' : 'other' };
  }
  const [program = '', ...rest] = script.command;
  const text = shells.test(program) && rest[0] === '-c' ? rest.slice(1).join(' ') : script.command.join(' ');
  return { name, lines: [{ text, place: null }], language: 'command' };
}

/** A script longer than this was not written to be read. */
const maxLines = 2000;
const maxLength = 1000;

/** The first words of a line of code, which name a command: enough to find it again, too little for a secret. */
function codeWord(code: string): string {
  const words = code.split(/\s+/).filter((word) => !word.includes('='));
  return words.slice(0, 3).join(' ').slice(0, 60);
}
