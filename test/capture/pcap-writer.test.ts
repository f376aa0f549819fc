import { execFileSync, spawnSync } from 'node:child_process';
import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openWriter } from '../../src/capture/pcap-writer.ts';
import type { CapturedPacket } from '../../src/model/packet.ts';
import { readAll } from './read-all.ts';

const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));

function packet(frame: number, changes: Partial<CapturedPacket> = {}): CapturedPacket {
  const bytes = Uint8Array.from({ length: 40 + frame }, (_, i) => i);
  return {
    bytes,
    start: 0,
    end: bytes.length,
    originalLength: 1000,
    linkType: 1,
    frame,
    seconds: 1_700_000_000 + frame,
    nanoseconds: 123_456_000,
    timeDigits: 6,
    interfaceName: null,
    ...changes,
  };
}

async function written(name: string, packets: readonly CapturedPacket[]): Promise<string> {
  const path = join(folder, name);
  const writer = await openWriter(path);
  for (const each of packets) {
    writer.write(each);
    if (each.frame % 2 === 0) await writer.flush();
  }
  await writer.close();
  return path;
}

test.each([
  ['pcap', 'a.pcap', {}],
  ['pcap with nanoseconds', 'nano.pcap', { timeDigits: 9, nanoseconds: 123_456_789 }],
  ['pcapng', 'a.pcapng', { interfaceName: 'eth0' }],
  ['pcapng with nanoseconds', 'nano.pcapng', { timeDigits: 9, nanoseconds: 123_456_789 }],
])('%s is read back as it was written', async (_, name, changes) => {
  const packets = [1, 2, 3, 4, 5].map((frame) => packet(frame, changes));
  const path = await written(name, packets);
  expect(readAll(readFileSync(path))).toEqual({ packets, problem: null, dropped: null });
});

test('only the bytes of the packet are written, not those around it', async () => {
  const inner = packet(1, { start: 10, end: 30 });
  const { packets } = readAll(readFileSync(await written('inner.pcap', [inner])));
  expect(packets[0]?.bytes).toEqual(inner.bytes.subarray(10, 30));
});

test('more than fits into one buffer', async () => {
  const path = join(folder, 'large.pcap');
  const writer = await openWriter(path);
  for (let frame = 1; frame <= 2000; frame++) writer.write(packet(frame, { bytes: new Uint8Array(500), end: 500 }));
  const first = writer.flush();
  for (let frame = 2001; frame <= 4000; frame++) writer.write(packet(frame, { bytes: new Uint8Array(500), end: 500 }));
  await Promise.all([first, writer.flush(), writer.flush()]);
  await writer.close();
  const { packets, problem } = readAll(readFileSync(path));
  expect(problem).toBeNull();
  expect(packets.map(({ seconds }) => seconds - 1_700_000_000)).toEqual(Array.from({ length: 4000 }, (_, i) => i + 1));
});

test('a capture without packets is a capture', async () => {
  for (const name of ['none.pcap', 'none.pcapng']) {
    expect(readAll(readFileSync(await written(name, [])))).toEqual({ packets: [], problem: null, dropped: null });
  }
});

test('pcapng holds several link types and interfaces', async () => {
  const packets = [
    packet(1, { interfaceName: 'eth0' }),
    packet(2, { linkType: 276 }),
    packet(3, { interfaceName: 'eth0', timeDigits: 9, nanoseconds: 1 }),
    packet(4, { interfaceName: 'eth0' }),
  ];
  expect(readAll(readFileSync(await written('several.pcapng', packets))).packets).toEqual(packets);
});

test('pcapng names so many interfaces and no more, and keeps all packets', async () => {
  const packets = Array.from({ length: 6000 }, (_, i) => packet(i + 1, { interfaceName: `if${i}` }));
  const names = readAll(readFileSync(await written('names.pcapng', packets))).packets.map((each) => each.interfaceName);
  expect(names.slice(0, 4096)).toEqual(packets.slice(0, 4096).map((each) => each.interfaceName));
  expect(names.slice(4096)).toEqual(new Array(6000 - 4096).fill(null));
});

test('pcap holds one link type, and says so', async () => {
  const path = join(folder, 'two.pcap');
  const writer = await openWriter(path);
  writer.write(packet(1));
  expect(() => writer.write(packet(2, { linkType: 276 }))).toThrow(
    `${path} cannot hold packets of link types 1 and 276: pcap has one a file`,
  );
  await writer.close();
});

const readers = ['tcpdump', 'capinfos'].filter((program) => spawnSync(program, ['--version']).status === 0);

test.skipIf(readers.length === 0)('others can read it', async () => {
  for (const name of ['others.pcap', 'others.pcapng', 'empty.pcap']) {
    const packets = name === 'empty.pcap' ? [] : [1, 2, 3].map((frame) => packet(frame, { timeDigits: 9 }));
    const path = await written(name, packets);
    if (readers.includes('tcpdump')) {
      const printed = execFileSync('tcpdump', ['-nn', '-tt', '-r', path], { stdio: ['ignore', 'pipe', 'ignore'] });
      expect(printed.toString().match(/^17000000\d\d\.123456/gm) ?? []).toHaveLength(packets.length);
    }
    if (readers.includes('capinfos')) {
      const printed = execFileSync('capinfos', ['-TMcr', path], { encoding: 'utf8' });
      expect(printed).toContain(`\t${packets.length}`);
    }
  }
});

test('the capture being read is never overwritten', async () => {
  const input = join(folder, 'input.pcap');
  writeFileSync(input, 'precious');
  symlinkSync(input, join(folder, 'symbolic'));
  linkSync(input, join(folder, 'hard'));
  for (const name of ['input.pcap', 'symbolic', 'hard']) {
    await expect(openWriter(join(folder, name), input)).rejects.toThrow('is the capture being read');
  }
  expect(readFileSync(input, 'utf8')).toBe('precious');
});

test.each([
  ['/dev/full', 'cannot write /dev/full: no space is left on the device', 'ENOSPC'],
  ['/nowhere/a.pcap', 'cannot write /nowhere/a.pcap: its folder does not exist', 'ENOENT'],
  ['/', 'cannot write /: it is a directory', 'EISDIR'],
])('%s', async (path, message, code) => {
  const attempt = async (): Promise<void> => {
    const writer = await openWriter(path);
    writer.write(packet(1));
    await writer.close();
  };
  await expect(attempt()).rejects.toMatchObject({ name: 'CaptureError', message, code });
});
