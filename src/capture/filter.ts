/**
 * The capture filter (pcap-filter(7)), for any link type. VRRP and CARP (protocol 112) and IPsec AH (51), which may
 * hold VRRP, over IPv4 and IPv6; ARP that announces (sender's and target's address are equal) or answers; neighbour
 * advertisements. The kernel throws the rest away, ARP requests above all, which are most of ARP on a busy segment.
 *
 * Linux takes the outer VLAN tag out of what it receives before the filter sees it: one tag does no harm.
 */
export const filter =
  '(ip proto 112 or ip proto 51 or ip6 proto 112 or ip6 proto 51' +
  ' or (arp and (arp[14:4] = arp[24:4] or arp[6:2] = 2)) or (icmp6 and ip6[40] = 136))';

/**
 * The same with up to two VLAN tags, wherever they are. `vlan` moves all offsets for the rest of the expression, so
 * that it stands behind the case without. libpcap knows it for Ethernet only, and says "no VLAN support for …" else.
 */
export const taggedFilter = `${filter} or (vlan and (${filter} or (vlan and ${filter})))`;

/**
 * Bytes kept of a packet: VRRP with 255 IPv6 addresses (4,088 bytes) fits, with its trailer (28), AH (44), IPv6 (40)
 * and any link header.
 */
export const snapLength = 4608;
