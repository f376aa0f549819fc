/** nginx itself: `main` and `events` (1.22 to 1.30). */
export const coreDirectives = `
any 1: include
main 0{: events http mail stream
main 1: env load_module ssl_engine worker_priority worker_processes
main 1 number: worker_rlimit_nofile
main 1 one: debug_points lock_file pid working_directory
main 1 size: worker_rlimit_core
main 1 time: timer_resolution worker_shutdown_timeout
main 1+: error_log worker_cpu_affinity
main 12: user
main 13: js_load_http_native_module js_load_stream_native_module
main 23: thread_pool
main flag: daemon master_process pcre_jit quic_bpf ssl_object_cache_inheritable
events 1: debug_connection use worker_connections
events 1 number: epoll_events worker_aio_requests
events 1 time: accept_mutex_delay
events flag: accept_mutex multi_accept
main 1: google_perftools_profiles
main 0{: mgmt
`;
