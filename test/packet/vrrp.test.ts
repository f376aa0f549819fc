import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/model/packet.ts';
import { addressBytes } from '../../src/packet/address.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { concat } from '../../src/packet/bytes.ts';
import { decodeVrrp, encodeVrrp, type VrrpFields, type VrrpMessage } from '../../src/packet/vrrp.ts';
import { decodeTrailer, encodeHmacTrailer } from '../../src/packet/vrrp-trailer.ts';
import { hex, reader } from './hex.ts';

const from = '10.77.0.1';
const group = '224.0.0.18';
const peer = '10.77.0.2';
const from6 = 'fe80::10';
const group6 = 'ff02::12';

interface Around {
  source?: string;
  destination?: string;
  wireLength?: number;
  isFragment?: boolean;
  whole?: boolean;
}

function decode(bytes: Uint8Array, around: Around = {}) {
  const { source = from, destination = group } = around;
  const message = new ByteReader(bytes, 0, bytes.length, around.wireLength ?? bytes.length);
  const family: Family = source.includes(':') ? 'ipv6' : 'ipv4';
  return decodeVrrp(message, {
    family,
    addresses: new ByteReader(concat(addressBytes(source), addressBytes(destination))),
    multicast: destination === group || destination === group6,
    isFragment: around.isFragment ?? false,
    whole: around.whole ?? true,
  });
}

function texts(bytes: Uint8Array, around: Around = {}): string[] {
  return decode(bytes, around).problems.map(({ kind, text }) => `${kind}: ${text}`);
}

describe('VRRPv2', () => {
  const bytes = hex(`21 33 c9 02        # version 2, advertisement; VRID 51, priority 201, two addresses
                     01 01 c3 19        # simple password, one second, checksum
                     0a 4d 00 64 0a 4d 00 65
                     73 65 63 72 65 74 00 00  # "secret"`);
  const fields: VrrpFields = {
    version: 2,
    vrid: 51,
    prio: 201,
    authType: 1,
    auth: 'secret',
    intvl: 1,
    addrs: ['10.77.0.100', '10.77.0.101'],
  };

  test('by hand', () => {
    expect(decode(bytes)).toEqual({
      value: {
        version: 2,
        messageType: 1,
        vrid: 51,
        prio: 201,
        authtype: 'simple',
        auth: 'secret',
        intvl: 1,
        addrs: ['10.77.0.100', '10.77.0.101'],
        checksum: 'good',
        checksumVariant: null,
        checksumField: 0xc319,
        checksumExpected: 0xc319,
        trailer: null,
        length: 24,
      } satisfies VrrpMessage,
      problems: [],
      consumed: 24,
    });
    expect(encodeVrrp(fields, { source: from, destination: group })).toEqual(bytes);
  });

  test.each([
    [0, 'none', null],
    [1, 'simple', 'secret'],
    [2, 'ah', null],
    [254, '254', null],
  ])('authentication type %i is %s', (authType, authtype, auth) => {
    const message = encodeVrrp({ ...fields, authType }, { source: from, destination: group });
    expect(decode(message).value).toMatchObject({ authtype, auth });
    expect(decode(message).problems).toEqual([]);
  });

  test('a password is Latin-1, and only its last NULs go', () => {
    const message = encodeVrrp({ ...fields, auth: '\0p\xe4\0ss' }, { source: from, destination: group });
    expect(decode(message).value?.auth).toBe('\0p\xe4\0ss');
  });

  test('a password is never read as an address, whatever the count claims', () => {
    const message = encodeVrrp({ ...fields, count: 4 }, { source: from, destination: group });
    expect(decode(message).value).toMatchObject({ addrs: ['10.77.0.100', '10.77.0.101'], auth: 'secret' });
    expect(texts(message)).toEqual(['malformed: address count 4, but room for 2 (RFC 3768 section 5.3.5)']);
  });

  test('without authentication data', () => {
    const message = encodeVrrp({ ...fields, authType: 0, withoutAuthData: true }, { source: from, destination: group });
    expect(decode(message).value).toMatchObject({ addrs: fields.addrs, checksum: 'good', trailer: null });
    expect(texts(message)).toEqual([
      'malformed: no authentication data behind the addresses (RFC 3768 section 5.3.10)',
    ]);
  });

  test('no addresses are legal: a script moves them', () => {
    const message = encodeVrrp({ ...fields, addrs: [] }, { source: from, destination: group });
    expect(decode(message)).toMatchObject({ value: { addrs: [], auth: 'secret', length: 16 }, problems: [] });
  });

  test("a vendor's longer authentication data is a trailer, and no problem", () => {
    const message = encodeVrrp(
      { ...fields, authType: 254, trailer: new Uint8Array(16).fill(7) },
      { source: from, destination: group },
    );
    expect(decode(message)).toMatchObject({
      value: { trailer: { kind: 'unknown', length: 16 }, checksum: 'good', checksumVariant: null },
      problems: [],
    });
  });

  test('over IPv6, with the checksum of RFC 3768 or the one that the kernel makes', () => {
    const fields6 = { ...fields, addrs: ['fe80::100'] };
    const message = encodeVrrp(fields6, { source: from6, destination: group6 });
    const around = { source: from6, destination: group6 };
    expect(decode(message, around).value).toMatchObject({ addrs: ['fe80::100'], auth: 'secret', checksum: 'good' });
    const kernel = Uint8Array.from(message);
    kernel.set([0, 0], 6);
    // Version 3's rule, applied to version 2.
    const pseudoHeader = concat(addressBytes(from6), addressBytes(group6), hex('00000020 00000070'));
    kernel.set(onesComplement(concat(pseudoHeader, kernel)), 6);
    expect(decode(kernel, around).value).toMatchObject({ checksum: 'good', checksumVariant: null });
  });
});

/** RFC 1071, written down once more to have a second opinion. */
function onesComplement(bytes: Uint8Array): Uint8Array {
  let sum = 0;
  bytes.forEach((byte, i) => {
    sum += i % 2 === 0 ? byte * 256 : byte;
  });
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return Uint8Array.of((0xffff - sum) >> 8, (0xffff - sum) & 0xff);
}

describe('VRRPv3', () => {
  test('over IPv4, by hand', () => {
    const bytes = hex(`31 33 64 01  # version 3, advertisement; VRID 51, priority 100, one address
                       00 14 75 29  # 20 cs, checksum with pseudo-header
                       0a 4d 00 64`);
    const message = encodeVrrp(
      { version: 3, vrid: 51, prio: 100, intvl: 0.2, addrs: ['10.77.0.100'] },
      { source: from, destination: group },
    );
    expect(message).toEqual(bytes);
    expect(decode(bytes)).toEqual({
      value: {
        version: 3,
        messageType: 1,
        vrid: 51,
        prio: 100,
        authtype: null,
        auth: null,
        intvl: 0.2,
        addrs: ['10.77.0.100'],
        checksum: 'good',
        checksumVariant: null,
        checksumField: 0x7529,
        checksumExpected: 0x7529,
        trailer: null,
        length: 12,
      } satisfies VrrpMessage,
      problems: [],
      consumed: 12,
    });
  });

  test('over IPv6', () => {
    const fields = { version: 3, vrid: 7, prio: 255, intvl: 40.95, addrs: ['fe80::7', '2001:db8::7'] };
    const around = { source: from6, destination: group6 };
    const message = encodeVrrp(fields, around);
    expect(message.slice(0, 6)).toEqual(hex('31 07 ff 02 0f ff'));
    expect(decode(message, around)).toMatchObject({
      value: { intvl: 40.95, addrs: fields.addrs, checksum: 'good', checksumVariant: null, length: 40 },
      problems: [],
    });
  });
});

describe('checksums', () => {
  const v3: VrrpFields = { version: 3, vrid: 51, prio: 100, intvl: 1, addrs: ['10.77.0.100'] };
  const v2: VrrpFields = { ...v3, version: 2 };
  const v6: VrrpFields = { ...v3, addrs: ['fe80::100'] };
  const hmac = encodeHmacTrailer({ keyId: 1, seconds: 1_700_000_000, counter: 0, mac: '0123456789abcdef'.repeat(2) });
  const other = hex('de ad be');
  const ipv4 = { source: from, destination: group };
  const unicast = { source: from, destination: peer };
  const ipv6 = { source: from6, destination: group6 };
  const unicast6 = { source: from6, destination: 'fe80::20' };

  test.each([
    ['v2', v2, ipv4, null],
    ['v3', v3, ipv4, null],
    ['v3 unicast', v3, unicast, null],
    ['v3 IPv6', v6, ipv6, null],
    ['v3', v3, ipv4, 'no-pseudo-header'],
    ['v3 unicast', v3, unicast, 'no-pseudo-header'],
    ['v3 unicast', v3, unicast, 'multicast-pseudo-header'],
    ['v3 IPv6 unicast', v6, unicast6, 'multicast-pseudo-header'],
    ['v2 with auth_hmac', { ...v2, trailer: hmac }, ipv4, null],
    ['v3 with auth_hmac', { ...v3, trailer: hmac }, ipv4, null],
    ['v3 IPv6 with auth_hmac', { ...v6, trailer: hmac }, ipv6, null],
    ['v3 with auth_hmac', { ...v3, trailer: hmac }, ipv4, 'no-pseudo-header'],
    ['v3 IPv6 with auth_hmac', { ...v6, trailer: hmac }, ipv6, 'without-trailer'],
    ['v2 with other bytes behind', { ...v2, trailer: other }, ipv4, null],
    ['v2 with other bytes behind', { ...v2, trailer: other }, ipv4, 'without-trailer'],
    ['v3 with other bytes behind', { ...v3, trailer: other }, ipv4, null],
    ['v3 with other bytes behind', { ...v3, trailer: other }, ipv4, 'without-trailer'],
  ] as const)('%s, %4$s', (_, fields, endpoints, variant) => {
    const message = encodeVrrp(variant === null ? fields : { ...fields, checksum: variant }, endpoints);
    expect(decode(message, endpoints).value).toMatchObject({ checksum: 'good', checksumVariant: variant });
    // The expected one is that of the standard rule, whatever matched.
    const standard = decode(encodeVrrp(fields, endpoints), endpoints).value?.checksumField;
    expect(decode(message, endpoints).value?.checksumExpected).toBe(standard);
    message[2] = 101;
    expect(decode(message, endpoints).value).toMatchObject({ checksum: 'bad', checksumVariant: null });
  });

  test('a trailer and a pseudo-header left out both: named after the pseudo-header', () => {
    const message = concat(encodeVrrp({ ...v3, checksum: 'no-pseudo-header' }, ipv4), other);
    expect(decode(message).value).toMatchObject({ checksum: 'good', checksumVariant: 'no-pseudo-header' });
  });

  test('zero in both its forms is the same checksum', () => {
    const message = encodeVrrp({ ...v2, addrs: [] }, ipv4);
    // A priority and an interval that bring the sum to ffff.
    message.set([0x21, 0x33, 0xdd, 0x00, 0x00, 0xcc, 0xff, 0xff], 0);
    expect(decode(message).value).toMatchObject({ checksum: 'bad' });
    message[4] = 0x01;
    message[5] = 0xcc;
    expect(decode(message).value).toMatchObject({ checksum: 'good', checksumField: 0xffff, checksumExpected: 0 });
  });

  test('unverified: a fragment, a message cut by the capture, one shorter than IP claims', () => {
    const message = encodeVrrp(v3, ipv4);
    const unverified = { checksum: 'unverified', checksumVariant: null, checksumExpected: null };
    expect(decode(message, { isFragment: true }).value).toMatchObject(unverified);
    expect(decode(message.slice(0, 10), { wireLength: 12, whole: false }).value).toMatchObject(unverified);
    expect(decode(message, { whole: false }).value).toMatchObject(unverified);
  });

  test('a variant that a message cannot have is refused', () => {
    expect(() => encodeVrrp({ ...v2, checksum: 'no-pseudo-header' }, ipv4)).toThrow(RangeError);
    expect(() => encodeVrrp({ ...v3, checksum: 'multicast-pseudo-header' }, ipv4)).toThrow(RangeError);
  });
});

describe('the auth_hmac trailer', () => {
  // Wire images of the draft's appendix, as keepalived's own test has them (test/auth_hmac_test.c): VRID 51, priority
  // 200, sequence 6800000080000000, key 00 01 … 1f.
  const ipv4Image = hex(`31 33 c8 01 00 64 44 02 c0000264
                         01 01 0000 68000000 8000 0000  # type, key id, reserved, seconds, fraction, counter
                         1b84bc4e8e43892dc6d98448f8ee2265`);
  const ipv6Image = hex(`31 33 c8 01 00 64 a2 e9 fe800000000000000000000000000100
                         01 01 0000 68000000 8000 0000
                         c8c56146ebfd66ee10ec4d8186461b78`);
  const trailer = { kind: 'hmac', length: 28, type: 1, keyId: 1, seconds: 0x68000000 + 0.5, counter: 0 };

  test('IPv4: the checksum leaves out the trailer, and in the draft the pseudo-header too', () => {
    expect(decode(ipv4Image, { source: '198.51.100.10', destination: '192.0.2.10' })).toMatchObject({
      value: {
        addrs: ['192.0.2.100'],
        checksum: 'good',
        checksumVariant: 'no-pseudo-header',
        trailer: { ...trailer, mac: '1b84bc4e8e43892dc6d98448f8ee2265' },
        length: 40,
      },
      problems: [],
      consumed: 12,
    });
  });

  test('IPv6: the checksum covers the trailer', () => {
    expect(decode(ipv6Image, { source: 'fe80::10', destination: 'fe80::20' })).toMatchObject({
      value: {
        addrs: ['fe80::100'],
        checksum: 'good',
        checksumVariant: null,
        trailer: { ...trailer, mac: 'c8c56146ebfd66ee10ec4d8186461b78' },
      },
      problems: [],
    });
  });

  test('is encoded as it was decoded', () => {
    const fields = { keyId: 255, seconds: 4_294_967_295.25, counter: 65_535, mac: '00112233445566778899aabbccddeeff' };
    const bytes = encodeHmacTrailer(fields);
    expect(decodeTrailer(new ByteReader(bytes)).value).toEqual({ kind: 'hmac', length: 28, type: 1, ...fields });
  });

  test('anything else is an unknown trailer', () => {
    expect(decodeTrailer(reader('02'.repeat(28))).value).toEqual({ kind: 'unknown', length: 28 });
    expect(decodeTrailer(reader('01'.repeat(27))).value).toEqual({ kind: 'unknown', length: 27 });
    expect(decodeTrailer(new ByteReader(hex('01'.repeat(20)), 0, 20, 28)).value).toEqual({
      kind: 'unknown',
      length: 28,
    });
  });
});

describe('what breaks the format is named, and the rest is kept', () => {
  const v3: VrrpFields = { version: 3, vrid: 51, prio: 100, intvl: 1, addrs: ['10.77.0.100'] };
  const v2: VrrpFields = { ...v3, version: 2 };
  const endpoints = { source: from, destination: group };

  test.each([
    [{ ...v3, type: 0 }, 'VRRP type 0, not 1, an advertisement (RFC 9568 section 5.2.2)'],
    [{ ...v2, type: 2 }, 'VRRP type 2, not 1, an advertisement (RFC 3768 section 5.3.2)'],
    [{ ...v3, vrid: 0 }, 'VRID 0, where 1 to 255 are allowed (RFC 9568 section 5.2.3)'],
    [{ ...v3, reserved: 5 }, 'reserved bits are 5, not 0 (RFC 9568 section 5.2.6)'],
    [{ ...v3, intvl: 0 }, 'maximum advertisement interval 0 (RFC 9568 section 5.2.7)'],
    [{ ...v2, intvl: 0 }, 'advertisement interval 0 (RFC 3768 section 5.3.7)'],
    [{ ...v3, count: 20 }, 'address count 20, but room for 1 (RFC 9568 section 5.2.5)'],
    [{ ...v3, count: 0 }, 'address count 0 leaves 4 bytes over (RFC 9568 section 5.2.5)'],
    [{ ...v2, trailer: hex('00 00') }, 'address count 1 leaves 2 bytes over (RFC 3768 section 5.3.5)'],
    [
      { ...v3, trailer: encodeHmacTrailer({ keyId: 1, seconds: 0, counter: 0, mac: '00'.repeat(16), reserved: 1 }) },
      'reserved bytes of the auth_hmac trailer are not zero (draft-cassen-vrrp-auth-hmac)',
    ],
  ])('%j', (fields: VrrpFields, problem) => {
    const message = encodeVrrp(fields, endpoints);
    expect(texts(message)).toEqual([`malformed: ${problem}`]);
    expect(decode(message).value).toMatchObject({ version: fields.version, prio: 100 });
  });

  test('another version: nothing is trusted but what all versions share', () => {
    const message = encodeVrrp({ ...v3, version: 7 }, endpoints);
    expect(decode(message).value).toEqual({
      version: 7,
      messageType: 1,
      vrid: 51,
      prio: 100,
      authtype: null,
      auth: null,
      intvl: null,
      addrs: [],
      checksum: 'unverified',
      checksumVariant: null,
      checksumField: expect.any(Number),
      checksumExpected: null,
      trailer: null,
      length: 12,
    });
    expect(texts(message)).toEqual(['malformed: VRRP version 7 (RFC 9568 section 5.2.1)']);
  });

  test('a message that ends within its header', () => {
    expect(texts(hex('31 33 64 01 00 64'))).toEqual([
      'malformed: the VRRP message ends after 6 of 8 header bytes (RFC 9568 section 5.2)',
      'malformed: address count 1, but room for 0 (RFC 9568 section 5.2.5)',
    ]);
    expect(decode(hex('31 33 64 01 00 64')).value).toMatchObject({
      vrid: 51,
      intvl: 1,
      checksum: 'unverified',
      checksumField: 0,
    });
    expect(decode(hex('21 33 64 01')).value).toMatchObject({ vrid: 51, prio: 100, intvl: null, authtype: null });
    expect(decode(hex('31 33 64')).value).toBeNull();
  });

  test('a message cut by the capture is not malformed', () => {
    const message = encodeVrrp({ ...v2, authType: 1, auth: 'secret' }, endpoints);
    expect(texts(message.slice(0, 13), { wireLength: 20, whole: false })).toEqual([
      'cut: captured 13 of 20 bytes of the VRRP message',
    ]);
    expect(decode(message.slice(0, 13), { wireLength: 20, whole: false }).value).toMatchObject({
      addrs: ['10.77.0.100'],
      authtype: 'simple',
      auth: null,
      length: 20,
    });
  });

  test('a first fragment is not malformed', () => {
    const addrs = Array.from({ length: 20 }, (_, i) => `10.77.0.${100 + i}`);
    const message = encodeVrrp({ ...v2, authType: 1, auth: 'secret', addrs }, endpoints);
    expect(texts(message.slice(0, 48), { isFragment: true })).toEqual([
      'cut: a first fragment: the rest of the VRRP message is in other packets',
    ]);
    expect(decode(message.slice(0, 48), { isFragment: true }).value).toMatchObject({
      addrs: addrs.slice(0, 10),
      auth: null,
      trailer: null,
    });
  });
});
