/**
 * What NGINX Plus and nginx's own separate modules (otel, acme) add, what later versions bring and earlier ones had; by
 * their documentation, which names contexts but not always the most arguments.
 */
export const mgmtDirectives = `
mgmt 1 time: connect_timeout read_timeout send_timeout resolver_timeout
mgmt 1+: resolver usage_report
mgmt 1 one: ssl_certificate ssl_certificate_key ssl_ciphers ssl_crl ssl_name ssl_password_file ssl_trusted_certificate
  uuid_file license_token state_path proxy proxy_username proxy_password
mgmt 1+ set: ssl_protocols
mgmt 1 number: ssl_verify_depth
mgmt flag: ssl ssl_server_name ssl_verify enforce_initial_report
mgmt 123: deployment_context
`;

export const httpPlusDirectives = `
location 01: api
location 0: f4f hls status status_format upstream_conf
location any: health_check
http 1{: match oidc_provider acme_issuer
http 2{: num_map
http 0{: otel_exporter
server,location,if-in-location 1: status_zone
upstream 1 one: state
upstream 12: queue
upstream 0: ntlm
upstream 2+: least_time
upstream 1+: sticky_cookie_insert
http 3: keyval
http 1+: keyval_zone
http,server,location 1 size: f4f_buffer_size hls_mp4_buffer_size hls_mp4_max_buffer_size
http,server,location 2 one: hls_buffers
http,server,location 1 time: hls_fragment
http,server,location flag: hls_forward_args
http,server,location,limit_except 12: auth_jwt
http 2+ many: auth_jwt_claim_set auth_jwt_header_set
http,server,location 1 one: auth_jwt_key_cache auth_jwt_type auth_jwt_leeway
http,server,location,limit_except 1 many: auth_jwt_key_file auth_jwt_key_request
http,server,location,limit_except 1+: auth_jwt_require auth_require
http,server,location 1 one: auth_oidc internal_redirect
http,server,location 1+ set: proxy_cache_purge fastcgi_cache_purge scgi_cache_purge uwsgi_cache_purge
  proxy_allow_upstream fastcgi_allow_upstream grpc_allow_upstream scgi_allow_upstream uwsgi_allow_upstream
  memcached_allow_upstream tunnel_allow_upstream
http,server,location flag: proxy_bind_dynamic fastcgi_bind_dynamic grpc_bind_dynamic scgi_bind_dynamic uwsgi_bind_dynamic
http 2+: session_log_format
http 2+ many: session_log_zone
http,server,location 1: session_log
oidc_provider 1 one: issuer client_id client_secret config_url cookie_name extra_auth_args redirect_uri session_store
  ssl_crl ssl_trusted_certificate logout_uri post_logout_uri logout_token_hint userinfo pkce frontchannel_logout_uri
oidc_provider 1 time: session_timeout
oidc_provider 1+ set: scope
acme_issuer 1 one: uri account_key challenge profile preferred_chain ssl_trusted_certificate
acme_issuer 1 many: contact
acme_issuer 12: state_path
acme_issuer 2: external_account_key
acme_issuer flag: ssl_verify
acme_issuer 0: accept_terms_of_service
http 1+: acme_shared_zone
server 1+: acme_certificate
http 1 one: otel_service_name
http 2 many: otel_resource_attr
http,server,location 1 one: otel_trace otel_trace_context otel_span_name
http,server,location 2 many: otel_span_attr
server,location,if-in-location 01: tunnel_pass
http,server,location 12: tunnel_bind
http,server,location 1 size: tunnel_buffer_size tunnel_send_lowat
http,server,location 1 time: tunnel_connect_timeout tunnel_next_upstream_timeout tunnel_read_timeout tunnel_send_timeout
http,server,location 1 number: tunnel_next_upstream_tries
http,server,location 1+ set: tunnel_next_upstream
http,server,location flag: tunnel_socket_keepalive
http 1: js_include
`;

export const streamPlusDirectives = `
stream 1{: match
stream 2{: num_map
server any: health_check
stream,server 1 time: health_check_timeout zone_sync_connect_retry_interval zone_sync_connect_timeout zone_sync_interval
  zone_sync_timeout
server 1: status_zone
upstream 1 one: state
upstream 2+: least_time
stream 3: keyval
stream 1+: keyval_zone
stream 1: js_include
stream,server flag: proxy_bind_dynamic proxy_session_drop mqtt mqtt_preread
stream,server 1+ set: proxy_allow_upstream
stream,server 2 one: mqtt_buffers
stream,server 1 size: mqtt_rewrite_buffer_size
server 2 many: mqtt_set_connect
server 0: zone_sync
server 12 many: zone_sync_server
stream,server 2 one: zone_sync_buffers
stream,server 1 size: zone_sync_recv_buffer_size
stream,server flag: zone_sync_ssl zone_sync_ssl_server_name zone_sync_ssl_verify
stream,server 1 one: zone_sync_ssl_certificate zone_sync_ssl_certificate_key zone_sync_ssl_ciphers zone_sync_ssl_crl
  zone_sync_ssl_name zone_sync_ssl_password_file zone_sync_ssl_trusted_certificate
stream,server 1+ set: zone_sync_ssl_protocols
stream,server 1 number: zone_sync_ssl_verify_depth
stream,server 2 many: zone_sync_ssl_conf_command
`;
