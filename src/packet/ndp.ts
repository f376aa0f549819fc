import type { Decoded } from '../model/packet.ts';
import { addressBytes, ipv6Text, macBytes, macText } from './address.ts';
import { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { checksumOf, sumOfWords } from './checksum.ts';
import { ipProtocol } from './ip-protocol.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** ICMPv6 type of a neighbour advertisement (RFC 4861 section 4.4). */
export const neighbourAdvertisementType = 136;

/** All nodes on the link: whom an unsolicited neighbour advertisement is sent to (RFC 4861 section 7.2.6). */
export const allNodes = 'ff02::1';

const targetLinkLayerAddressOption = 2;

export interface NeighbourAdvertisement {
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
  readonly target: string;
  /** Of the option of that name (RFC 4861 section 4.6.1), null where there is none. */
  readonly targetMac: string | null;
}

/**
 * A neighbour advertisement (RFC 4861 section 4.4). Null for any other ICMPv6 message, or where the packet ends before
 * its target. The checksum is left unverified: on the sender, captures hold it before the network card completes it.
 */
export function decodeNeighbourAdvertisement(reader: ByteReader): Decoded<NeighbourAdvertisement | null> {
  const flags = reader.u8(4);
  const target = ipv6Text(reader, 8);
  if (reader.u8(0) !== neighbourAdvertisementType) return { value: null, problems: noProblems, consumed: 0 };
  if (flags === undefined || target === undefined) {
    const text = 'the neighbour advertisement ends before its target (RFC 4861 section 4.4)';
    const problem = reader.wireLength >= 24 ? cut(text) : malformed(text);
    return { value: null, problems: [problem], consumed: reader.length };
  }
  const options = decodeTargetMac(reader.window(24));
  const value = {
    router: (flags & 0x80) !== 0,
    solicited: (flags & 0x40) !== 0,
    override: (flags & 0x20) !== 0,
    target,
    targetMac: options.value,
  };
  return { value, problems: options.problems, consumed: 24 + options.consumed };
}

/** The first target link-layer address among options (RFC 4861 section 4.6), whose length counts units of 8 bytes. */
function decodeTargetMac(options: ByteReader): Decoded<string | null> {
  let offset = 0;
  while (offset < options.length) {
    const length = (options.u8(offset + 1) ?? 0) * 8;
    if (length === 0) {
      const text = 'an option of length 0 in a neighbour advertisement (RFC 4861 section 4.6)';
      return { value: null, problems: [malformed(text)], consumed: offset };
    }
    const isTarget = options.u8(offset) === targetLinkLayerAddressOption;
    const mac = isTarget ? macText(options, offset + 2, 6) : undefined;
    if (mac !== undefined)
      return { value: mac, problems: noProblems, consumed: Math.min(options.length, offset + length) };
    offset += length;
  }
  return { value: null, problems: noProblems, consumed: options.length };
}

export interface NeighbourAdvertisementFields {
  /** Addresses of the IPv6 header, for the checksum. */
  readonly source: string;
  readonly destination: string;
  readonly target: string;
  readonly targetMac?: string;
  readonly router?: boolean;
  readonly solicited?: boolean;
  readonly override?: boolean;
}

export function encodeNeighbourAdvertisement(fields: NeighbourAdvertisementFields): Uint8Array {
  const header = new Uint8Array(8);
  header[0] = neighbourAdvertisementType;
  header[4] =
    (fields.router === true ? 0x80 : 0) |
    (fields.solicited === true ? 0x40 : 0) |
    (fields.override === true ? 0x20 : 0);
  const option =
    fields.targetMac === undefined
      ? new Uint8Array(0)
      : concat(Uint8Array.of(targetLinkLayerAddressOption, 1), macBytes(fields.targetMac));
  const message = concat(header, addressBytes(fields.target), option);
  const addresses = new ByteReader(concat(addressBytes(fields.source), addressBytes(fields.destination)));
  const pseudoHeader = sumOfWords(addresses, 0, 32) + message.length + ipProtocol.icmpv6;
  writeU16(message, 2, checksumOf(pseudoHeader + sumOfWords(new ByteReader(message), 0, message.length)));
  return message;
}
