import type { RuleText } from '../model/rule-text.ts';
import { paintOf, type Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Prose is easier to read when it is no wider than this. */
const proseColumns = 100;

/** A rule as `ha-doctor explain CODE` prints it. */
export function explainRule(rule: RuleText, style: Style): string {
  const columns = Math.min(style.columns ?? proseColumns, proseColumns);
  const section = (head: string, text: string) => `${style.strong(head)}\n${paragraphs(text, columns)}`;
  return `${[
    `${paintOf(rule.severity, style)(`${rule.code} ${rule.name}`)}  ${rule.severity}\n${wrap(rule.title, columns)}`,
    paragraphs(rule.explanation, columns),
    section('Consequence', sentence(rule.consequence)),
    section('How to confirm', sentence(rule.confirm)),
    section('Remedy', sentence(rule.remedy)),
    `${style.strong('References')}\n${rule.references.map((reference) => wrap(`  ${reference}`, columns, 4)).join('\n')}`,
  ].join('\n\n')}\n`;
}

/** The catalogue, a line a rule. */
export function listRules(rules: readonly RuleText[], style: Style): string {
  const nameWidth = Math.max(...rules.map(({ name }) => name.length));
  const severityWidth = Math.max(...rules.map(({ severity }) => severity.length));
  return rules
    .map((rule) => {
      const { code, name, severity, title } = rule;
      const lead = `${code}  ${name.padEnd(nameWidth)}  ${severity.padEnd(severityWidth)}  `;
      const painted = `${style.strong(code)}  ${name.padEnd(nameWidth)}  ${paintOf(severity, style)(severity.padEnd(severityWidth))}  `;
      return `${painted}${wrap(lead + title, style.columns, lead.length).slice(lead.length)}\n`;
    })
    .join('');
}

/** The page of a rule in docs/rules/. */
export function rulePage(rule: RuleText): string {
  return `# ${rule.code} ${rule.name}

${rule.title}.

Severity: ${rule.severity}. Needs: ${needsOf(rule)}.

${unfold(rule.explanation)}

## Consequence

${sentence(rule.consequence)}

## How to confirm

${sentence(rule.confirm)}

## Remedy

${sentence(rule.remedy)}

## References

${rule.references.map((reference) => `- ${reference}`).join('\n')}
`;
}

function needsOf({ needs, mayUse = [] }: RuleText): string {
  if (needs.length === 0) return mayUse.join(' or ');
  return `${needs.join(', ')}${mayUse.length === 0 ? '' : `; uses ${mayUse.join(', ')} where at hand`}`;
}

/** docs/rules/README.md. */
export function ruleIndex(rules: readonly RuleText[]): string {
  const rows = rules.map(
    ({ code, name, severity, title }) => `| [${code}](${code}-${name}.md) | ${name} | ${severity} | ${title} |`,
  );
  return `# Rules

Generated from \`src/rules/\` by \`npm run docs\`. \`ha-doctor explain CODE\` prints the same.

| code | name | severity | what it finds |
|---|---|---|---|
${rows.join('\n')}
`;
}

export function ruleJson(rule: RuleText): object {
  const { code, name, severity, title, explanation, consequence, confirm, remedy, references, needs, mayUse } = rule;
  return {
    code,
    name,
    severity,
    title,
    explanation: unfold(explanation),
    consequence,
    confirm,
    remedy,
    references,
    needs,
    mayUse: mayUse ?? [],
  };
}

/** The source breaks lines where the code would become too wide; readers break them where they like. */
function unfold(text: string): string {
  return text.replace(/(?<!\n)\n(?!\n)/g, ' ');
}

function paragraphs(text: string, columns: number): string {
  return unfold(text)
    .split('\n\n')
    .map((paragraph) => wrap(paragraph, columns))
    .join('\n\n');
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
