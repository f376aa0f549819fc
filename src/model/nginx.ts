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
  /** The rule that judges it; null where it is expected. */
  readonly code: 'HAD501' | 'HAD506' | null;
}

/** A file that one node's configuration uses, and the other node has not. */
export interface NginxMissingFile {
  readonly path: string;
  /** The node that lacks it, and the one that uses it. */
  readonly node: string;
  readonly other: string;
  /** Where it is included or referred to. */
  readonly use: NginxPlace;
  /** What stands in it, where it is part of the configuration: paths of blocks and directives. */
  readonly holds: readonly string[];
  readonly severity: Severity;
}

/** Two nodes' configurations, compared; `a` comes first. */
export interface NginxDrift {
  readonly nodes: readonly [string, string];
  readonly changes: readonly NginxChange[];
  readonly missing: readonly NginxMissingFile[];
  /** The node whose /etc/nginx-sync.conf names others to copy to; null where none does. */
  readonly syncedFrom: string | null;
  /** Files with differences that it does not copy: they lie outside of its CONFPATHS. */
  readonly unsynced: readonly string[];
}

/** What a file is used for that the configuration refers to. */
export type NginxFileRole = 'certificate' | 'key' | 'tls' | 'password' | 'script' | 'module' | 'data';

/** A file that a directive names. */
export interface NginxReference {
  readonly role: NginxFileRole;
  readonly path: string;
  readonly directive: string;
  readonly file: string;
  readonly line: number;
  /** The path of the server or other block that it is for. */
  readonly group: string;
  /** Of a certificate, its key: the one of the same place in its block; null where there is none. */
  readonly key: string | null;
}

/** What is known of a certificate. Times are seconds since the epoch. */
export interface Certificate {
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string;
  readonly names: readonly string[];
  readonly issuer: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SHA-256 of its public key (SubjectPublicKeyInfo), in hexadecimal digits. */
  readonly publicKey: string;
}

/** What is known of a file that the configuration refers to. Of a private key nothing is kept but the hash of its public half. */
export interface NginxFileFacts {
  readonly path: string;
  /** null where we cannot tell: it is not part of the evidence, or may not be read. */
  readonly exists: boolean | null;
  readonly sha256: string | null;
  readonly certificate: Certificate | null;
  readonly publicKey: string | null;
  /** What is wrong with its content: `it holds a private key and no certificate`. */
  readonly problem: string | null;
}

/** One node's nginx: its configuration, what `nginx -t` says of it, and the files that it refers to. */
export interface NginxNode {
  readonly node: string;
  readonly config: NginxConfig;
  /** What `nginx -t` printed; null where that is not known. */
  readonly test: { readonly isOk: boolean; readonly complaints: readonly string[] } | null;
  readonly references: readonly NginxReference[];
  readonly files: readonly NginxFileFacts[];
  /** When this was read, in seconds since the epoch: certificates expire. */
  readonly atSeconds: number;
}

/**
 * What is wrong with a certificate, its key or what else TLS needs. `differs`: the nodes have not the same; `own`: each node
 * has its own, valid for the same names; `mismatch`: the certificate is not of the key beside it.
 */
export interface TlsFault {
  readonly kind: 'differs' | 'own' | 'missing' | 'mismatch' | 'expired' | 'not-yet-valid' | 'unusable';
  readonly path: string;
  /** The nodes that it is about: one, or both where they differ. */
  readonly nodes: readonly string[];
  /** Where it is referred to, and on which node. */
  readonly references: readonly { readonly node: string; readonly reference: NginxReference }[];
  /** The certificates of the nodes, as far as there are. */
  readonly certificates: readonly Certificate[];
  /** `it holds a private key and no certificate`; the key's path of a mismatch; the node that has another one, of one out of its time. */
  readonly detail: string | null;
}

/** How nginx was built (`nginx -V`). */
export interface NginxBuild {
  readonly node: string;
  /** `nginx/1.22.1`, with NGINX Plus `nginx/1.25.1 (nginx-plus-r30)`. */
  readonly version: string;
  readonly arguments: readonly string[];
}

/** Whether a node can listen on addresses that it has not (yet). */
export interface NginxBinding {
  readonly node: string;
  readonly listens: readonly { readonly address: string; readonly place: NginxPlace }[];
  /** net.ipv4.ip_nonlocal_bind and net.ipv6.ip_nonlocal_bind; null where not known. */
  readonly nonlocalBind: { readonly ipv4: boolean | null; readonly ipv6: boolean | null };
  /** The addresses that it has now; null where not known. */
  readonly addresses: readonly string[] | null;
  /** The virtual addresses of its keepalived.conf. */
  readonly vips: readonly string[];
}

/** Since when the workers run that serve new connections, and the files of the configuration. Seconds since the epoch. */
export interface NginxLoading {
  readonly node: string;
  readonly oldestWorker: { readonly pid: number; readonly startSeconds: number } | null;
  readonly files: readonly { readonly path: string; readonly modifiedSeconds: number }[];
}
