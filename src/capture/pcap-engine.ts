import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import type addonModule from 'pcap';
import type { NativeSession, PcapPacket, PcapSession } from 'pcap';
import { filter, snapLength, taggedFilter } from './filter.ts';
import { PacketOutlet } from './format.ts';
import { anyInterface } from './interfaces.ts';
import {
  EngineMissing,
  isVlanRefused,
  type LiveSession,
  permissionHint,
  type SessionEnd,
  startFailure,
} from './live-session.ts';
import type { CaptureSink } from './source.ts';

/** The ring that the kernel fills, in bytes. */
const ringLength = 2_097_152;
/**
 * How often we read without having been told that there is something to read. The addon asks libuv, and libuv never
 * tells it again after an error on the socket, which is what an interface that is switched off gives (libuv #3796).
 */
const kickMilliseconds = 20;
/** What is kept for a sink that is not ready, in bytes; more is dropped, and counted. */
const longestQueue = 4_194_304;

/** Starts the npm package `pcap` on the interface. Rejects with a CaptureError where that cannot be. */
export async function openPcap(interfaceName: string, sink: CaptureSink): Promise<LiveSession> {
  const addon = await loadAddon();
  // It would print a warning of its own where the interface has no IPv4 address.
  addon.warningHandler = () => {};
  let said = '';
  for (const expression of interfaceName === anyInterface ? [filter] : [taggedFilter, filter]) {
    try {
      const session = addon.createSession(interfaceName, {
        filter: expression,
        snap_length: snapLength,
        buffer_size: ringLength,
        buffer_timeout: 0, // libpcap's immediate mode
        promiscuous: interfaceName !== anyInterface,
      });
      return new AddonSession(interfaceName, session, sink);
    } catch (error) {
      said = (error as Error).message;
      if (!isVlanRefused(said)) break;
    }
  }
  throw startFailure(interfaceName, 'the npm package pcap', said, permissionHint(process.execPath));
}

async function loadAddon(): Promise<typeof addonModule> {
  if (endianness() === 'BE') throw new EngineMissing('the npm package pcap gives no times on big-endian machines');
  try {
    return (await import('pcap')).default;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      // The package is missing, or was installed without its build having run.
      throw new EngineMissing('the npm package pcap is not installed', {
        hint: 'npm install pcap, which needs a compiler and libpcap-dev; or --engine tcpdump',
      });
    }
    throw new EngineMissing(`the npm package pcap cannot be loaded: ${message.split('\n')[0]}`, {
      hint: 'npm rebuild pcap; or --engine tcpdump',
    });
  }
}

/**
 * Sessions are never collected: the addon does not take its handle out of libuv's list, which would then lead through
 * freed memory.
 */
const kept: PcapSession[] = [];

class AddonSession implements LiveSession {
  readonly ended: Promise<SessionEnd>;
  readonly #session: PcapSession;
  readonly #sink: CaptureSink;
  readonly #outlet: PacketOutlet;
  readonly #kick: NodeJS.Timeout;
  #finish: (end: SessionEnd) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #isOver = false;
  /** Packets have been delivered since the last batch. */
  #isFresh = false;
  /** The sink has asked us to wait. */
  #isWaiting = false;
  #queue: PcapPacket[] = [];
  #queueLength = 0;
  #lost = 0;
  /** What the kernel is known to have dropped. */
  #dropped = 0;

  constructor(interfaceName: string, session: PcapSession, sink: CaptureSink) {
    kept.push(session);
    this.#session = session;
    this.#sink = sink;
    this.#outlet = new PacketOutlet(sink, interfaceName === anyInterface ? null : interfaceName);
    this.#outlet.packet.linkType = linkTypeNumber(session.link_type);
    this.ended = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    session.on('packet', (packet) => this.#take(packet));
    session.session.read_callback = () => this.#read();
    this.#kick = setInterval(() => this.#read(), kickMilliseconds);
  }

  stop(): void {
    this.#end((frames, dropped) => this.#finish({ frames, dropped, failure: null }));
  }

  #read(): void {
    // Before the packets that came after those that were dropped.
    this.#noteDrops();
    const { session, buf, header } = this.#session;
    const result = session.dispatch(buf, header);
    if (this.#isOver) return;
    if (result === -1) {
      this.#end((frames, dropped) => this.#finish({ frames, dropped, failure: 'the interface disappeared' }));
    } else if (this.#isFresh && !this.#isWaiting) {
      this.#endBatch();
    }
  }

  #noteDrops(): void {
    const dropped = droppedBy(this.#session) ?? 0;
    if (dropped <= this.#dropped) return;
    this.#dropped = dropped;
    this.#sink.droppedUntil?.(Date.now() / 1000);
  }

  #take({ header, buf }: PcapPacket): void {
    if (this.#isOver) return;
    if (!this.#isWaiting) {
      this.#deliver(header, buf);
      return;
    }
    const length = capturedLength(header, buf);
    if (this.#queueLength + length > longestQueue) {
      this.#lost += 1;
      this.#sink.droppedUntil?.(header.readUInt32LE(0) + header.readUInt32LE(4) / 1e6);
      return;
    }
    this.#queueLength += length;
    this.#queue.push({ header: Buffer.from(header), buf: Buffer.from(buf.subarray(0, length)) });
  }

  #deliver(header: Buffer, buf: Buffer): void {
    const { packet } = this.#outlet;
    packet.bytes = buf;
    packet.end = capturedLength(header, buf);
    packet.seconds = header.readUInt32LE(0);
    packet.nanoseconds = header.readUInt32LE(4) * 1000;
    packet.originalLength = header.readUInt32LE(12);
    this.#isFresh = true;
    try {
      this.#outlet.deliver();
    } catch (error) {
      // Thrown further, it would end the process from within the addon.
      this.#end(() => this.#fail(error));
    }
  }

  #endBatch(): void {
    this.#isFresh = false;
    const crash = (error: unknown): void => this.#end(() => this.#fail(error));
    try {
      const batch = this.#sink.batch();
      if (batch === undefined) return;
      this.#isWaiting = true;
      batch.then(() => this.#goOn(), crash);
    } catch (error) {
      crash(error);
    }
  }

  #goOn(): void {
    this.#isWaiting = false;
    const queue = this.#queue;
    this.#queue = [];
    this.#queueLength = 0;
    for (const { header, buf } of queue) if (!this.#isOver) this.#deliver(header, buf);
    if (this.#isFresh && !this.#isOver) this.#endBatch();
  }

  /** `settle` is called when the addon is released, which cannot be while it hands us a packet. */
  #end(settle: (frames: number, dropped: number | null) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#kick);
    setImmediate(() => {
      const dropped = droppedBy(this.#session);
      release(this.#session);
      settle(this.#outlet.packet.frame, dropped === null ? null : dropped + this.#lost);
    });
  }
}

/** By the kernel, and by the interface as far as it tells; null where the session is past telling. */
function droppedBy(session: PcapSession): number | null {
  try {
    const { ps_drop, ps_ifdrop } = session.stats();
    return ps_drop + ps_ifdrop;
  } catch {
    return null;
  }
}

/** libpcap may put a VLAN tag back into a packet that fills the buffer already. */
function capturedLength(header: Buffer, buf: Buffer): number {
  return Math.min(header.readUInt32LE(8), buf.length);
}

/**
 * Closes a session so that it does not keep the process alive. The addon's `close` takes effect with the next packet
 * only, which may never come. So we give the closed session an empty file to read, for which it takes effect at once,
 * and with it the handle that libuv waits for is stopped. The socket stays open until the process ends.
 */
function release({ session, buf, header }: PcapSession): void {
  session.close();
  if (hasClosed(session, buf, header)) return;
  try {
    const folder = mkdtempSync(join(tmpdir(), 'ha-doctor-'));
    try {
      const path = join(folder, 'empty.pcap');
      writeFileSync(path, emptyCapture);
      session.open_offline(
        path,
        '',
        0,
        snapLength,
        '',
        () => {},
        false,
        0,
        () => {},
        false,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    session.close();
    hasClosed(session, buf, header);
  } catch {
    // No place for a file: then it is the next packet after all.
    session.read_callback = () => void hasClosed(session, buf, header);
  }
}

/** A closed session must not be read from again: the addon would crash. */
function hasClosed(session: NativeSession, buf: Buffer, header: Buffer): boolean {
  const isClosed = session.dispatch(buf, header) === -2;
  if (isClosed) session.read_callback = () => {};
  return isClosed;
}

const emptyCapture = Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');

/** The addon names a few link types, as LINKTYPE_ or by the number of libpcap's DLT_. */
const linkTypes: Readonly<Record<string, number>> = {
  LINKTYPE_NULL: 0,
  LINKTYPE_ETHERNET: 1,
  LINKTYPE_RAW: 101,
  LINKTYPE_LINUX_SLL: 113,
  LINKTYPE_IEEE802_11_RADIO: 127,
};

function linkTypeNumber(name: string): number {
  return linkTypes[name] ?? Number(/\d+$/.exec(name)?.[0] ?? Number.NaN);
}
