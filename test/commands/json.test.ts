import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './built.ts';
import { haDoctor } from './run.ts';
import { explainDocument, type Finding, keyOf, sniffLines, summaryOf } from './shapes.ts';

const captures = readdirSync(join(root, 'captures')).filter((name) => name.endsWith('.pcap'));

/** interface.md: 0 nothing at or above the threshold (warning), 1 findings, 2 an input could not be read. */
function exitCodeOf(findings: readonly Finding[], isIncomplete: boolean): number {
  if (isIncomplete) return 2;
  return findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
}

describe('sniff --json keeps to interface.md', () => {
  test.concurrent.for(captures)('%s', async (name, { expect }) => {
    const file = `captures/${name}`;
    const [all, short] = await Promise.all([
      haDoctor(['sniff', '-r', file, '--json']),
      haDoctor(['sniff', '-r', file, '--summary', '--json']),
    ]);
    const lines = sniffLines(all.stdout);
    const summary = summaryOf(lines);
    const packets = lines.filter(({ type }) => type === 'advert' || type === 'carp' || type === 'garp') as {
      frame: number;
      time: string;
    }[];

    expect(all.exitCode).toBe(exitCodeOf(summary.findings, summary.errors.length > 0));
    expect(all.stderr.split('\n').filter((line) => line.startsWith('ha-doctor: error: '))).toHaveLength(
      summary.errors.length,
    );
    expect(lines.filter(({ type }) => type === 'summary')).toHaveLength(1);

    // `--summary` prints that line only. Marks of secrets are random.
    const withoutMarks = (text: string) => text.replace(/\*{4}\([0-9a-f]{4}\)/g, '****');
    expect(withoutMarks(short.stdout)).toBe(withoutMarks(`${all.stdout.trimEnd().split('\n').at(-1)}\n`));
    expect(short.exitCode).toBe(all.exitCode);

    expect(summary.adverts).toBe(lines.filter(({ type }) => type === 'advert').length);
    expect(summary.captures).toEqual([file]);
    const bySender = summary.routers.flatMap(({ senders }) => senders.map(({ adverts }) => adverts));
    expect(bySender.reduce((sum, adverts) => sum + adverts, summary.uncountedAdverts)).toBe(summary.adverts);
    for (const { master, masters, senders } of summary.routers) {
      expect(master).toBe(masters.length === 1 ? masters[0] : null);
      expect(senders.map(({ src }) => src)).toEqual(expect.arrayContaining([...masters]));
    }

    // Frames count upwards, within the capture.
    const frames = packets.map(({ frame }) => frame);
    expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
    expect(frames.at(-1) ?? 0).toBeLessThanOrEqual(summary.frames);

    // A finding that came true stands at the end as well, once; it is told again only where it has become graver.
    const final = summary.findings.map(keyOf);
    const told = lines.flatMap((line) => (line.type === 'finding' ? [line] : []));
    const live = told.map(keyOf);
    expect(final).toEqual([...new Set(final)]);
    const severities = ['info', 'warning', 'error'];
    for (const key of live) {
      const ranks = told.filter((line) => keyOf(line) === key).map(({ severity }) => severities.indexOf(severity));
      expect(ranks).toEqual([...new Set(ranks)].sort());
    }
    expect(final).toEqual(expect.arrayContaining(live));

    // Evidence names a packet that was printed, and when it came.
    const timeOf = new Map(packets.map(({ frame, time }) => [frame, time]));
    for (const { evidence } of summary.findings) {
      for (const { frame, time, capture } of evidence) expect([time, capture]).toEqual([timeOf.get(frame), file]);
    }
  });

  test('there are captures to check', () => {
    expect(captures.length).toBeGreaterThanOrEqual(60);
  });

  test('without anything that could be read the document still says so', async () => {
    const { stdout, exitCode } = await haDoctor(['sniff', '-r', 'captures/nope.pcap', '--json']);
    const summary = summaryOf(sniffLines(stdout));
    expect(summary).toMatchObject({ frames: 0, adverts: 0, start: null, end: null, routers: [], findings: [] });
    expect(summary.errors).toEqual([
      { source: 'captures/nope.pcap', message: 'cannot open captures/nope.pcap: there is no such file' },
    ]);
    expect(exitCode).toBe(2);
  });

  test('the times of the packets are in order where the capture has them so, in any zone', async () => {
    const { stdout } = await haDoctor(['sniff', '-r', 'captures/failover-200ms.pcap', '--json'], {
      env: { TZ: 'America/St_Johns' },
    });
    const adverts = sniffLines(stdout).flatMap((line) => (line.type === 'advert' ? [Date.parse(line.time)] : []));
    expect(adverts).toEqual([...adverts].sort((a, b) => a - b));
  });
});

describe('explain --json keeps to interface.md', () => {
  test('the whole catalogue, and one rule', async () => {
    const [all, one] = await Promise.all([haDoctor(['explain', '--json']), haDoctor(['explain', 'had108', '--json'])]);
    const codes = explainDocument(all.stdout).rules.map(({ code }) => code);
    expect(codes).toEqual([...codes].sort());
    expect(codes.length).toBeGreaterThanOrEqual(18);
    expect(explainDocument(one.stdout).rules.map(({ code }) => code)).toEqual(['HAD108']);
  });

  test.concurrent.for([
    ['HAD108', 'near-failover'],
    ['HAD116', 'password-in-clear'],
  ] as const)('%s and %s are the same rule', async ([code, name], { expect }) => {
    const [byCode, byName] = await Promise.all([haDoctor(['explain', code]), haDoctor(['explain', name])]);
    expect(byName.stdout).toBe(byCode.stdout);
    expect(byCode.stdout).toContain(`${code} ${name}`);
  });
});
