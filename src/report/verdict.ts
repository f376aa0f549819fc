import type { Finding, Ignored, Skipped } from '../model/finding.ts';
import { countFindings, renderFindings, renderIgnored } from './finding.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** The findings, what was ignored and what could not be judged, and a closing line: `well`, or how many. */
export function renderVerdict(
  {
    findings,
    ignored,
    skipped,
  }: {
    readonly findings: readonly Finding[];
    readonly ignored: readonly Ignored[];
    readonly skipped: readonly Skipped[];
  },
  well: string,
  style: Style,
): string {
  const closing = findings.length > 0 ? countFindings(findings) : ignored.length > 0 ? well : style.master(well);
  return [
    ...(findings.length > 0 ? [renderFindings(findings, style)] : []),
    ...(ignored.length > 0 ? [renderIgnored(ignored, style)] : []),
    ...(skipped.length > 0 ? [renderSkipped(skipped, style)] : []),
    closing,
  ].join('\n\n');
}

/** `not judged: HAD301, HAD302 (need etc/keepalived/keepalived.conf of the other node); …` */
function renderSkipped(skipped: readonly Skipped[], style: Style): string {
  const byNeed = new Map<string, string[]>();
  for (const { code, reason } of skipped) byNeed.set(reason, [...(byNeed.get(reason) ?? []), code]);
  const parts = [...byNeed].map(([reason, codes]) => `${codes.join(', ')} (${reason})`);
  return style.dim(wrap(`not judged: ${parts.join('; ')}`, style.columns, 2));
}
