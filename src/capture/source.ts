import type { CapturedPacket } from '../model/packet.ts';

/**
 * Where packets come from: a capture file, a stream, or an interface.
 * A source runs once. `run` rejects with a CaptureError where nothing at all could be read.
 */
export interface CaptureSource {
  /** What the output calls it: the file's path, `stdin`, or the interface. */
  readonly name: string;
  /** Delivers until the end of the file, until the interface is gone, or until `stop()`. */
  run(sink: CaptureSink): Promise<CaptureEnd>;
  /** Ends the run as the end of a file does, with no packet after this one. May be called at any time, and again. */
  stop(): void;
}

export interface CaptureSink {
  /** Called synchronously, in the capture's order. The packet and its bytes are reused for the next one. */
  packet(packet: CapturedPacket): void;
  /** Called after each chunk that was read. Nothing more is read until a returned promise is fulfilled. */
  batch(): Promise<void> | void;
  /** Something that a person should know, and that makes nothing wrong of what was delivered. */
  warning(message: string): void;
  /** Live: packets are caught from now on, by this engine. */
  listening?(engine: Engine): void;
  /**
   * Live: nothing could be received since `seconds` (Unix epoch; when the interface was last seen up), until
   * `interfaceUp` names the moment when it was first seen up again.
   */
  interfaceDown?(seconds: number): void;
  interfaceUp?(seconds: number): void;
  /** Live: packets were dropped up to `seconds` (Unix epoch), where the engine tells before its end. */
  droppedUntil?(seconds: number): void;
}

/** What catches live packets: the npm package `pcap` in this process, or `tcpdump` as a child. */
export type Engine = 'pcap' | 'tcpdump';

export interface CaptureEnd {
  /** Packets delivered. */
  readonly frames: number;
  /** Packets that the kernel, the interface or we ourselves dropped; null where the source does not say. */
  readonly dropped: number | null;
  /** Why not all was read that there is; empty when all is well. */
  readonly problems: readonly CaptureProblem[];
}

export interface CaptureProblem {
  readonly message: string;
  readonly hint?: string;
}

/** What a person can mend: one line that says what and where, and perhaps what to do about it. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  readonly hint?: string;
  /** The system's name for the error (`ENOSPC`, `EPIPE`), where it has one. */
  readonly code?: string;

  constructor(message: string, detail: { readonly hint?: string; readonly code?: string } = {}) {
    super(message);
    if (detail.hint !== undefined) this.hint = detail.hint;
    if (detail.code !== undefined) this.code = detail.code;
  }
}
