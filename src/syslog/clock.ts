import type { Timestamp } from '../model/time.ts';
import { daysOf, type WallTime } from './stamp.ts';
import type { Zone } from './zone.ts';

const daySeconds = 86_400;
/** Logs that were put together by hand go back in time, too, but by less than a year. */
const disorderDays = 31;

export interface ClockOptions {
  /** Of times that name no offset. */
  readonly zone: Zone;
  /** Seconds since the epoch that no line is later than: when the file was last written. For times without a year. */
  readonly reference: number;
  /** Times of lines further on, in their order, to see how often a year ends in the file; none where nobody looked. */
  readonly ahead?: readonly WallTime[];
}

/** Puts the times of a log on the calendar, line after line. */
export class SyslogClock {
  readonly #zone: Zone;
  readonly #ahead: readonly WallTime[];
  /** As the option. A log that is followed moves it on. */
  reference: number;
  #year: number | null = null;
  #dayBefore = 0;
  #previous: number | null = null;

  constructor({ zone, reference, ahead = [] }: ClockOptions) {
    this.#zone = zone;
    this.#ahead = ahead;
    this.reference = reference;
  }

  /** null where the time has too little to stand on a calendar. */
  place(wall: WallTime): Timestamp | null {
    const days = wall.day === 0 ? this.#dayOfWeek(wall) : daysOf(wall.year ?? this.#yearOf(wall), wall.month, wall.day);
    if (days === null) return null;
    const shown = days * daySeconds + wall.secondOfDay;
    const seconds = wall.offset === null ? this.#zone.toSeconds(shown, this.#previous) : shown - wall.offset;
    this.#previous = seconds;
    return { seconds, nanoseconds: wall.nanoseconds, digits: wall.digits };
  }

  /**
   * The latest year in which the log does not pass its reference, a day allowed for zones. A date that lies before the
   * one of the line before begins a year, but not where that would pass the reference: then the lines are in disorder.
   */
  #yearOf({ month, day }: WallTime): number {
    if (this.#year === null) {
      this.#year = this.#firstYear(month, day);
    } else {
      const here = daysOf(this.#year, month, day);
      if (here < this.#dayBefore - 1 && this.#isPast(this.#year + 1, month, day)) this.#year += 1;
      // One late line of New Year's Eve.
      else if (month === 12 && here > this.#dayBefore + 360) return this.#year - 1;
    }
    this.#dayBefore = daysOf(this.#year, month, day);
    return this.#year;
  }

  #firstYear(month: number, day: number): number {
    let ends = 0;
    let before = { month, day };
    for (const wall of this.#ahead) {
      if (daysOf(1972, wall.month, wall.day) < daysOf(1972, before.month, before.day) - disorderDays) ends += 1;
      before = wall;
    }
    let year = new Date(this.reference * 1000).getUTCFullYear() + 1;
    while (!this.#isPast(year, before.month, before.day)) year -= 1;
    return year - ends;
  }

  #isPast(year: number, month: number, day: number): boolean {
    return daysOf(year, month, day) * daySeconds <= this.reference + daySeconds && isDate(year, month, day);
  }

  /** A weekday, month and year name a day where the log was last written in that month: the last one before that. */
  #dayOfWeek({ year, month, weekday }: WallTime): number | null {
    if (year === null || weekday === null) return null;
    const last = Math.floor(this.reference / daySeconds);
    const date = new Date(this.reference * 1000);
    if (date.getUTCFullYear() !== year || date.getUTCMonth() + 1 !== month) return null;
    const day = last - ((date.getUTCDay() - weekday + 7) % 7);
    return day < daysOf(year, month, 1) ? null : day;
  }
}

/** 29 February is a date in some years only. */
function isDate(year: number, month: number, day: number): boolean {
  return month !== 2 || day !== 29 || daysOf(year, 3, 1) > daysOf(year, 2, 29);
}
