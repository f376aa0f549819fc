import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseMessage, tellingTexts } from '../../../src/keepalived/messages/parse.ts';
import type { LogEvent } from '../../../src/model/log.ts';

/**
 * What one node of the lab logged while a scenario was played, without the lines that only repeat the one before, and at
 * the end what its notify fifo was told. The machine's own `Running on Linux …` is left out.
 */
interface Recording {
  title: string;
  lines: { tag: string; message: string }[];
  notified: string[];
}

function recordings(version: string): Recording[] {
  const text = readFileSync(new URL(`recorded/${version}.txt`, import.meta.url), 'utf8');
  return text.split(/^# /m).flatMap((section) => {
    const [title = '', ...lines] = section.trimEnd().split('\n');
    if (title === '') return [];
    const notified = lines.pop() ?? '';
    return [{ title, lines: lines.map(tagged), notified: notified.slice(2).split(', ') }];
  });
}

function tagged(line: string): { tag: string; message: string } {
  const end = line.indexOf(': ');
  return { tag: line.slice(0, end), message: line.slice(end + 2) };
}

function eventsOf({ lines }: Recording): LogEvent[] {
  return lines.flatMap(({ tag, message }) => parseMessage(tag, message) ?? []);
}

/** The states that instances came to, without those that they held already. */
function transitionsOf(events: readonly LogEvent[]): string[] {
  const held = new Map<string, string>();
  return events.flatMap((event) => {
    if (event.kind === 'daemon' && event.action === 'started') held.clear();
    if (event.kind !== 'state' || held.get(event.instance) === event.to) return [];
    held.set(event.instance, event.to);
    return [`${event.instance} ${event.to}`];
  });
}

/** Older ones do not know v3_checksum_as_v2, and the check of a member of a sync group. */
const ofOlder: Readonly<Record<string, string[]>> = {
  '2.1.5': ['checksum-as-v2', 'failover-sync-group'],
  '2.2.7': ['checksum-as-v2'],
};

describe.each(['2.1.5', '2.2.7', '2.3.3'])('keepalived %s', (version) => {
  const recorded = recordings(version);

  test.each(recorded)('$title: each transition that it notified, in order, and nothing unknown', (recording) => {
    const events = eventsOf(recording);
    const states = recording.notified.filter((notified) => / (?:MASTER|BACKUP|FAULT)$/.test(notified));
    expect(transitionsOf(events)).toEqual(states);
    expect(recording.lines.filter(({ tag, message }) => parseMessage(tag, message)?.kind === 'unknown')).toEqual([]);
  });

  test('says its version when it starts', () => {
    for (const recording of recorded) {
      const start = eventsOf(recording).find(({ kind }) => kind === 'daemon');
      expect(start).toMatchObject({ action: 'started', process: 'keepalived', version });
    }
  });

  test('complains about the configuration where there is something to complain about', () => {
    const complaining = recorded.filter((recording) =>
      eventsOf(recording).some(({ kind }) => kind === 'config-complaint'),
    );
    // keepalived wants a link-local address first, and no AH with `state MASTER`.
    const expected = ['complaints', 'failover-ipv6', 'tracked-file', 'v2-ah', ...(ofOlder[version] ?? [])];
    expect(complaining.map(({ title }) => title.replace(', lb1', '')).sort()).toEqual(expected.sort());
  });

  test('is only found by the texts that are looked for', () => {
    for (const { lines } of recorded) {
      const telling = lines.filter(({ tag, message }) => parseMessage(tag, message) !== null);
      const missed = telling.filter(
        ({ tag, message }) => !tellingTexts.some((text) => `${tag} ${message}`.includes(text)),
      );
      expect(missed).toEqual([]);
    }
  });

  test('rejects adverts, and how it says so tells whether it says it once', () => {
    const rejections = recorded.flatMap((recording) =>
      eventsOf(recording).flatMap((event) => (event.kind === 'advert-rejected' ? [event] : [])),
    );
    const reasons = new Set(rejections.map(({ reason }) => reason));
    expect([...reasons]).toEqual(expect.arrayContaining(['password', 'interval', 'version', 'addresses']));
    const clear = rejections.filter(({ isLoggedOnce }) => isLoggedOnce !== null);
    expect(clear.length).toBeGreaterThan(0);
    expect(
      clear.every(
        ({ isLoggedOnce, peer }) => isLoggedOnce === (version === '2.3.3') && isLoggedOnce === (peer !== null),
      ),
    ).toBe(true);
  });
});

test('a check of weight 50 fails: what it returned, the result, and the priority', () => {
  const recording = recordings('2.2.7').find(({ title }) => title === 'failover-check-fails, lb1');
  const events = recording === undefined ? [] : eventsOf(recording);
  const failed = events.findIndex((event) => event.kind === 'check' && event.outcome === 'failed');
  expect(events.slice(failed - 1, failed + 2)).toMatchObject([
    { kind: 'check', what: 'script', name: 'chk_nginx', outcome: 'returned', status: 1 },
    { kind: 'check', what: 'script', name: 'chk_nginx', outcome: 'failed', status: 1 },
    { kind: 'priority', instance: 'VI_1', from: 151, to: 101 },
  ]);
});
