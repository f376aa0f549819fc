import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine, readLines, zone } from './read-lines.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/syslog');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const moment = fc.record({
  seconds: fc.integer({ min: Date.UTC(2025, 10, 22) / 1000, max: Date.UTC(2026, 10, 20) / 1000 }),
  nanoseconds: fc.nat(999_999_999),
});
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,20}$/);
const message = fc
  .stringMatching(/^[\p{L}(][\p{L}\p{N} _:()-]{0,60}[\p{L}\p{N})]$/u)
  .filter((text) => !text.startsWith('message rep'));
const pid = fc.integer({ min: 1, max: 4_194_304 });

const pad = (value: number, length = 2) => String(value).padStart(length, '0');

function fields(seconds: number, offsetMinutes = 0) {
  const date = new Date((seconds + offsetMinutes * 60) * 1000);
  const clock = date.toISOString().slice(11, 19);
  return {
    date,
    clock,
    month: months[date.getUTCMonth()]!,
    weekday: weekdays[date.getUTCDay()]!,
    day: date.getUTCDate(),
  };
}

describe('what was printed is read', () => {
  it('as RFC 3164', () => {
    fc.assert(
      fc.property(
        moment,
        name,
        name,
        pid,
        message,
        fc.constantFrom(' ', '0', ''),
        ({ seconds }, host, tag, its, said, filler) => {
          const { clock, month, day } = fields(seconds);
          const shownDay = day < 10 ? filler + day : day;
          const line = readLine(`${month} ${shownDay} ${clock} ${host} ${tag}[${its}]: ${said}`, {
            reference: Date.UTC(2026, 10, 20) / 1000,
          });
          expect(line).toMatchObject({
            time: { seconds, nanoseconds: 0, digits: 0 },
            host,
            tag,
            pid: its,
            message: said,
          });
        },
      ),
    );
  });

  it('as RFC 3339 and RFC 5424, with all digits', () => {
    const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 0, max: 9 }),
        offset,
        name,
        name,
        pid,
        message,
        ({ seconds, nanoseconds }, digits, minutes, host, tag, its, said) => {
          const { date, clock } = fields(seconds, minutes);
          const sign = minutes < 0 ? '-' : '+';
          const zoneText = `${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
          const fraction = pad(nanoseconds, 9).slice(0, digits);
          const stamp = `${date.toISOString().slice(0, 10)}T${clock}${digits === 0 ? '' : `.${fraction}`}${zoneText}`;
          const time = { seconds, nanoseconds: Number(fraction.padEnd(9, '0')), digits };
          expect(readLine(`${stamp} ${host} ${tag}[${its}]: ${said}`)).toMatchObject({
            time,
            host,
            tag,
            pid: its,
            message: said,
          });
          expect(readLine(`<30>1 ${stamp} ${host} ${tag} ${its} - - ${said}`)).toMatchObject({
            time,
            host,
            tag,
            pid: its,
            message: said,
          });
        },
      ),
    );
  });

  it("as keepalived's console, and from Docker", () => {
    fc.assert(
      fc.property(moment, message, ({ seconds, nanoseconds }, said) => {
        const { date, clock, month, weekday, day } = fields(seconds);
        const year = date.getUTCFullYear();
        const expected = { host: null, tag: '', pid: null, message: said };
        const plain = `${weekday} ${month} ${String(day).padStart(2)} ${clock} ${year}: ${said}`;
        expect(readLine(plain)).toMatchObject({ ...expected, time: { seconds, digits: 0 } });
        const precise = `${weekday} ${month} ${day} ${clock}.${pad(nanoseconds, 9)} ${year}: ${said}`;
        expect(readLine(precise)).toMatchObject({ ...expected, time: { seconds, nanoseconds, digits: 9 } });
        const docker = JSON.stringify({
          log: `${plain}\n`,
          time: `${date.toISOString().slice(0, 19)}.${pad(nanoseconds, 9)}Z`,
        });
        expect(readLine(docker)).toMatchObject({ ...expected, time: { seconds, nanoseconds, digits: 9 } });
      }),
    );
  });

  it('in any pieces, with any texts', () => {
    const line = fc
      .tuple(fc.constantFrom('Keepalived[1]', 'sshd[2]', 'kernel'), message)
      .map(([tag, said]) => `Nov 20 16:00:00 lb1 ${tag}: ${said}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 300 }), fc.integer({ min: 1, max: 999 }), (lines, pieceLength) => {
        const interpret = (tag: string, said: string) => (tag === 'Keepalived' ? said : null);
        const { reader, lines: read } = readLines(lines.join('\n'), { pieceLength, interpret });
        expect(reader.lines).toBe(lines.length);
        expect(read.map(({ line: number }) => number)).toEqual(
          lines.flatMap((text, i) => (text.includes(' Keepalived[') ? [i + 1] : [])),
        );
      }),
    );
  });

  it('without ever failing', () => {
    const junk = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom('{"MESSAGE":[1,[2]]}', '{"log":""}', '<', '<30>1 ', 'Feb 30 10:00:00 a b: c', '[ 1.000000] '),
    );
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 20 }), fc.uint8Array(), (texts, bytes) => {
        const content = Buffer.concat([Buffer.from(texts.join('\n')), bytes]);
        const { reader } = readLines(content, { pieceLength: 7 });
        const lineFeeds = content.filter((byte) => byte === 0x0a).length;
        expect([lineFeeds, lineFeeds + 1]).toContain(reader.lines);
      }),
      { numRuns: 500 },
    );
  });
});

describe('years and zones', () => {
  const at = (stamp: string) => `${stamp} lb1 Keepalived[1]: x\n`;
  const shown = (log: string, more = {}) =>
    readLines(log, more).lines.map(({ time }) => new Date(time!.seconds * 1000).toISOString().slice(0, 16));

  it('follow the end of the log', () => {
    expect(shown(at('Dec 31 23:59:59') + at('Jan  1 00:00:01') + at('Nov 20 10:00:00'))).toEqual([
      ...['2025-12-31T23:59', '2026-01-01T00:00', '2026-11-20T10:00'],
    ]);
    // A late line of the old year; and lines in disorder, which begin no year.
    expect(
      shown(at('Dec 31 23:59:59') + at('Jan  1 00:00:01') + at('Dec 31 23:59:59') + at('Jan  1 00:00:02'))[2],
    ).toBe('2025-12-31T23:59');
    expect(shown(at('Nov 10 10:00:00') + at('Oct  1 10:00:00'))).toEqual(['2026-11-10T10:00', '2026-10-01T10:00']);
    expect(shown(at('Feb 29 10:00:00'))).toEqual(['2024-02-29T10:00']);
  });

  it('know hours that clocks show twice or never', () => {
    const berlin = { zone: zone('Europe/Berlin') };
    expect(
      shown(
        at('Oct 25 02:30:00') +
          at('Oct 25 02:59:59') +
          at('Oct 25 02:00:01') +
          at('Oct 25 02:10:00') +
          at('Oct 25 03:00:00'),
        berlin,
      ),
    ).toEqual([
      ...['2026-10-25T00:30', '2026-10-25T00:59', '2026-10-25T01:00', '2026-10-25T01:10', '2026-10-25T02:00'],
    ]);
    expect(shown(at('Mar 29 01:59:59') + at('Mar 29 02:30:00') + at('Mar 29 03:00:00'), berlin)).toEqual([
      ...['2026-03-29T00:59', '2026-03-29T01:30', '2026-03-29T01:00'],
    ]);
    expect(zone('Asia/Kathmandu').toSeconds(0, null)).toBe(-5.5 * 3600);
  });
});

describe.runIf(existsSync(corpus))('the corpus', () => {
  it.each(existsSync(corpus) ? readdirSync(corpus) : [])('%s', (file) => {
    const bytes = readFileSync(join(corpus, file));
    const { reader, lines } = readLines(bytes);
    const text = bytes.toString();
    expect(reader.lines).toBe(text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
    const transitions = text.split('\n').filter((line) => / STATE/.test(line)).length;
    expect(lines.filter(({ message }) => / STATE/.test(message))).toHaveLength(transitions);
    // Nothing of host, tag or time is left in front.
    expect(lines.filter(({ message }) => /\[\d+\]: |^\d\d:\d\d/.test(message))).toEqual([]);
  });
});
