import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { concat } from '../../src/packet/bytes.ts';
import { encodeVrrp } from '../../src/packet/vrrp.ts';
import { encodedCaptures, writeEncodedCaptures } from './encoded.ts';
import { hex } from './hex.ts';
import { signedTrailer } from './hmac.ts';

const folder = join(import.meta.dirname, '../../captures');

test('the encoded captures are those that the encoders make', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'ha-doctor-encoded-'));
  try {
    await writeEncodedCaptures(fresh);
    for (const { file } of encodedCaptures()) {
      expect(await readFile(join(folder, file)), file).toEqual(await readFile(join(fresh, file)));
    }
    const encoded = (await readdir(folder)).filter((file) => file.startsWith('encoded-'));
    expect(encoded.sort()).toEqual(
      encodedCaptures()
        .map(({ file }) => file)
        .sort(),
    );
  } finally {
    await rm(fresh, { recursive: true });
  }
});

test("their HMAC is keepalived's: the wire image in the draft's appendix comes out", () => {
  const fields = { version: 3, vrid: 51, prio: 200, intvl: 1, addrs: ['192.0.2.100'] };
  const endpoints = { source: '198.51.100.10', destination: '192.0.2.10' };
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const trailer = signedTrailer(fields, endpoints, key, { keyId: 1, seconds: 0x68000000 + 0.5, counter: 0 });
  const message = encodeVrrp({ ...fields, trailer, checksum: 'no-pseudo-header' }, endpoints);
  const image = concat(
    hex('3133c801006444 02c0000264'),
    hex('010100006800000080000000'),
    hex('1b84bc4e8e43892dc6d98448f8ee2265'),
  );
  expect(message).toEqual(image);
});
