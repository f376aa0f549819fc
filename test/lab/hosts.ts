/** The hosts a lab can have: the pair, and a third one for whoever else lives on the segment. */
export const hosts = {
  lb1: { mac: '52:54:00:00:00:01', ipv4: '10.77.0.1', ipv6: 'fd77::1', linkLocal: 'fe80::1' },
  lb2: { mac: '52:54:00:00:00:02', ipv4: '10.77.0.2', ipv6: 'fd77::2', linkLocal: 'fe80::2' },
  rt1: { mac: '52:54:00:00:00:03', ipv4: '10.77.0.3', ipv6: 'fd77::3', linkLocal: 'fe80::3' },
} as const;

export type HostName = keyof typeof hosts;

/** Whose address an advert came from. */
export function hostOf(address: string): HostName | null {
  const owns = ([, host]: [string, (typeof hosts)[HostName]]): boolean =>
    [host.ipv4, host.ipv6, host.linkLocal].some((own) => own === address);
  return (Object.entries(hosts).find(owns)?.[0] as HostName | undefined) ?? null;
}
