/** A line that is read several times, each time with other values: `~SEQ(var, start, step, end) text`, `~LST(…) text`. */
export interface Sequence {
  readonly text: string;
  /** The values of its variables, one element each time. */
  readonly rounds: readonly (readonly (readonly [name: string, value: string])[])[];
}

/** How often a line may be repeated; keepalived has no such limit. */
const maxRounds = 65_536;

const start = /^~(SEQx?|LST)[ \t]*\(/;

/** Whether a line is a repetition, well formed or not. */
export function isSequence(line: string): boolean {
  return line.startsWith('~SEQ') || line.startsWith('~LST');
}

/**
 * Reads `~SEQ`, `~SEQx` (hexadecimal) or `~LST`; null where it is malformed. `fill` fills in definitions among the
 * numbers of `~SEQ`.
 */
export function readSequence(line: string, fill: (text: string) => string): Sequence | null {
  const match = start.exec(line);
  const end = line.indexOf(')');
  if (match === null || end < 0) return null;
  const parameters = line.slice(match[0].length, end);
  const text = line.slice(end + 1).trimStart();
  if (match[1] === 'LST') return readList(parameters, text);
  const comma = parameters.indexOf(',');
  const name = parameters.slice(0, comma).trim();
  if (comma < 0 || name === '') return null;
  const numbers = fill(parameters.slice(comma + 1))
    .split(',')
    .map(integer);
  const range = rangeOf(numbers);
  if (range === null) return null;
  const isHex = match[1] === 'SEQx';
  if (isHex && (range.from < 0 || range.to < 0)) return null;
  const count = Math.floor((range.to - range.from) / range.step) + 1;
  if (count > maxRounds) return null;
  const valueAt = (round: number): string => (range.from + round * range.step).toString(isHex ? 16 : 10);
  return { text, rounds: Array.from({ length: count }, (_, round) => [[name, valueAt(round)]]) };
}

function rangeOf(numbers: readonly number[]): { from: number; step: number; to: number } | null {
  if (numbers.some((number) => Number.isNaN(number))) return null;
  const [one = 0, two = 0, three = 0] = numbers;
  if (numbers.length === 1) return { from: one < 0 ? -1 : 1, step: one < 1 ? -1 : 1, to: one };
  if (numbers.length === 2) return { from: one, step: one <= two ? 1 : -1, to: two };
  const isEndless = two === 0 || (one < three && two < 0) || (one > three && two > 0);
  return numbers.length > 3 || isEndless ? null : { from: one, step: two, to: three };
}

/** As strtol(3) with base 0 reads it; NaN for other text. */
function integer(text: string): number {
  const match = /^[ \t]*([+-]?)(0[xX][0-9a-fA-F]{1,12}|\d{1,15})[ \t]*$/.exec(text);
  if (match === null) return Number.NaN;
  const digits = match[2] ?? '';
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return match[1] === '-' ? -value : value;
}

/** `var, a, b` or `{v, w}, {a1, b1}, {a2, b2}`: values that are missing are empty. */
function readList(parameters: string, text: string): Sequence | null {
  const lists = parameters.includes('{')
    ? [...parameters.matchAll(/\{([^{}]*)\}/g)].map((match) => wordsOf(match[1] ?? ''))
    : wordsOf(parameters).map((word) => [word]);
  const [names = [], ...values] = lists;
  if (names.length === 0 || names.includes('') || values.length === 0) return null;
  return { text, rounds: values.map((words) => names.map((name, index) => [name, words[index] ?? ''] as const)) };
}

function wordsOf(list: string): string[] {
  return list.split(',').map((word) => word.trim());
}
