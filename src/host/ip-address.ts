import type { InterfaceAddress, NetworkInterface } from '../model/host.ts';
import { isRecord, numberIn, parseJson, stringIn } from './json.ts';

/**
 * The interfaces in the output of `ip -j addr` (iproute2 4.14 and later). null where it is none. Fields that are missing
 * or of another type are as good as not there.
 */
export function readIpAddressJson(text: string): readonly NetworkInterface[] | null {
  const document = parseJson(text);
  if (!Array.isArray(document)) return null;
  return document.filter(isRecord).flatMap((link) => {
    const name = stringIn(link, 'ifname');
    if (name === null) return [];
    const flags = Array.isArray(link['flags']) ? link['flags'] : [];
    const addresses = Array.isArray(link['addr_info']) ? link['addr_info'].filter(isRecord).flatMap(addressOf) : [];
    return [
      {
        name,
        index: numberIn(link, 'ifindex') ?? 0,
        mac: stringIn(link, 'address'),
        isUp: flags.includes('UP'),
        hasCarrier: flags.includes('LOWER_UP'),
        addresses,
      },
    ];
  });
}

function addressOf(info: Readonly<Record<string, unknown>>): readonly InterfaceAddress[] {
  const address = stringIn(info, 'local');
  const family = stringIn(info, 'family');
  if (address === null || (family !== 'inet' && family !== 'inet6')) return [];
  return [
    {
      family: family === 'inet' ? 'ipv4' : 'ipv6',
      address,
      prefixLength: numberIn(info, 'prefixlen') ?? (family === 'inet' ? 32 : 128),
      scope: stringIn(info, 'scope') ?? 'global',
      label: stringIn(info, 'label'),
    },
  ];
}

/**
 * The interfaces in what a person pastes: the output of `ip addr` (iproute2, any version; sosreports have it).
 */
export function readIpAddressText(text: string): readonly NetworkInterface[] | null {
  const interfaces: (NetworkInterface & { addresses: InterfaceAddress[] })[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, index, name, flags] = /^(\d+): ([^\s:@]+)(?:@\S+)?: <([^>]*)>/.exec(line) ?? [];
    if (name !== undefined && flags !== undefined) {
      const words = flags.split(',');
      interfaces.push({
        name,
        index: Number(index),
        mac: null,
        isUp: words.includes('UP'),
        hasCarrier: words.includes('LOWER_UP'),
        addresses: [],
      });
      continue;
    }
    const last = interfaces.at(-1);
    if (last === undefined) continue;
    const [, mac] = /^ +link\/\S+ ([0-9a-f:]{17})\b/.exec(line) ?? [];
    if (mac !== undefined) interfaces[interfaces.length - 1] = { ...last, mac };
    const [, kind, address, prefixLength, rest = ''] =
      /^ +(inet6?) ([0-9a-fA-F.:]+)(?: peer [0-9a-fA-F.:]+)?(?:\/(\d+))?(.*)$/.exec(line) ?? [];
    if (kind === undefined || address === undefined) continue;
    const [, scope = 'global', after = ''] = /\bscope (\S+)(.*)$/.exec(rest) ?? [];
    last.addresses.push({
      family: kind === 'inet' ? 'ipv4' : 'ipv6',
      address: address.toLowerCase(),
      prefixLength: prefixLength === undefined ? (kind === 'inet' ? 32 : 128) : Number(prefixLength),
      scope,
      label:
        after
          .trim()
          .split(/\s+/)
          .find((word) => word.startsWith(last.name)) ?? null,
    });
  }
  return interfaces.length === 0 ? null : interfaces;
}
