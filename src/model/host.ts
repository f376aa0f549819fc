import type { Family } from './packet.ts';
import type { Timestamp } from './time.ts';

/** An address of a network interface (`ip address`). */
export interface InterfaceAddress {
  readonly family: Family;
  /** Dotted quad, or RFC 5952. */
  readonly address: string;
  readonly prefixLength: number;
  readonly scope: string;
  readonly label: string | null;
}

/** A network interface of a node, its addresses in the kernel's order. */
export interface NetworkInterface {
  readonly name: string;
  readonly index: number;
  readonly mac: string | null;
  /** Set up by the administrator. */
  readonly isUp: boolean;
  /** Whether the link below works. */
  readonly hasCarrier: boolean;
  readonly addresses: readonly InterfaceAddress[];
}

/** The network interfaces of one node. */
export interface NodeInterfaces {
  readonly node: string;
  readonly interfaces: readonly NetworkInterface[];
}

/** A process of a node. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly user: string;
  readonly start: Timestamp;
  readonly args: string;
}

/** A packet that arrives at a node, as far as packet filters look at it. */
export interface ArrivingPacket {
  readonly family: Family;
  /** IP protocol number: 112 VRRP, 51 AH. */
  readonly protocol: number;
  readonly interfaceName: string;
  readonly source: string;
  readonly destination: string;
}

/** A line of a rule set, counted from 1. */
export interface FilterRule {
  readonly line: number;
  readonly text: string;
}

/**
 * What a rule set does with a packet. `unknown`: a rule that this reader does not understand stands before the one that
 * would decide. `rule` is the one that decides; null where a policy does, named in `reason`.
 */
export interface FilterVerdict {
  readonly verdict: 'accept' | 'drop' | 'unknown';
  readonly rule: FilterRule | null;
  readonly reason: string;
  /** The chain on the input hook that a rule has to stand in: `inet filter input`, `INPUT`; null where there is none. */
  readonly chain: string | null;
}

/** A rule set of a node, as one command printed it. */
export interface PacketFilter {
  /** `nft list ruleset` */
  readonly command: string;
  /** What it does with a packet; null where it says nothing of that family. */
  judge(packet: ArrivingPacket): FilterVerdict | null;
}

/** What a node knows of a neighbour on its link (`ip neigh`). */
export interface Neighbour {
  readonly address: string;
  readonly interface: string;
  readonly mac: string;
  /** `REACHABLE`, `STALE`, … */
  readonly state: string;
}

/** A multicast group that an interface has joined (`ip maddr`). */
export interface JoinedGroup {
  readonly interface: string;
  readonly address: string;
}

/** An interface that systemd-networkd manages. */
export interface NetworkdLink {
  readonly interface: string;
  /** Whether it leaves addresses that are not its own (`KeepConfiguration=`); null where its files were not read. */
  readonly keepsForeign: boolean | null;
}

/** What else a node's system says that decides whether adverts and clients get through. A part that was not read is null. */
export interface NodeHost {
  readonly node: string;
  readonly filters: readonly PacketFilter[];
  /** The interface by which the node sends to an address; null where that is not known. */
  routeTo(address: string): string | null;
  readonly neighbours: readonly Neighbour[] | null;
  readonly groups: readonly JoinedGroup[] | null;
  /** By name, as sysctl(8) writes it: `net.ipv4.conf.eth0.rp_filter`. */
  readonly sysctls: ReadonlyMap<string, string> | null;
  readonly networkd: readonly NetworkdLink[] | null;
  /** What the machine says it is: `VMware, Inc. VMware Virtual Platform`. */
  readonly hardware: string | null;
}
