import type { Certainty, Evidence, Severity, Subject } from '../model/finding.ts';
import type { RuleText } from '../model/rule-text.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Timestamp } from '../model/time.ts';

/** What a rule may need of the world to put a finding into words. */
export interface RuleContext {
  /** A secret as a short mark, equal for equal secrets within one run: `****(a1f3)`. */
  mark(secret: string): string;
  /** A time of day for sentences: `16:50:10.515`. */
  clock(time: Timestamp): string;
  /** RFC 3339, with all the digits the source has, for evidence. */
  rfc3339(time: Timestamp): string;
}

/** What `check` returns: a finding without what the rule itself says; severity, consequence and remedy where they vary. */
export interface Judgement {
  readonly subject: Subject;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly severity?: Severity;
  readonly certainty?: Certainty;
  readonly consequence?: string;
  readonly remedy?: string;
  /** Codes of other findings on the same subject that are its cause, where they stand. */
  readonly causes?: readonly string[];
}

/** The parts of a snapshot that a rule declared, none of them null. */
export type Needed<Part extends keyof Snapshot> = { readonly [P in Part]: NonNullable<Snapshot[P]> };

/** One diagnosis of the catalogue: what it means, and how it is recognised. */
export interface Rule<Part extends keyof Snapshot = keyof Snapshot> extends RuleText {
  readonly needs: readonly Part[];
  /** What the evidence at hand does not show although the rule needs it: it is skipped then, too. */
  lacks?(evidence: Needed<Part>): { readonly reason: string; readonly needs: readonly string[] } | null;
  check(evidence: Needed<Part>, context: RuleContext): readonly Judgement[];
}

/** Declares a rule; `check` then sees the parts named in `needs`, and nothing else. */
export function defineRule<const Part extends keyof Snapshot>(rule: Rule<Part>): Rule<Part> {
  return rule;
}
