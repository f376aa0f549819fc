import type { Decoded } from '../model/packet.ts';
import type { ByteReader } from './byte-reader.ts';
import { concat, writeU16 } from './bytes.ts';
import { isVlanTag } from './ether-type.ts';
import { cut, malformed, noProblems } from './problem.ts';

/** What follows the EtherType of a tag: priority (0..7), drop eligibility, VLAN id (0..4095), EtherType of the payload. */
export interface VlanTag {
  readonly priority: number;
  readonly dropEligible: boolean;
  readonly id: number;
  readonly etherType: number;
}

/** One tag, 4 bytes from behind the EtherType that announces it (IEEE 802.1Q section 9.6); null where they are not there. */
export function decodeVlanTag(reader: ByteReader): Decoded<VlanTag | null> {
  const control = reader.u16(0);
  const type = reader.u16(2);
  if (control === undefined || type === undefined) {
    const text = 'the frame ends within a VLAN tag (IEEE 802.1Q section 9.6)';
    return { value: null, problems: [reader.wireLength >= 4 ? cut(text) : malformed(text)], consumed: reader.length };
  }
  const value = {
    priority: control >> 13,
    dropEligible: (control & 0x1000) !== 0,
    id: control & 0x0fff,
    etherType: type,
  };
  return { value, problems: noProblems, consumed: 4 };
}

/** All tags from `firstType` on: ids without 0, the EtherType behind the last (null where the frame ends before it). */
export function decodeVlanTags(
  reader: ByteReader,
  firstType: number,
): Decoded<{ readonly vlan: readonly number[]; readonly etherType: number | null }> {
  const vlan: number[] = [];
  let type = firstType;
  let consumed = 0;
  while (isVlanTag(type)) {
    const tag = decodeVlanTag(reader.window(consumed));
    consumed += tag.consumed;
    if (tag.value === null) return { value: { vlan, etherType: null }, problems: tag.problems, consumed };
    if (tag.value.id !== 0) vlan.push(tag.value.id);
    type = tag.value.etherType;
  }
  return { value: { vlan: vlan.slice(), etherType: type }, problems: noProblems, consumed };
}

export interface VlanFields {
  readonly id: number;
  readonly priority?: number;
  readonly dropEligible?: boolean;
  /** EtherType of the payload. */
  readonly etherType: number;
}

/** A tag and its payload; the layer outside names 0x8100, 0x88a8 or 0x9100 as its EtherType. */
export function encodeVlan(fields: VlanFields, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(4);
  const dropEligible = fields.dropEligible === true ? 0x1000 : 0;
  writeU16(header, 0, ((fields.priority ?? 0) << 13) | dropEligible | fields.id);
  writeU16(header, 2, fields.etherType);
  return concat(header, payload);
}
