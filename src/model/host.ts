import type { Family } from './packet.ts';

/** An address of a network interface (`ip address`). */
export interface InterfaceAddress {
  readonly family: Family;
  /** Dotted quad, or RFC 5952. */
  readonly address: string;
  readonly prefixLength: number;
}

/** A network interface of a node, its addresses in the kernel's order. */
export interface NetworkInterface {
  readonly name: string;
  readonly addresses: readonly InterfaceAddress[];
}

/** The network interfaces of one node. */
export interface NodeInterfaces {
  readonly node: string;
  readonly interfaces: readonly NetworkInterface[];
}
