/** `mail` and below (1.22 to 1.30). */
export const mailDirectives = `
mail 0{: server
mail,server 1: auth_http set_real_ip_from ssl_password_file starttls
mail,server 1 many: ssl_certificate ssl_certificate_key ssl_session_ticket_key
mail,server 1 number: max_errors ssl_verify_depth
mail,server 1 one: server_name ssl_ciphers ssl_client_certificate ssl_crl ssl_dhparam ssl_ecdh_curve
  ssl_trusted_certificate ssl_verify_client
mail,server 1 size: imap_client_buffer proxy_buffer smtp_client_buffer
mail,server 1 time: auth_http_timeout proxy_timeout resolver_timeout smtp_greeting_delay ssl_session_timeout timeout
mail,server 1+: error_log resolver
mail,server 1+ set: imap_auth imap_capabilities pop3_auth pop3_capabilities smtp_auth smtp_capabilities
  ssl_protocols
mail,server 12: ssl_session_cache
mail,server 2: auth_http_header
mail,server 2 many: ssl_conf_command
mail,server flag: auth_http_pass_client_cert proxy proxy_pass_error_message proxy_protocol proxy_smtp_auth ssl
  ssl_certificate_compression ssl_prefer_server_ciphers ssl_session_tickets xclient
server 1: protocol
server 1+: listen
`;
