import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openWriter } from '../../src/capture/pcap-writer.ts';
import { encodeArp } from '../../src/packet/arp.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4, type Ipv4Fields } from '../../src/packet/ipv4.ts';
import { encodeFragmentHeader, encodeIpv6 } from '../../src/packet/ipv6.ts';
import { linkTypes } from '../../src/packet/link-type.ts';
import { encodeNeighbourAdvertisement } from '../../src/packet/ndp.ts';
import { encodeNullLoopback } from '../../src/packet/null-loopback.ts';
import { encodePpp } from '../../src/packet/ppp.ts';
import { encodeVlan } from '../../src/packet/vlan.ts';
import { encodeVrrp, type VrrpFields } from '../../src/packet/vrrp.ts';
import { signedTrailer } from './hmac.ts';

// Captures of what no daemon at hand sends, or no interface at hand carries, in the lab's addresses.

/** One packet of a capture: seconds since the capture's start, bytes, and what the snap length left of them. */
interface Sent {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly capturedLength?: number;
}

export interface EncodedCapture {
  readonly file: string;
  readonly linkType: number;
  readonly packets: readonly Sent[];
}

interface Node {
  readonly mac: string;
  readonly ipv4: string;
  readonly ipv6: string;
  readonly prio: number;
}

const lb1: Node = { mac: '52:54:00:00:00:01', ipv4: '10.77.0.1', ipv6: 'fe80::5054:ff:fe00:1', prio: 101 };
const lb2: Node = { mac: '52:54:00:00:00:02', ipv4: '10.77.0.2', ipv6: 'fe80::5054:ff:fe00:2', prio: 100 };
const vip = '10.77.0.100';
const vip6 = 'fd77::100';
const group = '224.0.0.18';
const group6 = 'ff02::12';
const multicastMac = '01:00:5e:00:00:12';
const multicastMac6 = '33:33:00:00:00:12';

/** 2026-11-20T16:37:03Z */
const startSeconds = 1_795_192_623;

/** keepalived's own time to a new master after priority 0: the skew of the one that takes over (RFC 9568 section 6.1). */
const skewSeconds = (256 - lb2.prio) / 256;

/** Adverts of one node, a second apart but for what timers drift. */
function seconds(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i * 1.000_213 + ((i * 37) % 11) * 0.000_009);
}

function v3(node: Node, fields: Partial<VrrpFields> = {}): VrrpFields {
  return { version: 3, vrid: 51, prio: node.prio, intvl: 1, addrs: [vip], ...fields };
}

let identification = 0;

function ipv4(source: string, destination: string, message: Uint8Array, fields: Partial<Ipv4Fields> = {}): Uint8Array {
  identification += 1;
  const header = { source, destination, protocol: ipProtocol.vrrp, typeOfService: 0xc0, identification };
  return encodeIpv4({ ...header, ...fields }, message);
}

function ethernet(node: Node, packet: Uint8Array, type: number = etherType.ipv4): Uint8Array {
  const destination = type === etherType.ipv6 ? multicastMac6 : multicastMac;
  return encodeEthernet({ destination, source: node.mac, etherType: type, padTo: 60 }, packet);
}

/** A multicast advert over IPv4 in Ethernet. */
function multicast(node: Node, fields: Partial<VrrpFields> = {}, ip: Partial<Ipv4Fields> = {}): Uint8Array {
  const message = encodeVrrp(v3(node, fields), { source: node.ipv4, destination: group });
  return ethernet(node, ipv4(node.ipv4, group, message, ip));
}

/** A unicast advert over IPv4, without a link layer. */
function unicastPacket(from: Node, to: Node, fields: Partial<VrrpFields> = {}): Uint8Array {
  const endpoints = { source: from.ipv4, destination: to.ipv4 };
  return ipv4(from.ipv4, to.ipv4, encodeVrrp(v3(from, fields), endpoints));
}

function multicast6(node: Node, fields: Partial<VrrpFields> = {}): Uint8Array {
  const endpoints = { source: node.ipv6, destination: group6 };
  const message = encodeVrrp(v3(node, { addrs: ['fe80::100', vip6], ...fields }), endpoints);
  const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.vrrp, trafficClass: 0xc0 }, message);
  return ethernet(node, packet, etherType.ipv6);
}

/** The five gratuitous ARPs of a new master. */
function announced(node: Node, at: number): Sent[] {
  const arp = encodeArp({
    operation: 1,
    senderMac: node.mac,
    senderAddress: vip,
    targetMac: 'ff:ff:ff:ff:ff:ff',
    targetAddress: vip,
  });
  const broadcast = { destination: 'ff:ff:ff:ff:ff:ff', source: node.mac, etherType: etherType.arp, padTo: 60 };
  const bytes = encodeEthernet(broadcast, arp);
  return Array.from({ length: 5 }, (_, i) => ({ at: at + 0.000_1 + i * 0.000_02, bytes }));
}

function announced6(node: Node, target: string, at: number): Sent[] {
  const endpoints = { source: node.ipv6, destination: 'ff02::1' };
  const message = encodeNeighbourAdvertisement({ ...endpoints, target, targetMac: node.mac, override: true });
  const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.icmpv6 }, message);
  const header = { destination: '33:33:00:00:00:01', source: node.mac, etherType: etherType.ipv6 };
  const bytes = encodeEthernet(header, packet);
  return Array.from({ length: 5 }, (_, i) => ({ at: at + 0.000_1 + i * 0.000_02, bytes }));
}

/** The key of the draft's own example. */
const hmacKey = Uint8Array.from({ length: 32 }, (_, i) => i);

interface Signing {
  readonly destination: string;
  readonly at: number;
  readonly keyId?: number;
}

/** The fields of an advert together with its signed trailer. */
function signed(node: Node, fields: VrrpFields, { destination, at, keyId = 1 }: Signing): VrrpFields {
  const source = destination.includes(':') ? node.ipv6 : node.ipv4;
  const sequence = { keyId, seconds: startSeconds + at, counter: 0 };
  return { ...fields, trailer: signedTrailer(fields, { source, destination }, hmacKey, sequence) };
}

function signedUnicast(from: Node, to: Node, at: number, fields: Partial<VrrpFields> = {}, keyId = 1): Sent {
  const whole = signed(from, v3(from, fields), { destination: to.ipv4, at, keyId });
  return { at, bytes: ethernet(from, unicastPacket(from, to, whole)) };
}

/** lb1 stops and says so; lb2 takes over. */
function failover(advert: (node: Node, at: number, fields?: Partial<VrrpFields>) => Sent, of: 4 | 6 = 4): Sent[] {
  const stop = 6.4;
  const taken = stop + skewSeconds;
  return [
    ...seconds(0, 7).map((at) => advert(lb1, at)),
    advert(lb1, stop, { prio: 0 }),
    advert(lb2, taken),
    ...(of === 4 ? announced(lb2, taken) : [...announced6(lb2, 'fe80::100', taken), ...announced6(lb2, vip6, taken)]),
    ...seconds(taken + 1, 5).map((at) => advert(lb2, at)),
  ];
}

/** Both start. The second master rejects the first one's adverts, and is silenced by them: one advert of its own, and its ARPs. */
function silentSecondMaster(advert: (node: Node, at: number) => Sent): Sent[] {
  const taken = 5.6;
  return [
    ...seconds(0, 12).map((at) => advert(lb1, at)),
    ...announced(lb1, 0),
    advert(lb2, taken),
    ...announced(lb2, taken),
  ];
}

/** Each way to break the format, of a router of its own. */
function malformed(): Sent[] {
  const broken: readonly Partial<VrrpFields>[] = [
    { vrid: 61, count: 20 },
    { vrid: 62, type: 2 },
    { vrid: 63, reserved: 5 },
    { vrid: 64, intvl: 0 },
    { vrid: 65, version: 2, intvl: 0 },
    { vrid: 66, version: 2, withoutAuthData: true },
    { vrid: 67, version: 7 },
    { vrid: 68, trailer: new Uint8Array(3) },
    { vrid: 0 },
  ];
  const foreign: Node = { mac: '52:54:00:00:00:66', ipv4: '10.77.0.66', ipv6: 'fe80::66', prio: 100 };
  return [
    ...seconds(0, 5).map((at) => ({ at, bytes: multicast(lb1) })),
    ...broken.map((fields, i) => ({
      at: 0.5 + i * 0.3,
      bytes: multicast(foreign, { ...fields, addrs: [`10.77.6.${i}`] }),
    })),
    // A message that ends within its header.
    {
      at: 3.4,
      bytes: ethernet(foreign, ipv4(foreign.ipv4, group, Uint8Array.of(0x31, 69, 100, 0, 0, 100))),
    },
  ];
}

/** A hundred IPv6 addresses do not fit into one packet: 1480 bytes of the message are in the first fragment's place. */
function fragmented(): Sent[] {
  const addrs = ['fe80::100', ...Array.from({ length: 99 }, (_, i) => `fd77::${(i + 1).toString(16)}`)];
  const endpoints = { source: lb1.ipv6, destination: group6 };
  const message = encodeVrrp(v3(lb1, { addrs }), endpoints);
  return seconds(0, 4).flatMap((at, i) =>
    [0, 1448].map((fragmentOffset, part) => {
      const bytes = message.slice(fragmentOffset, part === 0 ? 1448 : undefined);
      const fields = {
        nextHeader: ipProtocol.vrrp,
        fragmentOffset,
        moreFragments: part === 0,
        identification: 700 + i,
      };
      const fragment = encodeFragmentHeader(fields, bytes);
      const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.fragment }, fragment);
      return { at: at + part * 0.000_004, bytes: ethernet(lb1, packet, etherType.ipv6) };
    }),
  );
}

/** Two pairs in two VLANs of one trunk, with one vrid. */
function trunk(): Sent[] {
  const other: Node = { mac: '52:54:00:00:00:11', ipv4: '10.78.0.1', ipv6: 'fe80::11', prio: 150 };
  const tagged = (node: Node, id: number, addrs: readonly string[]): Uint8Array => {
    const message = encodeVrrp(v3(node, { addrs }), { source: node.ipv4, destination: group });
    return ethernet(
      node,
      encodeVlan({ id, etherType: etherType.ipv4 }, ipv4(node.ipv4, group, message)),
      etherType.vlan,
    );
  };
  return [
    ...seconds(0, 8).map((at) => ({ at, bytes: tagged(lb1, 100, [vip]) })),
    ...seconds(0.35, 8).map((at) => ({ at, bytes: tagged(other, 200, ['10.78.0.100']) })),
  ];
}

function doublyTagged(): Sent[] {
  return seconds(0, 6).map((at) => {
    const message = encodeVrrp(v3(lb1), { source: lb1.ipv4, destination: group });
    const inner = encodeVlan({ id: 100, etherType: etherType.ipv4 }, ipv4(lb1.ipv4, group, message));
    const outer = encodeVlan({ id: 300, priority: 6, etherType: etherType.vlan }, inner);
    return { at, bytes: ethernet(lb1, outer, etherType.serviceVlan) };
  });
}

function capture(name: string, packets: readonly Sent[], linkType: number = linkTypes.ethernet): EncodedCapture {
  return { file: `encoded-${name}.pcap`, linkType, packets: packets.toSorted((a, b) => a.at - b.at) };
}

/** All of them, always the same bytes. */
export function encodedCaptures(): EncodedCapture[] {
  identification = 0;
  const plainUnicast = (from: Node, to: Node, at: number): Sent => ({
    at,
    bytes: ethernet(from, unicastPacket(from, to)),
  });
  return [
    capture('vlan', trunk()),
    capture('qinq', doublyTagged()),
    capture(
      'auth-hmac',
      failover((node, at, fields) => signedUnicast(node, node === lb1 ? lb2 : lb1, at, fields)),
    ),
    capture(
      'auth-hmac-v2',
      failover((node, at, fields) => ({
        at,
        bytes: multicast(node, signed(node, v3(node, { version: 2, ...fields }), { destination: group, at })),
      })),
    ),
    capture(
      'auth-hmac-ipv6',
      failover((node, at, fields) => {
        const unsigned = v3(node, { addrs: ['fe80::100', vip6], ...fields });
        return { at, bytes: multicast6(node, signed(node, unsigned, { destination: group6, at })) };
      }, 6),
    ),
    capture(
      'auth-hmac-one-side',
      silentSecondMaster((node, at) => (node === lb1 ? signedUnicast(lb1, lb2, at) : plainUnicast(lb2, lb1, at))),
    ),
    capture(
      'auth-hmac-key-differs',
      silentSecondMaster((node, at) =>
        node === lb1 ? signedUnicast(lb1, lb2, at) : signedUnicast(lb2, lb1, at, {}, 2),
      ),
    ),
    capture(
      'checksum-without-trailer',
      seconds(0, 6).map((at) => {
        const unsigned = v3(lb1, { addrs: ['fe80::100', vip6], checksum: 'without-trailer' });
        return { at, bytes: multicast6(lb1, signed(lb1, unsigned, { destination: group6, at })) };
      }),
    ),
    capture(
      'checksum-bad',
      seconds(0, 6).map((at) => ({ at, bytes: multicast(lb1, { checksum: 0xbad0 }) })),
    ),
    capture(
      'ttl',
      seconds(0, 6).map((at) => ({ at, bytes: multicast(lb1, {}, { ttl: 254 }) })),
    ),
    capture('malformed', malformed()),
    capture('fragments', fragmented()),
    capture(
      'snap-length',
      seconds(0, 6).map((at) => ({
        at,
        bytes: multicast(lb1, {
          version: 2,
          authType: 1,
          auth: 'secretpa',
          addrs: [vip, '10.77.0.101', '10.77.0.102'],
        }),
        capturedLength: 48,
      })),
    ),
    capture(
      'ppp',
      seconds(0, 6).map((at) => ({
        at,
        bytes: encodePpp({ protocol: 0x21, withHdlc: true }, unicastPacket(lb1, lb2)),
      })),
      linkTypes.pppHdlc,
    ),
    capture(
      'null',
      seconds(0, 6).map((at) => ({
        at,
        bytes: encodeNullLoopback({ family: 2, byteOrder: 'little' }, unicastPacket(lb1, lb2)),
      })),
      linkTypes.null,
    ),
    capture(
      'raw-ip',
      seconds(0, 6).map((at) => ({ at, bytes: unicastPacket(lb1, lb2) })),
      linkTypes.raw,
    ),
  ];
}

export async function writeEncodedCaptures(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { file, linkType, packets } of encodedCaptures()) {
    const writer = await openWriter(join(folder, file));
    packets.forEach(({ at, bytes, capturedLength }, i) => {
      const microseconds = Math.round(at * 1e6);
      writer.write({
        bytes,
        start: 0,
        end: Math.min(bytes.length, capturedLength ?? bytes.length),
        originalLength: bytes.length,
        linkType,
        frame: i + 1,
        seconds: startSeconds + Math.floor(microseconds / 1e6),
        nanoseconds: (microseconds % 1e6) * 1000,
        timeDigits: 6,
        interfaceName: null,
      });
    });
    await writer.close();
  }
}
