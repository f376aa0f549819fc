import type { LogEvent } from '../../model/log.ts';

/** `eth0: Lost carrier`, `eth0: DHCPv4 address 10.0.0.5/24 via 10.0.0.1`. */
const networkd =
  /^([\w.@-]{1,15}): (?:(Gained|Lost) carrier|Link (UP|DOWN)|(DHCPv[46] address|DHCP lease lost|Reconfiguring))/;
/** `<info>  [1605891234.1234] device (eth0): carrier: link connected`, `… dhcp4 (eth0): option ip_address => …`. */
const networkManagerPrefix = /^<\w{1,8}> +(?:\[[\d.]{1,24}\] )?/;
const carrier = /^(?:device )?\(([\w.@-]{1,15})\): (?:carrier: link|link) (connected|disconnected)/;
const dhcp =
  /^dhcp[46] \(([\w.@-]{1,15})\): +(?:address [\da-f.:]{2,45}|state changed .{0,40}(?:expire|fail|done|terminated))/;
const starting = /^NetworkManager \(version [^)]{1,60}\) is starting/;
const stopping = /^(?:caught SIGTERM, shutting down|exiting \(success\))/;

/** Carriers, and what may take keepalived's addresses away; `message` is one of the tag `systemd-networkd`. */
export function parseNetworkd(message: string): LogEvent | null {
  if (message === 'Enumeration completed') return manager('systemd-networkd', 'started', null, message);
  const [, name, carried, state, address] = networkd.exec(message) ?? [];
  if (name === undefined) return null;
  if (address !== undefined) return manager('systemd-networkd', 'address', name, message);
  const change = carried === 'Lost' || state === 'DOWN' ? 'down' : 'up';
  return { kind: 'interface', name, change, by: 'systemd-networkd', instance: null };
}

/** `message` is one of the tag `NetworkManager`. */
export function parseNetworkManager(message: string): LogEvent | null {
  const text = message.slice(networkManagerPrefix.exec(message)?.[0].length ?? 0);
  const [, name, state] = carrier.exec(text) ?? [];
  if (name !== undefined) {
    const change = state === 'connected' ? 'up' : 'down';
    return { kind: 'interface', name, change, by: 'NetworkManager', instance: null };
  }
  const [, leased] = dhcp.exec(text) ?? [];
  if (leased !== undefined) return manager('NetworkManager', 'address', leased, text);
  if (starting.test(text)) return manager('NetworkManager', 'started', null, text);
  return stopping.test(text) ? manager('NetworkManager', 'stopped', null, text) : null;
}

function manager(
  program: 'systemd-networkd' | 'NetworkManager',
  change: 'started' | 'stopped' | 'address',
  name: string | null,
  detail: string,
): LogEvent {
  return { kind: 'network-manager', program, change, interface: name, detail };
}
