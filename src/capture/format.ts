import type { CapturedPacket } from '../model/packet.ts';
import type { CaptureSink } from './source.ts';

/**
 * libpcap's MAXIMUM_SNAPLEN: no packet of a link type that carries IP is larger, so that a larger one is damage.
 * It is also as much as we ever keep of a packet.
 */
export const maximumPacketLength = 262_144;

/** D-Bus and USB messages may be larger (libpcap, max_snaplen_for_dlt). Nobody here looks at them: their rest is skipped. */
const maximumMessageLength = 134_217_728;
const messageLinkTypes: ReadonlySet<number> = new Set([189, 220, 231, 249, 279]);

export function maximumLength(linkType: number): number {
  return messageLinkTypes.has(linkType) ? maximumMessageLength : maximumPacketLength;
}

/** The one packet object of a capture, and where it goes. Formats fill it in and deliver it, again and again. */
export class PacketOutlet {
  readonly packet: CapturedPacket;
  stopped = false;
  readonly #sink: Pick<CaptureSink, 'packet'>;

  constructor(sink: Pick<CaptureSink, 'packet'>, interfaceName: string | null) {
    this.#sink = sink;
    this.packet = {
      bytes: new Uint8Array(0),
      start: 0,
      end: 0,
      originalLength: 0,
      linkType: 0,
      frame: 0,
      seconds: 0,
      nanoseconds: 0,
      timeDigits: 6,
      interfaceName,
    };
  }

  deliver(): void {
    this.packet.frame += 1;
    this.#sink.packet(this.packet);
  }
}

/** A file format, as a parser of pieces of the byte stream. */
export interface Format {
  /** How many bytes must be there, from where `parse` left off, for it to go on. */
  readonly needed: number;
  /** What is wrong with the bytes where `parse` left off, as a phrase; nothing behind them can be read. */
  readonly damage: string | null;
  /** Packets that the capturing side dropped, where the file says so. */
  readonly dropped: number | null;
  /**
   * Delivers the whole packets of bytes[start..end). Returns the position behind what it is done with, which lies
   * behind `end` where bytes still to come are of no interest.
   */
  parse(bytes: Uint8Array, view: DataView, start: number, end: number): number;
  /** Names what is cut short when the stream ends `available` bytes behind where `parse` left off. */
  unfinished(available: number): string;
}
