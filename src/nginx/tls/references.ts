import type { NginxConfig, NginxDirective, NginxFileRole, NginxReference } from '../../model/nginx.ts';
import { absolutePath } from '../config/load.ts';

/** Directives that name a file, by what it is for. */
const roles: Readonly<Record<string, NginxFileRole>> = {
  ssl_certificate: 'certificate',
  proxy_ssl_certificate: 'certificate',
  grpc_ssl_certificate: 'certificate',
  uwsgi_ssl_certificate: 'certificate',
  zone_sync_ssl_certificate: 'certificate',
  ssl_certificate_key: 'key',
  proxy_ssl_certificate_key: 'key',
  grpc_ssl_certificate_key: 'key',
  uwsgi_ssl_certificate_key: 'key',
  zone_sync_ssl_certificate_key: 'key',
  ssl_client_certificate: 'tls',
  ssl_trusted_certificate: 'tls',
  proxy_ssl_trusted_certificate: 'tls',
  grpc_ssl_trusted_certificate: 'tls',
  uwsgi_ssl_trusted_certificate: 'tls',
  zone_sync_ssl_trusted_certificate: 'tls',
  ssl_crl: 'tls',
  proxy_ssl_crl: 'tls',
  ssl_dhparam: 'tls',
  ssl_session_ticket_key: 'tls',
  ssl_stapling_file: 'tls',
  ssl_password_file: 'password',
  proxy_ssl_password_file: 'password',
  auth_basic_user_file: 'password',
  auth_jwt_key_file: 'password',
  js_import: 'script',
  js_include: 'script',
  perl_require: 'script',
  xslt_stylesheet: 'script',
  load_module: 'module',
  geoip_country: 'data',
  geoip_city: 'data',
  geoip_org: 'data',
};

/** Blocks that a reference is told under. */
const groups = new Set(['server', 'upstream', 'location', 'mgmt']);

/** The files that a configuration refers to, beside those that it includes; each place of each file once. */
export function referencesOf(config: NginxConfig): readonly NginxReference[] {
  const references: NginxReference[] = [];
  walk(config.directives, 'http', config.path, references);
  const seen = new Set<string>();
  return references.filter(({ path, file, line }) => {
    const key = JSON.stringify([path, file, line]);
    return !seen.has(key) && seen.add(key);
  });
}

function walk(directives: readonly NginxDirective[], group: string, main: string, into: NginxReference[]): void {
  for (const directive of directives) {
    const role = directive.context === 'data' ? undefined : roles[directive.name];
    const named = role === undefined ? null : fileOf(directive);
    if (role !== undefined && named !== null) {
      const { name, file, line } = directive;
      into.push({
        role,
        path: absolutePath(main, named),
        directive: name,
        file,
        line,
        group,
        key: keyOf(directive, directives, main),
      });
    }
    if (directive.block === null) continue;
    const name = directive.block.find((inner) => inner.name === 'server_name')?.args[0];
    const inner = groups.has(directive.name)
      ? [directive.name, ...(name === undefined ? directive.args : [name])].join(' ')
      : group;
    walk(directive.block, inner, main, into);
  }
}

/** The file that a directive names; null where that is no file, or known only when a request comes. */
function fileOf({ name, args }: NginxDirective): string | null {
  // `js_import NAME from FILE`
  const word = name === 'js_import' ? args.at(-1) : args[0];
  if (word === undefined || word === '' || word === 'off' || word === 'builtin') return null;
  return word.includes('$') || /^(data|engine|store):/.test(word) ? null : word;
}

/** The key of a certificate: as nginx pairs them, the first with the first. */
function keyOf(directive: NginxDirective, siblings: readonly NginxDirective[], main: string): string | null {
  const keyName = `${directive.name}_key`;
  const keys = siblings.filter(({ name }) => name === keyName);
  const place = siblings.filter(({ name }) => name === directive.name).indexOf(directive);
  const key = keys[place];
  const named = key === undefined ? null : fileOf(key);
  return named === null ? null : absolutePath(main, named);
}
