import { type Evidence, type Finding, type Ignored, type Severity, severities } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { paintOf, type Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Findings shown of one code, and evidence lines of one finding; `--json` has all. */
const alikeShown = 16;
const evidenceShown = 8;

/** A finding's first line: `error HAD101 split-brain  10.77.0.2 became master beside …`. */
export function renderHeadline(finding: Finding, style: Style): string {
  return headline(finding, style, finding.message);
}

/** Findings, each with evidence, consequence and remedy; causes stand below what they brought about, not again. */
export function renderFindings(findings: readonly Finding[], style: Style): string {
  const causes = new Map(findings.map((finding) => [finding, causesOf(finding, findings)]));
  const nested = new Set([...causes.values()].flat());
  const main = findings.filter((finding) => !nested.has(finding));
  const blocks = eachOrCounted(
    main.filter(({ severity }) => severity !== 'info'),
    (finding) => renderBlock(finding, causes.get(finding) ?? [], style),
  );
  const infos = eachOrCounted(
    main.filter(({ severity }) => severity === 'info'),
    (finding) => headline(finding, style, finding.message),
  );
  return [...blocks, ...(infos.length > 0 ? [infos.join('\n')] : [])].join('\n\n');
}

/** Renders findings; of many that are alike the first, and how many more there are. */
function eachOrCounted(findings: readonly Finding[], render: (finding: Finding) => string): string[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const kind = `${finding.severity} ${finding.code}`;
    const group = alike.get(kind);
    if (group === undefined) alike.set(kind, [finding]);
    else group.push(finding);
  }
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    const more = group.length - alikeShown;
    const rest = more > 0 && first !== undefined ? [`and ${more} more of ${first.code} ${first.name} (--json)`] : [];
    return [...group.slice(0, alikeShown).map(render), ...rest];
  });
}

/** What `--ignore` left out: `ignored: HAD116 x2 (known, lab segment), HAD101=51 (drill)`. */
export function renderIgnored(ignored: readonly Ignored[], style: Style): string {
  const items = ignored.map(({ code, subject, reason, count }) => {
    const what = `${code}${subject === null ? '' : `=${subject}`}${count === 1 ? '' : ` x${count}`}`;
    return printable(`${what} (${reason})`);
  });
  return style.dim(wrap(`ignored: ${items.join(', ')}`, style.columns, 2));
}

/** `2 errors, 1 warning, 1 info`. */
export function countFindings(findings: readonly Finding[]): string {
  const words: Readonly<Record<Severity, readonly [string, string]>> = {
    error: ['error', 'errors'],
    warning: ['warning', 'warnings'],
    info: ['info', 'info'],
  };
  return severities
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${words[severity][count === 1 ? 0 : 1]}`)
    .join(', ');
}

function causesOf(finding: Finding, findings: readonly Finding[]): Finding[] {
  if (finding.causes.length === 0) return [];
  return findings.filter(
    (other) =>
      finding.causes.includes(other.code) &&
      other.subject.family === finding.subject.family &&
      other.subject.vrid === finding.subject.vrid &&
      other.subject.vlan?.join() === finding.subject.vlan?.join() &&
      other.subject.nodes.every((node) => finding.subject.nodes.includes(node)),
  );
}

function renderBlock(finding: Finding, causes: readonly Finding[], style: Style): string {
  const evidence = merge([finding, ...causes]);
  const shown = evidence.slice(0, evidenceShown);
  const frameWidth = Math.max(0, ...shown.map((item) => (item.kind === 'packet' ? String(item.frame).length : 0)));
  const remedies = causes.length > 0 ? causes : [finding];
  return [
    headline(finding, style, finding.message),
    ...causes.map((cause) => headline(cause, style, cause.message, `  ${style.branch} `)),
    ...shown.map((item) => style.dim(wrap(`    ${printable(evidenceText(item, frameWidth))}`, style.columns, 6))),
    ...(evidence.length > shown.length ? [style.dim(`    and ${evidence.length - shown.length} more (--json)`)] : []),
    wrap(`  ${printable(finding.consequence)}`, style.columns, 2),
    ...remedies.map(({ remedy }) => wrapTail(`  ${style.strong('remedy:')} `, 10, printable(remedy), style)),
  ].join('\n');
}

function headline(finding: Finding, style: Style, message: string, lead = ''): string {
  const { severity, code, name, certainty, subject } = finding;
  const isCause = lead !== '';
  const doubt = certainty === 'certain' ? '' : ` (${certainty})`;
  const where = subject.vlan === undefined ? '' : ` on vlan ${subject.vlan.join('.')}`;
  const plain = isCause ? `${lead}${code} ${name}: ` : `${severity} ${code} ${name}  `;
  const painted = isCause
    ? `${style.dim(lead)}${paintOf(severity, style)(`${code} ${name}`)}: `
    : `${paintOf(severity, style)(`${severity} ${code} ${name}`)}  `;
  return wrapTail(painted, plain.length, printable(message) + where + doubt, style, isCause ? 6 : 2);
}

/** Text behind a painted lead of `width` columns, wrapped as one. */
function wrapTail(lead: string, width: number, text: string, style: Style, indent = 4): string {
  const wrapped = wrap(`${'x'.repeat(width)}${text}`, style.columns, indent);
  return lead + wrapped.slice(width);
}

/** Evidence of a finding and its causes in the order it was seen, each place once, with the longest text. */
function merge(findings: readonly Finding[]): Evidence[] {
  const byPlace = new Map<string, Evidence>();
  for (const item of findings.flatMap(({ evidence }) => evidence)) {
    const place = placeOf(item);
    const known = byPlace.get(place);
    if (known === undefined || known.text.length < item.text.length) byPlace.set(place, item);
  }
  return [...byPlace.values()].sort((a, b) => (a.kind === 'packet' && b.kind === 'packet' ? a.frame - b.frame : 0));
}

function placeOf(item: Evidence): string {
  switch (item.kind) {
    case 'packet':
      return `${item.capture} ${item.frame}`;
    case 'command':
      return `${item.node} ${item.command}`;
    default:
      return `${item.node} ${item.file} ${item.line}`;
  }
}

function evidenceText(item: Evidence, frameWidth: number): string {
  switch (item.kind) {
    case 'packet':
      return `frame ${String(item.frame).padEnd(frameWidth)}  ${timeOfDay(item.time)}  ${item.text}`;
    case 'command':
      return `${item.node}: ${item.command}: ${item.text}`;
    default:
      return `${item.node}: ${item.file}:${item.line}: ${item.text}`;
  }
}

/** The time of day of an RFC 3339 time, in milliseconds. */
function timeOfDay(time: string): string {
  return /T([\d:]+(?:\.\d{1,3})?)/.exec(time)?.[1] ?? time;
}
