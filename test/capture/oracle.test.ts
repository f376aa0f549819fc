import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openFile } from '../../src/capture/open.ts';

const execute = promisify(execFile);
const repository = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Captures of other projects and our own, and how many of them must have been compared at least. */
const folders = [
  { folder: join(repository, '../shared/corpus/pcap'), fewest: 101 },
  { folder: join(repository, 'captures'), fewest: 40 },
];

const has = (program: string): Promise<boolean> =>
  execute(program, ['--version']).then(
    () => true,
    () => false,
  );
const canCompare = (await has('tcpdump')) && (await has('tshark'));

/** Packets, a line each: number, time, captured length, length on the wire, and perhaps the bytes. */
type Lines = readonly string[];

describe.each(folders)('$folder', ({ folder, fewest }) => {
  test.skipIf(!canCompare || !existsSync(folder))('is read as others read it', { timeout: 120_000 }, async () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'README.md')
      .map((entry) => join(entry.parentPath, entry.name));
    let compared = 0;
    for (const file of files) {
      const ours = await readOurselves(file);
      const tcpdumps = await readWithTcpdump(file);
      if (tcpdumps === null || ours.join() !== tcpdumps.join()) {
        // tcpdump knows fewer link types, one snap length a file only, and cuts packets that are longer than that.
        const tsharks = await readWithTshark(file);
        if (tsharks === null) continue;
        expect(ours.map(withoutBytes), file).toEqual(tsharks);
      }
      compared++;
    }
    expect(compared).toBeGreaterThanOrEqual(fewest);
  });
});

/** tcpdump turns any capture into plain pcap: with nanoseconds, and in the byte order of this machine. */
async function readWithTcpdump(file: string): Promise<Lines | null> {
  const options = { encoding: 'buffer', maxBuffer: 2 ** 28 } as const;
  const result = await execute('tcpdump', ['--nano', '-r', file, '-w', '-'], options).catch(() => null);
  if (result === null) return null;
  const bytes = result.stdout;
  const lines: string[] = [];
  for (let at = 24, end = 0; at < bytes.length; at = end) {
    const [seconds, nanoseconds, captured, original] = new Uint32Array(
      Uint8Array.from(bytes.subarray(at, at + 16)).buffer,
    );
    end = at + 16 + (captured ?? 0);
    const packet = bytes.subarray(at + 16, end);
    lines.push(lineOf(lines.length + 1, seconds ?? 0, nanoseconds ?? 0, packet, original ?? 0));
  }
  return lines;
}

async function readOurselves(file: string): Promise<Lines> {
  const lines: string[] = [];
  const { problems } = await openFile(file).run({
    packet: ({ frame, seconds, nanoseconds, bytes, start, end, originalLength }) =>
      lines.push(lineOf(frame, seconds, nanoseconds, bytes.subarray(start, end), originalLength)),
    batch: () => {},
    warning: () => {},
  });
  expect(problems, file).toEqual([]);
  return lines;
}

function lineOf(frame: number, seconds: number, nanoseconds: number, packet: Uint8Array, original: number): string {
  const time = `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  return [frame, time, packet.length, original, Buffer.from(packet).toString('hex')].join('\t');
}

function withoutBytes(line: string): string {
  return line.slice(0, line.lastIndexOf('\t'));
}

/** Without bytes; null where tshark does not know the link type. */
async function readWithTshark(file: string): Promise<Lines | null> {
  const fields = ['frame.number', 'frame.time_epoch', 'frame.cap_len', 'frame.len'].flatMap((field) => ['-e', field]);
  try {
    const { stdout } = await execute('tshark', ['-n', '-r', file, '-T', 'fields', ...fields]);
    return stdout.split('\n').filter((line) => line !== '');
  } catch (error) {
    if (/contains record data that TShark doesn't support/.test((error as Error).message)) return null;
    throw error;
  }
}
