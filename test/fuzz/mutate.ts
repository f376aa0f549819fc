import { gzipSync } from 'node:zlib';
import { encodeAh } from '../../src/packet/ah.ts';
import { encodeArp } from '../../src/packet/arp.ts';
import { encodeCarp } from '../../src/packet/carp.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4 } from '../../src/packet/ipv4.ts';
import { encodeIpv6 } from '../../src/packet/ipv6.ts';
import { encodeVlan } from '../../src/packet/vlan.ts';
import { encodeVrrp } from '../../src/packet/vrrp.ts';
import { parsePcap, type Recorded, type Recording, writePcap, writePcapng } from './capture-file.ts';
import type { Random } from './random.ts';

const linkTypes = [0, 1, 9, 12, 14, 50, 101, 105, 108, 113, 147, 189, 228, 229, 276, 65_535];
const magics = [0xa1b2c3d4, 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34];
const blockTypes = [0, 1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x0a0d0d0a, 0x4000_0001, 0xffff_ffff];
/** Values at which counts and lengths turn over. */
const edges = [0, 1, 2, 3, 4, 7, 8, 15, 16, 19, 20, 31, 63, 64, 127, 128, 254, 255, 256, 511, 1023, 0x7fff, 0xffff];
const hugeEdges = [0x10000, 0x40000, 0x40001, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** A capture that nobody recorded: one of `seeds` with something wrong, or a made-up election. */
export function mutated(seeds: readonly Buffer[], random: Random): Buffer {
  const recording = random.chance(35) ? election(random) : parsePcap(random.one(seeds));
  const times = random.between(0, 4);
  for (let i = 0; i < times; i++) random.one(packetMutations)(recording, random, seeds);
  let bytes = written(recording, random);
  const rounds = random.chance(50) ? 0 : random.between(1, 4);
  for (let i = 0; i < rounds; i++) bytes = random.one(byteMutations)(bytes, random);
  if (random.chance(4)) {
    bytes = gzipSync(bytes, { level: 1 });
    if (random.chance(50)) bytes = random.one(byteMutations)(bytes, random);
  }
  return bytes;
}

function written(recording: Recording, random: Random): Buffer {
  const littleEndian = random.chance(80);
  if (random.chance(60)) return writePcap(recording, { littleEndian, magic: random.one(magics) });
  return writePcapng(recording, {
    littleEndian,
    kind: random.one(['enhanced', 'enhanced', 'enhanced', 'simple', 'obsolete'] as const),
    names: random.one([['eth0'], ['eth0', 'eth1'], ['\x1b[31m\u202e', 'lb1.300'], ['']]),
    resolution: random.one([6, 6, 9, 3, 0, 12, 19, 0x80, 0x80 | 20, 0x80 | 63]),
  });
}

type PacketMutation = (recording: Recording, random: Random, seeds: readonly Buffer[]) => void;

const packetMutations: readonly PacketMutation[] = [
  flipBits,
  flipBits,
  setEdge,
  setEdge,
  growOrCut,
  (recording, random) => {
    recording.linkType = random.one(linkTypes);
  },
  // Splices: packets of another capture behind, between or instead of these.
  ({ packets }, random, seeds) => {
    const other = parsePcap(random.one(seeds)).packets;
    packets.splice(random.below(packets.length + 1), random.chance(50) ? 0 : random.below(9), ...other.slice(0, 30));
  },
  ({ packets }, random) => {
    const at = random.below(packets.length);
    packets.splice(random.below(packets.length + 1), 0, ...packets.slice(at, at + random.between(1, 10)).map(copyOf));
  },
  ({ packets }, random) => {
    packets.splice(random.below(packets.length), random.between(1, 10));
  },
  ({ packets }, random) => packets.sort(() => random.below(3) - 1),
  // Times that stand still, jump, run backwards, or are of no calendar.
  ({ packets }, random) => {
    const from = random.below(packets.length);
    const shift = random.one([0, 1, 4, 3600, 86_400, 1e8, -1, -4, -1e9, 4e9]);
    for (const packet of packets.slice(from)) packet.seconds = Math.max(0, packet.seconds + shift) % 4_294_967_296;
  },
  ({ packets }, random) => {
    for (const packet of packets)
      if (random.chance(20)) packet.fraction = random.one([0, 999_999, 1_000_000, 0xffff_ffff]);
  },
  // What the file claims of the packet's length.
  ({ packets }, random) => {
    if (packets.length === 0) return;
    const packet = random.one(packets);
    if (random.chance(50)) packet.captured = random.one([...edges, ...hugeEdges]);
    else packet.original = random.one([...edges, ...hugeEdges]);
  },
  // One sender becomes another: the addresses of a packet, without mending its checksums.
  ({ packets }, random) => {
    for (const packet of packets) {
      if (random.chance(30) && packet.bytes.length > 30) packet.bytes[29] = random.below(256);
    }
  },
];

function flipBits({ packets }: Recording, random: Random): void {
  if (packets.length === 0) return;
  const percent = random.one([2, 10, 100]);
  for (const packet of packets) {
    if (!random.chance(percent) || packet.bytes.length === 0) continue;
    for (let i = random.between(1, 4); i > 0; i--) {
      const at = random.below(packet.bytes.length);
      packet.bytes[at] = (packet.bytes[at] ?? 0) ^ (1 << random.below(8));
    }
  }
}

function setEdge({ packets }: Recording, random: Random): void {
  for (const packet of packets) {
    if (!random.chance(20) || packet.bytes.length === 0) continue;
    // Headers stand at the front, and most lengths in them.
    const at = random.chance(70) ? random.below(Math.min(60, packet.bytes.length)) : random.below(packet.bytes.length);
    const value = random.one(edges);
    packet.bytes[at] = value;
    if (value > 255 && at > 0) packet.bytes[at - 1] = value >> 8;
  }
}

function growOrCut({ packets }: Recording, random: Random): void {
  for (const packet of packets) {
    if (!random.chance(15)) continue;
    const length = random.chance(70)
      ? random.below(packet.bytes.length + 1)
      : random.one([...edges, 70_000, 262_144, 300_000]);
    const bytes = new Uint8Array(length);
    bytes.set(packet.bytes.subarray(0, length));
    packet.bytes = bytes;
    packet.captured = length;
    if (random.chance(50)) packet.original = length;
  }
}

type ByteMutation = (bytes: Buffer, random: Random) => Buffer;

const byteMutations: readonly ByteMutation[] = [
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    for (let i = random.between(1, 16); i > 0 && changed.length > 0; i--) {
      const at = random.below(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    }
    return changed;
  },
  // Lengths and types of blocks and packet headers lie at multiples of four.
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length < 4) return changed;
    const at = random.below(changed.length >> 2) << 2;
    const value = random.one([...edges, ...hugeEdges, ...blockTypes, changed.length]);
    if (random.chance(80)) changed.writeUInt32LE(value >>> 0, at);
    else changed.writeUInt32BE(value >>> 0, at);
    return changed;
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: random.between(1, 64) }, () => random.below(256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 64))]);
  },
  // A capture behind another: pcapng allows it, pcap does not.
  (bytes) => Buffer.concat([bytes, bytes]),
];

function copyOf(packet: Recorded): Recorded {
  return { ...packet, bytes: Uint8Array.from(packet.bytes) };
}

/** Who sends what, well-formed and with right checksums: what the codecs let through, for those who follow and judge. */
function election(random: Random): Recording {
  const isIpv6 = random.chance(30);
  const vip = (i: number) => (isIpv6 ? `fd77::${100 + i}` : `10.77.0.${100 + i}`);
  const senders = Array.from({ length: random.between(1, 5) }, (_, i) => ({
    source: isIpv6 ? `fe80::${i + 1}` : `10.77.0.${i + 1}`,
    mac: `52:54:00:00:00:0${i + 1}`,
    version: isIpv6 || random.chance(50) ? 3 : 2,
    vrid: random.one([51, 51, 51, 52, 1, 255]),
    prio: random.one([0, 1, 100, 101, 150, 254, 255]),
    intvl: random.one([1, 1, 1, 2, 0.2, 40, 0]),
    addrs: Array.from({ length: random.one([1, 1, 1, 2, 0, 20]) }, (_, address) => vip(address + random.below(2))),
    auth: random.one(['', '', 'secretpa', 'hunter22', '\x1b[31m\0\xff']),
    authType: random.one([0, 0, 1, 2, 254]),
    unicast: random.chance(30),
    hasAh: !isIpv6 && random.chance(5),
    vlan: random.chance(10) ? random.below(4096) : null,
    ttl: random.chance(10) ? random.below(256) : 255,
  }));
  const packets: Recorded[] = [];
  let now = 1_780_000_000;
  for (let i = random.between(1, 60); i > 0; i--) {
    now += random.one([0, 0.01, 0.2, 0.4, 0.6, 1, 1, 1, 1, 2, 2.9, 3.2, 3.7, 10]);
    const sender = random.one(senders);
    if (random.chance(10)) sender.prio = random.one([0, 1, 100, 101, 150, 254, 255]);
    const destination = sender.unicast ? random.one(senders).source : isIpv6 ? 'ff02::12' : '224.0.0.18';
    const endpoints = { source: sender.source, destination };
    const kind = random.below(20);
    let frame: Uint8Array;
    if (kind === 0 && !isIpv6) {
      const address = random.one(sender.addrs.length > 0 ? sender.addrs : [vip(0)]);
      frame = framed(
        sender.mac,
        etherType.arp,
        encodeArp({
          operation: 1,
          senderMac: sender.mac,
          senderAddress: address,
          targetMac: '00:00:00:00:00:00',
          targetAddress: address,
        }),
      );
    } else {
      const carp = {
        vhid: sender.vrid,
        advbase: 1,
        advskew: 0,
        demote: 0,
        counter: new Uint8Array(8),
        hmac: new Uint8Array(20),
      };
      const message = kind === 1 ? encodeCarp(carp) : encodeVrrp(sender, endpoints);
      const payload = sender.hasAh
        ? encodeAh(
            { nextHeader: ipProtocol.vrrp, spi: 1, sequence: i, integrityCheckValue: new Uint8Array(12) },
            message,
          )
        : message;
      const protocol = sender.hasAh ? ipProtocol.ah : ipProtocol.vrrp;
      const packet = isIpv6
        ? encodeIpv6({ ...endpoints, nextHeader: protocol, hopLimit: sender.ttl }, payload)
        : encodeIpv4({ ...endpoints, protocol, ttl: sender.ttl }, payload);
      const type = isIpv6 ? etherType.ipv6 : etherType.ipv4;
      frame =
        sender.vlan === null
          ? framed(sender.mac, type, packet)
          : framed(sender.mac, etherType.vlan, encodeVlan({ id: sender.vlan, etherType: type }, packet));
    }
    packets.push({
      bytes: frame,
      seconds: Math.floor(now),
      fraction: Math.floor((now % 1) * 1e6),
      captured: frame.length,
      original: frame.length,
    });
  }
  return { linkType: 1, packets };
}

function framed(source: string, type: number, payload: Uint8Array): Uint8Array {
  return encodeEthernet({ destination: '01:00:5e:00:00:12', source, etherType: type }, payload);
}
