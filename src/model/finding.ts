/** The severities of rules.md, from the worst. */
export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];
export type Certainty = 'certain' | 'likely' | 'possible';

/** Whom a finding is about; null where it does not apply or is not known. */
export interface Subject {
  readonly nodes: readonly string[];
  readonly instance: string | null;
  readonly family: 'ipv4' | 'ipv6' | null;
  readonly vrid: number | null;
  readonly vip: string | null;
  /** VLAN ids from the outermost tag inwards, where there are tags: the same vrid on another VLAN is another router. */
  readonly vlan?: readonly number[];
  /** What else of the nodes it is about, where there may be several: `http / server example.com:443`, a file. */
  readonly item?: string;
}

/** Where a fact was read, and its text with secrets masked. `time` is RFC 3339. */
export type Evidence =
  | {
      readonly kind: 'packet';
      readonly capture: string;
      readonly frame: number;
      readonly time: string;
      readonly text: string;
    }
  | {
      readonly kind: 'config';
      readonly node: string;
      readonly file: string;
      readonly line: number;
      readonly text: string;
    }
  | {
      readonly kind: 'log';
      readonly node: string;
      readonly file: string;
      readonly line: number;
      readonly time: string | null;
      readonly text: string;
    }
  | { readonly kind: 'command'; readonly node: string; readonly command: string; readonly text: string };

/** A diagnosis, in the shape that `--json` prints. */
export interface Finding {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly subject: Subject;
  readonly message: string;
  readonly consequence: string;
  readonly remedy: string;
  readonly evidence: readonly Evidence[];
  /** Codes of the findings on the same virtual router that brought this one about. */
  readonly causes: readonly string[];
}

/** Findings that the operator has judged and does not want to see (`--ignore`), and why. */
export interface Ignored {
  readonly code: string;
  /** Address, vrid or name that it was limited to; null: any. */
  readonly subject: string | null;
  readonly reason: string;
  /** Findings that it left out. */
  readonly count: number;
}

/** A rule that could not be evaluated, and the evidence (names of the node layout, or `packets`) that it would need. */
export interface Skipped {
  readonly code: string;
  readonly reason: string;
  readonly needs: readonly string[];
}

/** An input that was named and could not be read, wholly or in part. */
export interface SourceError {
  readonly source: string;
  readonly message: string;
}
