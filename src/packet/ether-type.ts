/** EtherTypes that we look for (IANA, IEEE 802 numbers). */
export const etherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  ipv6: 0x86dd,
  /** IEEE 802.1Q customer tag, 802.1ad service tag, and the service tag that switches used before 802.1ad. */
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
} as const;

/** What a link layer says of the payload behind it. */
export interface Link {
  /** Null where the link layer has no 6-byte source address, or the packet ends before it. */
  readonly sourceMac: string | null;
  /** VLAN ids from the outermost tag inwards. Id 0 names no VLAN, only a priority (IEEE 802.1Q section 9.6), and is left out. */
  readonly vlan: readonly number[];
  /** EtherType of the payload; null where the link layer names none that we know. */
  readonly etherType: number | null;
}

export function isVlanTag(type: number): boolean {
  return type === etherType.vlan || type === etherType.serviceVlan || type === etherType.oldServiceVlan;
}

/** Values up to 1500 in place of an EtherType are the length of an LLC frame (IEEE 802.3 section 3.2.6). */
export function isLlcLength(type: number): boolean {
  return type <= 1500;
}
