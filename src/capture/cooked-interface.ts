import type { CapturedPacket } from '../model/packet.ts';

/** What `tcpdump -i any` writes (LINKTYPE_LINUX_SLL2): four bytes of its header are the interface's index. */
const linuxCookedV2 = 276;

/** The index of the interface on which a packet of `any` was seen; null where the capture does not tell. */
export function cookedInterfaceIndex({ linkType, bytes, start, end }: CapturedPacket): number | null {
  if (linkType !== linuxCookedV2 || end - start < 8) return null;
  return new DataView(bytes.buffer, bytes.byteOffset + start).getUint32(4);
}
