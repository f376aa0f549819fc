import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openFile, openStream } from '../../src/capture/open.ts';
import { exitCodeOf } from '../../src/commands/shared/exit-code.ts';
import { parsePcap, writePcap, writePcapng } from '../fuzz/capture-file.ts';
import { captureBytes } from './adverts.ts';
import { jsonSession } from './scripted.ts';
import { type Line, summaryOf } from './shapes.ts';

// Every length of a small capture, in this process: as many runs of the command line would take minutes (bad-input.test.ts
// has some of them).

const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-cut-'));
const path = join(folder, 'cut');
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  readonly lines: readonly Line[];
  readonly problems: readonly string[];
  readonly exitCode: number;
}

/** What `sniff -r` of the bytes answers. */
async function answerOf(bytes: Uint8Array, kind: 'file' | 'pipe'): Promise<Answer> {
  if (kind === 'file') writeFileSync(path, bytes);
  const source = kind === 'file' ? openFile(path) : openStream('cut', Readable.from([Buffer.from(bytes)]));
  const lines: Line[] = [];
  const session = jsonSession((line) => lines.push(JSON.parse(line)));
  await session.run(
    [{ source, place: source.name }],
    async () => {},
    () => ({ warning: () => {} }),
  );
  const { findings } = session.finish();
  return {
    lines,
    problems: session.problems.map(({ message }) => message),
    exitCode: exitCodeOf(findings, 'warning', session.problems.length > 0),
  };
}

/** Two senders that do not agree, in a few adverts. */
const recording = parsePcap(captureBytes('auth-mismatch.pcap'));
recording.packets = recording.packets.filter(({ bytes }) => bytes[12] === 8 && bytes[13] === 0).slice(0, 5);
const shape = { littleEndian: true, names: ['eth0'], resolution: 6 } as const;
const formats: readonly [name: string, bytes: Buffer, overhead: number, kind: 'file' | 'pipe'][] = [
  ['pcap', writePcap(recording, { littleEndian: true, magic: 0xa1b2c3d4 }), 24, 'file'],
  ['pcap, big-endian, nanoseconds', writePcap(recording, { littleEndian: false, magic: 0xa1b23c4d }), 24, 'pipe'],
  ['pcapng', writePcapng(recording, { ...shape, kind: 'enhanced' }), 28, 'pipe'],
  ['pcapng of simple packets', writePcapng(recording, { ...shape, kind: 'simple' }), 28, 'pipe'],
];

describe.each(formats)('%s cut anywhere', (_, bytes, overhead, kind) => {
  test('says so but between packets, and tells what was before', { timeout: 60_000 }, async () => {
    const whole = await answerOf(bytes, kind);
    expect(whole).toMatchObject({ problems: [], exitCode: 1 });
    expect(summaryOf(whole.lines).frames).toBe(5);
    let clean = 0;
    let known = 0;
    for (let length = 0; length < bytes.length; length++) {
      const { lines, problems, exitCode } = await answerOf(bytes.subarray(0, length), kind);
      const { frames, findings, adverts } = summaryOf(lines);
      expect(frames).toBeGreaterThanOrEqual(known);
      known = frames;
      expect(problems.length).toBeLessThanOrEqual(1);
      if (problems.length === 0) {
        clean++;
        expect(length).toBeGreaterThanOrEqual(overhead);
        expect(exitCode).toBe(findings.some(({ severity }) => severity !== 'info') ? 1 : 0);
      } else {
        expect(exitCode).toBe(2);
        const [problem = ''] = problems;
        if (length >= 4)
          expect(problem).toMatch(
            / is cut short (before its first frame|after frame \d+): \d+ (of the \d+ )?bytes of /,
          );
        if (frames > 0) expect(problem).toContain(` after frame ${frames}: `);
      }
      // What was told of the packets before is what the whole capture tells of them.
      expect(lines.filter(({ type }) => type === 'advert')).toEqual(
        whole.lines.filter(({ type }) => type === 'advert').slice(0, adverts),
      );
    }
    // One place behind each packet, and a few in front of the first and behind the last: headers, descriptions, statistics.
    expect(clean).toBeGreaterThanOrEqual(5);
    expect(clean).toBeLessThanOrEqual(5 + 3);
  });
});

test('gzip data cut anywhere say so, and tell what could be unpacked', { timeout: 60_000 }, async () => {
  const packed = gzipSync(writePcap(recording, { littleEndian: true, magic: 0xa1b2c3d4 }));
  let known = 0;
  for (let length = 0; length < packed.length; length++) {
    const { lines, problems, exitCode } = await answerOf(packed.subarray(0, length), 'file');
    expect({ length, exitCode, problems: problems.length }).toEqual({ length, exitCode: 2, problems: 1 });
    expect(summaryOf(lines).frames).toBeGreaterThanOrEqual(known);
    known = summaryOf(lines).frames;
  }
  expect(known).toBe(5);
});
