import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressBytes, ipv4Text, ipv6Text, macBytes, macText } from '../../src/packet/address.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { reader } from './hex.ts';

describe('addresses as text', () => {
  test('hardware addresses and dotted quads', () => {
    expect(macText(reader('52 54 00 33 a5 02'), 0)).toBe('52:54:00:33:a5:02');
    expect(macText(reader('80 00 00 48'), 0, 4)).toBe('80:00:00:48');
    expect(ipv4Text(reader('ff 0a 4d 00 64'), 1)).toBe('10.77.0.100');
  });

  // RFC 5952 section 4, and the forms of its sections 1 and 5.
  test.each([
    ['0000 0000 0000 0000 0000 0000 0000 0000', '::'],
    ['0000 0000 0000 0000 0000 0000 0000 0001', '::1'],
    ['ff02 0000 0000 0000 0000 0000 0000 0012', 'ff02::12'],
    ['2001 0db8 0000 0000 0001 0000 0000 0001', '2001:db8::1:0:0:1'], // the first of equal runs
    ['2001 0000 0000 0001 0000 0000 0000 0001', '2001:0:0:1::1'], // the longest run
    ['2001 0db8 0000 0001 0001 0001 0001 0001', '2001:db8:0:1:1:1:1:1'], // one group is no run
    ['fd77 0000 0000 0000 0000 0000 0000 0000', 'fd77::'],
    ['0000 0000 0000 0000 0000 ffff 0a4d 0064', '::ffff:10.77.0.100'],
    ['0001 0002 0003 0004 0005 0006 0007 0008', '1:2:3:4:5:6:7:8'],
  ])('%s is %s', (bytes, text) => {
    expect(ipv6Text(reader(bytes), 0)).toBe(text);
    expect(addressBytes(text)).toEqual(Uint8Array.from(Buffer.from(bytes.replaceAll(' ', ''), 'hex')));
  });

  test('are undefined where the window ends before them', () => {
    const short = reader('00'.repeat(15));
    expect([ipv6Text(short, 0), ipv4Text(short, 12), macText(short, 10)]).toEqual([undefined, undefined, undefined]);
  });

  test('read back what they wrote', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        // Zeros are rare among random bytes and what the form is about.
        const sparse = bytes.map((byte) => (byte < 160 ? 0 : byte));
        for (const address of [bytes, sparse]) {
          const view = new ByteReader(address);
          expect(addressBytes(ipv6Text(view, 0) ?? '')).toEqual(address);
          expect(addressBytes(ipv4Text(view, 3) ?? '')).toEqual(address.slice(3, 7));
          expect(macBytes(macText(view, 5) ?? '')).toEqual(address.slice(5, 11));
        }
      }),
    );
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '1.2.3.4.5',
    ':',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    'g::',
    '::1.2.3',
  ])('%j is no address', (text) => {
    expect(() => addressBytes(text)).toThrow(RangeError);
  });

  test.each(['', '52:54:', '5254003', 'xx:00:00:00:00:00'])('%j is no hardware address', (text) => {
    expect(() => macBytes(text)).toThrow(RangeError);
  });
});
