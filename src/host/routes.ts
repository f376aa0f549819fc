import { isRecord, parseJson, stringIn } from './json.ts';
import { isAddressIn } from './packet-filter.ts';

interface Route {
  /** `10.0.0.0/8`; of a default route `0.0.0.0/0` or `::/0`. */
  readonly destination: string;
  readonly interface: string;
}

/**
 * By which interface a node sends to an address, by the output of `ip -j route show table all` (iproute2 4.14 and later):
 * the longest prefix of the main table. Where other tables have routes too, rules choose among them, and it is not known.
 */
export function readRoutes(text: string): (address: string) => string | null {
  const document = parseJson(text);
  const entries = Array.isArray(document) ? document.filter(isRecord) : [];
  const hasOtherTables = entries.some((entry) => {
    const table = stringIn(entry, 'table') ?? 'main';
    return !['main', 'default', 'local'].includes(table);
  });
  const routes = entries.flatMap(routeOf).sort((a, b) => lengthOf(b) - lengthOf(a));
  return (address) =>
    hasOtherTables
      ? null
      : (routes.find(({ destination }) => isAddressIn(address, destination) === true)?.interface ?? null);
}

function routeOf(entry: Readonly<Record<string, unknown>>): readonly Route[] {
  const [type, table] = [stringIn(entry, 'type') ?? 'unicast', stringIn(entry, 'table') ?? 'main'];
  const [destination, name] = [stringIn(entry, 'dst'), stringIn(entry, 'dev')];
  if (type !== 'unicast' || table === 'local' || destination === null || name === null) return [];
  if (destination !== 'default') return [{ destination, interface: name }];
  const isIpv6 = 'pref' in entry || stringIn(entry, 'gateway')?.includes(':') === true;
  return [{ destination: isIpv6 ? '::/0' : '0.0.0.0/0', interface: name }];
}

/** How many bits of a destination count; an address alone counts more than any prefix. */
function lengthOf({ destination }: Route): number {
  const length = /\/(\d+)$/.exec(destination)?.[1];
  return length === undefined ? 128 : Number(length);
}
