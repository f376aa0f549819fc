import type { Skipped } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import type { InstanceStatus } from '../model/status.ts';
import { countFindings } from './finding.ts';
import { type Document, documentJson } from './json.ts';
import { verdictSentence } from './status.ts';
import { instancesJson } from './status-json.ts';
import { paintOf, type Style } from './style.ts';
import type { Times } from './times.ts';
import { renderVerdict } from './verdict.ts';
import { wrap } from './wrap.ts';

/** What a diagnosis rests on. */
export interface Scope {
  readonly nodes: readonly string[];
  readonly status: readonly InstanceStatus[];
  /** What was read, in words. */
  readonly checked: readonly string[];
  readonly unread: readonly { readonly node: string; readonly what: string; readonly reason: string }[];
}

/** What ha-doctor does not look at, though a pair may fail by it. */
const notCovered = 'containers, connection tracking, routing protocols';

/** Who is master, the findings, what they rest on and what not. */
export function renderCheck(
  { nodes, status, checked, unread }: Scope,
  { findings, ignored, skipped, errors }: Pick<Document, 'findings' | 'ignored' | 'skipped' | 'errors'>,
  style: Style,
): string {
  const verdicts = status.map((instance) => {
    const paint =
      instance.verdict === 'one-master' ? style.master : instance.verdict === 'unknown' ? style.warning : style.fault;
    const text = `${style.mark} ${printable(instance.instance)}: ${verdictSentence(instance)}`;
    return paint(wrap(text, style.columns, 2));
  });
  const note = (text: string) => style.dim(wrap(text, style.columns, 2));
  const rest = [
    note(`checked: ${checked.join(', ')}`),
    ...unreadLines(unread).map(note),
    ...(skipped.length === 0 ? [] : [note(`not judged: ${lacking(skipped)}`)]),
    ...(status.length > 0 ? [note(`not covered: ${notCovered}`)] : []),
  ];
  const well = errors.length > 0 ? 'nothing wrong with what was read' : `nothing wrong with ${nodes.join(' and ')}`;
  const verdict = renderVerdict({ findings, ignored, skipped: [] }, well, style);
  return [...(verdicts.length > 0 ? [verdicts.join('\n')] : []), rest.join('\n'), verdict].join('\n\n');
}

/** `not read: lb1: nft-ruleset.txt (permission denied), …`: what has the same reason stands together. */
function unreadLines(unread: Scope['unread']): readonly string[] {
  const byNode = new Map<string, Map<string, string[]>>();
  for (const { node, what, reason } of unread) {
    const reasons = byNode.get(node) ?? new Map<string, string[]>();
    byNode.set(node, reasons.set(reason, [...(reasons.get(reason) ?? []), what]));
  }
  return [...byNode].map(([node, reasons]) => {
    const parts = [...reasons].map(([reason, whats]) => `${whats.join(', ')} (${printable(reason)})`);
    return `not read of ${printable(node)}: ${parts.join('; ')}`;
  });
}

/** `18 rules (needs packets), 2 rules (needs ip addr)`; `--json` names them. */
function lacking(skipped: readonly Skipped[]): string {
  const byReason = new Map<string, number>();
  for (const { reason } of skipped) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const parts = [...byReason].map(([reason, count]) => `${count} ${count === 1 ? 'rule' : 'rules'} (${reason})`);
  return `${parts.join(', ')}; --json names them`;
}

/** `check --json` */
export function checkJson({ nodes, status, checked, unread }: Scope, document: Document, times: Times): string {
  return documentJson('check', document, {
    ...{ nodes, instances: instancesJson(status, times), checked, unread },
    notCovered: notCovered.split(', '),
  });
}

/** One cluster of several. */
export interface FleetLine {
  readonly cluster: string;
  readonly scope: Scope | null;
  readonly document: Document;
}

/** A line for each cluster: how it is, and the worst that is wrong. */
export function renderFleet(lines: readonly FleetLine[], style: Style): string {
  const width = Math.max(...lines.map(({ cluster }) => cluster.length));
  return lines.map((line) => fleetLine(line, width, style)).join('\n');
}

function fleetLine({ cluster, scope, document: { findings, errors } }: FleetLine, width: number, style: Style): string {
  const [worst] = findings;
  const [error] = errors;
  const grave = worst !== undefined && worst.severity !== 'info' ? worst : undefined;
  const verdicts = (scope?.status ?? []).map((instance) => `${instance.instance}: ${verdictSentence(instance)}`);
  const told = [
    ...(error === undefined ? [] : [`${error.message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''}`]),
    ...(grave === undefined ? [] : [`${countFindings(findings)}: ${grave.code} ${grave.name}: ${grave.message}`]),
    ...(grave === undefined ? verdicts : []),
  ].join('; ');
  const word = error !== undefined ? 'unread ' : grave === undefined ? 'ok     ' : grave.severity.padEnd(7);
  const paint =
    error !== undefined ? style.warning : grave === undefined ? style.master : paintOf(grave.severity, style);
  const lead = `${cluster.padEnd(width)}  `;
  const wrapped = wrap(`${lead}${word} ${printable(told)}`, style.columns, width + 2);
  return lead + paint(word) + wrapped.slice(lead.length + word.length);
}

/** `check --json` of several clusters; the document's own findings and errors are those of all. */
export function fleetJson(lines: readonly FleetLine[], document: Document, times: Times): string {
  return documentJson('check', document, {
    clusters: lines.map(({ cluster, scope, document: own }) => ({
      ...{ cluster, nodes: scope?.nodes ?? [], instances: instancesJson(scope?.status ?? [], times) },
      ...{ findings: own.findings, skipped: own.skipped, errors: own.errors, ignored: own.ignored },
    })),
  });
}
