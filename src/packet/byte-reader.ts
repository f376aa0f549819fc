const hexByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A window on untrusted bytes: `length` of them were captured, `wireLength` of them went over the wire. Offsets count
 * from the window's first byte. Nothing outside the window can be read, whatever surrounds it in the buffer: a read past
 * its end gives undefined. The codecs index no bytes but through this class.
 */
export class ByteReader {
  readonly length: number;
  readonly wireLength: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;

  /** The bytes `[start, end)` of a buffer; `wireLength` is never taken for less than what was captured. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, wireLength = end - start) {
    this.#bytes = bytes;
    this.#start = Math.max(0, Math.min(start, bytes.length));
    this.length = Math.max(0, Math.min(end, bytes.length) - this.#start);
    this.wireLength = Math.max(this.length, wireLength);
  }

  /** Where the window begins in its buffer. */
  get start(): number {
    return this.#start;
  }

  /** One byte, or undefined where the window does not hold it. */
  u8(offset: number): number | undefined {
    return offset >= 0 && offset < this.length ? this.#bytes[this.#start + offset] : undefined;
  }

  /** Two bytes in network order. */
  u16(offset: number): number | undefined {
    const high = this.u8(offset);
    const low = this.u8(offset + 1);
    return high === undefined || low === undefined ? undefined : high * 0x100 + low;
  }

  /** Four bytes in network order, unsigned. */
  u32(offset: number): number | undefined {
    const high = this.u16(offset);
    const low = this.u16(offset + 2);
    return high === undefined || low === undefined ? undefined : high * 0x10000 + low;
  }

  /** Two hex digits a byte, with a separator between bytes; undefined where the window does not hold all `count` bytes. */
  hex(offset: number, count: number, separator = ''): string | undefined {
    if (offset < 0 || offset + count > this.length) return undefined;
    let text = '';
    for (let i = 0; i < count; i++) {
      const digits = hexByte[this.#bytes[this.#start + offset + i]!];
      text += i === 0 ? digits : separator + digits;
    }
    return text;
  }

  /** The window from `offset` on, at most `wireLength` bytes of it. */
  window(offset: number, wireLength = Number.POSITIVE_INFINITY): ByteReader {
    const start = Math.min(Math.max(0, offset), this.wireLength);
    const onWire = Math.max(0, Math.min(wireLength, this.wireLength - start));
    const captured = Math.max(0, Math.min(onWire, this.length - start));
    const from = this.#start + Math.min(start, this.length);
    return new ByteReader(this.#bytes, from, from + captured, onWire);
  }
}
