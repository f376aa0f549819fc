import fc from 'fast-check';
import type { CapturedPacket } from '../../src/model/packet.ts';
import { ipv4Text, ipv6Text, macText } from '../../src/packet/address.ts';
import { encodeAh } from '../../src/packet/ah.ts';
import { encodeArp } from '../../src/packet/arp.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { encodeCarp } from '../../src/packet/carp.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4, type Ipv4Fields } from '../../src/packet/ipv4.ts';
import { encodeFragmentHeader, encodeIpv6, encodeOptionsHeader } from '../../src/packet/ipv6.ts';
import { encodeLinuxSll, encodeLinuxSll2 } from '../../src/packet/linux-sll.ts';
import { encodeLlcSnap } from '../../src/packet/llc.ts';
import { encodeNeighbourAdvertisement } from '../../src/packet/ndp.ts';
import { encodeNullLoopback } from '../../src/packet/null-loopback.ts';
import { encodePpp } from '../../src/packet/ppp.ts';
import { encodeVlan } from '../../src/packet/vlan.ts';
import { encodeVrrp, type VrrpFields } from '../../src/packet/vrrp.ts';
import { encodeHmacTrailer } from '../../src/packet/vrrp-trailer.ts';
import { captured } from './hex.ts';

export const groups = { ipv4: '224.0.0.18', ipv6: 'ff02::12' };
export const macs = { lb1: '52:54:00:00:00:01', lb2: '52:54:00:00:00:02', group: '01:00:5e:00:00:12' };

/** An advert in Ethernet, as keepalived sends it over IPv4. */
export function advertFrame(fields: VrrpFields, ip: Partial<Ipv4Fields> = {}, sourceMac = macs.lb1): Uint8Array {
  const source = ip.source ?? '10.77.0.1';
  const destination = ip.destination ?? groups.ipv4;
  const message = encodeVrrp(fields, { source, destination });
  const packet = encodeIpv4({ typeOfService: 0xc0, ...ip, source, destination, protocol: ipProtocol.vrrp }, message);
  return encodeEthernet({ destination: macs.group, source: sourceMac, etherType: etherType.ipv4, padTo: 60 }, packet);
}

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const ipv4Address = bytes(4).map((address) => ipv4Text(new ByteReader(address), 0) ?? '');
const ipv6Address = bytes(16).map((address) => ipv6Text(new ByteReader(address), 0) ?? '');
const mac = bytes(6).map((address) => macText(new ByteReader(address), 0) ?? '');
const byte = fc.integer({ min: 0, max: 255 });

const hmacTrailer = fc
  .record({
    keyId: byte,
    seconds: fc.integer({ min: 0, max: 0xffff_ffff * 4 }).map((quarters) => quarters / 4),
    counter: fc.integer({ min: 0, max: 0xffff }),
    mac: bytes(16).map((digest) => Buffer.from(digest).toString('hex')),
  })
  .map((fields) => ({ fields, bytes: encodeHmacTrailer(fields) }));

/** A legal message over one family, with what it was made of. */
export function vrrpMessage(family: 'ipv4' | 'ipv6') {
  const address = family === 'ipv4' ? ipv4Address : ipv6Address;
  return fc
    .record({
      version: fc.constantFrom(2, 3),
      vrid: fc.integer({ min: 1, max: 255 }),
      prio: byte,
      wholeSeconds: fc.integer({ min: 1, max: 255 }),
      centiseconds: fc.integer({ min: 1, max: 4095 }),
      authType: byte,
      auth: bytes(8).map((data) => Buffer.from(data).toString('latin1')),
      addrs: fc.array(address, { maxLength: 20 }),
      trailer: fc.option(hmacTrailer, { nil: null }),
      source: address,
      destination: fc.oneof(fc.constant(groups[family]), address),
    })
    .map(({ wholeSeconds, centiseconds, trailer, source, destination, ...common }) => {
      const intvl = common.version === 2 ? wholeSeconds : centiseconds / 100;
      const fields: VrrpFields = { ...common, intvl, ...(trailer === null ? {} : { trailer: trailer.bytes }) };
      const message = encodeVrrp(fields, { source, destination });
      return { family, fields, trailer: trailer?.fields ?? null, source, destination, message };
    });
}

/** Payloads of IP and ARP that we follow: [EtherType, bytes]. */
const networkPacket: fc.Arbitrary<readonly [number, Uint8Array]> = fc.oneof(
  fc
    .record({
      vrrp: vrrpMessage('ipv4'),
      ttl: byte,
      identification: fc.integer({ min: 0, max: 0xffff }),
      options: fc.constantFrom(0, 4, 40),
      ah: fc.boolean(),
      fragment: fc.constantFrom(undefined, 0, 8),
    })
    .map(({ vrrp, ttl, identification, options, ah, fragment }) => {
      const payload = ah ? authenticated(vrrp.message) : vrrp.message;
      const protocol = ah ? ipProtocol.ah : ipProtocol.vrrp;
      const { source, destination } = vrrp;
      const fields = { source, destination, protocol, ttl, identification, options: new Uint8Array(options) };
      const pieces = fragment === undefined ? {} : { moreFragments: true, fragmentOffset: fragment };
      return [etherType.ipv4, encodeIpv4({ ...fields, ...pieces }, payload)] as const;
    }),
  fc
    .record({
      vrrp: vrrpMessage('ipv6'),
      hopLimit: byte,
      extension: fc.constantFrom('none', 'options', 'fragment', 'ah'),
    })
    .map(({ vrrp, hopLimit, extension }) => {
      const { source, destination, message } = vrrp;
      const [nextHeader, payload] = extended(extension, message);
      return [etherType.ipv6, encodeIpv6({ source, destination, hopLimit, nextHeader }, payload)] as const;
    }),
  fc.record({ address: ipv4Address, mac, operation: fc.constantFrom(1, 2, 3), gratuitous: fc.boolean() }).map((arp) => {
    const fields = { operation: arp.operation, senderMac: arp.mac, senderAddress: arp.address, targetMac: arp.mac };
    return [etherType.arp, encodeArp({ ...fields, targetAddress: arp.gratuitous ? arp.address : '10.0.0.1' })] as const;
  }),
  fc
    .record({ target: ipv6Address, source: ipv6Address, mac, withMac: fc.boolean(), solicited: fc.boolean() })
    .map(({ target, source, mac, withMac, solicited }) => {
      const endpoints = { source, destination: 'ff02::1' };
      const message = encodeNeighbourAdvertisement({
        ...endpoints,
        target,
        solicited,
        ...(withMac ? { targetMac: mac } : {}),
      });
      return [etherType.ipv6, encodeIpv6({ ...endpoints, nextHeader: ipProtocol.icmpv6 }, message)] as const;
    }),
  fc.record({ vhid: byte, advskew: byte, demote: byte, advbase: byte }).map((fields) => {
    const message = encodeCarp({ ...fields, counter: new Uint8Array(8).fill(1), hmac: new Uint8Array(20).fill(2) });
    const ip = { source: '10.77.0.9', destination: groups.ipv4, protocol: ipProtocol.vrrp };
    return [etherType.ipv4, encodeIpv4(ip, message)] as const;
  }),
);

function authenticated(message: Uint8Array): Uint8Array {
  const integrityCheckValue = new Uint8Array(12).fill(3);
  return encodeAh({ nextHeader: ipProtocol.vrrp, spi: 1, sequence: 2, integrityCheckValue }, message);
}

function extended(extension: string, message: Uint8Array): readonly [number, Uint8Array] {
  const { vrrp: nextHeader, hopByHopOptions, fragment, ah } = ipProtocol;
  if (extension === 'options') return [hopByHopOptions, encodeOptionsHeader({ nextHeader, length: 8 }, message)];
  if (extension === 'ah') return [ah, authenticated(message)];
  if (extension === 'none') return [nextHeader, message];
  const fields = { nextHeader, fragmentOffset: 0, moreFragments: true, identification: 9 };
  return [fragment, encodeFragmentHeader(fields, message)];
}

/** A packet that we follow, in a link layer of each kind. */
export const followedPacket: fc.Arbitrary<CapturedPacket> = fc
  .tuple(
    networkPacket,
    fc.constantFrom('ethernet', 'padded', 'vlan', 'qinq', 'snap', 'sll', 'sll2', 'null', 'loop', 'ppp', 'hdlc', 'raw'),
  )
  .map(([[type, packet], link]) => {
    const ethernet = { destination: macs.group, source: macs.lb1 };
    const isIpv6 = type === etherType.ipv6;
    switch (link) {
      case 'ethernet':
        return captured(encodeEthernet({ ...ethernet, etherType: type }, packet));
      case 'padded':
        return captured(encodeEthernet({ ...ethernet, etherType: type, padTo: 100 }, packet));
      case 'vlan':
        return captured(
          encodeEthernet({ ...ethernet, etherType: etherType.vlan }, encodeVlan({ id: 7, etherType: type }, packet)),
        );
      case 'qinq': {
        const inner = encodeVlan({ id: 8, etherType: type }, packet);
        const outer = encodeVlan({ id: 9, etherType: etherType.vlan }, inner);
        return captured(encodeEthernet({ ...ethernet, etherType: etherType.serviceVlan }, outer));
      }
      case 'snap':
        return captured(encodeEthernet({ ...ethernet, etherType: packet.length + 8 }, encodeLlcSnap(type, packet)));
      case 'sll':
        return captured(encodeLinuxSll({ source: macs.lb1, etherType: type }, packet), 113);
      case 'sll2':
        return captured(encodeLinuxSll2({ source: macs.lb1, etherType: type }, packet), 276);
      case 'null':
        return captured(encodeNullLoopback({ family: isIpv6 ? 30 : 2, byteOrder: 'little' }, packet), 0);
      case 'loop':
        return captured(encodeNullLoopback({ family: isIpv6 ? 24 : 2, byteOrder: 'big' }, packet), 108);
      case 'ppp':
        return captured(encodePpp({ protocol: isIpv6 ? 0x57 : 0x21, withHdlc: false }, packet), 9);
      case 'hdlc':
        return captured(encodePpp({ protocol: isIpv6 ? 0x57 : 0x21, withHdlc: true }, packet), 50);
      default:
        return captured(packet, isIpv6 ? 229 : 101);
    }
  });

/** Any bytes at all under any link type, and packets that we follow with bytes changed, cut off or under another link type. */
export const hostilePacket: fc.Arbitrary<CapturedPacket> = fc
  .oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((any) => captured(any)) },
    { weight: 3, arbitrary: followedPacket },
  )
  .chain((packet) =>
    fc
      .record({
        flips: fc.array(fc.tuple(fc.nat(packet.bytes.length), fc.integer({ min: 1, max: 255 })), { maxLength: 4 }),
        capturedLength: fc.oneof(fc.constant(packet.bytes.length), fc.nat(packet.bytes.length)),
        isCutOnWire: fc.boolean(),
        linkType: fc.oneof(
          { weight: 3, arbitrary: fc.constant(packet.linkType) },
          fc.constantFrom(0, 1, 9, 12, 14, 50, 101, 107, 108, 113, 228, 229, 276),
        ),
      })
      .map(({ flips, capturedLength, isCutOnWire, linkType }) => {
        const changed = Uint8Array.from(packet.bytes);
        for (const [index, mask] of flips) if (index < changed.length) changed[index] = changed[index]! ^ mask;
        const kept = changed.slice(0, capturedLength);
        return captured(kept, linkType, isCutOnWire ? kept.length : changed.length);
      }),
  );
