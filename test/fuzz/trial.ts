import { mutated } from './mutate.ts';
import { check, type PipelineOptions } from './pipeline.ts';
import { Random } from './random.ts';

export interface Trial {
  readonly bytes: Buffer;
  readonly options: PipelineOptions;
}

/** The n-th input of a seed: a failure is told as `seed number`, and found again by it. */
export function trial(seeds: readonly Buffer[], seed: number, number: number): Trial {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const options = {
    columns: random.one([null, null, 80, 44, 200]),
    live: random.chance(15),
    pieceLength: random.one([1 << 20, 1 << 20, 4096, 61, 7]),
  };
  return { bytes: mutated(seeds, random), options };
}

/** Tries inputs until time is up; returns how many. Throws with the input's name where something is wrong. */
export async function tryMany(
  seeds: readonly Buffer[],
  seed: number,
  milliseconds: number,
  before: (number: number, bytes: Buffer) => void = () => {},
): Promise<number> {
  const end = performance.now() + milliseconds;
  let number = 0;
  while (performance.now() < end) {
    const { bytes, options } = trial(seeds, seed, number);
    before(number, bytes);
    try {
      await check(bytes, options);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      throw new Error(`input ${number} of seed ${seed} (${JSON.stringify(options)}): ${cause.message}`, { cause });
    }
    number++;
  }
  return number;
}
