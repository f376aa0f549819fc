import type { Severity } from '../../model/finding.ts';
import type { NginxDirective, NginxEffect } from '../../model/nginx.ts';

/** What concerns the machine, its logs and its load, and no request. */
const ofNode =
  /^(access_log|error_log|log_.*|open_log_file_cache|rewrite_log|uninitialized_variable_warn|session_log.*|pid|lock_file|daemon|master_process|user|env|working_directory|worker_(processes|cpu_affinity|priority|rlimit_core|aio_requests|shutdown_timeout)|debug_.*|timer_resolution|thread_pool|google_perftools_profiles|pcre_jit|events|use|multi_accept|accept_mutex.*|epoll_events|.*_temp_path|.*_hash_(bucket|max)_size|status_zone|otel_.*|mgmt|api)$/;

/** TLS settings of which a client sees nothing but time. */
const tlsTuning =
  /^ssl_(session_.*|buffer_size|stapling.*|certificate_cache|certificate_compression|ocsp_cache|object_cache.*|dyn_.*)$/;

const effects: readonly (readonly [RegExp, NginxEffect])[] = [
  [ofNode, 'node'],
  [tlsTuning, 'behaviour'],
  [
    /^(ssl|ssl_.*|.*_ssl_(certificate|certificate_key|trusted_certificate|verify|name|server_name)|quic_host_key|acme_.*)$/,
    'tls',
  ],
  [/^listen$/, 'listen'],
  [/^(upstream|.*_pass|resolver|zone_sync_server)$/, 'upstream'],
  [
    /^(allow|deny|satisfy|internal|limit_except|auth_(basic|jwt|request|oidc|require|http|delay).*|valid_referers|secure_link.*)$/,
    'access',
  ],
  [
    /^(http|stream|mail|server|location|server_name|root|alias|try_files|index|return|rewrite|if|set|break|map|num_map|geo|geoip2?|split_clients|error_page|sub_filter|js_(content|access|preread|filter|header_filter|body_filter|set|import)|.*_by_lua(_block|_file)?|perl|perl_set|mirror|stub_status|autoindex|dav_methods|internal_redirect|include|load_module)$/,
    'served',
  ],
];

/** Blocks whose lines decide what is served; `types` and the like only name it. */
const decidingData = new Set(['map', 'num_map', 'geo', 'split_clients', 'match']);

/** What a difference in this directive does to clients when the other node takes over; `block` is what it stands in. */
export function effectOf({ name, context }: NginxDirective, block: NginxDirective | null): NginxEffect {
  if (context === 'data') return decidingData.has(block?.name ?? '') ? 'served' : 'behaviour';
  if (name === 'server' && context.endsWith('/upstream')) return 'upstream';
  if (context === 'mgmt' || context === 'events') return 'node';
  return effects.find(([form]) => form.test(name))?.[1] ?? 'behaviour';
}

export function severityOf(effect: NginxEffect): Severity {
  return effect === 'node' ? 'info' : effect === 'behaviour' ? 'warning' : 'error';
}
