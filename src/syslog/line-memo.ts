const slots = 4096;
/** Longer pieces are not remembered. */
const longestPiece = 256;

/**
 * What was found in pieces of bytes, by their content: most lines of a log say again what was said before. Bounded: a
 * piece takes the place of another that falls into the same slot.
 */
export class LineMemo<Value> {
  readonly #pieces = new Uint8Array(slots * longestPiece);
  readonly #view = new DataView(this.#pieces.buffer);
  readonly #lengths = new Uint16Array(slots);
  readonly #kinds = new Uint8Array(slots);
  /** The slot of the piece that came after the one of a slot last: logs repeat themselves in turns. */
  readonly #next = new Uint16Array(slots);
  #last = 0;
  /** Of what `get` did not know; -1: it is not to be remembered. */
  #slot = -1;
  readonly #values: (Value | undefined)[] = new Array(slots).fill(undefined);

  /**
   * The value of bytes[from..to) under `kind` (below 256); undefined where it is not known, and `keep` may then tell.
   * `view` is of the same bytes.
   */
  get(bytes: Uint8Array, view: DataView, from: number, to: number, kind: number): Value | undefined {
    this.#slot = -1;
    if (to - from > longestPiece) return undefined;
    const expected = this.#next[this.#last]!;
    if (this.#holds(expected, bytes, view, from, to, kind)) {
      this.#last = expected;
      return this.#values[expected];
    }
    let hash = kind;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    for (; at < to; at++) hash = Math.imul(hash ^ bytes[at]!, 0x9e3779b1);
    hash ^= hash >>> 15;
    const slot = hash & (slots - 1);
    this.#next[this.#last] = slot;
    this.#last = slot;
    if (this.#holds(slot, bytes, view, from, to, kind)) return this.#values[slot];
    this.#slot = slot;
    return undefined;
  }

  /** Remembers the value of what `get` did not know just now. */
  keep(bytes: Uint8Array, from: number, to: number, kind: number, value: Value): void {
    const slot = this.#slot;
    if (slot < 0) return;
    this.#values[slot] = value;
    this.#lengths[slot] = to - from;
    this.#kinds[slot] = kind;
    this.#pieces.set(bytes.subarray(from, to), slot * longestPiece);
  }

  #holds(slot: number, bytes: Uint8Array, view: DataView, from: number, to: number, kind: number): boolean {
    if (this.#lengths[slot] !== to - from || this.#kinds[slot] !== kind || this.#values[slot] === undefined)
      return false;
    let mine = slot * longestPiece;
    let at = from;
    for (; at + 4 <= to; at += 4, mine += 4) {
      if (view.getInt32(at, true) !== this.#view.getInt32(mine, true)) return false;
    }
    for (; at < to; at++, mine++) if (bytes[at] !== this.#pieces[mine]) return false;
    return true;
  }
}
