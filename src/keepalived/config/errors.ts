import type { ConfigError, ConfigErrorKind, ConfigLine } from '../../model/keepalived.ts';

/** How many complaints are kept: a file of another kind has one in each line. */
const maxErrors = 2000;

/** The complaints about one configuration, in the order in which they come up. */
export class ErrorList {
  readonly errors: ConfigError[] = [];

  add(
    kind: ConfigErrorKind,
    { file, line, text }: ConfigLine,
    message: string,
    own: { readonly isSilent?: boolean; readonly cause?: ConfigLine | null } = {},
  ): void {
    if (this.errors.length >= maxErrors) return;
    const { isSilent = false, cause = null } = own;
    this.errors.push({ kind, file, line, text: masked(text), message, isSilent, cause });
  }
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
