import type { LogEvent } from '../../model/log.ts';
import { type Row, row } from './format.ts';

type DaemonEvent = Extract<LogEvent, { kind: 'daemon' }>;

/** keepalived itself: started, reloaded, stopped, late. */
export const daemonRows: readonly Row[] = [
  row('lifecycle', '1.2.7-', 'Starting Keepalived v%w (%*', (version, _rest, detail) =>
    daemon('started', detail, { version }),
  ),
  row('lifecycle', '1.2.7-', 'Stopping Keepalived v%w (%*', (version, _rest, detail) =>
    daemon('stopping', detail, { version }),
  ),
  row('lifecycle', '1.2.24-', 'Stopped Keepalived v%w (%*', (version, _rest, detail) =>
    daemon('stopped', detail, { version }),
  ),
  row('lifecycle', '1.2.24-', 'Stopping', (detail) => daemon('stopping', detail)),
  row('lifecycle', '1.2.24-', 'Stopped', (detail) => daemon('stopped', detail, { process: 'vrrp' })),
  row('lifecycle', '2.0.10-', 'Stopped - used %s', (_times, detail) => daemon('stopped', detail, { process: 'vrrp' })),
  row('lifecycle', '1.2.7-', 'Starting VRRP child process, pid=%d', (_pid, detail) =>
    daemon('started', detail, { process: 'vrrp' }),
  ),
  row('lifecycle', '1.2.7-', 'VRRP child process(%d) died: Respawning', (_pid, detail) =>
    daemon('respawned', detail, { process: 'vrrp' }),
  ),
  row('lifecycle', '1.2.13-', 'VRRP child process(%d) died: Exiting', (_pid, detail) =>
    daemon('died', detail, { process: 'vrrp' }),
  ),
  row('lifecycle', '1.2.24-', '%s exited with permanent error %s. Terminating', (_process, _error, detail) =>
    daemon('died', detail, { process: 'vrrp' }),
  ),
  row('lifecycle', '2.0.0-', 'Reloading', (detail) => daemon('reloading', detail)),
  row('lifecycle', '2.0.10-', 'Reloading ...', (detail) => daemon('reloading', detail)),
  row('lifecycle', '2.2.0-', 'Reload complete', (detail) => daemon('reloaded', detail)),
  row('lifecycle', '2.0.0-', 'Reload finished in %d usec', (_microseconds, detail) =>
    daemon('reloaded', detail, { process: 'vrrp' }),
  ),

  row('lifecycle', '2.1.5-', 'A thread timer expired %f seconds ago', stall),
  row('lifecycle', '2.2.8-', 'VRRP thread timer expired %f seconds ago', stall),
  row('lifecycle', '1.4.5-', 'Netlink: Receive buffer overrun %s', (_socket, detail) => stall(null, detail)),
];

function daemon(
  action: DaemonEvent['action'],
  detail: string,
  { process = 'keepalived', version = null }: Partial<DaemonEvent> = {},
): LogEvent {
  return { kind: 'daemon', action, by: 'keepalived', process, version, status: null, signal: null, detail };
}

function stall(seconds: number | null, detail: string): LogEvent {
  return { kind: 'stall', seconds, detail };
}
