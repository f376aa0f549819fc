import { closeSync, constants, fstatSync, open } from 'node:fs';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { BrokenBytes, type ByteSource, FileBytes, PipeBytes, StreamBytes } from '../bytes/byte-source.ts';
import { gunzipped } from '../bytes/unpack.ts';
import { cookedInterfaceIndex } from './cooked-interface.ts';
import { PacketReader } from './packet-reader.ts';
import { type CaptureEnd, CaptureError, type CaptureSink, type CaptureSource } from './source.ts';

/**
 * A capture file: pcap or pcapng, perhaps compressed with gzip, a regular file or a FIFO; `-` is stdin.
 * `run` rejects with a CaptureError where it cannot be opened or is no capture.
 */
export function openFile(path: string): CaptureSource {
  const isStdin = path === '-' || path === '/dev/stdin';
  return new StreamCapture(isStdin ? 'stdin' : path, isStdin ? openStdin : () => openPath(path));
}

/** A capture that someone else provides the bytes of: `tcpdump -w -` on another host, a member of an archive. */
export function openStream(name: string, stream: Readable): CaptureSource {
  return new StreamCapture(name, async () => new StreamBytes(stream));
}

/** A file of `any` names interfaces by their index alone; that still tells segments apart. */
function withInterfaces(sink: CaptureSink): Pick<CaptureSink, 'packet'> {
  const names = new Map<number, string>();
  return {
    packet: (packet) => {
      const index = cookedInterfaceIndex(packet);
      if (index !== null) {
        const name = names.get(index) ?? `interface ${index}`;
        if (names.size < mostInterfaces) names.set(index, name);
        packet.interfaceName = name;
      }
      sink.packet(packet);
    },
  };
}

/** Names remembered of a file's interfaces: a hostile one may have millions. */
const mostInterfaces = 1024;

class StreamCapture implements CaptureSource {
  readonly name: string;
  readonly #open: () => Promise<ByteSource>;
  #reader: PacketReader | null = null;
  #bytes: ByteSource | null = null;
  #stopped = false;

  constructor(name: string, open: () => Promise<ByteSource>) {
    this.name = name;
    this.#open = open;
  }

  stop(): void {
    this.#stopped = true;
    this.#reader?.stop();
    this.#bytes?.close();
  }

  async run(sink: CaptureSink): Promise<CaptureEnd> {
    const reader = new PacketReader(this.name, withInterfaces(sink));
    this.#reader = reader;
    this.#bytes = await this.#open();
    try {
      if (this.#stopped) return { frames: 0, dropped: null, problems: [] };
      const problem = await this.#deliver(this.#bytes, reader, sink);
      return {
        frames: reader.frames,
        dropped: reader.dropped,
        problems: problem === null ? [] : [{ message: problem }],
      };
    } finally {
      this.#bytes.close();
    }
  }

  /** Returns what was wrong, or null. */
  async #deliver(packed: ByteSource, reader: PacketReader, sink: CaptureSink): Promise<string | null> {
    try {
      const bytes = await gunzipped(packed, (phrase) => sink.warning(`${this.name}: ${phrase}`));
      while (!reader.finished) {
        const piece = await bytes.read();
        if (piece === null) break;
        reader.push(piece);
        const batch = sink.batch();
        if (batch !== undefined) await batch;
      }
      return reader.end();
    } catch (error) {
      if (error instanceof BrokenBytes) return this.#stopped ? null : reader.broken(error.how, error.message);
      throw error;
    }
  }
}

/** Not blocking, so that a FIFO whose writer is still to come does not hold up the process; it is a no-op for files. */
async function openPath(path: string): Promise<ByteSource> {
  let descriptor: number;
  try {
    descriptor = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw cannotOpen(path, error as NodeJS.ErrnoException);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return new FileBytes(descriptor, 0);
  if (stats.isFIFO()) return new PipeBytes(descriptor);
  closeSync(descriptor);
  throw new CaptureError(`${path} is ${stats.isDirectory() ? 'a directory' : 'a device'}, not a capture file`);
}

async function openStdin(): Promise<ByteSource> {
  const stats = fstatSync(0);
  if (stats.isFile()) return new FileBytes(0, null);
  if (stats.isDirectory()) throw new CaptureError('stdin is a directory, not a capture');
  if (stats.isFIFO() || stats.isSocket()) return new PipeBytes(0);
  if (isatty(0)) {
    const hint = 'give it a capture: tcpdump -w - | ha-doctor sniff -r -';
    throw new CaptureError('stdin is a terminal, not a capture', { hint });
  }
  return new StreamBytes(process.stdin);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENXIO: 'it is a socket',
};

function cannotOpen(path: string, error: NodeJS.ErrnoException): CaptureError {
  const code = error.code ?? '';
  const detail = code === 'EACCES' ? { code, hint: `who may read it: ls -l ${path}` } : { code };
  return new CaptureError(`cannot open ${path}: ${reasons[code] ?? error.message}`, detail);
}
