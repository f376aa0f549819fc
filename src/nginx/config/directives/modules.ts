/** What modules of others add to `http`: lua, echo, headers-more, geoip2, brotli. */
export const httpModuleDirectives = `
http 0{: exit_worker_by_lua_block init_by_lua_block init_worker_by_lua_block ssl_session_fetch_by_lua_block
  ssl_session_store_by_lua_block
http 1: exit_worker_by_lua_file geoip2_proxy init_by_lua init_by_lua_file init_worker_by_lua init_worker_by_lua_file
  lua_capture_error_log lua_malloc_trim lua_package_cpath lua_package_path lua_regex_cache_max_entries
  lua_regex_match_limit ssl_session_fetch_by_lua_file ssl_session_store_by_lua_file
http 1 number: lua_max_pending_timers lua_max_running_timers lua_thread_cache_max_entries
  lua_worker_thread_vm_pool_size
http 1{: geoip2
http 2: lua_shared_dict
http flag: access_by_lua_no_postpone geoip2_proxy_recursive lua_load_resty_core lua_sa_restart
  rewrite_by_lua_no_postpone
http,server 0{: server_rewrite_by_lua_block ssl_certificate_by_lua_block ssl_client_hello_by_lua_block
http,server 1: server_rewrite_by_lua_file ssl_certificate_by_lua_file ssl_client_hello_by_lua_file
http,server 1 number: max_headers
http,server 2+: upstream_list
http,server,location 1 many: lua_ssl_certificate lua_ssl_certificate_key
http,server,location 1 number: lua_ssl_verify_depth
http,server,location 1 one: lua_ssl_ciphers lua_ssl_crl lua_ssl_key_log lua_ssl_trusted_certificate
http,server,location 1+ set: lua_ssl_protocols
http,server,location 2 many: lua_ssl_conf_command
http,server,location,if-in-location 0{: access_by_lua_block body_filter_by_lua_block header_filter_by_lua_block
  log_by_lua_block rewrite_by_lua_block
http,server,location,if-in-location 1: access_by_lua access_by_lua_file body_filter_by_lua body_filter_by_lua_file
  header_filter_by_lua header_filter_by_lua_file log_by_lua log_by_lua_file rewrite_by_lua rewrite_by_lua_file
http,server,location,if-in-location 1 number: lua_socket_pool_size
http,server,location,if-in-location 1 size: lua_socket_buffer_size lua_socket_send_lowat
http,server,location,if-in-location 1 time: lua_socket_connect_timeout lua_socket_keepalive_timeout
  lua_socket_read_timeout lua_socket_send_timeout
http,server,location,if-in-location 1+: more_clear_headers more_clear_input_headers more_set_headers
  more_set_input_headers
http,server,location,if-in-location flag: lua_check_client_abort lua_code_cache lua_http10_buffering
  lua_need_request_body lua_socket_log_errors lua_transform_underscores_in_response_headers lua_use_default_type
server,location,if-in-server,if-in-location 1{: set_by_lua_block
server,location,if-in-server,if-in-location 2+: set_by_lua set_by_lua_file
location,if-in-location 0: echo_abort_parent echo_end echo_flush echo_read_request_body echo_request_body
  echo_reset_timer
location,if-in-location 0{: content_by_lua_block
location,if-in-location 1: content_by_lua content_by_lua_file echo_blocking_sleep echo_sleep
location,if-in-location 1 number: echo_status
location,if-in-location 12: echo_exec echo_location echo_location_async
location,if-in-location 2+: echo_duplicate echo_foreach_split echo_subrequest echo_subrequest_async
location,if-in-location any: echo echo_after_body echo_before_body
upstream 0{: balancer_by_lua_block
upstream 1: balancer_by_lua_file balancer_keepalive
http,server,location flag: brotli
http,server,location 1 number: brotli_comp_level
http,server,location 1 one: brotli_static
http,server,location 1 size: brotli_min_length brotli_window
http,server,location 1+ set: brotli_types
http,server,location 2 one: brotli_buffers
`;

/** What they add to `stream`. */
export const streamModuleDirectives = `
stream 1{: geoip2
stream 1 one: geoip2_proxy
`;
