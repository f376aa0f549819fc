import { describe, expect, test } from 'vitest';
import { decodeAh, encodeAh } from '../../src/packet/ah.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { decodeIpv4, encodeIpv4 } from '../../src/packet/ipv4.ts';
import { decodeIpv6, encodeFragmentHeader, encodeIpv6, encodeOptionsHeader } from '../../src/packet/ipv6.ts';
import { hex } from './hex.ts';

const from = '10.77.0.1';
const group = '224.0.0.18';
const payload = hex('31 33 c8 00 00 64 00 00');

function texts(problems: readonly { readonly kind: string; readonly text: string }[]): string[] {
  return problems.map(({ kind, text }) => `${kind}: ${text}`);
}

describe('IPv4', () => {
  test('a header by hand', () => {
    const packet = encodeIpv4(
      { source: from, destination: group, protocol: 112, typeOfService: 0xc0, identification: 0x1234 },
      payload,
    );
    expect(packet).toEqual(
      hex(`45 c0 00 1c  # version 4, 5 words of header, 28 bytes in all
           12 34 00 00  # identification, no fragment
           ff 70 be 1d  # TTL 255, VRRP, checksum
           0a 4d 00 01 e0 00 00 12
           31 33 c8 00 00 64 00 00`),
    );
    const { value, problems, consumed } = decodeIpv4(new ByteReader(packet));
    expect(value).toMatchObject({
      source: from,
      destination: group,
      ttl: 255,
      protocol: 112,
      identification: 0x1234,
      fragmentOffset: 0,
      isFragment: false,
      whole: true,
    });
    expect([value?.payload.hex(0, 8), value?.payload.length]).toEqual(['3133c80000640000', 8]);
    expect([problems, consumed]).toEqual([[], 20]);
  });

  test('the padding of the link layer is no payload', () => {
    const packet = encodeIpv4({ source: from, destination: group, protocol: 112 }, payload);
    const padded = new Uint8Array(46);
    padded.set(packet);
    expect(decodeIpv4(new ByteReader(padded)).value?.payload.length).toBe(8);
  });

  test('options are skipped', () => {
    const options = hex('94 04 00 00'); // router alert, RFC 2113
    const packet = encodeIpv4({ source: from, destination: group, protocol: 112, options }, payload);
    expect(decodeIpv4(new ByteReader(packet))).toMatchObject({ problems: [], consumed: 24 });
    expect(decodeIpv4(new ByteReader(packet)).value?.payload.hex(0, 2)).toBe('3133');
  });

  test('fragments say where they belong', () => {
    const fields = { source: from, destination: group, protocol: 112 };
    const first = decodeIpv4(new ByteReader(encodeIpv4({ ...fields, moreFragments: true }, payload)));
    const last = decodeIpv4(new ByteReader(encodeIpv4({ ...fields, fragmentOffset: 1480 }, payload)));
    expect(first.value).toMatchObject({ fragmentOffset: 0, isFragment: true });
    expect(last.value).toMatchObject({ fragmentOffset: 1480, isFragment: true });
  });

  test.each([
    [{ checksum: 0x1234 }, ['malformed: the IPv4 header checksum is wrong (RFC 791 section 3.1)']],
    [{ checksum: 0 }, []],
    [{ totalLength: 0 }, []],
    [{ totalLength: 19 }, ['malformed: IPv4 total length 19, shorter than its header (RFC 791 section 3.1)']],
    [{ totalLength: 100 }, ['malformed: IPv4 total length 100, but the frame ends after 28 (RFC 791 section 3.1)']],
    [{ headerLength: 16 }, ['malformed: IPv4 header length 16, below 20 (RFC 791 section 3.1)']],
  ])('%j', (wrong, expected) => {
    const packet = encodeIpv4({ source: from, destination: group, protocol: 112, ...wrong }, payload);
    const { value, problems } = decodeIpv4(new ByteReader(packet));
    expect(texts(problems)).toEqual(expected);
    expect(value?.source).toBe(from);
  });

  test('cut by the capture', () => {
    const packet = encodeIpv4({ source: from, destination: group, protocol: 112 }, payload);
    const { value, problems } = decodeIpv4(new ByteReader(packet, 0, 24, 28));
    expect([value?.whole, value?.payload.length, value?.payload.wireLength]).toEqual([false, 4, 8]);
    expect(problems).toEqual([]);
    expect(decodeIpv4(new ByteReader(packet, 0, 19, 28))).toMatchObject({ value: null, problems: [{ kind: 'cut' }] });
    expect(decodeIpv4(new ByteReader(packet, 0, 19))).toMatchObject({ value: null, problems: [{ kind: 'malformed' }] });
  });
});

describe('IPv6', () => {
  const endpoints = { source: 'fe80::1', destination: 'ff02::12' };

  test('a header by hand', () => {
    const packet = encodeIpv6({ ...endpoints, nextHeader: 112, trafficClass: 0xc0, flowLabel: 0xabcde }, payload);
    expect(packet).toEqual(
      hex(`6c 0a bc de  # version 6, traffic class c0, flow label
           00 08 70 ff  # payload length, VRRP, hop limit
           fe80 0000 0000 0000 0000 0000 0000 0001
           ff02 0000 0000 0000 0000 0000 0000 0012
           31 33 c8 00 00 64 00 00`),
    );
    const { value, problems, consumed } = decodeIpv6(new ByteReader(packet));
    expect(value).toMatchObject({ ...endpoints, hopLimit: 255, nextHeader: 112, isFragment: false, whole: true });
    expect([value?.payload.hex(0, 8), problems, consumed]).toEqual(['3133c80000640000', [], 40]);
  });

  test('extension headers are walked, to AH at most', () => {
    const routed = encodeOptionsHeader({ nextHeader: 112, length: 24 }, payload);
    const optional = encodeOptionsHeader({ nextHeader: 43, length: 8 }, routed);
    const atomic = encodeFragmentHeader(
      { nextHeader: 60, fragmentOffset: 0, moreFragments: false, identification: 7 },
      optional,
    );
    const packet = encodeIpv6(
      { ...endpoints, nextHeader: 0 },
      encodeOptionsHeader({ nextHeader: 44, length: 16 }, atomic),
    );
    const { value, consumed } = decodeIpv6(new ByteReader(packet));
    expect(value).toMatchObject({ nextHeader: 112, isFragment: false, whole: true });
    expect([value?.payload.length, consumed]).toEqual([8, 40 + 16 + 8 + 8 + 24]);
    const authenticated = encodeIpv6(
      { ...endpoints, nextHeader: 0 },
      encodeOptionsHeader({ nextHeader: 51, length: 8 }, payload),
    );
    expect(decodeIpv6(new ByteReader(authenticated)).value).toMatchObject({ nextHeader: 51 });
  });

  test('fragments say where they belong', () => {
    const fragment = (fragmentOffset: number, moreFragments: boolean) =>
      decodeIpv6(
        new ByteReader(
          encodeIpv6(
            { ...endpoints, nextHeader: 44 },
            encodeFragmentHeader({ nextHeader: 112, fragmentOffset, moreFragments, identification: 7 }, payload),
          ),
        ),
      ).value;
    expect(fragment(0, true)).toMatchObject({ isFragment: true, fragmentOffset: 0, nextHeader: 112 });
    expect(fragment(1448, false)).toMatchObject({ isFragment: true, fragmentOffset: 1448 });
  });

  test('an extension header that runs past the end', () => {
    const packet = encodeIpv6({ ...endpoints, nextHeader: 0 }, hex('70 02 00 00 00 00 00 00'));
    const { value, problems } = decodeIpv6(new ByteReader(packet));
    expect(texts(problems)).toEqual(['malformed: the packet ends within an extension header (RFC 8200 section 4)']);
    expect(value?.payload.length).toBe(0);
    const cutOff = decodeIpv6(new ByteReader(packet, 0, 42, 64));
    expect(cutOff.problems).toMatchObject([{ kind: 'malformed' }]); // payload length 8, header of 24
  });

  test('a payload length of 0 leaves it to the frame; a wrong one is a problem', () => {
    const jumbo = encodeIpv6({ ...endpoints, nextHeader: 112, payloadLength: 0 }, payload);
    expect(decodeIpv6(new ByteReader(jumbo)).value?.payload.length).toBe(8);
    const lying = encodeIpv6({ ...endpoints, nextHeader: 112, payloadLength: 90 }, payload);
    expect(texts(decodeIpv6(new ByteReader(lying)).problems)).toEqual([
      'malformed: IPv6 payload length 90, but the frame ends after 8 (RFC 8200 section 3)',
    ]);
    expect(decodeIpv6(new ByteReader(lying)).value?.whole).toBe(false);
  });
});

describe('AH', () => {
  test('a header by hand', () => {
    const packet = encodeAh(
      { nextHeader: 112, spi: 0x0a4d0001, sequence: 7, integrityCheckValue: hex('00112233445566778899aabb') },
      payload,
    );
    expect(packet).toEqual(
      hex(`70 04 00 00  # VRRP, 6 words less 2, reserved
           0a 4d 00 01  # SPI
           00 00 00 07  # sequence number
           00112233 44556677 8899aabb
           31 33 c8 00 00 64 00 00`),
    );
    const { value, consumed } = decodeAh(new ByteReader(packet));
    expect(value).toMatchObject({ nextHeader: 112, spi: 0x0a4d0001, sequence: 7 });
    expect([value?.payload.length, consumed]).toEqual([8, 24]);
  });

  test('a length that cannot be', () => {
    expect(decodeAh(new ByteReader(hex('70 00 00 00 0a4d0001 00000007')))).toMatchObject({
      value: null,
      problems: [{ kind: 'malformed', text: 'authentication header of 8 bytes, below 12 (RFC 4302 section 2.2)' }],
    });
    expect(decodeAh(new ByteReader(hex('70 04 00 00 0a4d0001 00000007')))).toMatchObject({
      value: null,
      problems: [{ kind: 'malformed' }],
    });
    expect(decodeAh(new ByteReader(hex('70 04 00 00 0a4d0001 00000007'), 0, 12, 60)).problems).toMatchObject([
      { kind: 'cut' },
    ]);
  });
});
