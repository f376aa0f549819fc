import type { LogEvent } from '../../model/log.ts';
import { type Row, row } from './format.ts';

type Check = Extract<LogEvent, { kind: 'check' }>;

/** What instances track: scripts, processes, files, BFD sessions. */
export const checkRows: readonly Row[] = [
  row('script', '1.2.7-', 'VRRP_Script(%s) succeeded', (name) => check(name, 'succeeded')),
  row('script', '1.2.7-', 'VRRP_Script(%s) failed', (name) => check(name, 'failed')),
  row('script', '1.4.5-', 'VRRP_Script(%s) failed (exited with status %d)', (name, status) =>
    check(name, 'failed', { status }),
  ),
  row('script', '1.4.5-', 'VRRP_Script(%s) failed (due to signal %d)', (name, signal) =>
    check(name, 'failed', { signal }),
  ),
  row('script', '1.2.7-1.3.9', 'VRRP_Script(%s) timed out', (name) => check(name, 'timed-out')),
  row('script', '1.4.5-', 'VRRP_Script(%s) timed_out', (name) => check(name, 'timed-out')),
  row('script', '1.2.7-', 'VRRP_Script(%s) considered successful on reload', (name, detail) =>
    check(name, 'succeeded', { detail }),
  ),
  row('script', '2.0.0-', 'VRRP_Script(%s) considered unsuccessful on reload', (name, detail) =>
    check(name, 'failed', { detail }),
  ),
  row('script', '2.0.0-', 'Script `%s` now returning %d', (name, status) => check(name, 'returned', { status })),
  row('script', '1.4.5-', 'Track script %s is %s, expect idle - skipping run', (name, _state, detail) =>
    check(name, 'not-run', { detail }),
  ),
  row('script', '2.0.20-', "Error exec-ing command '%s', error %d: %s", (name, _errno, _meaning, detail) =>
    check(name, 'not-run', { detail }),
  ),
  row('script', '1.3.2-', 'Error exec-ing command: %s', (name, detail) => check(name, 'not-run', { detail })),
  // Of any script, by its path.
  row('script', '1.2.24-', '%s exited with status %d', (name, status) => check(name, 'returned', { status })),
  row('script', '1.2.24-', '%s exited due to signal %d%*', (name, signal) => check(name, 'returned', { signal })),
  row('script', '1.2.24-', '%s exited due to segmentation fault (SIGSEGV).', (name) =>
    check(name, 'returned', { signal: 11 }),
  ),

  row('script', '2.0.20-', 'Quorum gained for tracked process %s', (name) =>
    check(name, 'succeeded', { what: 'process' }),
  ),
  row('script', '2.0.20-', 'Quorum lost for tracked process %s', (name) => check(name, 'failed', { what: 'process' })),
  row('transition', '2.0.20-', '(%s) tracked file %s leaving FAULT state', (instance, name) =>
    check(name, 'succeeded', { what: 'file', instance }),
  ),
  row('transition', '2.1.5-', '(%s) tracked file %s now FAULT state', (instance, name) =>
    check(name, 'failed', { what: 'file', instance }),
  ),
  row('script', '2.0.0-', '(%s) Tracked BFD instance %s is UP', (instance, name) =>
    check(name, 'succeeded', { what: 'bfd', instance }),
  ),
  row('script', '2.0.0-', '(%s) Tracked BFD instance %s is DOWN', (instance, name) =>
    check(name, 'failed', { what: 'bfd', instance }),
  ),
];

function check(
  name: string,
  outcome: Check['outcome'],
  { what = 'script', instance = null, status = null, signal = null, detail = null }: Partial<Check> = {},
): LogEvent {
  return { kind: 'check', what, name, instance, outcome, status, signal, detail };
}
