/** Compares two addresses of one family as keepalived does for the tie of equal priorities: by their bytes. */
export function compareAddresses(a: string, b: string): number {
  const left = groupsOf(a);
  const right = groupsOf(b);
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function groupsOf(address: string): number[] {
  if (!address.includes(':')) return address.split('.').map(Number);
  const [head = '', tail] = address.split('::');
  const hex = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = hex(head);
  const after = tail === undefined ? [] : hex(tail);
  return [...before, ...new Array(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

/** Whether two addresses of one family agree in their first `prefixLength` bits. */
export function isInSubnet(address: string, network: string, prefixLength: number): boolean {
  const width = address.includes(':') ? 16 : 8;
  const [left, right] = [groupsOf(address), groupsOf(network)];
  if (left.length !== right.length) return false;
  return left.every((group, i) => {
    const bits = Math.min(width, Math.max(0, prefixLength - i * width));
    const rest = width - bits;
    return group >> rest === (right[i] ?? 0) >> rest;
  });
}
