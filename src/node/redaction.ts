import { createHmac, randomBytes } from 'node:crypto';
import { isPublicValue, readSecretMark, secretMark } from '../model/secret.ts';

/** What of a VRRPv2 password takes part in the protocol (RFC 2338 section 5.3.6). */
const passwordBytes = 8;

/** A value as shells, keepalived, nginx and JSON write it: in quotes, in quotes that are escaped, or a word. */
const value = String.raw`("[^"\n]*"|'[^'\n]*'|\\"[^"\\\n]*\\"|[^\s"'\\;]+)`;
const secretName = `(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|community|auth_data|(?:api|access|private|session)[_-]?key)`;
const nameEnd = String.raw`(?:[_-][\w.-]{0,40})?\d{0,3}`;

/**
 * What stands before a secret, and the secret as the last group. Each pattern begins with a word of its own and has no
 * unbounded part before the value, so that no text takes long.
 */
const patterns: readonly RegExp[] = [
  // PASSWORD=…, "aws_secret_access_key": "…", password: …, --token=…
  new RegExp(String.raw`(${secretName}${nameEnd}\\?["']?[ \t]{0,8}[=:][ \t]{0,8})${value}`, 'gi'),
  // keepalived, nginx and others: a keyword and its value
  new RegExp(
    String.raw`((?:^|[\s{;#])(?:password|client_secret|proxy_password|secure_link_secret|secure_link_md5|auth_jwt_key|rocommunity|rwcommunity)[ \t]+)${value}`,
    'gi',
  ),
  /((?:^|[\s{])key[ \t]+\d{1,3}[ \t]+)("[^"\n]*"?|[^\s{}]+)/g,
  new RegExp(String.raw`(\bset[ \t]+\$\w{0,40}?(?:pass|secret|token|key)\w{0,40}[ \t]+)${value}`, 'gi'),
  new RegExp(
    String.raw`(_header[ \t]+["']?(?:authorization|cookie|[\w-]{0,40}?(?:token|secret|key))["']?[ \t]+)${value}`,
    'gi',
  ),
  // What curl and logs have of a request
  /(authorization["']?[ \t]{0,8}:[ \t]{0,8}(?:\w{1,20}[ \t]+)?)([^\s"'\\;]+)/gi,
  /(:\/\/[^\s/:@"']{1,128}:)([^\s/@"']{1,256})(?=@)/g,
  // Options of commands
  new RegExp(String.raw`((?:^|\s)--(?:password|passwd|pass|token|secret)[ \t]+)${value}`, 'gi'),
  /((?:^|\s)(?:-u|--user|--proxy-user)[ \t=]{1,4}["']?[^\s:"'$]{1,128}:)([^\s"']+)/g,
  new RegExp(String.raw`(\bsshpass[ \t]+-p[ \t]{0,4})${value}`, 'g'),
  new RegExp(String.raw`(\bmysql\w{0,12}[ \t](?:[^\n;|]{0,200}?[ \t])?-p)${value}`, 'g'),
  new RegExp(String.raw`(\bsnmp\w{1,20}[ \t](?:[^\n;|]{0,200}?[ \t])?-[cAX][ \t]{0,4})${value}`, 'g'),
  // Keys of AWS, hashes of crypt(3), tokens of JWT
  /(\b)((?:AKIA|ASIA)[A-Z0-9]{16})\b/g,
  /(:|\s|^)(\$(?:apr1|1|2[abxy]?|5|6|7|y)\$[./A-Za-z0-9$=,]{8,200})/gm,
  /(\b)(eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{8,2000})/g,
];
const authPass = /((?:^|[\s{#!])auth_pass[ \t]+)("[^"\n]*"?|(?:\$\{\w+\}|[^\s{}])+)/g;
const keyBegins = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/;
const keyEnds = 'PRIVATE KEY-----';

/**
 * Masks the secrets in evidence, under a key of its own that nobody keeps. Equal secrets have equal marks, so that rules still
 * compare them; who does not have the secret can make nothing of a mark.
 */
export class Redaction {
  readonly #key = randomBytes(32);
  /** Names the key, so that marks of another one are not compared with these. */
  readonly set: string = this.#digest('set').slice(0, 6);

  /** Text, a character a byte. `definitions` are names of keepalived's `$NAME=` that hold secrets (`secretDefinitions`). */
  text(text: string, definitions: ReadonlySet<string> = new Set()): string {
    let masked = this.#withoutKeys(text).replace(authPass, (_, before: string, word: string) => {
      return definitionIn(word, definitions)
        ? before + word
        : before + this.#inQuotes(word, (inner) => this.#password(inner));
    });
    for (const pattern of patterns) {
      masked = masked.replace(pattern, (whole: string, before: string, word: string) =>
        isVariable(word) ? whole : before + this.#inQuotes(word, (inner) => this.secret(inner)),
      );
    }
    if (definitions.size === 0) return masked;
    return masked.replace(
      /^([ \t]*\$(\w+)=)("[^"\n]*"?|\S+)/gm,
      (whole: string, before: string, name: string, word: string) =>
        definitions.has(name) ? before + this.#inQuotes(word, (inner) => this.#password(inner)) : whole,
    );
  }

  /** The mark of a secret of any kind. */
  secret(secret: string): string {
    if (secret === '' || isPublicValue(secret) || secret.startsWith('****')) return secret;
    return secretMark(this.set, this.#digest(secret).slice(0, 8), false);
  }

  /** In place of the hash of a file that holds a secret, from which it could be guessed: equal for equal files. */
  hash(sha256: string): string {
    return this.#digest(sha256);
  }

  /** In place of the 8 bytes of a password in an advert: of the same length, as text. */
  field(password: string): string {
    return password === '' || isPublicValue(password)
      ? password
      : `*${this.#digest(password).slice(0, passwordBytes - 1)}`;
  }

  #password(word: string): string {
    if (word === '' || isPublicValue(word) || readSecretMark(word) !== null) return word;
    return secretMark(this.set, this.#digest(word.slice(0, passwordBytes)).slice(0, 8), word.length > passwordBytes);
  }

  #inQuotes(word: string, mask: (inner: string) => string): string {
    const [, open = '', inner = '', close = ''] = /^(\\?["'])?(.*?)(\\?["'])?$/s.exec(word) ?? [];
    return open + mask(inner) + close;
  }

  /** Private keys, whole. */
  #withoutKeys(text: string): string {
    const parts: string[] = [];
    let rest = text;
    for (;;) {
      const begin = keyBegins.exec(rest);
      if (begin === null) return [...parts, rest].join('');
      const from = begin.index + begin[0].length;
      const end = rest.indexOf(keyEnds, from);
      const to = end < 0 ? rest.length : end + keyEnds.length;
      parts.push(rest.slice(0, from), this.secret(rest.slice(from, to)));
      rest = rest.slice(to);
    }
  }

  #digest(secret: string): string {
    return createHmac('sha256', this.#key).update(secret, 'latin1').digest('hex');
  }
}

/** Names of keepalived's definitions that passwords are made of: `auth_pass $PASS`. */
export function secretDefinitions(texts: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts) {
    for (const [, , word = ''] of text.matchAll(authPass)) {
      for (const name of variablesIn(word)) if (texts.some((other) => other.includes(`$${name}=`))) names.add(name);
    }
  }
  return names;
}

function definitionIn(word: string, definitions: ReadonlySet<string>): boolean {
  return variablesIn(word).some((name) => definitions.has(name));
}

function variablesIn(word: string): readonly string[] {
  return [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
}

/** Whether a value is none but names what holds it: `"$PASSWORD"`, `$(cat file)`, `${1}`. */
function isVariable(word: string): boolean {
  return /^\\?"?(?:\$(?:\w+|\{[^{}]{0,200}\}|\([^()]{0,200}\)?)){1,8}\\?"?$/.test(word);
}
