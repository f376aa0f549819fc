import type { ElectedRouter } from '../model/election.ts';
import type { Finding } from '../model/finding.ts';
import type { ComparedValue, Pair } from '../model/pair.ts';
import { type Document, documentJson } from './json.ts';
import { findingsByDifference, type Mark, valueText } from './settings.ts';
import { failureName } from './simulation.ts';

/** `diff --json`; a part that was not compared is null. */
export function diffJson(pair: Pair | null, nginx: object | null, mark: Mark, document: Document): string {
  return documentJson('diff', document, {
    keepalived: pair === null ? null : keepalivedChanges(pair, document.findings, mark),
    nginx,
  });
}

function keepalivedChanges({ differences }: Pair, findings: readonly Finding[], mark: Mark): object {
  const judgedBy = findingsByDifference(findings);
  return {
    changes: differences.map((difference) => ({
      path: difference.path,
      expect: difference.expect,
      a: sideOf(difference.a, mark),
      b: sideOf(difference.b, mark),
      finding: judgedBy(difference),
    })),
  };
}

/** A value that stands nowhere is keepalived's default, or not set at all. */
function sideOf(value: ComparedValue, mark: Mark): object | null {
  if (value.text === null && value.secret === null && value.line === null) return null;
  return { value: valueText(value, mark), file: value.line?.file ?? null, line: value.line?.line ?? null };
}

/** `simulate --json` */
export function simulateJson(routers: readonly ElectedRouter[], document: Document): string {
  const instances = routers.map(({ name, sides, rows }) => ({
    instance: name,
    family: sides[0]?.instance.family ?? null,
    vrid: sides[0]?.instance.vrid.value ?? null,
    rows: rows.map(({ fails, standings, master, masters, reason, returns }) => ({
      fails: fails.map(failureName),
      priority: Object.fromEntries(standings.map(({ node, priority }) => [node, priority])),
      master,
      masters,
      reason,
      returns,
    })),
  }));
  return documentJson('simulate', document, { instances });
}
