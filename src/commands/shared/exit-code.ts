import { type Finding, type Severity, severities } from '../../model/finding.ts';

/** What `--fail-on` takes. */
export const thresholds = [...severities, 'never'] as const;
export type Threshold = (typeof thresholds)[number];

/** 0: nothing at or above the threshold; 1: findings; 2: something that was named could not be read. 2 wins over 1. */
export function exitCodeOf(findings: readonly Finding[], threshold: Threshold, isIncomplete: boolean): 0 | 1 | 2 {
  if (isIncomplete) return 2;
  if (threshold === 'never') return 0;
  const worst = (severity: Severity) => severities.indexOf(severity) <= severities.indexOf(threshold);
  return findings.some(({ severity }) => worst(severity)) ? 1 : 0;
}
