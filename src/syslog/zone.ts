/** Memory for offsets: a month of quarter hours. */
const mostRemembered = 3072;
/** Clocks are put forward and back at full quarters of an hour. */
const quarterSeconds = 900;
const daySeconds = 86_400;

/** Offsets of one quarter of an hour as clocks on the wall show it; `again` differs where they show it twice. */
interface Offsets {
  readonly once: number;
  readonly again: number;
}

/** What clocks show in a time zone, against the time since the epoch. Seconds throughout. */
export class Zone {
  readonly #offsetAt: (seconds: number) => number;
  readonly #remembered = new Map<number, Offsets>();

  private constructor(offsetAt: (seconds: number) => number) {
    this.#offsetAt = offsetAt;
  }

  /** By its name in the IANA database, or an offset: `+02:00`, `-0330`, `Z`. Undefined where there is no such zone. */
  static named(name: string): Zone | undefined {
    const fixed = parseOffset(name);
    if (fixed !== undefined) return new Zone(() => fixed);
    try {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
      return new Zone((seconds) => {
        const part = format.formatToParts(seconds * 1000).find(({ type }) => type === 'timeZoneName');
        return parseOffset(part?.value.slice('GMT'.length) ?? '') ?? 0;
      });
    } catch {
      return undefined;
    }
  }

  /** This machine's. */
  static local(): Zone {
    return Zone.named(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? new Zone(() => 0);
  }

  /**
   * Since the epoch, from what a clock showed: `wall` counts as if it showed UTC. An hour that clocks show twice is the first
   * one, unless `previous` is well behind that; one that they leave out is counted on as if they had not.
   */
  toSeconds(wall: number, previous: number | null): number {
    const quarter = Math.floor(wall / quarterSeconds);
    let offsets = this.#remembered.get(quarter);
    if (offsets === undefined) {
      offsets = this.#offsets(quarter * quarterSeconds);
      if (this.#remembered.size >= mostRemembered) this.#remembered.clear();
      this.#remembered.set(quarter, offsets);
    }
    const first = wall - offsets.once;
    const isBehind = previous !== null && first < previous - quarterSeconds && first > previous - daySeconds;
    return isBehind ? wall - offsets.again : first;
  }

  #offsets(wall: number): Offsets {
    const before = this.#offsetAt(wall - daySeconds);
    const after = this.#offsetAt(wall + daySeconds);
    if (before === after) return { once: before, again: before };
    const isBefore = this.#offsetAt(wall - before) === before;
    const isAfter = this.#offsetAt(wall - after) === after;
    if (isAfter && !isBefore) return { once: after, again: after };
    return { once: before, again: isAfter ? after : before };
  }
}

/** Seconds east of UTC: `Z`, `+02`, `+0200`, `+02:00`, nothing at all for 0. Undefined where it is no offset. */
export function parseOffset(text: string): number | undefined {
  if (/^(|Z|z|UTC|GMT)$/.test(text)) return 0;
  const [, sign, hours, minutes = '0', seconds = '0'] = /^([+-])(\d\d):?(?:(\d\d)(?::?(\d\d))?)?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return size > daySeconds || Number(minutes) > 59 ? undefined : sign === '-' ? -size : size;
}
