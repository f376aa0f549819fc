import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { decodeEthernet, encodeEthernet } from '../../src/packet/ethernet.ts';
import { linkTypeName, supportsLinkType } from '../../src/packet/link-type.ts';
import { decodeLinuxSll, decodeLinuxSll2, encodeLinuxSll, encodeLinuxSll2 } from '../../src/packet/linux-sll.ts';
import { encodeLlcSnap } from '../../src/packet/llc.ts';
import { decodeNullLoopback, encodeNullLoopback } from '../../src/packet/null-loopback.ts';
import { decodePpp, encodePpp } from '../../src/packet/ppp.ts';
import { decodeRawIp } from '../../src/packet/raw-ip.ts';
import { decodeVlanTag, encodeVlan } from '../../src/packet/vlan.ts';
import { hex, reader } from './hex.ts';

const destination = '01:00:5e:00:00:12';
const source = '52:54:00:33:a5:02';
const payload = hex('45 00 00 28');

describe('Ethernet', () => {
  test('untagged', () => {
    const frame = encodeEthernet({ destination, source, etherType: etherType.ipv4 }, payload);
    expect(frame).toEqual(
      hex(`01 00 5e 00 00 12  # destination
           52 54 00 33 a5 02  # source
           08 00              # IPv4
           45 00 00 28`),
    );
    expect(decodeEthernet(new ByteReader(frame))).toEqual({
      value: { sourceMac: source, vlan: [], etherType: 0x0800 },
      problems: [],
      consumed: 14,
    });
  });

  test('padded to the shortest frame', () => {
    const frame = encodeEthernet({ destination, source, etherType: etherType.ipv4, padTo: 60 }, payload);
    expect(frame.length).toBe(60);
    expect(frame.slice(18)).toEqual(new Uint8Array(42));
  });

  test('tags from the outermost inwards, whatever announces them', () => {
    const inner = encodeVlan({ id: 77, etherType: etherType.ipv6 }, payload);
    const middle = encodeVlan({ id: 4095, priority: 7, dropEligible: true, etherType: etherType.vlan }, inner);
    const outer = encodeVlan({ id: 300, etherType: etherType.oldServiceVlan }, middle);
    const frame = encodeEthernet({ destination, source, etherType: etherType.serviceVlan }, outer);
    expect(frame.slice(12)).toEqual(
      hex(`88 a8 01 2c  # service tag, VLAN 300
           91 00 ff ff  # old service tag, priority 7, drop eligible, VLAN 4095
           81 00 00 4d  # customer tag, VLAN 77
           86 dd        # IPv6
           45 00 00 28`),
    );
    const { value, consumed } = decodeEthernet(new ByteReader(frame));
    expect(value).toEqual({ sourceMac: source, vlan: [300, 4095, 77], etherType: 0x86dd });
    expect(consumed).toBe(14 + 3 * 4);
  });

  test('a tag with id 0 carries a priority and no VLAN', () => {
    const tagged = encodeVlan({ id: 0, priority: 6, etherType: etherType.ipv4 }, payload);
    const frame = encodeEthernet({ destination, source, etherType: etherType.vlan }, tagged);
    expect(decodeEthernet(new ByteReader(frame)).value).toEqual({ sourceMac: source, vlan: [], etherType: 0x0800 });
    expect(decodeVlanTag(new ByteReader(tagged)).value).toEqual({
      priority: 6,
      dropEligible: false,
      id: 0,
      etherType: 0x0800,
    });
  });

  test('an 802.3 length with SNAP has its EtherType there; other LLC has none', () => {
    const snap = encodeEthernet({ destination, source, etherType: 12 }, encodeLlcSnap(etherType.ipv4, payload));
    expect(snap.slice(14, 22)).toEqual(hex('aa aa 03 00 00 00 08 00'));
    expect(decodeEthernet(new ByteReader(snap))).toMatchObject({ value: { etherType: 0x0800 }, consumed: 22 });
    const spanningTree = encodeEthernet({ destination, source, etherType: 38 }, hex('42 42 03 00 00 00 08 00'));
    expect(decodeEthernet(new ByteReader(spanningTree))).toMatchObject({ value: { etherType: null }, consumed: 14 });
  });

  test('a frame that ends early keeps what was there', () => {
    expect(decodeEthernet(new ByteReader(hex('01005e000012 52540033a502 08'), 0, 13, 60))).toMatchObject({
      value: { sourceMac: source, vlan: [], etherType: null },
      problems: [{ kind: 'cut' }],
    });
    expect(decodeEthernet(reader('01005e000012 52540033a502 8100 00')).problems).toMatchObject([{ kind: 'malformed' }]);
  });
});

describe('Linux cooked', () => {
  test('SLL', () => {
    const packet = encodeLinuxSll({ source, etherType: etherType.ipv4, packetType: 2 }, payload);
    expect(packet).toEqual(
      hex(`00 02              # multicast
           00 01              # ARPHRD_ETHER
           00 06              # address length
           52 54 00 33 a5 02 00 00
           08 00              # IPv4
           45 00 00 28`),
    );
    expect(decodeLinuxSll(new ByteReader(packet))).toEqual({
      value: { sourceMac: source, vlan: [], etherType: 0x0800 },
      problems: [],
      consumed: 16,
    });
  });

  test('SLL2', () => {
    const packet = encodeLinuxSll2({ source, etherType: etherType.arp, packetType: 4, interfaceIndex: 3 }, payload);
    expect(packet).toEqual(
      hex(`08 06 00 00        # ARP, reserved
           00 00 00 03        # interface index
           00 01 04 06        # ARPHRD_ETHER, outgoing, address length
           52 54 00 33 a5 02 00 00
           45 00 00 28`),
    );
    expect(decodeLinuxSll2(new ByteReader(packet))).toMatchObject({
      value: { sourceMac: source, etherType: 0x0806 },
      consumed: 20,
    });
  });

  test('without a 6-byte address, with a tag, with SNAP', () => {
    const tunnel = reader('0000 0304 0004 c0000201 00000000 0800');
    expect(decodeLinuxSll(tunnel).value).toEqual({ sourceMac: null, vlan: [], etherType: 0x0800 });
    const tagged = encodeLinuxSll(
      { source, etherType: etherType.vlan },
      encodeVlan({ id: 9, etherType: etherType.ipv4 }, payload),
    );
    expect(decodeLinuxSll(new ByteReader(tagged))).toMatchObject({
      value: { vlan: [9], etherType: 0x0800 },
      consumed: 20,
    });
    const snap = encodeLinuxSll2({ source, etherType: 4 }, encodeLlcSnap(etherType.ipv6, payload));
    expect(decodeLinuxSll2(new ByteReader(snap))).toMatchObject({ value: { etherType: 0x86dd }, consumed: 28 });
    expect(decodeLinuxSll2(reader('08 00')).problems).toMatchObject([{ kind: 'malformed' }]);
  });
});

describe('link layers that name a protocol only', () => {
  test.each([
    ['NULL of a little-endian host, IPv4', '02 00 00 00', 0x0800],
    ['NULL of a big-endian host, IPv4', '00 00 00 02', 0x0800],
    ['NULL, IPv6 on Linux', '0a 00 00 00', 0x86dd],
    ['NULL, IPv6 on NetBSD and OpenBSD', '00 00 00 18', 0x86dd],
    ['NULL, IPv6 on FreeBSD', '1c 00 00 00', 0x86dd],
    ['NULL, IPv6 on macOS', '1e 00 00 00', 0x86dd],
    ['NULL, OSI', '07 00 00 00', null],
  ])('%s', (_, bytes, type) => {
    expect(decodeNullLoopback(reader(bytes))).toMatchObject({ value: { etherType: type }, consumed: 4 });
  });

  test.each([
    ['PPP in HDLC framing, IPv4', 'ff 03 00 21', 0x0800, 4],
    ['PPP in HDLC framing, compressed protocol, IPv6', 'ff 03 57', 0x86dd, 3],
    ['PPP, IPv4', '00 21', 0x0800, 2],
    ['PPP, compressed protocol, IPv4', '21', 0x0800, 1],
    ['PPP, LCP', 'ff 03 c0 21', null, 4],
    ['Cisco HDLC, unicast, IPv4', '0f 00 08 00', 0x0800, 4],
    ['Cisco HDLC, multicast, IPv6', '8f 00 86 dd', 0x86dd, 4],
  ])('%s', (_, bytes, type, consumed) => {
    expect(decodePpp(reader(`${bytes} 45 00`))).toMatchObject({
      value: { etherType: type, sourceMac: null },
      consumed,
    });
  });

  test('raw IP', () => {
    expect(decodeRawIp(reader('45')).value.etherType).toBe(0x0800);
    expect(decodeRawIp(reader('60')).value.etherType).toBe(0x86dd);
    expect(decodeRawIp(reader('00')).value.etherType).toBeNull();
  });

  test('encoders', () => {
    expect(encodeNullLoopback({ family: 30, byteOrder: 'little' }, payload)).toEqual(hex('1e000000 45000028'));
    expect(encodeNullLoopback({ family: 2, byteOrder: 'big' }, payload)).toEqual(hex('00000002 45000028'));
    expect(encodePpp({ protocol: 0x0021, withHdlc: true }, payload)).toEqual(hex('ff030021 45000028'));
    expect(encodePpp({ protocol: 0x0057, withHdlc: false }, payload)).toEqual(hex('0057 45000028'));
  });

  test('a packet that ends within the header', () => {
    expect(decodeNullLoopback(reader('02 00')).problems).toMatchObject([{ kind: 'malformed' }]);
    expect(decodePpp(reader('ff 03 00')).problems).toMatchObject([{ kind: 'malformed' }]);
    expect(decodePpp(new ByteReader(hex('0f 00'), 0, 2, 90)).problems).toMatchObject([{ kind: 'cut' }]);
  });
});

test('link types by number', () => {
  const supported = [0, 1, 9, 12, 14, 50, 101, 108, 113, 228, 229, 276];
  expect(Array.from({ length: 300 }, (_, number) => number).filter(supportsLinkType)).toEqual(supported);
  expect([1, 113, 276, 127, 250].map(linkTypeName)).toEqual([
    'ETHERNET',
    'LINUX_SLL',
    'LINUX_SLL2',
    'IEEE802_11_RADIOTAP',
    '250',
  ]);
});
