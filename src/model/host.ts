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
