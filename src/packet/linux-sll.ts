import type { Decoded } from '../model/packet.ts';
import { macBytes, macText } from './address.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16, writeU32 } from './bytes.ts';
import type { Link } from './ether-type.ts';
import { decodeLlcSnap } from './llc.ts';
import { cut, malformed } from './problem.ts';
import { decodeVlanTags } from './vlan.ts';

/** The protocol value of cooked captures for an LLC frame (tcpdump.org, LINKTYPE_LINUX_SLL). */
const llcProtocol = 0x0004;

/** What Linux gives for the `any` interface (LINKTYPE_LINUX_SLL, 113): 16 bytes, the EtherType last. */
export function decodeLinuxSll(packet: ByteReader): Decoded<Link> {
  return decodeCooked(packet, { length: 16, protocol: 14, address: 6, addressLength: packet.u16(4) });
}

/** The second form of it (LINKTYPE_LINUX_SLL2, 276): 20 bytes, the EtherType first. */
export function decodeLinuxSll2(packet: ByteReader): Decoded<Link> {
  return decodeCooked(packet, { length: 20, protocol: 0, address: 12, addressLength: packet.u8(11) });
}

interface CookedLayout {
  readonly length: number;
  readonly protocol: number;
  readonly address: number;
  readonly addressLength: number | undefined;
}

function decodeCooked(packet: ByteReader, layout: CookedLayout): Decoded<Link> {
  const sourceMac = layout.addressLength === 6 ? (macText(packet, layout.address) ?? null) : null;
  const protocol = packet.u16(layout.protocol);
  if (protocol === undefined || packet.length < layout.length) {
    const text = 'the packet ends within its Linux cooked header';
    const problem = packet.wireLength >= layout.length ? cut(text) : malformed(text);
    return { value: { sourceMac, vlan: [], etherType: null }, problems: [problem], consumed: packet.length };
  }
  const tags = decodeVlanTags(packet.window(layout.length), protocol);
  const { vlan } = tags.value;
  const consumed = layout.length + tags.consumed;
  if (tags.value.etherType === llcProtocol) {
    const llc = decodeLlcSnap(packet.window(consumed));
    return {
      value: { sourceMac, vlan, etherType: llc.value },
      problems: tags.problems,
      consumed: consumed + llc.consumed,
    };
  }
  return { value: { sourceMac, vlan, etherType: tags.value.etherType }, problems: tags.problems, consumed };
}

export interface CookedFields {
  readonly source: string;
  readonly etherType: number;
  /** 0 to us, 1 broadcast, 2 multicast, 3 to someone else, 4 sent by us. */
  readonly packetType?: number;
  /** SLL2 only. */
  readonly interfaceIndex?: number;
}

const arphrdEthernet = 1;

export function encodeLinuxSll(fields: CookedFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(16);
  writeU16(header, 0, fields.packetType ?? 0);
  writeU16(header, 2, arphrdEthernet);
  writeU16(header, 4, 6);
  header.set(macBytes(fields.source), 6);
  writeU16(header, 14, fields.etherType);
  return concat(header, payload);
}

export function encodeLinuxSll2(fields: CookedFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(20);
  writeU16(header, 0, fields.etherType);
  writeU32(header, 4, fields.interfaceIndex ?? 1);
  writeU16(header, 8, arphrdEthernet);
  header[10] = fields.packetType ?? 0;
  header[11] = 6;
  header.set(macBytes(fields.source), 12);
  return concat(header, payload);
}
