import type { ConfigError, ConfigErrorKind, ConfigLine } from '../../model/keepalived.ts';
import { maxLineBytes } from './limits.ts';

/** How many complaints are kept: a file of another kind has one in each line. */
const maxErrors = 2000;

/** The complaints about one configuration, in the order in which they come up. */
export class ErrorList {
  readonly errors: ConfigError[] = [];
  /** What ended a block early, by the line that opens the block. */
  readonly #broken = new Map<string, ConfigLine>();

  /** A block that ends too early, for `cause`: what it lacks is then no fault of its own. */
  breaks(block: ConfigLine, cause: ConfigLine): void {
    const key = keyOf(block);
    if (!this.#broken.has(key)) this.#broken.set(key, cause);
  }

  add(
    kind: ConfigErrorKind,
    at: ConfigLine,
    message: string,
    own: { readonly isSilent?: boolean; readonly cause?: ConfigLine | null } = {},
  ): void {
    if (this.errors.length >= maxErrors) return;
    const { file, line, text } = at;
    const lacks = kind === 'missing' || kind === 'remark';
    const { isSilent = false, cause = (lacks ? this.#broken.get(keyOf(at)) : null) ?? null } = own;
    this.errors.push({ kind, file, line, text: masked(text.slice(0, maxLineBytes)), message, isSilent, cause });
  }
}

function keyOf({ file, line }: ConfigLine): string {
  return `${file}:${line}`;
}

/** Passwords of VRRPv2 and of LVS, `key ID SECRET` of auth_hmac, and definitions, which may be either. */
const secrets = /((?:^|[\s{])(?:auth_pass|password|key[ \t]+\d+)[ \t]+|^\$\w+=)("[^"]*"?|[^\s{}]+)/g;

/** Whether an item's values are secret. */
export function isSecret(text: string): boolean {
  return mayBeSecret(text) && text.search(secrets) === 0;
}

/** Text without its secrets. */
export function masked(text: string): string {
  return mayBeSecret(text) ? text.replace(secrets, '$1****') : text;
}

/** A quick look: hardly any line is. */
function mayBeSecret(text: string): boolean {
  return text.includes('pass') || text.includes('key') || text.startsWith('$');
}
