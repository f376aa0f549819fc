/**
 * Counting line ends and looking for several texts at once, sixteen bytes at a time. JavaScript looks at one byte after
 * the other, which takes three times as long as grep; WebAssembly has the vectors. The module is written here by hand,
 * since it is three loops.
 */
export interface ByteSearch {
  /** What is searched. Bytes behind `room` are there to be read beyond the end, and mean nothing. */
  readonly bytes: Uint8Array;
  readonly room: number;
  /** How many of bytes[from..to) are line feeds. */
  countLines(from: number, to: number): number;
  /** Where the first line feed of bytes[from..to) is; `to` where there is none. */
  lineFeed(from: number, to: number): number;
  /**
   * The first place in bytes[from..to) where one of the texts may begin; `to` where there is none. It may be none of them,
   * and is never behind one. The end of a text may lie beyond `to`.
   */
  find(from: number, to: number): number;
}

/** Of the WebAssembly namespace, which TypeScript knows only of browsers, what is used here. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly count: (from: number, to: number) => number;
  readonly lineFeed: (from: number, to: number) => number;
  readonly find: (from: number, to: number) => number;
}

/** WebAssembly's page. */
const pageLength = 65_536;
/** The tables lie in front of what is searched: two of sixteen bytes for each byte of a fingerprint. */
const fingerprintLength = 4;
const start = 128;

/**
 * `room` bytes to search for `texts`: ASCII, of three bytes or more. Each text is put into one of eight classes; a table
 * says for a low and for a high half of a byte which classes have it at their first place, second, third. Where the
 * answers for three bytes in a row have a class in common, a text of it may begin (the idea is that of Hyperscan's Teddy).
 */
export function byteSearch(room: number, texts: readonly string[]): ByteSearch {
  const pages = Math.ceil((start + room + 32) / pageLength);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(pages)));
  const { memory, count, lineFeed, find } = instance.exports as Exports;
  const tables = new Uint8Array(memory.buffer, 0, start);
  // Texts that begin alike are found together.
  const fingerprints = new Set(texts.map((text) => text.slice(0, fingerprintLength)));
  [...fingerprints].forEach((fingerprint, index) => {
    for (let place = 0; place < fingerprintLength; place++) {
      const code = fingerprint.charCodeAt(place);
      tables[place * 32 + (code & 15)]! |= 1 << (index % 8);
      tables[place * 32 + 16 + (code >> 4)]! |= 1 << (index % 8);
    }
  });
  return {
    bytes: new Uint8Array(memory.buffer, start),
    room,
    countLines: (from, to) => count(start + from, start + to),
    lineFeed: (from, to) => lineFeed(start + from, start + to) - start,
    find: (from, to) => find(start + from, start + to) - start,
  };
}

// The binary format of WebAssembly: https://webassembly.github.io/spec/core/binary/
const i32 = 0x7f;
const v128 = 0x7b;
const emptyBlock = 0x40;
const block = 0x02;
const loop = 0x03;
const end = 0x0b;
const branch = 0x0c;
const branchIf = 0x0d;
const when = 0x04;
const leave = 0x0f;
const select = 0x1b;
const add = 0x6a;
const subtract = 0x6b;
const less = 0x49; // unsigned
const greater = 0x4b; // unsigned
const greaterOrEqual = 0x4f; // unsigned
const equal = 0x46;
const trailingZeros = 0x68;
const populationCount = 0x69;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const number = (value: number) => [0x41, ...signed(value)];
const vector = (code: number, ...immediate: readonly number[]) => [0xfd, ...unsigned(code), ...immediate];
const loadVector = (offset: number) => vector(0x00, 0, ...unsigned(offset));
const loadByte = [0x2d, 0, 0];
/** Of two vectors, the last byte of the first and all but the last of the second. */
const oneBefore = vector(0x0d, ...Array.from({ length: 16 }, (_, i) => 15 + i));
const pick = vector(0x0e);
const splat = vector(0x0f);
const bytesEqual = vector(0x23);
const bytesDiffer = vector(0x24);
const and = vector(0x4e);
const anyTrue = vector(0x53);
const bitmask = vector(0x64);
const shiftRight = vector(0x8d); // by halves of 16 bits; the neighbour's bits are masked off
const allOf = (byte: number) => [...number(byte), ...splat];

function moduleBytes(pages: number): Uint8Array {
  const signature = [0x60, 2, i32, i32, 1, i32];
  const name = (text: string) => [text.length, ...[...text].map((letter) => letter.charCodeAt(0))];
  const section = (id: number, ...entries: readonly (readonly number[])[]) => {
    const content = [entries.length, ...entries.flat()];
    return [id, ...unsigned(content.length), ...content];
  };
  const body = (locals: readonly number[], code: readonly number[]) => {
    const content = [...locals, ...code, end];
    return [...unsigned(content.length), ...content];
  };
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, signature),
    ...section(3, [0], [0], [0]),
    ...section(5, [0, ...unsigned(pages)]),
    ...section(
      7,
      [...name('memory'), 2, 0],
      [...name('count'), 0, 0],
      [...name('lineFeed'), 0, 1],
      [...name('find'), 0, 2],
    ),
    ...section(
      10,
      body([1, 1, i32], countCode),
      body([1, 1, i32], lineFeedCode),
      body([2, 1, i32, 15, v128], findCode),
    ),
  ]);
}

const from = 0;
const to = 1;
const found = 2;

/** found = the line feeds of [from..to): by sixteen, then the rest one by one. */
const countCode = [
  ...[block, emptyBlock, loop, emptyBlock],
  ...[...get(from), ...number(16), add, ...get(to), greater, branchIf, 1],
  ...[...get(from), ...loadVector(0), ...allOf(10), ...bytesEqual, ...bitmask, populationCount],
  ...[...get(found), add, ...set(found)],
  ...[...get(from), ...number(16), add, ...set(from), branch, 0],
  ...[end, end],
  ...[block, emptyBlock, loop, emptyBlock],
  ...[...get(from), ...get(to), greaterOrEqual, branchIf, 1],
  ...[...get(from), ...loadByte, ...number(10), equal, ...get(found), add, ...set(found)],
  ...[...get(from), ...number(1), add, ...set(from), branch, 0],
  ...[end, end],
  ...get(found),
];

/** The smaller of `from` + found and `to`, as the answer. */
const answer = [
  ...get(from),
  ...get(found),
  trailingZeros,
  add,
  ...tee(from),
  ...get(to),
  ...get(from),
  ...get(to),
  less,
  select,
  leave,
];

const lineFeedCode = [
  ...[block, emptyBlock, loop, emptyBlock],
  ...[...get(from), ...get(to), greaterOrEqual, branchIf, 1],
  ...[...get(from), ...loadVector(0), ...allOf(10), ...bytesEqual, ...bitmask, ...tee(found), when, emptyBlock],
  ...[...answer, end],
  ...[...get(from), ...number(16), add, ...set(from), branch, 0],
  ...[end, end],
  ...get(to),
];

const table = (place: number) => 3 + place;
const lowHalves = 11;
const zeros = 12;
const low = 13;
const high = 14;
const before = 15;
const classes = 16;
const matching = 17;

/** Halves the sixteen bytes at from + offset into `low` and `high`. */
const halve = (offset: number) => [
  ...[...get(from), ...loadVector(offset), ...tee(low), ...number(4), ...shiftRight, ...get(lowHalves), ...and],
  ...[...set(high), ...get(low), ...get(lowHalves), ...and, ...set(low)],
];

/** Which classes have each of them at that place. */
const classesAt = (place: number) => [
  ...[...get(table(2 * place)), ...get(low), ...pick, ...get(table(2 * place + 1)), ...get(high), ...pick, ...and],
];

/**
 * Two bytes rule most places out; the other two are looked at where they do not. `from` stands at the second of the four,
 * so that the answers for the first are those for the bytes one before.
 */
const findCode = [
  ...Array.from({ length: 2 * fingerprintLength }, (_, i) => [
    ...number(0),
    ...loadVector(16 * i),
    ...set(table(i)),
  ]).flat(),
  ...[...allOf(15), ...set(lowHalves), ...allOf(0), ...tee(zeros), ...set(before)],
  ...[block, emptyBlock, loop, emptyBlock],
  ...[...get(from), ...get(to), greater, branchIf, 1],
  ...[...halve(0), ...get(before), ...classesAt(0), ...tee(classes), ...oneBefore, ...get(classes), ...set(before)],
  ...[...classesAt(1), ...and, ...tee(matching), ...anyTrue, when, emptyBlock],
  ...[...halve(1), ...get(matching), ...classesAt(2), ...and, ...halve(2), ...classesAt(3), ...and],
  ...[...get(zeros), ...bytesDiffer, ...bitmask, ...tee(found), when, emptyBlock],
  ...[...get(from), ...number(1), subtract, ...set(from), ...answer],
  ...[end, end],
  ...[...get(from), ...number(16), add, ...set(from), branch, 0],
  ...[end, end],
  ...get(to),
];

/** LEB128. */
function unsigned(value: number): readonly number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** LEB128 of a number that is not negative. */
function signed(value: number): readonly number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
