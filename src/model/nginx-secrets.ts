/** A value: what is quoted, or the words up to the end of the directive. */
const value = /("(?:[^"\\]|\\[\s\S]){0,4096}"|'(?:[^'\\]|\\[\s\S]){0,4096}'|[^;{}\n]+)/.source;

/** Directives whose whole value is secret, by their names. */
const directives =
  'client_secret|proxy_password|secure_link_secret|secure_link_md5|auth_jwt_key_request_secret|sso_secret';

/** Names of headers and variables that hold a secret. */
const names = '[\\w-]*(?:authorization|cookie|secret|token|passw|api[-_]?key|access[-_]?key|private[-_]?key)[\\w-]*';

const secretDirective = new RegExp(
  `(^|[\\s;{])((?:${directives})|(?:\\w+_set_header|add_header|\\w+_param)\\s+["']?${names}["']?|set\\s+\\$${names})(\\s+)${value}`,
  'gi',
);

/** `user:password@` of a URL. */
const credentials = /(:\/\/[^\s/:@"']{1,256}:)([^\s/@"']{1,256})(?=@)/g;

/**
 * Text of nginx.conf without what nobody else should read: values of directives, headers and variables that are secret by
 * their name, and passwords in URLs. `mark` makes something of each that can be shown. Lines stay lines.
 */
export function maskNginx(text: string, mark: (secret: string) => string): string {
  // What comes from the request is no secret of the configuration.
  const hide = (secret: string): string =>
    /^["']?\$\{?\w+\}?["']?$/.test(secret)
      ? secret
      : mark(secret.replace(/^(["'])([\s\S]*)\1$/, '$2')) + '\n'.repeat(secret.split('\n').length - 1);
  return text
    .replace(
      secretDirective,
      (_, before: string, what: string, blanks: string, secret: string) =>
        before + what + blanks + hide(secret.trimEnd()),
    )
    .replace(credentials, (_, before: string, secret: string) => before + hide(secret));
}

/** A value as `maskNginx` shows it behind the name that ends a path. */
export function maskNginxValue(path: string, shown: string, mark: (secret: string) => string): string {
  const name = lastOf(path);
  const masked = maskNginx(`${name} ${shown}`, mark);
  return masked.startsWith(`${name} `) ? masked.slice(name.length + 1) : masked;
}

/** `proxy_pass` of `http / server * / location / / proxy_pass`. */
export function lastOf(path: string): string {
  const at = path.lastIndexOf(' / ');
  return at < 0 ? path : path.slice(at + 3);
}
