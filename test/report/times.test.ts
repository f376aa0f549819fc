import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { Times } from '../../src/report/times.ts';

/** Node takes the zone from TZ, and looks again when it is set. */
function inZone<T>(zone: string, work: () => T): T {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    return work();
  } finally {
    process.env['TZ'] = before;
  }
}

afterEach(() => {
  process.env['TZ'] = 'UTC';
});

const at = (iso: string) => Date.parse(iso) / 1000;
const rfc3339 = (zone: string, seconds: number, nanoseconds = 0, digits = 0) =>
  inZone(zone, () => new Times(false).rfc3339({ seconds, nanoseconds, digits }));

describe('rfc3339', () => {
  test.each([
    ['UTC', '2026-11-20T16:50:10Z', '2026-11-20T16:50:10Z'],
    ['Europe/Berlin', '2026-11-20T16:50:10Z', '2026-11-20T17:50:10+01:00'],
    ['Europe/Berlin', '2026-07-01T22:30:00Z', '2026-07-02T00:30:00+02:00'],
    // Clocks go forward at 01:00 UTC on the last Sunday of March, and back on that of October.
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59+01:00'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00+02:00'],
    ['Europe/Berlin', '2026-10-25T00:59:59Z', '2026-10-25T02:59:59+02:00'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00+01:00'],
    ['America/New_York', '2026-11-01T05:59:59Z', '2026-11-01T01:59:59-04:00'],
    ['America/New_York', '2026-11-01T06:00:00Z', '2026-11-01T01:00:00-05:00'],
    ['Asia/Kolkata', '2026-11-20T18:29:59Z', '2026-11-20T23:59:59+05:30'],
    ['Asia/Kolkata', '2026-11-20T18:30:00Z', '2026-11-21T00:00:00+05:30'],
    ['Asia/Kathmandu', '2026-11-20T18:15:00Z', '2026-11-21T00:00:00+05:45'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '2026-04-05T01:59:59+11:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05T01:30:00+10:30'],
    ['America/St_Johns', '2027-01-01T03:29:59Z', '2026-12-31T23:59:59-03:30'],
    ['America/St_Johns', '2027-01-01T03:30:00Z', '2027-01-01T00:00:00-03:30'],
    ['Pacific/Kiritimati', '2026-12-31T10:00:00Z', '2027-01-01T00:00:00+14:00'],
    ['UTC', '2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
    ['UTC', '1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
    ['UTC', '2106-02-07T06:28:16Z', '2106-02-07T06:28:16Z'],
    ['America/Los_Angeles', '1970-01-01T00:00:00Z', '1969-12-31T16:00:00-08:00'],
  ])('%s %s', (zone, utc, local) => {
    expect(rfc3339(zone, at(utc))).toBe(local);
  });

  test.each([
    [0, ''],
    [1, '.1'],
    [2, '.12'],
    [3, '.123'],
    [4, '.1234'],
    [5, '.12345'],
    [6, '.123456'],
    [7, '.1234567'],
    [8, '.12345678'],
    [9, '.123456789'],
    [12, '.123456789'],
  ])('%i digits', (digits, fraction) => {
    expect(rfc3339('UTC', at('2026-11-20T16:50:10Z'), 123_456_789, digits)).toBe(`2026-11-20T16:50:10${fraction}Z`);
    expect(inZone('UTC', () => new Times(false).clock(0, 123_456_789, digits))).toBe(`00:00:00${fraction}`);
  });

  test.each([
    [0, 6, '.000000'],
    [1, 9, '.000000001'],
    [999, 6, '.000000'],
    [999_999_999, 6, '.999999'],
    [999_999_999, 3, '.999'],
    [1_000_000, 3, '.001'],
    [50_000_000, 2, '.05'],
    [50_000_000, 1, '.0'],
  ])('%i ns with %i digits are cut, not rounded', (nanoseconds, digits, fraction) => {
    expect(rfc3339('UTC', 0, nanoseconds, digits)).toBe(`1970-01-01T00:00:00${fraction}Z`);
  });

  test('before the epoch, and beyond the year 9999', () => {
    expect(rfc3339('UTC', -1)).toBe('1969-12-31T23:59:59Z');
    expect(rfc3339('UTC', at('0001-01-01T00:00:00Z'))).toBe('0001-01-01T00:00:00Z');
    expect(rfc3339('UTC', at('+010000-01-01T00:00:00Z'))).toBe('+010000-01-01T00:00:00Z');
    expect(rfc3339('Asia/Kolkata', 8_640_000_000_000 - 86_400)).toMatch(/^\+275760-09-12T05:30:00\+05:30$/);
  });

  test('what no calendar has is printed without ado: a capture may claim any time', () => {
    for (const seconds of [8_640_000_000_000, -8_640_000_000_000, 9_007_199_254_740_991, -9_007_199_254_740_991]) {
      for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
        expect(rfc3339(zone, seconds)).toMatch(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/);
      }
    }
  });
});

test('--utc is UTC wherever one is', () => {
  const time = { seconds: at('2026-07-01T22:30:00Z'), nanoseconds: 5, digits: 9 };
  inZone('Asia/Kathmandu', () => {
    const times = new Times(true);
    expect(times.rfc3339(time)).toBe('2026-07-01T22:30:00.000000005Z');
    expect(times.date(time)).toBe('2026-07-01');
    expect(times.clock(time.seconds, 0, 0)).toBe('22:30:00');
  });
});

describe('a second that was remembered changes nothing', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'Asia/Kathmandu'];
  // Around changes of the clock, and anywhere between 1970 and 2106.
  const second = fc.oneof(
    fc.integer({ min: 0, max: 4_294_967_295 }),
    fc
      .constantFrom('2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-04-04T15:00:00Z', '2027-01-01T00:00:00Z')
      .chain((iso) => fc.integer({ min: at(iso) - 1900, max: at(iso) + 1900 })),
  );

  test.each(zones)('%s: in any order as Date has it', (zone) => {
    inZone(zone, () => {
      fc.assert(
        fc.property(fc.array(second, { minLength: 1, maxLength: 12 }), (seconds) => {
          const times = new Times(false);
          for (const value of seconds) {
            const date = new Date(value * 1000);
            const offset = -date.getTimezoneOffset();
            const local = new Date((value + offset * 60) * 1000).toISOString();
            const time = { seconds: value, nanoseconds: 0, digits: 0 };
            expect(times.date(time)).toBe(local.slice(0, 10));
            expect(times.clock(value, 0, 0)).toBe(local.slice(11, 19));
            expect(Date.parse(times.rfc3339(time))).toBe(value * 1000);
          }
        }),
        { seed: 20_261_120 },
      );
    });
  });
});

test('offsets of old with seconds in them do not break the form', () => {
  // Monrovia was 00:44:30 behind until 1972; JavaScript knows minutes only.
  expect(rfc3339('Africa/Monrovia', at('1970-01-02T00:00:00Z'))).toMatch(/^1970-01-01T23:1[56]:\d\d-00:4[45]$/);
});

test('the zone of the environment is the one that is used', () => {
  const script = 'console.log(new Date(0).getHours())';
  const { stdout } = spawnSync(process.execPath, ['-e', script], { env: { TZ: 'Asia/Tokyo' }, encoding: 'utf8' });
  expect(stdout).toBe('9\n');
});
