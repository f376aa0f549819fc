import { defineRule } from './rule.ts';
import { type CheckCode, type CodeLine, judgeChecks } from './scripts.ts';

export const scriptAlwaysSucceeds = defineRule({
  code: 'HAD407',
  name: 'script-always-succeeds',
  severity: 'warning',
  title: 'A check script cannot fail',
  explanation: `keepalived looks at the exit status of a check and at nothing else: 0 is success, whatever the script prints. A shell script ends with the
status of its last command, so that one whose last command is \`echo\` or \`exit 0\` on every way through it always succeeds.`,
  consequence: 'the check is worth nothing: nginx may be dead, and the VIP stays',
  confirm: 'On the node, with the service stopped: run the script by hand, then `echo $?`.',
  remedy: 'exit 1 where the script finds that the service does not work',
  references: ['keepalived.conf(5) vrrp_script'],
  needs: ['configurations'],
  check({ configurations }) {
    return judgeChecks(configurations, (code) => {
      const last = lastCommand(code);
      return last === null ? null : { message: `${code.name} always succeeds`, line: last };
    }).map((judgement) => ({ ...judgement, certainty: 'likely' as const }));
  },
});

/** A word that always succeeds. */
const harmless = /^(?:exit 0|return 0|true|:|echo\b.*|printf\b.*|logger\b.*)$/;
/** What may end the script with another status, or hand the process over. */
const mayFail = /\b(?:exit|return)\b(?! *0\b)|\bset +-\w*e|\bexec\b|\btrap\b|\bfalse\b|\bkill\b/;

/** The last command of a script that cannot fail; null where it can, or where that is not clear. */
function lastCommand({ lines, language }: CheckCode): CodeLine | null {
  if (language === 'other' || lines.length === 0) return null;
  if (lines.some(({ text }) => mayFail.test(text))) return null;
  const last = lines.at(-1);
  if (last === undefined) return null;
  if (language === 'command') return /^(?:\/usr)?(?:\/bin\/)?(?:true|echo)\b/.test(last.text) ? last : null;
  const commands = last.text.split(';').map((part) => part.trim());
  const end = commands.filter((part) => part !== '').at(-1) ?? '';
  if (end === 'fi') return everyBranchIsHarmless(lines) ? last : null;
  if (/&&|\|\|/.test(end)) return /\|\| *(?:true|:|exit 0|echo\b[^&|]*)$/.test(end) ? last : null;
  return harmless.test(end) ? last : null;
}

/** Whether all ways through the last `if` end with a word that always succeeds; one without `else` skips them, and succeeds. */
function everyBranchIsHarmless(lines: readonly CodeLine[]): boolean {
  const words = lines.flatMap(({ text }) => text.split(';').map((part) => part.trim())).filter((part) => part !== '');
  let depth = 0;
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] ?? '';
    if (word === 'fi') depth++;
    // The command before each end of a branch of the outermost `if` gives the status.
    if (depth === 1 && /^(?:fi|else|elif\b.*)/.test(word)) {
      const before = (words[i - 1] ?? '').replace(/^(?:then|else)\s+/, '');
      if (!harmless.test(before)) return false;
    }
    if (/^if\b/.test(word) && --depth === 0) return true;
  }
  return false;
}
