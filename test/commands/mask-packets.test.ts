import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openStream } from '../../src/capture/open.ts';
import { maskPackets } from '../../src/commands/collect/packets.ts';
import type { WirePacket } from '../../src/model/packet.ts';
import { Redaction } from '../../src/node/redaction.ts';
import { dissectPacket } from '../../src/packet/dissect.ts';
import { root } from './built.ts';

const folder = join(root, 'captures');
const captures = readdirSync(folder).filter((name) => name.endsWith('.pcap'));

async function packetsIn(capture: Buffer): Promise<(WirePacket | null)[]> {
  const packets: (WirePacket | null)[] = [];
  const sink = { packet: (packet: Parameters<typeof dissectPacket>[0]) => void packets.push(dissectPacket(packet)) };
  await openStream('capture', Readable.from([capture])).run({ ...sink, batch: () => {}, warning: () => {} });
  return packets;
}

const authOf = (packet: WirePacket | null) => (packet?.type === 'advert' ? packet.auth : null);
/** The field of the checksum changes with what it covers; what it comes to does not. */
const withoutAuth = (packet: WirePacket | null) =>
  packet?.type === 'advert' ? { ...packet, auth: null, checksumField: null, checksumExpected: null } : packet;

describe('a capture without the passwords in it says the same as before', () => {
  test.each(captures)('%s', async (name) => {
    const capture = readFileSync(join(folder, name));
    const before = await packetsIn(Buffer.from(capture));
    const redaction = new Redaction();
    const after = await packetsIn(maskPackets(Buffer.from(capture), redaction));
    expect(after.map(withoutAuth)).toEqual(before.map(withoutAuth));
    for (const [i, packet] of before.entries()) {
      const auth = authOf(packet);
      expect(authOf(after[i] ?? null)).toBe(auth === null ? null : redaction.field(auth));
    }
  });

  test('cut anywhere, it is masked up to its last whole packet', () => {
    const capture = readFileSync(join(folder, 'auth-mismatch.pcap'));
    for (const length of [0, 10, 24, 30, 100, 1000, capture.length - 1]) {
      const masked = maskPackets(Buffer.from(capture.subarray(0, length)), new Redaction());
      expect(masked.length).toBeLessThanOrEqual(length);
      expect(masked.toString('latin1')).not.toMatch(/secret/);
    }
  });

  test('what is no capture is none', () => {
    expect(maskPackets(Buffer.from('no capture at all, auth_pass secret'), new Redaction())).toHaveLength(0);
  });
});
