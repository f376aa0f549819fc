/** What a node's configuration may rightly have of its own: its addresses and its names. */
export interface OwnValues {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

/**
 * Replaces a node's own addresses and names by what stands for them on any node, where they stand as whole words: then
 * `/var/log/nginx/lb1.log` and `/var/log/nginx/lb2.log` are equal.
 */
export function ownReplacer({ addresses, names }: OwnValues): (text: string) => string {
  const address = alternatives(addresses);
  const name = alternatives(names);
  if (address === null && name === null) return (text) => text;
  // A longer name or address that begins or ends like ours is another.
  const pattern = new RegExp(
    [
      ...(address === null ? [] : [`(?<![\\w.:])(${address})(?![\\w]|[.:][\\w:]*[.:])`]),
      ...(name === null ? [] : [`(?<![A-Za-z0-9])(?:${name})(?![A-Za-z0-9])`]),
    ].join('|'),
    'g',
  );
  return (text) => text.replace(pattern, (_, isAddress?: string) => (isAddress ? '<own address>' : '<own name>'));
}

/** The longest first, or a host's short name would be taken out of its full one. */
function alternatives(words: readonly string[]): string | null {
  const known = [...new Set(words)].filter((word) => word !== '').sort((x, y) => y.length - x.length);
  return known.length === 0 ? null : known.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
}
