import type { Severity } from './finding.ts';

/** A directive as nginx reads it. Its text is as the file has it: not yet safe for a terminal. */
export interface NginxDirective {
  readonly name: string;
  /** Its words without quotes and escapes; of a `*_by_lua_block` the body is the last. */
  readonly args: readonly string[];
  /** The file, as its path was named on the node, and the line of the directive's first word, from 1. */
  readonly file: string;
  readonly line: number;
  /**
   * The block that it stands in, below the part of nginx that reads it: `main`, `http`, `http/server`, `http/location`,
   * `stream/upstream`. `data`: a line of a block such as `map` or `types`; `unknown`: within a block that is not known.
   */
  readonly context: string;
  /** What stands in its braces, includes put in place; null where it has none. */
  readonly block: readonly NginxDirective[] | null;
}

/**
 * Why nginx would not take a configuration, or what was left out of it. `syntax`: words, quotes and braces; `directive`:
 * a directive that is known, in a wrong place or with wrong arguments; `unknown`: a directive that is not known here, be
 * it mistyped or of a module that is not in the table; `include`: a file that is not there or leads back to itself;
 * `unreadable`: a file that is there, and could not be read by us.
 */
export type NginxErrorKind = 'syntax' | 'directive' | 'unknown' | 'include' | 'unreadable';

/** One complaint, in nginx's words. `line` is the one that nginx names: where the directive ends. */
export interface NginxError {
  readonly kind: NginxErrorKind;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** A file of the configuration and its text. */
export interface NginxFile {
  readonly path: string;
  readonly text: string;
}

/** A node's nginx configuration, with all that it includes. */
export interface NginxConfig {
  /** The file that it begins with: `/etc/nginx/nginx.conf`. */
  readonly path: string;
  readonly directives: readonly NginxDirective[];
  /** In the order in which nginx opens them, each once. */
  readonly files: readonly NginxFile[];
  readonly errors: readonly NginxError[];
}

/** Where a directive stands, and what it says there. */
export interface NginxPlace {
  readonly value: string;
  readonly file: string;
  readonly line: number;
}

/** What a difference does to those who are served: to `served` requests themselves, or to nobody but the `node`. */
export type NginxEffect = 'served' | 'tls' | 'listen' | 'access' | 'upstream' | 'behaviour' | 'node';

/** A difference between two configurations. `added`: only `b` has it, `removed`: only `a`. */
export interface NginxChange {
  /** `http / server example.com:443 / location /api / proxy_read_timeout`. */
  readonly path: string;
  /** The path of the server, upstream or other block that it is part of. */
  readonly group: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly a: NginxPlace | null;
  readonly b: NginxPlace | null;
  readonly effect: NginxEffect;
  readonly severity: Severity;
  /** How many other places the same line of an included file changes as well. */
  readonly elsewhere: number;
  /** Why it is expected, and no finding; null where it is not. */
  readonly expected: string | null;
}

/** Two nodes' configurations, compared; `a` comes first. */
export interface NginxDrift {
  readonly nodes: readonly [string, string];
  readonly changes: readonly NginxChange[];
}
