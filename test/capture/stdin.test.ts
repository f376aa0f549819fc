import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { pcapFile } from './builders.ts';
import { bundleChild, CaptureChild } from './capture-child.ts';

bundleChild();

const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-stdin-'));
afterAll(() => rmSync(folder, { recursive: true }));

const capture = pcapFile(Array.from({ length: 30 }, (_, i) => ({ bytes: Buffer.from(`number ${i} `), seconds: i })));
const packetLength = 16 + 'number 0 '.length;

/** What lets a shell redirect stdin of the command that follows. */
const redirected = (how: string): readonly string[] => ['sh', '-c', `exec "$@" ${how}`, 'sh'];

test('packets of a pipe come as soon as they are there', async () => {
  const child = new CaptureChild({ file: '-' });
  child.process.stdin.write(capture.subarray(0, 24 + packetLength + 3));
  await child.until(({ packet }) => packet === 0);
  child.process.stdin.write(capture.subarray(24 + packetLength + 3, 24 + packetLength * 2));
  await child.until(({ packet }) => packet === 1);
  child.process.stdin.end(capture.subarray(24 + packetLength * 2));
  expect(await child.exit()).toBe(0);
  expect(await child.end()).toEqual({ frames: 30, dropped: null, problems: [] });
});

test('stopped at a packet, it ends though the pipe goes on', async () => {
  const child = new CaptureChild({ file: '-', packetLimit: 2 });
  child.process.stdin.write(capture.subarray(0, 200));
  expect((await child.end()).frames).toBe(2);
  expect(await child.exit()).toBe(0);
});

test.each(['-', '/dev/stdin'])('a file as stdin, named %s, is read from where it stands', async (file) => {
  const path = join(folder, 'capture.pcap');
  writeFileSync(path, capture);
  const child = new CaptureChild({ file }, { prefix: redirected(`<${path}`) });
  expect(await child.exit()).toBe(0);
  expect(await child.end()).toEqual({ frames: 30, dropped: null, problems: [] });

  writeFileSync(path, Buffer.concat([Buffer.from('header\n'), capture]));
  const behind = ['sh', '-c', `{ read -r _; exec "$@"; } <${path}`, 'sh'];
  const second = new CaptureChild({ file }, { prefix: behind });
  expect(await second.exit()).toBe(0);
  expect((await second.end()).frames).toBe(30);
});

test.each([
  ['</dev/null', 'stdin is empty'],
  ['</', 'stdin is a directory, not a capture'],
  ['<&-', 'stdin is empty'],
])('%s', async (how, message) => {
  const child = new CaptureChild({ file: '-' }, { prefix: redirected(how) });
  expect(await child.until(({ error }) => error !== undefined)).toMatchObject({ error: message });
  expect(await child.exit()).toBe(0);
});

test.skipIf(process.getuid?.() !== 0)('a file that only others may read', async () => {
  const path = join(folder, 'secret.pcap');
  writeFileSync(path, capture, { mode: 0o600 });
  const child = new CaptureChild({ file: path, asNobody: true });
  const { error, hint } = await child.until((event) => event.error !== undefined);
  expect(error).toBe(`cannot open ${path}: permission denied`);
  expect(hint).toBe(`who may read it: ls -l ${path}`);
});
