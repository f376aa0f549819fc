import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CapturedPacket } from '../../src/model/packet.ts';
import { addressBytes } from '../../src/packet/address.ts';
import { ByteReader } from '../../src/packet/byte-reader.ts';
import { concat } from '../../src/packet/bytes.ts';
import { Dissector, dissectPacket } from '../../src/packet/dissect.ts';
import { decodeVrrp } from '../../src/packet/vrrp.ts';
import { followedPacket, groups, hostilePacket, vrrpMessage } from './frames.ts';

/** The packet in the middle of a larger buffer full of other bytes, which is itself a part of another one. */
function surrounded(packet: CapturedPacket, before: number, filler: number): CapturedPacket {
  const bytes = new Uint8Array(before + packet.bytes.length + 64 + 5).fill(filler).subarray(5);
  bytes.set(packet.bytes, before);
  return { ...packet, bytes, start: before, end: before + packet.bytes.length };
}

/** The packet in a buffer that refuses to be read outside of it. */
function guarded(packet: CapturedPacket): CapturedPacket {
  const bytes = new Proxy(packet.bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^-?\d+$/.test(key) && (Number(key) < packet.start || Number(key) >= packet.end)) {
        throw new Error(`read at ${key}, outside of ${packet.start} to ${packet.end}`);
      }
      return Reflect.get(target, key, target);
    },
  });
  return { ...packet, bytes };
}

describe('a message that was encoded', () => {
  test.each(['ipv4', 'ipv6'] as const)('decodes to what it was made of, over %s', (family) => {
    fc.assert(
      fc.property(vrrpMessage(family), ({ fields, trailer, source, destination, message }) => {
        const { value, problems, consumed } = decodeVrrp(new ByteReader(message), {
          family,
          addresses: new ByteReader(concat(addressBytes(source), addressBytes(destination))),
          multicast: destination === groups[family],
          isFragment: false,
          whole: true,
        });
        const isV2 = fields.version === 2;
        const names: Readonly<Record<number, string>> = { 0: 'none', 1: 'simple', 2: 'ah' };
        const authType = fields.authType ?? 0;
        expect(problems).toEqual([]);
        expect(value).toEqual({
          version: fields.version,
          messageType: 1,
          vrid: fields.vrid,
          prio: fields.prio,
          authtype: isV2 ? (names[authType] ?? String(authType)) : null,
          auth: isV2 && authType === 1 ? fields.auth?.replace(/\0+$/, '') : null,
          intvl: fields.intvl,
          addrs: fields.addrs,
          checksum: 'good',
          checksumVariant: null,
          checksumField: expect.any(Number),
          checksumExpected: expect.any(Number),
          trailer: trailer === null ? null : { kind: 'hmac', length: 28, type: 1, ...trailer },
          length: message.length,
        });
        expect(consumed).toBe(message.length - (trailer === null ? 0 : 28));
      }),
    );
  });
});

describe('whatever bytes come', () => {
  test('nothing throws, and nothing outside of the packet is read', () => {
    fc.assert(
      fc.property(hostilePacket, (packet) => {
        dissectPacket(guarded(surrounded(packet, 7, 0)));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what surrounds the packet in its buffer makes no difference', () => {
    fc.assert(
      fc.property(hostilePacket, fc.nat(9), (packet, before) => {
        const expected = dissectPacket(packet);
        for (const filler of [0x00, 0x70, 0xff]) {
          expect(new Dissector().dissect(surrounded(packet, before, filler))).toEqual(expected);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('counts that the packet claims do not outgrow its bytes', () => {
    fc.assert(
      fc.property(hostilePacket, (packet) => {
        const decoded = dissectPacket(packet);
        if (decoded?.type !== 'advert') return;
        expect(decoded.addrs.length * 4).toBeLessThanOrEqual(packet.bytes.length);
        expect(decoded.length).toBeLessThanOrEqual(packet.originalLength);
        const isWhole = packet.bytes.length === packet.originalLength;
        if (isWhole && !decoded.problems.some(({ text }) => text.includes('fragment'))) {
          expect(decoded.problems.filter(({ kind }) => kind === 'cut')).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('every truncation of a packet by the capture is cut, and not malformed', () => {
    fc.assert(
      fc.property(followedPacket, fc.nat(), (packet, seed) => {
        const whole = dissectPacket(packet);
        const length = seed % packet.bytes.length;
        const part = dissectPacket({ ...packet, bytes: packet.bytes.slice(0, length), end: length });
        if (whole?.type !== 'advert' || part?.type !== 'advert') return;
        const malformed = part.problems.filter(({ kind }) => kind === 'malformed');
        expect(whole.problems).toEqual(expect.arrayContaining(malformed));
        expect(whole.addrs.slice(0, part.addrs.length)).toEqual(part.addrs);
      }),
    );
  });
});

describe('the memo', () => {
  test('answers as if there were none, over random streams', () => {
    const stream = fc
      .tuple(fc.array(hostilePacket, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(7), { maxLength: 60 }))
      .map(([packets, order]) => order.map((index) => packets[index % packets.length]!));
    fc.assert(
      fc.property(stream, (packets) => {
        const dissector = new Dissector();
        for (const packet of packets) expect(dissector.dissect(packet)).toEqual(dissectPacket(packet));
      }),
    );
  });

  test('answers as if there were none, whichever byte of a repeated packet changes', () => {
    const change = fc.record({ packet: followedPacket, index: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(change, ({ packet, index, mask }) => {
        const dissector = new Dissector();
        const changed = Uint8Array.from(packet.bytes);
        const at = index % changed.length;
        changed[at] = changed[at]! ^ mask;
        const other = { ...packet, bytes: changed };
        for (const next of [packet, packet, other, packet, other, other]) {
          expect(dissector.dissect(next)).toEqual(dissectPacket(next));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
