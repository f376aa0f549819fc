import { randomFillSync } from 'node:crypto';
import { closeSync, createWriteStream, openSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writeU16, writeU32 } from '../src/packet/bytes.ts';
import { CaptureFile, captureHeader, putPacket, putTime } from './capture-file.ts';
import {
  ahAdvert,
  gratuitousArp,
  type Host,
  identify,
  ipv4Headers,
  ipv6Advert,
  ipv6Headers,
  lb1,
  lb2,
  networkHeader,
  passAdvert,
  putIpv4Checksum,
  putIpv6VrrpChecksum,
  putVrrpChecksum,
  tagged,
} from './frames.ts';

/** When captures start, microseconds since the epoch, and the interval of their adverts. */
const start = 1_763_600_000_000_000;
const second = 1_000_000;

const passMessageLength = 20;

/** Adverts of a pair: `pass` is VRRPv2 with a password over IPv4, `ipv6` VRRPv3 over IPv6. */
type PairKind = 'pass' | 'ipv6';

/**
 * A pair over days: one advert a second, with the kernel's identifications and checksums, and every 5,000 adverts a
 * failover: a check fails, keepalived is stopped, or the node dies, in turn.
 */
export function writePair(path: string, adverts: number, kind: PairKind): void {
  const file = new CaptureFile(path);
  const nodes = [new Node(lb1, kind), new Node(lb2, kind)] as const;
  const [master, backup] = nodes;
  const announcement = [gratuitousArp(lb1), gratuitousArp(lb2)] as const;
  let at = start;
  let sent = 0;
  const say = (node: Node, prio: number, after = 1) => {
    // keepalived's timer is a little late each time.
    at += after * second + 100 + (sent % 7) * 40;
    file.add(node.advert(prio), Math.round(at));
    sent++;
  };
  const speak = (node: Node, prio: number, count: number) => {
    for (let i = 0; i < count && sent < adverts; i++) say(node, prio);
  };
  const takeOver = (node: Node, prio: number, after: number) => {
    say(node, prio, after);
    if (kind === 'pass')
      for (let i = 0; i < 5; i++) file.add(announcement[node === master ? 0 : 1], Math.round(at) + i);
  };
  for (let failover = 0; sent < adverts; failover++) {
    speak(master, 150, 4700);
    if (failover % 3 === 0) {
      say(master, 90);
      takeOver(backup, 100, 0.6);
    } else if (failover % 3 === 1) {
      say(master, 0);
      takeOver(backup, 100, 0.61);
    } else {
      takeOver(backup, 100, 3.61);
    }
    speak(backup, 100, 290);
    takeOver(master, 150, 0.4);
  }
  file.close();
}

/** The adverts that a node sends: encoded once a priority, with what changes put in each time. */
class Node {
  readonly #host: Host;
  readonly #kind: PairKind;
  readonly #frames = new Map<number, Uint8Array>();
  #identification = 0;

  constructor(host: Host, kind: PairKind) {
    this.#host = host;
    this.#kind = kind;
  }

  advert(prio: number): Uint8Array {
    let frame = this.#frames.get(prio);
    if (frame === undefined) {
      frame = this.#kind === 'pass' ? passAdvert(this.#host, prio) : ipv6Advert(this.#host, { prio });
      this.#frames.set(prio, frame);
    }
    if (this.#kind === 'pass') {
      this.#identification = (this.#identification + 1) & 0xffff;
      identify(frame, this.#identification);
    }
    return frame;
  }
}

/** A capture of `length` bytes of which one packet in a hundred is an advert, one a second; the rest are streams of TCP and UDP. */
export function writeSparse(path: string, length: number): void {
  const { room, packets } = trafficBlock();
  const descriptor = openSync(path, 'w');
  writeSync(descriptor, captureHeader());
  let at = start;
  for (let written = 0; written < length; written += room.length) {
    for (const offset of packets) {
      putTime(room, offset, at);
      at += second / 100;
    }
    writeSync(descriptor, room);
  }
  closeSync(descriptor);
}

/** Eight megabytes of packets, and where each of their headers starts. */
function trafficBlock(): { readonly room: Buffer; readonly packets: readonly number[] } {
  const room = Buffer.alloc(8_388_608);
  const packets: number[] = [];
  const noise = randomFillSync(new Uint8Array(2048));
  const master = new Node(lb1, 'pass');
  let used = 0;
  for (let i = 0; ; i++) {
    const frame = i % 100 === 50 ? master.advert(150) : trafficFrame(noise, i);
    if (used + 16 + frame.length > room.length) break;
    putPacket(room, used, frame, 0);
    packets.push(used);
    used += 16 + frame.length;
  }
  return { room: room.subarray(0, used), packets };
}

/** Payload lengths of what a web server carries: full segments, acknowledgements, and what lies between. */
const payloadLengths = [1448, 1448, 0, 1448, 1448, 517, 1448, 12, 1448, 836];
const tcp = 6;
const udp = 17;

function trafficFrame(noise: Uint8Array, i: number): Uint8Array {
  const payloadLength = payloadLengths[(i * 7) % payloadLengths.length] ?? 0;
  const isIpv6 = i % 9 === 4;
  const packet = noise.slice(i % 64, (i % 64) + networkHeader + (isIpv6 ? 40 : 20) + 32 + payloadLength);
  const protocol = i % 13 === 5 ? udp : tcp;
  writeU16(packet, 12, isIpv6 ? 0x86dd : 0x0800);
  if (isIpv6) {
    writeU32(packet, networkHeader, 0x60000000);
    writeU16(packet, networkHeader + 4, packet.length - ipv6Headers);
    packet[networkHeader + 6] = protocol;
  } else {
    writeU16(packet, networkHeader, 0x4500);
    writeU16(packet, networkHeader + 2, packet.length - networkHeader);
    writeU16(packet, networkHeader + 6, 0x4000);
    packet[networkHeader + 9] = protocol;
    putIpv4Checksum(packet, networkHeader);
  }
  return i % 11 === 3 ? tagged(packet) : packet;
}

/** Captures made to fill the memory of who follows them. */
export const floods: Readonly<Record<string, (path: string) => void>> = {
  '1,000,000 random senders': (path) =>
    flood(path, 1_000_000, passAdvert(lb1, 150), (frame, random) => {
      writeU32(frame, networkHeader + 12, random());
      putIpv4Checksum(frame, networkHeader);
    }),
  '8,192 senders of 255 IPv6 addresses each': (path) => {
    const addrs = Array.from({ length: 255 }, (_, i) => `2001:db8::${i.toString(16)}`);
    flood(path, 32_768, ipv6Advert(lb1, { addrs }), (frame, random, i) => {
      writeU32(frame, networkHeader + 20, i % 8192);
      const first = ipv6Headers + 8;
      for (let address = first; address < frame.length; address += 16) writeU32(frame, address + 12, random());
      putIpv6VrrpChecksum(frame, networkHeader);
    });
  },
  '200,000 virtual routers over VLANs': (path) => {
    const frames = [tagged(passAdvert(lb1, 150)), tagged(ipv6Advert(lb1, {}))] as const;
    const file = new CaptureFile(path);
    for (let i = 0; i < 600_000; i++) {
      const router = i % 200_000;
      const isIpv6 = router % 2 === 1;
      const frame = frames[isIpv6 ? 1 : 0];
      writeU16(frame, networkHeader, 1 + (Math.floor(router / 510) % 4094));
      frame[(isIpv6 ? ipv6Headers : ipv4Headers) + 5] = 1 + (Math.floor(router / 2) % 255);
      if (isIpv6) putIpv6VrrpChecksum(frame, networkHeader + 4);
      else putVrrpChecksum(frame, ipv4Headers + 4, passMessageLength - 8);
      file.add(frame, start + i * 1000);
    }
    file.close();
  },
  '1,000,000 adverts in AH': (path) =>
    flood(path, 1_000_000, ahAdvert(lb1), (frame, random, i) => {
      writeU32(frame, ipv4Headers + 8, i);
      for (let at = ipv4Headers + 12; at < ipv4Headers + 24; at += 4) writeU32(frame, at, random());
      identify(frame, i & 0xffff);
    }),
  '1,000,000 random priorities and addresses': (path) =>
    flood(path, 1_000_000, passAdvert(lb1, 150), (frame, random) => {
      frame[ipv4Headers + 2] = random();
      writeU32(frame, ipv4Headers + 8, random());
      putVrrpChecksum(frame, ipv4Headers, passMessageLength - 8);
    }),
  '1,000,000 malformed packets': (path) => {
    const frames = [passAdvert(lb1, 150), ipv6Advert(lb1, {}), gratuitousArp(lb1), tagged(ahAdvert(lb1))];
    const noise = randomFillSync(new Uint8Array(65_536));
    const file = new CaptureFile(path);
    for (let i = 0; i < 1_000_000; i++) {
      const frame = Uint8Array.from(frames[i % frames.length] ?? []);
      // The type and the protocol often stay, so that the damage is found out in the innermost layers, too.
      const from = i % 3 === 0 ? networkHeader : ipv4Headers;
      for (let flips = 0; flips < 4; flips++) {
        const chance = (i * 4 + flips) * 3;
        const at = from + ((noise[chance & 0xffff] ?? 0) % (frame.length - from));
        frame[at] = noise[(chance + 1 + (i >> 12)) & 0xffff] ?? 0;
      }
      file.add(i % 5 === 0 ? frame.subarray(0, from + (i % 40)) : frame, start + i * 1000);
    }
    file.close();
  },
};

/** `count` times the frame, each time changed by `change`, which is given a source of 32-bit numbers. */
function flood(
  path: string,
  count: number,
  frame: Uint8Array,
  change: (frame: Uint8Array, random: () => number, i: number) => void,
): void {
  const file = new CaptureFile(path);
  let state = 0x2545f491;
  const random = () => {
    // xorshift: the same capture each time.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let i = 0; i < count; i++) {
    change(frame, random, i);
    file.add(frame, start + i * 1000);
  }
  file.close();
}

/** A gigabyte of zeros behind the header of a capture, packed into about a megabyte: 67 million packets of no bytes. */
export async function writeBomb(path: string): Promise<void> {
  const zeros = Buffer.alloc(1_048_576);
  const pieces = function* (): Generator<Buffer> {
    yield captureHeader();
    for (let i = 0; i < 1024; i++) yield zeros;
  };
  await pipeline(pieces, createGzip({ level: 1 }), createWriteStream(path));
}
