import type { Timestamp } from '../model/time.ts';

/** Puts times into words, in local time or UTC. The last second is remembered: packets come in order, many a second. */
export class Times {
  readonly #utc: boolean;
  #second = Number.NaN;
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

  #turnTo(second: number): void {
    if (second === this.#second) return;
    this.#second = second;
    const utc = new Date(second * 1000);
    // A time that no calendar holds (a hostile capture) is shown as it stands.
    if (Number.isNaN(utc.getTime())) {
      this.#date = '0000-00-00';
      this.#clock = '00:00:00';
      this.#offset = 'Z';
      return;
    }
    const offsetMinutes = this.#utc ? 0 : -utc.getTimezoneOffset();
    const iso = new Date(second * 1000 + offsetMinutes * 60_000).toISOString();
    const split = iso.indexOf('T');
    this.#date = iso.slice(0, split);
    this.#clock = iso.slice(split + 1, split + 9);
    this.#offset = offsetMinutes === 0 ? 'Z' : offsetText(offsetMinutes);
  }
}

function fraction(nanoseconds: number, digits: number): string {
  if (digits <= 0) return '';
  if (digits === 6) return `.${String(1_000_000 + Math.floor(nanoseconds / 1000)).slice(1)}`;
  if (digits === 3) return `.${String(1000 + Math.floor(nanoseconds / 1_000_000)).slice(1)}`;
  return `.${String(nanoseconds).padStart(9, '0').slice(0, Math.min(9, digits))}`;
}

function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
}
