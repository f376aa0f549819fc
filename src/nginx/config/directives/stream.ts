/** `stream` and below, with njs and geoip (1.22 to 1.30). */
export const streamDirectives = `
stream 0{: server
stream 1 number: map_hash_bucket_size map_hash_max_size server_names_hash_bucket_size server_names_hash_max_size
  variables_hash_bucket_size variables_hash_max_size
stream 1+: js_shared_dict_zone
stream 12: geoip_city geoip_country geoip_org
stream 12{: geo
stream 1{: upstream
stream 2: limit_conn_zone
stream 2+: log_format
stream 2{: map split_clients
stream,server 1: allow deny js_fetch_proxy proxy_ssl_password_file set_real_ip_from ssl_ocsp_cache ssl_password_file
stream,server 1 many: js_path ssl_certificate ssl_certificate_key ssl_ech_file ssl_session_ticket_key
stream,server 1 number: js_fetch_keepalive js_fetch_keepalive_requests js_fetch_verify_depth
  proxy_next_upstream_tries proxy_requests proxy_responses proxy_ssl_verify_depth ssl_verify_depth
stream,server 1 one: js_access js_fetch_ciphers js_fetch_trusted_certificate js_filter js_preread
  limit_conn_log_level proxy_ssl_certificate proxy_ssl_certificate_key proxy_ssl_ciphers proxy_ssl_crl
  proxy_ssl_name proxy_ssl_trusted_certificate ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve
  ssl_ocsp ssl_ocsp_responder ssl_stapling_file ssl_stapling_responder ssl_trusted_certificate ssl_verify_client
stream,server 1 size: js_context_reuse js_context_reuse_max_size js_fetch_buffer_size
  js_fetch_max_response_buffer_size preread_buffer_size proxy_buffer_size proxy_download_rate
  proxy_downstream_buffer proxy_upload_rate proxy_upstream_buffer
stream,server 1 time: js_fetch_keepalive_time js_fetch_keepalive_timeout js_fetch_timeout preread_timeout
  proxy_connect_timeout proxy_next_upstream_timeout proxy_protocol_timeout proxy_timeout resolver_timeout
  ssl_handshake_timeout ssl_session_timeout
stream,server 1+: access_log error_log js_engine resolver ssl_alpn
stream,server 1+ set: js_fetch_protocols proxy_ssl_protocols ssl_protocols
stream,server 12: js_var proxy_bind ssl_session_cache
stream,server 123: proxy_ssl_certificate_cache ssl_certificate_cache
stream,server 1234: open_log_file_cache
stream,server 13: js_import js_preload_object
stream,server 2: limit_conn
stream,server 2 many: proxy_ssl_conf_command ssl_conf_command
stream,server 23: js_set
stream,server flag: js_fetch_verify limit_conn_dry_run proxy_half_close proxy_next_upstream proxy_protocol
  proxy_socket_keepalive proxy_ssl proxy_ssl_server_name proxy_ssl_session_reuse proxy_ssl_verify
  ssl_certificate_compression ssl_prefer_server_ciphers ssl_preread ssl_reject_handshake ssl_session_tickets
  ssl_stapling ssl_stapling_verify tcp_nodelay
server 1: pass proxy_pass return
server 1+: listen server_name
server 2: set
server any: js_periodic
upstream 0: least_conn
upstream 012: random
upstream 1 time: resolver_timeout
upstream 1+: resolver server
upstream 12: hash zone
`;
