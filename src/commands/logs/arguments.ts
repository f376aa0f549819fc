import { InvalidArgumentError } from 'commander';
import type { FlapLimit } from '../../timeline/flapping.ts';

/** `--flap`: so often master within so many minutes, `3/10`. */
export function parseFlap(value: string): FlapLimit {
  const [, count, minutes] = /^(\d{1,4})\/(\d{1,6}(?:\.\d{1,3})?)$/.exec(value) ?? [];
  if (count === undefined || Number(count) < 2 || !(Number(minutes) > 0))
    throw new InvalidArgumentError('expected times and minutes, such as 3/10');
  return { count: Number(count), seconds: Number(minutes) * 60 };
}

export function parseYear(value: string): number {
  if (!/^(19[7-9]|2[0-9]{2})\d$/.test(value)) throw new InvalidArgumentError('expected a year from 1970 on');
  return Number(value);
}
