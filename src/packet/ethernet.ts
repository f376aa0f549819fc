import type { Decoded } from '../model/packet.ts';
import { macBytes, macText } from './address.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { isLlcLength, type Link } from './ether-type.ts';
import { decodeLlcSnap } from './llc.ts';
import { cut, malformed } from './problem.ts';
import { decodeVlanTags } from './vlan.ts';

/** Ethernet II and IEEE 802.3 with SNAP, with any number of VLAN tags (LINKTYPE_ETHERNET, 1). `consumed`: bytes before the payload. */
export function decodeEthernet(frame: ByteReader): Decoded<Link> {
  const sourceMac = macText(frame, 6) ?? null;
  const firstType = frame.u16(12);
  if (firstType === undefined) {
    const text = 'the frame ends within its Ethernet header (IEEE 802.3 section 3.1)';
    const problem = frame.wireLength >= 14 ? cut(text) : malformed(text);
    return { value: { sourceMac, vlan: [], etherType: null }, problems: [problem], consumed: frame.length };
  }
  const tags = decodeVlanTags(frame.window(14), firstType);
  const { vlan } = tags.value;
  const consumed = 14 + tags.consumed;
  if (tags.value.etherType !== null && isLlcLength(tags.value.etherType)) {
    const llc = decodeLlcSnap(frame.window(consumed));
    return {
      value: { sourceMac, vlan, etherType: llc.value },
      problems: tags.problems,
      consumed: consumed + llc.consumed,
    };
  }
  return { value: { sourceMac, vlan, etherType: tags.value.etherType }, problems: tags.problems, consumed };
}

export interface EthernetFields {
  readonly destination: string;
  readonly source: string;
  readonly etherType: number;
  /** Zeros are appended up to this length, as senders pad to 60 bytes (IEEE 802.3 section 3.2.8). */
  readonly padTo?: number;
}

export function encodeEthernet(fields: EthernetFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(14);
  header.set(macBytes(fields.destination), 0);
  header.set(macBytes(fields.source), 6);
  writeU16(header, 12, fields.etherType);
  const padding = new Uint8Array(Math.max(0, (fields.padTo ?? 0) - header.length - payload.length));
  return concat(header, payload, padding);
}
