import type { FaultCause, LogEvent, VrrpState } from '../../model/log.ts';
import { type Row, row } from './format.ts';

const states: ReadonlyMap<string, VrrpState> = new Map(
  (['INIT', 'BACKUP', 'MASTER', 'FAULT', 'STOP'] as const).map((state) => [state, state]),
);

/** Instances and sync groups as they change state. */
export const stateRows: readonly Row[] = [
  row('transition', '1.2.7-', '(%s) Entering %w STATE', (instance, to) => entering(instance, to, false)),
  row('transition', '2.0.0-', '(%s) Entering %w STATE (init)', (instance, to) => entering(instance, to, true)),
  row('transition', '1.2.7-1.4.5', '(%s) Transition to MASTER STATE', (instance) => ({
    kind: 'state-announced',
    instance,
    to: 'MASTER',
  })),
  row('transition', '2.0.0-', '(%s) entering FAULT state', (instance) => fault(instance, null)),
  row('transition', '2.0.20-', '(%s) entering FAULT state due to script %s', (instance, name) =>
    fault(instance, { what: 'script', name }),
  ),
  row('transition', '2.0.20-', '(%s) entering FAULT state (interface %w down)', (instance, name) =>
    fault(instance, { what: 'interface', name }),
  ),
  row('transition', '2.0.20-', '(%s) entering FAULT state (no IPv%d address for interface)', (instance) =>
    fault(instance, { what: 'address', name: null }),
  ),
  row('transition', '2.1.5-', '(%s) entering FAULT state (src address not configured)', (instance) =>
    fault(instance, { what: 'address', name: null }),
  ),
  row('transition', '2.0.20-', '(%s) entering FAULT state (tracked file %s has status %d)', (instance, name) =>
    fault(instance, { what: 'file', name }),
  ),
  row('transition', '2.0.20-', '(%s) entering FAULT state (tracked process %s quorum not achieved)', (instance, name) =>
    fault(instance, { what: 'process', name }),
  ),
  // Whatever else a version names as the cause.
  row('transition', '2.0.0-', '(%s) entering FAULT state %s', (instance) => fault(instance, null)),

  row('sync', '1.2.7-', 'VRRP_Group(%s) Syncing instances to %w state', (group, to) => syncing(group, to, null)),
  row('sync', '2.0.20-', 'VRRP_Group(%s) Syncing %s to %w state', (group, instance, to) =>
    syncing(group, to, instance),
  ),
  row('sync', '1.2.7-1.4.5', 'VRRP_Group(%s) Transition to %w state', (group, to) => syncing(group, to, null)),
  row('sync', '1.2.7-1.4.5', 'VRRP_Group(%s) Leaving FAULT state', (group) => syncing(group, 'BACKUP', null)),
  row('sync', '1.2.24-1.4.5', 'VRRP_Group(%s) Detected instance removed from sync-group, forcing BACKUP', (group) =>
    syncing(group, 'BACKUP', null),
  ),
];

function entering(instance: string, to: string, isInitial: boolean): LogEvent | undefined {
  const state = states.get(to);
  return state && { kind: 'state', instance, to: state, isInitial, cause: null };
}

function fault(instance: string, cause: FaultCause | null): LogEvent {
  return { kind: 'state', instance, to: 'FAULT', isInitial: false, cause };
}

function syncing(group: string, to: string, instance: string | null): LogEvent | undefined {
  const state = states.get(to);
  return state && { kind: 'group-syncing', group, to: state, instance };
}
