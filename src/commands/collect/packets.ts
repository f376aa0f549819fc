import { filter, snapLength } from '../../capture/filter.ts';
import type { Redaction } from '../../node/redaction.ts';
import { ShellFailure, type ShellNode } from '../../node/shell-node.ts';
import { maskAuth } from '../../packet/mask-auth.ts';

const mostBytes = 32 * 1024 * 1024;
/** tcpdump says that it is there by the head of its file; one that does not within this time never will. */
const startMilliseconds = 10_000;
const fileHeaderLength = 24;
const packetHeaderLength = 16;
/** The first bytes of a pcap file as they stand there, little-endian first. */
const magics = [0xd4c3b2a1, 0x4d3cb2a1, 0xa1b2c3d4, 0xa1b23c4d];

/** Some seconds of packets on an interface of a node, by its own tcpdump, as pcap; or in one line why there are none. */
export async function capturePackets(
  node: ShellNode,
  interfaceName: string,
  seconds: number,
): Promise<Buffer | string> {
  try {
    const capture = await node.capture({ interfaceName, filter, snapLength });
    const chunks: Buffer[] = [];
    let length = 0;
    let end = () => {};
    const over = new Promise<null>((resolve) => {
      end = () => resolve(null);
    });
    let timer = setTimeout(end, startMilliseconds);
    capture.packets.on('data', (chunk: Buffer) => {
      if (length === 0) {
        clearTimeout(timer);
        timer = setTimeout(end, seconds * 1000);
      }
      if (length > mostBytes) end();
      else chunks.push(chunk);
      length += chunk.length;
    });
    const early = await Promise.race([over, capture.ended]);
    clearTimeout(timer);
    capture.stop();
    const failure = early ?? (await capture.ended);
    if (failure !== null) return failure;
    return length === 0 ? 'tcpdump did not start in time' : Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ShellFailure) return error.message;
    throw error;
  }
}

/** A capture of tcpdump without the passwords in it, up to its last whole packet; empty where it is no pcap file. */
export function maskPackets(capture: Buffer, redaction: Redaction): Buffer {
  const magic = capture.length < fileHeaderLength ? 0 : capture.readUInt32BE(0);
  if (!magics.includes(magic)) return Buffer.alloc(0);
  const isLittle = magics.indexOf(magic) < 2;
  const u32 = (at: number) => (isLittle ? capture.readUInt32LE(at) : capture.readUInt32BE(at));
  const linkType = u32(20) & 0xffff;
  let at = fileHeaderLength;
  for (let frame = 1; at + packetHeaderLength <= capture.length; frame++) {
    const start = at + packetHeaderLength;
    const end = start + u32(at + 8);
    if (end > capture.length) break;
    const packet = { bytes: capture, start, end, originalLength: u32(at + 12), linkType, frame };
    const time = { seconds: u32(at), nanoseconds: 0, timeDigits: 6, interfaceName: null };
    maskAuth({ ...packet, ...time }, (password) => redaction.field(password));
    at = end;
  }
  return capture.subarray(0, at);
}
