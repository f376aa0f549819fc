import type { Evidence, Finding, Ignored, Skipped } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { countFindings } from './finding.ts';

/** Evidence lines of one finding. */
const evidenceShown = 8;

/** Findings as a page to put into a ticket; `title` names what was checked. */
export function findingsMarkdown(
  title: string,
  findings: readonly Finding[],
  ignored: readonly Ignored[],
  skipped: readonly Skipped[],
): string {
  return [
    `# ${escaped(title)}`,
    findings.length === 0 ? 'Nothing wrong.' : `${countFindings(findings)}.`,
    ...findings.map(findingSection),
    ...(ignored.length === 0 ? [] : [`## Ignored\n\n${ignored.map(ignoredItem).join('\n')}`]),
    ...(skipped.length === 0 ? [] : [`## Not judged\n\n${skippedItems(skipped).join('\n')}`]),
  ].join('\n\n');
}

function findingSection(finding: Finding): string {
  const { severity, code, name, certainty, message, consequence, remedy, evidence, causes } = finding;
  const doubt = certainty === 'certain' ? '' : ` (${certainty})`;
  return [
    `## ${severity} ${code} ${name}`,
    `${escaped(message)}${doubt}`,
    ...(evidence.length === 0 ? [] : [fenced(evidence)]),
    `Consequence: ${escaped(consequence)}`,
    `Remedy: ${escaped(remedy)}`,
    ...(causes.length === 0 ? [] : [`Brought about by ${causes.join(', ')}.`]),
  ].join('\n\n');
}

/** A block whose fence is longer than any run of backticks in it. */
function fenced(evidence: readonly Evidence[]): string {
  const more = evidence.length - evidenceShown;
  const lines = evidence.slice(0, evidenceShown).map((item) => printable(evidenceText(item)));
  const longest = Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, ...(more > 0 ? [`and ${more} more`] : []), fence].join('\n');
}

function evidenceText(item: Evidence): string {
  switch (item.kind) {
    case 'packet':
      return `${item.capture} frame ${item.frame}  ${item.time}  ${item.text}`;
    case 'command':
      return `${item.node}: ${item.command}: ${item.text}`;
    default:
      return `${item.node}: ${item.file}:${item.line}: ${item.text}`;
  }
}

function ignoredItem({ code, subject, reason, count }: Ignored): string {
  return `- ${code}${subject === null ? '' : `=${escaped(subject)}`}: ${count}, ${escaped(reason)}`;
}

function skippedItems(skipped: readonly Skipped[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { code, reason } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), code]);
  return [...byReason].map(([reason, codes]) => `- ${codes.join(', ')}: ${escaped(reason)}`);
}

/** Text of the nodes, with nothing in it that markdown or HTML acts on. */
function escaped(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>#|~&]/g, (character) =>
    character === '<' ? '&lt;' : character === '&' ? '&amp;' : `\\${character}`,
  );
}
