import { PacketReader } from '../../src/capture/packet-reader.ts';
import type { CapturedPacket } from '../../src/model/packet.ts';
import { copyOf } from './builders.ts';

export interface ReadResult {
  readonly packets: readonly CapturedPacket[];
  readonly problem: string | null;
  readonly dropped: number | null;
}

/** Gives a capture to the reader in pieces of these lengths, and then the rest. */
export function readAll(bytes: Uint8Array, pieceLengths: Iterable<number> = []): ReadResult {
  const packets: CapturedPacket[] = [];
  const reader = new PacketReader('capture.pcap', { packet: (packet) => packets.push(copyOf(packet)) });
  let at = 0;
  for (const length of pieceLengths) {
    if (at >= bytes.length) break;
    push(reader, bytes.subarray(at, at + length));
    at += length;
  }
  push(reader, bytes.subarray(at));
  return { packets, problem: reader.end(), dropped: reader.dropped };
}

/** The reader may rely on a piece only until it returns: here it is overwritten at once. */
function push(reader: PacketReader, piece: Uint8Array): void {
  const own = Uint8Array.from(piece);
  reader.push(own);
  own.fill(0xee);
}
