import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { CapturedPacket, WirePacket } from '../../src/model/packet.ts';
import { encodeAh } from '../../src/packet/ah.ts';
import { encodeArp } from '../../src/packet/arp.ts';
import { encodeCarp } from '../../src/packet/carp.ts';
import { Dissector, dissectPacket } from '../../src/packet/dissect.ts';
import { etherType } from '../../src/packet/ether-type.ts';
import { encodeEthernet } from '../../src/packet/ethernet.ts';
import { ipProtocol } from '../../src/packet/ip-protocol.ts';
import { encodeIpv4 } from '../../src/packet/ipv4.ts';
import { encodeFragmentHeader, encodeIpv6, encodeOptionsHeader } from '../../src/packet/ipv6.ts';
import { encodeNeighbourAdvertisement } from '../../src/packet/ndp.ts';
import { encodeVlan } from '../../src/packet/vlan.ts';
import { encodeVrrp, type VrrpFields } from '../../src/packet/vrrp.ts';
import { advertFrame, groups, macs } from './frames.ts';
import { captured, hex } from './hex.ts';

const advert: VrrpFields = { version: 3, vrid: 51, prio: 100, intvl: 1, addrs: ['10.77.0.100'] };

function dissect(packet: CapturedPacket): WirePacket | null {
  return new Dissector().dissect(packet);
}

function ethernet(type: number, payload: Uint8Array): CapturedPacket {
  return captured(encodeEthernet({ destination: macs.group, source: macs.lb1, etherType: type, padTo: 60 }, payload));
}

describe('an advert', () => {
  test('in Ethernet and IPv4', () => {
    expect(dissect(captured(advertFrame(advert, { ttl: 254 })))).toEqual({
      type: 'advert',
      vlan: [],
      sourceMac: macs.lb1,
      family: 'ipv4',
      src: '10.77.0.1',
      dst: '224.0.0.18',
      multicast: true,
      ttl: 254,
      version: 3,
      messageType: 1,
      vrid: 51,
      prio: 100,
      authtype: null,
      auth: null,
      intvl: 1,
      addrs: ['10.77.0.100'],
      checksum: 'good',
      checksumVariant: null,
      checksumField: 0x74d9,
      checksumExpected: 0x74d9,
      trailer: null,
      length: 12,
      ah: null,
      problems: [],
    });
  });

  test('unicast, tagged', () => {
    const frame = advertFrame(advert, { destination: '10.77.0.2' });
    const tagged = encodeVlan({ id: 12, etherType: etherType.ipv4 }, frame.slice(14));
    expect(dissect(ethernet(etherType.vlan, tagged))).toMatchObject({
      dst: '10.77.0.2',
      multicast: false,
      vlan: [12],
      checksum: 'good',
    });
  });

  const endpoints4 = { source: '10.77.0.1', destination: groups.ipv4 };
  const endpoints6 = { source: 'fe80::1', destination: groups.ipv6 };
  const ah = { spi: 0x0a4d0001, sequence: 17, integrityCheckValue: new Uint8Array(12) };

  test('inside AH over IPv4', () => {
    const message = encodeVrrp({ ...advert, version: 2, authType: 2 }, endpoints4);
    const packet = encodeIpv4(
      { ...endpoints4, protocol: ipProtocol.ah },
      encodeAh({ ...ah, nextHeader: ipProtocol.vrrp }, message),
    );
    expect(dissect(ethernet(etherType.ipv4, packet))).toMatchObject({
      authtype: 'ah',
      checksum: 'good',
      length: 20,
      ah: { spi: 0x0a4d0001, sequence: 17 },
      problems: [],
    });
  });

  test('inside AH over IPv6, options before and behind it', () => {
    const message = encodeVrrp({ ...advert, addrs: ['fe80::100'] }, endpoints6);
    const optional = encodeOptionsHeader({ nextHeader: ipProtocol.vrrp, length: 8 }, message);
    const authenticated = encodeAh({ ...ah, nextHeader: ipProtocol.destinationOptions }, optional);
    const packet = encodeIpv6(
      { ...endpoints6, nextHeader: ipProtocol.hopByHopOptions },
      encodeOptionsHeader({ nextHeader: ipProtocol.ah, length: 8 }, authenticated),
    );
    expect(dissect(ethernet(etherType.ipv6, packet))).toMatchObject({
      family: 'ipv6',
      multicast: true,
      addrs: ['fe80::100'],
      checksum: 'good',
      ah: { spi: 0x0a4d0001, sequence: 17 },
    });
  });

  test('inside AH over IPv6, a first fragment of what AH protects', () => {
    const message = encodeVrrp({ ...advert, addrs: ['fe80::100'] }, endpoints6);
    const fields = { nextHeader: ipProtocol.vrrp, fragmentOffset: 0, moreFragments: true, identification: 3 };
    const authenticated = encodeAh({ ...ah, nextHeader: ipProtocol.fragment }, encodeFragmentHeader(fields, message));
    const packet = encodeIpv6({ ...endpoints6, nextHeader: ipProtocol.ah }, authenticated);
    expect(dissect(ethernet(etherType.ipv6, packet))).toMatchObject({ vrid: 51, checksum: 'unverified' });
  });

  test('other IPsec is not ours', () => {
    const packet = encodeIpv4(
      { ...endpoints4, protocol: ipProtocol.ah },
      encodeAh({ ...ah, nextHeader: 6 }, new Uint8Array(20)),
    );
    expect(dissect(ethernet(etherType.ipv4, packet))).toBeNull();
  });

  test('the first fragment is unverified, and later ones are nothing', () => {
    const addrs = Array.from({ length: 20 }, (_, i) => `10.77.0.${100 + i}`);
    const message = encodeVrrp({ ...advert, addrs }, endpoints4);
    const fields = { ...endpoints4, protocol: ipProtocol.vrrp, identification: 77 };
    const first = encodeIpv4({ ...fields, moreFragments: true }, message.slice(0, 48));
    const second = encodeIpv4({ ...fields, fragmentOffset: 48 }, message.slice(48));
    expect(dissect(ethernet(etherType.ipv4, first))).toMatchObject({
      addrs: addrs.slice(0, 10),
      checksum: 'unverified',
      length: 48,
      problems: [{ kind: 'cut' }],
    });
    expect(dissect(ethernet(etherType.ipv4, second))).toBeNull();
  });

  test('a wrong IPv4 header checksum is a problem, one left to the network card is none', () => {
    expect(dissect(captured(advertFrame(advert, { checksum: 1 })))).toMatchObject({
      problems: [{ kind: 'malformed', text: 'the IPv4 header checksum is wrong (RFC 791 section 3.1)' }],
    });
    expect(dissect(captured(advertFrame(advert, { checksum: 0 })))).toMatchObject({ problems: [] });
  });

  test('in a link type that we cannot decode is nothing', () => {
    expect(dissect(captured(advertFrame(advert), 105))).toBeNull();
  });
});

describe('CARP', () => {
  const carp = encodeCarp({
    vhid: 51,
    advskew: 100,
    demote: 240,
    advbase: 1,
    counter: hex('1122334455667788'),
    hmac: new Uint8Array(20).fill(0xab),
  });
  const packet = encodeIpv4({ source: '10.77.0.9', destination: groups.ipv4, protocol: ipProtocol.vrrp }, carp);

  test('is told from VRRP by its length', () => {
    expect(carp.slice(0, 6)).toEqual(hex('21 33 64 07 f0 01'));
    expect(dissect(ethernet(etherType.ipv4, packet))).toEqual({
      type: 'carp',
      vlan: [],
      sourceMac: macs.lb1,
      family: 'ipv4',
      src: '10.77.0.9',
      dst: '224.0.0.18',
      vhid: 51,
      advskew: 100,
      demote: 240,
      advbase: 1,
      problems: [],
    });
  });

  test('cut by the capture', () => {
    const frame = ethernet(etherType.ipv4, packet);
    expect(dissect({ ...frame, end: 14 + 20 + 8 })).toMatchObject({
      type: 'carp',
      vhid: 51,
      problems: [{ kind: 'cut', text: 'captured 8 of 36 bytes of the CARP message' }],
    });
  });

  test('VRRPv2 with seven addresses is VRRP', () => {
    const addrs = Array.from({ length: 7 }, (_, i) => `10.77.0.${100 + i}`);
    expect(dissect(captured(advertFrame({ ...advert, version: 2, addrs })))).toMatchObject({ type: 'advert', addrs });
  });
});

describe('announcements', () => {
  const address = '10.77.0.100';
  const arp = {
    operation: 1,
    senderMac: macs.lb2,
    senderAddress: address,
    targetMac: '00:00:00:00:00:00',
    targetAddress: address,
  };
  const garp = { type: 'garp', vlan: [], sourceMac: macs.lb1, family: 'ipv4', address, mac: macs.lb2 };

  test('gratuitous ARP, by hand', () => {
    const bytes = hex(`00 01 08 00 06 04 00 01  # Ethernet, IPv4, request
                       52 54 00 00 00 02 0a 4d 00 64
                       00 00 00 00 00 00 0a 4d 00 64`);
    expect(encodeArp(arp)).toEqual(bytes);
    expect(dissect(ethernet(etherType.arp, bytes))).toEqual(garp);
  });

  test('as a reply as well', () => {
    expect(dissect(ethernet(etherType.arp, encodeArp({ ...arp, operation: 2 })))).toEqual(garp);
  });

  test.each([
    ['a request', { targetAddress: '10.77.0.1' }],
    ['a probe', { senderAddress: '0.0.0.0' }],
    ['a probe for nothing', { senderAddress: '0.0.0.0', targetAddress: '0.0.0.0' }],
    ['reverse ARP', { operation: 3 }],
  ])('%s is none', (_, other) => {
    expect(dissect(ethernet(etherType.arp, encodeArp({ ...arp, ...other })))).toBeNull();
  });

  test('over hardware with longer addresses, and with lengths that do not fit', () => {
    const infiniband = '80:00:00:48:fe:80:00:00:00:00:00:00:00:02:c9:03:00:00:10:91';
    const long = encodeArp({ ...arp, senderMac: infiniband, targetMac: infiniband });
    expect(dissect(ethernet(etherType.arp, long))).toEqual({ ...garp, mac: infiniband });
    const lying = encodeArp(arp);
    lying[4] = 255;
    expect(dissect(ethernet(etherType.arp, lying))).toBeNull();
    lying.set([6, 16], 4);
    expect(dissect(ethernet(etherType.arp, lying))).toBeNull();
  });

  const target = 'fd77::100';
  const endpoints = { source: 'fe80::2', destination: 'ff02::1' };

  function advertisement(fields: object, ip: object = {}): CapturedPacket {
    const message = encodeNeighbourAdvertisement({ ...endpoints, target, override: true, ...fields });
    return ethernet(etherType.ipv6, encodeIpv6({ ...endpoints, nextHeader: ipProtocol.icmpv6, ...ip }, message));
  }

  test('unsolicited neighbour advertisement', () => {
    expect(dissect(advertisement({ targetMac: macs.lb2 }))).toEqual({
      ...garp,
      family: 'ipv6',
      address: target,
      mac: macs.lb2,
    });
    expect(dissect(advertisement({}))).toMatchObject({ address: target, mac: macs.lb1 });
  });

  test.each([
    ['a solicited one', { solicited: true }, {}],
    ['one to a single host', {}, { destination: 'fe80::1' }],
    ['one from beyond the link', {}, { hopLimit: 254 }],
  ])('%s is none', (_, fields, ip) => {
    expect(dissect(advertisement({ targetMac: macs.lb2, ...fields }, ip))).toBeNull();
  });

  test('options that cannot be are passed over', () => {
    const message = encodeNeighbourAdvertisement({ ...endpoints, target, targetMac: macs.lb2 });
    message[25] = 0;
    const packet = encodeIpv6({ ...endpoints, nextHeader: ipProtocol.icmpv6 }, message);
    expect(dissect(ethernet(etherType.ipv6, packet))).toMatchObject({ mac: macs.lb1 });
  });
});

describe('packets of equal content are one object from the second on', () => {
  const frame = advertFrame(advert, { identification: 1 });
  const secondOf = (dissector: Dissector, packet: CapturedPacket) => {
    dissector.dissect(packet);
    return dissector.dissect(packet);
  };

  test('whatever their identification', () => {
    const dissector = new Dissector();
    const once = dissector.dissect(captured(frame));
    const first = dissector.dissect(captured(advertFrame(advert, { identification: 7 })));
    expect(first).toEqual(once);
    expect(first).not.toBe(once);
    for (const identification of [2, 0, 0xffff, 0x1234]) {
      expect(dissector.dissect(captured(advertFrame(advert, { identification })))).toBe(first);
    }
  });

  test('a header checksum left to the network card proves nothing for one that is there', () => {
    const dissector = new Dissector();
    const unchecked = secondOf(dissector, captured(advertFrame(advert, { identification: 0x1000, checksum: 0 })));
    expect(dissector.dissect(captured(advertFrame(advert, { identification: 2, checksum: 0 })))).toBe(unchecked);
    // The same sum of both fields, which is wrong here.
    const wrong = captured(advertFrame(advert, { identification: 0x0fff, checksum: 1 }));
    expect(dissector.dissect(wrong)).toMatchObject({ problems: [{ kind: 'malformed' }] });
  });

  test('and among others', () => {
    const dissector = new Dissector();
    const first = secondOf(dissector, captured(frame));
    const other = secondOf(dissector, captured(advertFrame({ ...advert, prio: 50 })));
    expect(other).toMatchObject({ prio: 50 });
    expect(dissector.dissect(captured(advertFrame(advert, { identification: 9 })))).toBe(first);
    expect(dissector.dissect(captured(advertFrame({ ...advert, prio: 50 }, { identification: 9 })))).toBe(other);
  });

  test.each([
    ['another address', captured(advertFrame({ ...advert, addrs: ['10.77.0.101'] }))],
    ['another TTL', captured(advertFrame(advert, { ttl: 254 }))],
    ['a wrong header checksum', captured(advertFrame(advert, { identification: 1, checksum: 0x1111 }))],
    ['no header checksum', captured(advertFrame(advert, { identification: 1, checksum: 0 }))],
    ['another sender', captured(advertFrame(advert, {}, macs.lb2))],
    ['more on the wire', captured(frame, 1, 64)],
    ['less of it captured', captured(frame.slice(0, 50), 1, 60)],
    ['another link type', captured(frame, 113)],
  ])('but not with %s', (_, packet) => {
    const dissector = new Dissector();
    const first = secondOf(dissector, captured(frame));
    expect(dissector.dissect(packet)).not.toBe(first);
    expect(dissector.dissect(packet)).toEqual(dissectPacket(packet));
  });

  test('nor for fragments, which their identification tells apart', () => {
    const dissector = new Dissector();
    const fragment = captured(advertFrame(advert, { moreFragments: true }));
    expect(secondOf(dissector, fragment)).not.toBe(secondOf(dissector, fragment));
  });

  test('nor for frames longer than the memo keeps', () => {
    const dissector = new Dissector();
    const addrs = Array.from({ length: 60 }, (_, i) => `10.77.1.${i}`);
    const long = captured(advertFrame({ ...advert, addrs }));
    expect(dissector.dissect(long)).toEqual(dissector.dissect(long));
    expect(dissector.dissect(long)).toMatchObject({ addrs, checksum: 'good' });
  });
});

test('random senders by the hundred thousand take no more memory than the memo has', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const dissector = new Dissector();
  const frame = advertFrame(advert, { checksum: 0 });
  const packet = captured(frame);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 100_000; i++) {
    frame.set([i & 0xff, (i >> 8) & 0xff, i >> 16], 14 + 13);
    dissector.dissect(packet);
  }
  collectGarbage();
  // 4096 decoded adverts of less than two kilobytes, not 100,000.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(8e6);
  expect(dissector.dissect(packet)).toMatchObject({ prio: 100 });
});
