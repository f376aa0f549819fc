import { type Finding, severities } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import type { InstanceStatus } from '../model/status.ts';
import { countFindings } from './finding.ts';
import { verdictSentence } from './status.ts';

/** What a monitoring plugin answers: its exit code, and one line with performance data. */
export interface NagiosAnswer {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly line: string;
}

const words = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/**
 * The answer of a monitoring plugin (https://www.monitoring-plugins.org/doc/guidelines.html): 3 where something that was
 * named could not be read or a verdict is unknown, 2 for an error or anything but one master each, 1 for a warning.
 */
export function nagiosAnswer(
  instances: readonly InstanceStatus[],
  findings: readonly Finding[],
  isIncomplete: boolean,
): NagiosAnswer {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const exitCode =
    isIncomplete || instances.some(({ verdict }) => verdict === 'unknown')
      ? 3
      : count('error') > 0 || instances.some(({ verdict }) => verdict !== 'one-master')
        ? 2
        : count('warning') > 0
          ? 1
          : 0;
  const [worst] = [...findings].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  const said = [
    ...instances.map((instance) => `${instance.instance}: ${verdictSentence(instance)}`),
    ...(worst === undefined || worst.severity === 'info'
      ? []
      : [`${countFindings(findings)}: ${worst.code} ${worst.message}`]),
  ];
  const text = said.length === 0 ? 'nothing wrong' : said.join('; ');
  const data = [
    ...instances.map((instance) => `${label(`${instance.instance}_masters`)}=${mastersOf(instance)};1:1;1:1;0`),
    `errors=${count('error')};;0;0`,
    `warnings=${count('warning')};0;;0`,
  ];
  return { exitCode, line: `HA ${words[exitCode]} - ${oneLine(text)} | ${data.join(' ')}` };
}

/** How many hosts act as master: those that are, and those that hold an address. */
export function mastersOf({ nodes, others }: InstanceStatus): number {
  return nodes.filter(({ state, vips }) => state === 'MASTER' || vips.length > 0).length + others.length;
}

/** What stands behind a bar is performance data. */
function oneLine(text: string): string {
  return printable(text).replaceAll('|', '/');
}

/** In quotes, without what ends a label. */
function label(text: string): string {
  return `'${oneLine(text).replace(/['=]/g, '_')}'`;
}
