import type { LogEvent } from '../../model/log.ts';
import { type Row, row } from './format.ts';

type InterfaceChange = Extract<LogEvent, { kind: 'interface' }>['change'];

/** Interfaces, their addresses, and how these are announced. */
export const addressRows: readonly Row[] = [
  row('interface', '2.0.0-', 'Netlink reports %w up', (name) => link(name, 'up')),
  row('interface', '2.0.0-', 'Netlink reports %w down', (name) => link(name, 'down')),
  row('interface', '1.2.7-1.4.5', 'Kernel is reporting: interface %w UP', (name) => link(name, 'up')),
  row('interface', '1.2.7-1.4.5', 'Kernel is reporting: interface %w DOWN', (name) => link(name, 'down')),
  row('interface', '2.0.20-', '(%s) interface %w is down', (instance, name) => link(name, 'down', instance)),
  row('interface', '2.0.0-', 'Interface %w added', (name) => link(name, 'added')),
  row('interface', '2.0.0-', 'Interface %w deleted', (name) => link(name, 'deleted')),
  row('interface', '1.2.24-', 'Unknown interface %w deleted', (name) => link(name, 'deleted')),

  row('interface', '2.0.0-', 'Assigned address %a for interface %w', (address, name) => assigned(address, name)),
  row('interface', '2.0.0-', 'Deassigned address %a from interface %w', (address, name) => deassigned(address, name)),
  row('interface', '1.2.7-1.4.5', 'Netlink reflector reports IP %a added', (address) => assigned(address, null)),
  row('interface', '1.2.7-1.4.5', 'Netlink reflector reports IP %a removed', (address) => deassigned(address, null)),
  row('interface', '2.0.0-', 'Netlink reflector reports IP %a added to %w', (address, name) => assigned(address, name)),
  row('interface', '2.0.0-', 'Netlink reflector reports IP %a removed from %w', (address, name) =>
    deassigned(address, name),
  ),

  row('vip', '2.0.10-', '(%s) setting VIPs%*', (instance) => ({ kind: 'vips', instance, action: 'set' })),
  row('vip', '2.0.10-', '(%s) removing VIPs%*', (instance) => ({ kind: 'vips', instance, action: 'removed' })),
  row('vip', '1.2.7-2.0.0', '(%s) setting protocol VIPs%*', (instance) => ({ kind: 'vips', instance, action: 'set' })),
  row('vip', '1.2.7-2.0.0', '(%s) removing protocol VIPs%*', (instance) => ({
    kind: 'vips',
    instance,
    action: 'removed',
  })),

  row('garp', '1.2.24-', 'Sending gratuitous ARP on %w for %a', (name, address) => garp(null, name, address)),
  row('garp', '1.2.24-', 'Sending unsolicited Neighbour Advert on %w for %a', (name, address) =>
    garp(null, name, address),
  ),
  row('garp', '2.0.0-', '(%s) Sending/queueing gratuitous ARPs on %w for %a', garp),
  row('garp', '2.0.0-', '(%s) Sending/queueing Unsolicited Neighbour Adverts on %w for %a', garp),
  row('garp', '1.2.7-1.4.5', '(%s) Sending gratuitous ARPs on %w for %a', garp),
  row('garp', '1.2.7-1.4.5', '(%s) Sending Unsolicited Neighbour Adverts on %w for %a', garp),
  row('garp', '2.0.20-', '(%s) sending gratuitous %w for %a', (instance, _protocol, address) =>
    garp(instance, null, address),
  ),
  row('garp', '1.3.2-', 'Sending garps on %s on DBus request', (instance) => garp(instance, null, null)),
  row('garp', '2.0.20-', 'Error %d (%s) sending gratuitous ARP on %w for %a', (_errno, _meaning, name, address) =>
    notSent(name, address),
  ),
  row('garp', '2.0.20-', 'Error %d sending ndisc unsolicited neighbour advert on %w for %a', (_errno, name, address) =>
    notSent(name, address),
  ),
  row('garp', '1.2.7-2.0.10', 'Error sending gratuitous ARP on %w for %a', notSent),
  row('garp', '1.2.24-2.0.10', 'VRRP: Error sending ndisc unsolicited neighbour advert on %w for %a', notSent),
  row('garp', '1.2.7-1.2.19', 'VRRP: Error sending ndisc unsolicited neighbour advert on %w', (name) =>
    notSent(name, null),
  ),
];

function link(name: string, change: InterfaceChange, instance: string | null = null): LogEvent {
  return { kind: 'interface', name, change, by: 'keepalived', instance };
}

function assigned(address: string, name: string | null): LogEvent {
  return { kind: 'address', address, interface: name, action: 'assigned' };
}

function deassigned(address: string, name: string | null): LogEvent {
  return { kind: 'address', address, interface: name, action: 'deassigned' };
}

function garp(instance: string | null, name: string | null, address: string | null): LogEvent {
  return { kind: 'garp', instance, address, interface: name, isSent: true };
}

function notSent(name: string, address: string | null): LogEvent {
  return { kind: 'garp', instance: null, address, interface: name, isSent: false };
}
