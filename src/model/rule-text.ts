import type { Severity } from './finding.ts';

/** What a rule says of itself: `ha-doctor explain` and docs/rules/ are made of it. */
export interface RuleText {
  /** `HAD101`; never reused. */
  readonly code: string;
  /** `split-brain`. */
  readonly name: string;
  /** The worst that it reports. */
  readonly severity: Severity;
  readonly title: string;
  /** Paragraphs, separated by an empty line. */
  readonly explanation: string;
  readonly consequence: string;
  /** How the operator confirms it by hand. */
  readonly confirm: string;
  readonly remedy: string;
  readonly references: readonly string[];
  /** The parts of the snapshot that it reads. */
  readonly needs: readonly string[];
  /** Those that it reads where they are there; of a rule that needs none, one at least. */
  readonly mayUse?: readonly string[];
}
