import type { NodeInterfaces } from '../model/host.ts';
import type { VrrpInstance } from '../model/keepalived.ts';

/**
 * Where an instance's adverts come from: the address it is told, else the first one of its interface, which for IPv6 is
 * the link-local one (RFC 9568 section 5.1.2.1). Null where neither is known.
 */
export function sourceAddress(
  { sourceAddress, interface: name, family }: VrrpInstance,
  host: NodeInterfaces | undefined,
): string | null {
  if (sourceAddress.value !== null) return sourceAddress.value;
  const own = host?.interfaces.find((candidate) => candidate.name === name.value)?.addresses ?? [];
  const isUsable = (address: string) => family === 'ipv4' || /^fe[89ab]/i.test(address);
  return own.find((candidate) => candidate.family === family && isUsable(candidate.address))?.address ?? null;
}
