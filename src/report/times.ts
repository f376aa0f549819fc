import type { Timestamp } from '../model/time.ts';

const quarterSeconds = 900;
const daySeconds = 86_400;
/** A day before ECMAScript's Date ends, since local time may be ahead: a capture may claim any time. */
const lastSecond = 8_640_000_000_000 - daySeconds;
const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Puts times into words, in local time or UTC. The last second is remembered: packets come in order, many a second. */
export class Times {
  readonly #utc: boolean;
  #second = Number.NaN;
  /** Start of the quarter of an hour and of the (local) day that the last second lies in, seconds since the epoch. */
  #quarter = Number.NaN;
  #midnight = 0;
  #date = '';
  #clock = '';
  #offset = '';

  constructor(utc: boolean) {
    this.#utc = utc;
  }

  /** `2026-11-20`. */
  date(time: Timestamp): string {
    this.#turnTo(time.seconds);
    return this.#date;
  }

  /** Time of day with the given number of fractional digits: `16:50:10.515`. */
  clock(seconds: number, nanoseconds: number, digits: number): string {
    this.#turnTo(seconds);
    return this.#clock + fraction(nanoseconds, digits);
  }

  /** `2026-11-20T16:50:10.515193+01:00`, with all the digits the source has. */
  rfc3339({ seconds, nanoseconds, digits }: Timestamp): string {
    this.#turnTo(seconds);
    return `${this.#date}T${this.#clock}${fraction(nanoseconds, digits)}${this.#offset}`;
  }

  #turnTo(asked: number): void {
    if (asked === this.#second) return;
    this.#second = asked;
    const second = Math.max(-lastSecond, Math.min(lastSecond, asked));
    // Offsets from UTC change at quarters of an hour only.
    if (!(second >= this.#quarter && second < this.#quarter + quarterSeconds)) this.#turnToQuarter(second);
    const ofDay = second - this.#midnight;
    this.#clock = `${twoDigits[Math.floor(ofDay / 3600)]}:${twoDigits[Math.floor(ofDay / 60) % 60]}:${twoDigits[ofDay % 60]}`;
  }

  #turnToQuarter(second: number): void {
    this.#quarter = Math.floor(second / quarterSeconds) * quarterSeconds;
    const utc = new Date(this.#quarter * 1000);
    const offsetMinutes = this.#utc ? 0 : -utc.getTimezoneOffset();
    const local = this.#quarter + offsetMinutes * 60;
    this.#midnight = Math.floor(local / daySeconds) * daySeconds - offsetMinutes * 60;
    this.#date = new Date(local * 1000).toISOString().slice(0, -'T00:00:00.000Z'.length);
    this.#offset = offsetMinutes === 0 ? 'Z' : offsetText(offsetMinutes);
  }
}

function fraction(nanoseconds: number, digits: number): string {
  if (digits <= 0) return '';
  if (digits === 6) return micros(Math.floor(nanoseconds / 1000));
  if (digits === 3) return `.${String(1000 + Math.floor(nanoseconds / 1_000_000)).slice(1)}`;
  return `.${String(nanoseconds).padStart(9, '0').slice(0, Math.min(9, digits))}`;
}

const threeDigits = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

function micros(value: number): string {
  return `.${threeDigits[Math.floor(value / 1000)]}${threeDigits[value % 1000]}`;
}

function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
}
