import type { ByteSource } from './byte-source.ts';
import { DecompressorBytes } from './decompressor.ts';
import { GunzipBytes, Input } from './gunzip.ts';

const gzip = [0x1f, 0x8b];
const zstd = [0x28, 0xb5, 0x2f, 0xfd];
const xz = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];

/**
 * What a source holds: unpacked where it is compressed with gzip, zstd or xz, which its first bytes tell; else as it is.
 * `warn` hears of bytes behind the data that are none.
 */
export async function unpacked(source: ByteSource, warn: (phrase: string) => void): Promise<ByteSource> {
  const input = new Input(source);
  await input.fill(xz.length);
  const begins = (magic: readonly number[]) => magic.every((byte, i) => input.bytes[input.at + i] === byte);
  if (begins(gzip)) return new GunzipBytes(input, warn);
  if (begins(zstd)) return new DecompressorBytes(input, 'zstd');
  return begins(xz) ? new DecompressorBytes(input, 'xz') : input;
}

/** The same of gzip alone. */
export async function gunzipped(source: ByteSource, warn: (phrase: string) => void): Promise<ByteSource> {
  const input = new Input(source);
  await input.fill(gzip.length);
  return gzip.every((byte, i) => input.bytes[input.at + i] === byte) ? new GunzipBytes(input, warn) : input;
}
