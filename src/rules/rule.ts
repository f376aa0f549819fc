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

/** The parts of a snapshot that a rule declared: those that it needs, none of them null, and those that it may use. */
export type Needed<Part extends keyof Snapshot, Also extends keyof Snapshot = never> = {
  readonly [P in Part]: NonNullable<Snapshot[P]>;
} & Pick<Snapshot, Also>;

/** One diagnosis of the catalogue: what it means, and how it is recognised. */
export interface Rule<Part extends keyof Snapshot = keyof Snapshot, Also extends keyof Snapshot = keyof Snapshot>
  extends RuleText {
  readonly needs: readonly Part[];
  /** Parts that it looks at where they are there. */
  readonly mayUse?: readonly Also[];
  /** What the evidence at hand does not show although the rule needs it: it is skipped then, too. */
  lacks?(evidence: Needed<Part, Also>): { readonly reason: string; readonly needs: readonly string[] } | null;
  check(evidence: Needed<Part, Also>, context: RuleContext): readonly Judgement[];
}

/** Declares a rule; `check` then sees the parts named in `needs` and `mayUse`, and nothing else. */
export function defineRule<const Part extends keyof Snapshot, const Also extends keyof Snapshot = never>(
  rule: Rule<Part, Also>,
): Rule<Part, Also> {
  return rule;
}
