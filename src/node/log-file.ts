import { closeSync, constants, fstatSync, open, read, type Stats } from 'node:fs';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { type ByteSource, FileBytes, PipeBytes, StreamBytes } from '../bytes/byte-source.ts';
import { unpacked } from '../bytes/unpack.ts';

/** A file of a log, wherever it lies. */
export interface LogFile {
  /** As a person would name it. */
  readonly name: string;
  /** When it was last written, seconds since the epoch; null where nobody knows. */
  readonly modifiedSeconds: number | null;
  /** Bytes that `open` reads, before unpacking; null where nobody knows. */
  readonly size: number | null;
  /** What it holds, unpacked. Rejects with UnreadableLog; `read` of what it gives, with BrokenBytes. */
  open(warn: (phrase: string) => void): Promise<ByteSource>;
  /** Where it lies on this machine, if it can be followed there; else null. */
  readonly path: string | null;
  /** Some bytes from a place in the file, as it lies there; null where that cannot be done. */
  readonly peek: ((position: number, length: number) => Promise<Uint8Array>) | null;
  /** Only some lines are there, each with its number in front of it, as grep -n prints it. */
  readonly isNumbered: boolean;
}

/** The logs of one node. */
export interface NodeLogs {
  /** As the node is called; null where nothing tells. */
  readonly node: string | null;
  /** Logs that hold the same, the likeliest first; each with its rotations, oldest first. */
  readonly logs: readonly (readonly LogFile[])[];
  /** The node's time zone, by its name in the IANA database; null where nothing tells. */
  readonly timeZone: string | null;
  /** A phrase about the node's logs, where not all of them can be read; else null. */
  readonly problem: string | null;
}

/** Why a log cannot be opened, or its node not be reached: a phrase about it, and perhaps what to do. */
export class UnreadableLog extends Error {
  override readonly name = 'UnreadableLog';
  readonly hint: string | null;
  readonly verb: 'open' | 'reach';

  constructor(message: string, hint: string | null = null, verb: 'open' | 'reach' = 'open') {
    super(message);
    this.hint = hint;
    this.verb = verb;
  }
}

/** A file or FIFO of this machine. */
export function plainFile(name: string, path: string, stats: Stats): LogFile {
  const isFile = stats.isFile();
  return {
    name,
    modifiedSeconds: isFile ? stats.mtimeMs / 1000 : null,
    size: isFile ? stats.size : null,
    open: async (warn) => unpacked(await openPath(path), warn),
    path: isFile ? path : null,
    peek: isFile ? (position, length) => peek(path, position, length) : null,
    isNumbered: false,
  };
}

export const stdinLog: LogFile = {
  name: 'stdin',
  modifiedSeconds: null,
  size: null,
  open: async (warn) => unpacked(openStdin(), warn),
  path: null,
  peek: null,
  isNumbered: false,
};

async function peek(path: string, position: number, length: number): Promise<Uint8Array> {
  const descriptor = await openDescriptor(path);
  try {
    const room = new Uint8Array(length);
    const { bytesRead } = await promisify(read)(descriptor, room, 0, length, position);
    return room.subarray(0, bytesRead);
  } finally {
    closeSync(descriptor);
  }
}

async function openPath(path: string): Promise<ByteSource> {
  const descriptor = await openDescriptor(path);
  return fstatSync(descriptor).isFile() ? new FileBytes(descriptor, 0) : new PipeBytes(descriptor);
}

/** Of a regular file or a FIFO; without waiting for the FIFO's writer, which is a no-op for files. */
export async function openDescriptor(path: string): Promise<number> {
  let descriptor: number;
  try {
    descriptor = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(error);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile() || stats.isFIFO()) return descriptor;
  closeSync(descriptor);
  throw new UnreadableLog(`it is ${stats.isDirectory() ? 'a directory' : 'a device'}, not a log`);
}

function openStdin(): ByteSource {
  const stats = fstatSync(0);
  if (stats.isFile()) return new FileBytes(0, null);
  if (stats.isDirectory()) throw new UnreadableLog('it is a directory, not a log');
  if (stats.isFIFO() || stats.isSocket()) return new PipeBytes(0);
  if (isatty(0))
    throw new UnreadableLog('it is a terminal, not a log', 'give it a log: journalctl -o json | ha-doctor logs -');
  return new StreamBytes(process.stdin);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many symbolic links',
  ENXIO: 'it is a socket, not a log',
};

export function unreadable(error: unknown): UnreadableLog {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const hint = code === 'EACCES' || code === 'EPERM' ? 'run it as root, or as a member of the group adm' : null;
  return new UnreadableLog(reasons[code] ?? message, hint);
}
