import type { Decoded } from '../model/packet.ts';
import { addressBytes, ipv4Text, macBytes, macText } from './address.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { etherType } from './ether-type.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** ARP for IPv4 (RFC 826), over any hardware: the hardware addresses are as long as the packet says. */
export interface Arp {
  /** 1 request, 2 reply. */
  readonly operation: number;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetAddress: string;
}

/** Null where this is no ARP for IPv4, or the packet ends before its target address. */
export function decodeArp(reader: ByteReader): Decoded<Arp | null> {
  const operation = reader.u16(6);
  const hardwareLength = reader.u8(4);
  if (operation === undefined || hardwareLength === undefined) return { ...ends(reader, 8), value: null };
  if (reader.u16(2) !== etherType.ipv4 || reader.u8(5) !== 4) {
    const text = 'ARP for another protocol than IPv4 (RFC 826)';
    return { value: null, problems: [malformed(text)], consumed: 8 };
  }
  const length = 8 + 2 * hardwareLength + 8;
  const senderMac = macText(reader, 8, hardwareLength);
  const senderAddress = ipv4Text(reader, 8 + hardwareLength);
  const targetAddress = ipv4Text(reader, length - 4);
  if (senderMac === undefined || senderAddress === undefined || targetAddress === undefined) {
    return { ...ends(reader, length), value: null };
  }
  return { value: { operation, senderMac, senderAddress, targetAddress }, problems: noProblems, consumed: length };
}

function ends(reader: ByteReader, length: number): Omit<Decoded<Arp | null>, 'value'> {
  const text = 'the ARP packet ends too early (RFC 826)';
  return { problems: [reader.wireLength >= length ? cut(text) : malformed(text)], consumed: reader.length };
}

/**
 * A request or reply whose sender announces its own address (RFC 5227 section 3, RFC 2002 section 4.6). A probe, which
 * only asks whether an address is taken, has the sender address 0.0.0.0 (RFC 5227 section 2.1.1).
 */
export function isGratuitous(arp: Arp): boolean {
  const isRequestOrReply = arp.operation === 1 || arp.operation === 2;
  return isRequestOrReply && arp.senderAddress === arp.targetAddress && arp.senderAddress !== '0.0.0.0';
}

export interface ArpFields {
  readonly operation: number;
  readonly senderMac: string;
  readonly senderAddress: string;
  readonly targetMac: string;
  readonly targetAddress: string;
}

export function encodeArp(fields: ArpFields): Uint8Array {
  const senderMac = macBytes(fields.senderMac);
  const header = new Uint8Array(8);
  writeU16(header, 0, 1);
  writeU16(header, 2, etherType.ipv4);
  header[4] = senderMac.length;
  header[5] = 4;
  writeU16(header, 6, fields.operation);
  const sender = concat(senderMac, addressBytes(fields.senderAddress));
  return concat(header, sender, macBytes(fields.targetMac), addressBytes(fields.targetAddress));
}
