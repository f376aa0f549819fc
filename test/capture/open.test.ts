import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openFile, openStream } from '../../src/capture/open.ts';
import { CaptureError, type CaptureSource } from '../../src/capture/source.ts';
import { pcapFile } from './builders.ts';

const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const frame = Buffer.alloc(60, 1);
const packets = Array.from({ length: 5000 }, (_, i) => ({ bytes: frame, seconds: i }));
const capture = pcapFile(packets);

function write(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

interface Outcome {
  readonly frames: number;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

async function read(source: CaptureSource): Promise<Outcome> {
  const warnings: string[] = [];
  let count = 0;
  const { frames, dropped, problems } = await source.run({
    packet: () => count++,
    batch: () => {},
    warning: (message) => warnings.push(message),
  });
  expect(frames).toBe(count);
  expect(dropped).toBeNull();
  return { frames, problems: problems.map(({ message }) => message), warnings };
}

const whole: Outcome = { frames: 5000, problems: [], warnings: [] };

describe('a file', () => {
  test('is read', async () => {
    expect(await read(openFile(write('whole.pcap', capture)))).toEqual(whole);
  });

  test('larger than what is read ahead is delivered in its order', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => ({ bytes: frame, seconds: i }));
    const order: number[] = [];
    const end = await openFile(write('large.pcap', pcapFile(many))).run({
      packet: ({ seconds }) => order.push(seconds),
      batch: () => {},
      warning: () => {},
    });
    expect(order).toEqual(many.map(({ seconds }) => seconds));
    expect(end).toEqual({ frames: 60_000, dropped: null, problems: [] });
  });

  test('cut short is one problem', async () => {
    const path = write('cut.pcap', capture.subarray(0, 1000));
    const problem = `${path} is cut short after frame 12: 48 of the 60 bytes of a packet`;
    expect(await read(openFile(path))).toEqual({ frames: 12, problems: [problem], warnings: [] });
  });

  test('ends at stop(), for good', async () => {
    const source = openFile(write('whole.pcap', capture));
    const end = await source.run({
      packet: ({ frame: number }) => {
        if (number === 7) source.stop();
      },
      batch: () => {},
      warning: () => {},
    });
    source.stop();
    expect(end).toEqual({ frames: 7, dropped: null, problems: [] });
  });

  test('stopped before it was opened delivers nothing', async () => {
    const source = openFile(write('whole.pcap', capture));
    source.stop();
    expect(await read(source)).toEqual({ ...whole, frames: 0 });
  });

  test('waits for the sink after each chunk', async () => {
    let isBusy = false;
    const { frames } = await openFile(write('whole.pcap', capture)).run({
      packet: () => expect(isBusy).toBe(false),
      batch: async () => {
        isBusy = true;
        await new Promise((resolve) => setTimeout(resolve, 5));
        isBusy = false;
      },
      warning: () => {},
    });
    expect(frames).toBe(5000);
  });

  test('hands on what the sink throws', async () => {
    const fail = (): never => {
      throw new Error('mine');
    };
    const path = write('whole.pcap', capture);
    await expect(openFile(path).run({ packet: fail, batch: () => {}, warning: () => {} })).rejects.toThrow('mine');
    await expect(openFile(path).run({ packet: () => {}, batch: fail, warning: () => {} })).rejects.toThrow('mine');
  });
});

describe('gzip', () => {
  const packed = gzipSync(capture);

  test('is unpacked', async () => {
    expect(await read(openFile(write('whole.pcap.gz', packed)))).toEqual(whole);
  });

  test('in several members, with names, comments and padding', async () => {
    const named = write('inner.pcap', capture.subarray(70_000));
    const second = execFileSync('gzip', ['-c', named]);
    // FEXTRA, FCOMMENT and FHCRC, which gzip(1) itself does not write.
    const header = Buffer.from('1f8b0816000000000003' + '0300', 'hex');
    const fields = Buffer.from('abcnote\0xx', 'latin1');
    const first = gzipSync(capture.subarray(0, 70_000)).subarray(10);
    const members = [header, fields, first, second, Buffer.alloc(512)];
    expect(await read(openFile(write('members.gz', Buffer.concat(members))))).toEqual(whole);
  });

  test('in any pieces, from a stream', async () => {
    const stream = new PassThrough();
    const outcome = read(openStream('stdin', stream));
    for (let at = 0; at < packed.length; at += 7) stream.write(packed.subarray(at, at + 7));
    stream.end();
    expect(await outcome).toEqual(whole);
  });

  test('cut anywhere gives the packets before, and one problem', async () => {
    for (const length of [9, 15, 100, 700, packed.length - 9, packed.length - 1]) {
      const path = write('cut.gz', packed.subarray(0, length));
      const { frames, problems } = await read(openFile(path));
      const where = frames === 0 ? 'before its first frame' : `after frame ${frames}`;
      expect(problems).toEqual([`${path} is cut short ${where}: its gzip data end early`]);
      if (length > 700) expect(frames).toBe(5000);
    }
  });

  test('with garbage behind it is whole, with a warning', async () => {
    const path = write('garbage.gz', Buffer.concat([packed, Buffer.from('garbage')]));
    expect(await read(openFile(path))).toEqual({
      ...whole,
      warnings: [`${path}: what follows its gzip data is ignored`],
    });
  });

  test('with a wrong checksum', async () => {
    const broken = Buffer.from(packed);
    broken.writeUInt32LE(1, broken.length - 8);
    const path = write('checksum.gz', broken);
    const problem = `${path} is damaged after frame 5000: the checksum of its gzip data is wrong`;
    expect(await read(openFile(path))).toEqual({ ...whole, problems: [problem] });
  });

  test('that is corrupt inside', async () => {
    const broken = Buffer.concat([packed.subarray(0, 300), Buffer.alloc(50, 0xff), packed.subarray(350)]);
    const { problems } = await read(openFile(write('corrupt.gz', broken)));
    expect(problems).toEqual([
      expect.stringMatching(/corrupt\.gz is damaged (before its first frame|after frame \d+): \S/),
    ]);
  });

  test('that unpacks to far more than there is memory for it', async () => {
    const bomb = gzipSync(Buffer.concat([pcapFile([]), Buffer.alloc(120_000_000)]), { level: 1 });
    const path = write('bomb.gz', bomb);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const { frames } = await openFile(path).run({
      packet: () => {},
      batch: () => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      },
      warning: () => {},
    });
    expect(frames).toBe(7_500_000);
    expect(most).toBeLessThan(40_000_000);
  });
});

describe('a pipe', () => {
  test('delivers each packet as soon as it is there', async () => {
    const stream = new PassThrough();
    let count = 0;
    const source = openStream('stdin', stream);
    const ended = source.run({ packet: () => count++, batch: () => {}, warning: () => {} });
    stream.write(capture.subarray(0, 24 + 76 * 2 + 10));
    await expect.poll(() => count).toBe(2);
    stream.write(capture.subarray(24 + 76 * 2 + 10, 24 + 76 * 3));
    await expect.poll(() => count).toBe(3);
    source.stop();
    expect(await ended).toEqual({ frames: 3, dropped: null, problems: [] });
  });

  test('with a writer that comes later, and is stopped while it waits', async () => {
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const waiting = openFile(path);
    const stopped = read(waiting);
    setTimeout(() => waiting.stop(), 50);
    expect(await stopped).toEqual({ ...whole, frames: 0 });

    const outcome = read(openFile(path));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const writer = openSync(path, 'w');
    writeSync(writer, capture, 0, 24 + 76 * 2);
    closeSync(writer);
    expect(await outcome).toEqual({ ...whole, frames: 2 });
  });

  test('of gzip data that come byte by byte', async () => {
    const path = join(folder, 'slow');
    execFileSync('mkfifo', [path]);
    const outcome = read(openFile(path));
    const writer = openSync(path, 'w');
    const packed = gzipSync(capture);
    for (let at = 0; at < 14; at++) {
      writeSync(writer, packed, at, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (let at = 14; at < packed.length; at += 4096) writeSync(writer, packed, at, Math.min(4096, packed.length - at));
    closeSync(writer);
    expect(await outcome).toEqual(whole);
  });
});

describe('what cannot be read', () => {
  const errorOf = async (path: string): Promise<string> => {
    const error = await read(openFile(path)).catch((thrown: unknown) => thrown);
    if (!(error instanceof CaptureError)) throw error;
    return error.message.replace(folder, 'FOLDER');
  };

  test.each([
    ['/nowhere/capture.pcap', 'cannot open /nowhere/capture.pcap: there is no such file'],
    ['/dev/zero', '/dev/zero is a device, not a capture file'],
    ['/', '/ is a directory, not a capture file'],
  ])('%s', async (path, message) => {
    expect(await errorOf(path)).toBe(message);
  });

  test('an empty file', async () => {
    expect(await errorOf(write('empty.pcap', ''))).toBe('FOLDER/empty.pcap is empty');
  });

  test('an empty gzip file', async () => {
    expect(await errorOf(write('empty.gz', gzipSync('')))).toBe('FOLDER/empty.gz is empty');
  });

  test('text in a gzip file', async () => {
    expect(await errorOf(write('text.gz', gzipSync('hello\n')))).toBe('FOLDER/text.gz is not a capture, but text');
  });

  test('a socket', async () => {
    const path = join(folder, 'socket');
    const server = spawn('python3', [
      '-c',
      `import socket,time; s=socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(path)}); print(1, flush=True); time.sleep(9)`,
    ]);
    await once(server.stdout, 'data');
    expect(await errorOf(path)).toBe('cannot open FOLDER/socket: it is a socket');
    server.kill();
  });
});
