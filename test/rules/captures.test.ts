import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Evidence, Finding } from '../../src/model/finding.ts';
import { type Capture, captures } from '../lab/captures.ts';
import { fixtures } from './fixtures.ts';
import { faultsOf, type Judged, judgeCapture, judgeSteps, keysOf } from './judged.ts';

const folder = fileURLToPath(new URL('../../captures/', import.meta.url));

test('every file of captures/ is in the table, and the other way round', () => {
  const files = readdirSync(folder).filter((file) => file !== 'README.md');
  expect(files.sort()).toEqual(captures.map(({ file }) => file).sort());
});

describe('a capture shows what its row says', () => {
  test.each(captures as Capture[])('$file', async ({ file, codes, maybe, info }) => {
    const { findings } = await judgeCapture(file);
    const faults = faultsOf(findings);
    expect(faults.filter((code) => codes.includes(code) || !maybe.includes(code))).toEqual(codes);
    const remarks = findings.filter(({ severity }) => severity === 'info').map(({ code }) => code);
    expect([...new Set(remarks)].sort()).toEqual(info);
  });
});

/** What a piece of evidence says of an advert: `10.77.0.1 > 224.0.0.18  vrid 51, prio 101`. */
const advertText = /^(\S+) > (\S+) {2}vrid (\d+), prio (\d+)/;
const announcementText = /^(?:gratuitous ARP|unsolicited NA) (\S+) is-at (\S+)$/;
const carpText = /^(\S+) CARP vhid (\d+)$/;

/** The packet of the capture that the evidence names, checked against what it says of it. */
function verify(evidence: Evidence, { packets, wire }: Judged): void {
  if (evidence.kind !== 'packet') throw new Error(`evidence of kind ${evidence.kind} on the wire`);
  const { capture, frame, time, text } = evidence;
  expect(wire.captures).toContain(capture);
  const packet = packets.get(frame);
  expect(packet?.time, text).toBe(time);
  const decoded = packet?.decoded;
  if (decoded?.type === 'advert') {
    const { src, dst, vrid, prio } = decoded;
    expect(advertText.exec(text)?.slice(1)).toEqual([src, dst, String(vrid), String(prio)]);
  } else if (decoded?.type === 'garp') {
    expect(announcementText.exec(text)?.slice(1)).toEqual([decoded.address, decoded.mac]);
  } else {
    expect(carpText.exec(text)?.slice(1)).toEqual([decoded?.src, String(decoded?.vhid)]);
  }
}

/** All words of a finding. */
function textsOf({ message, consequence, remedy, evidence }: Finding): string[] {
  return [message, consequence, remedy, ...evidence.map(({ text }) => text)];
}

const recorded = captures.map(({ file }) => ({ name: file, judge: () => judgeCapture(file) }));
const scripted = fixtures.flatMap(({ code, fires, looksAlike }) =>
  [...fires, ...looksAlike].flatMap(({ name, on }) =>
    'steps' in on ? [{ name: `${code}: ${name}`, judge: async () => judgeSteps(on.steps, on.playing) }] : [],
  ),
);

describe('findings', () => {
  test.each([...recorded, ...scripted])('$name', async ({ judge }) => {
    const judged = await judge();
    const { findings, live, packets } = judged;

    for (const finding of findings) {
      for (const evidence of finding.evidence) verify(evidence, judged);
      for (const text of textsOf(finding)) expect(text).not.toMatch(/undefined|NaN|\[object| {3}|Infinity/);
      expect(finding.subject.nodes).toEqual([...new Set(finding.subject.nodes)].sort());
    }

    // Live and in the end the same fault has the same name, and no two faults have one.
    const keys = keysOf(findings);
    expect(new Set(keys).size).toBe(keys.length);
    for (const moment of live) {
      expect(new Set(keysOf(moment)).size).toBe(moment.length);
      const lasting = moment.filter(({ code }) => findings.some((finding) => finding.code === code));
      expect(keys).toEqual(expect.arrayContaining(keysOf(lasting)));
    }

    // Every cause is a finding on the same virtual router.
    for (const { causes, subject } of findings) {
      for (const cause of causes) {
        const named = findings.find(({ code, subject: { vrid } }) => code === cause && vrid === subject.vrid);
        expect(named?.code).toBe(cause);
      }
    }

    // Passwords stand in findings as marks only.
    const secrets = new Set<string>();
    for (const { decoded } of packets.values())
      if (decoded.type === 'advert' && decoded.auth) secrets.add(decoded.auth);
    for (const secret of secrets) {
      for (const text of findings.flatMap(textsOf)) expect(text).not.toContain(secret);
    }
  });

  test('some have passwords to hide, and evidence of each kind', async () => {
    const { findings } = await judgeCapture('auth-mismatch.pcap');
    const texts = findings.flatMap(textsOf);
    expect(texts.some((text) => text.includes('****('))).toBe(true);
    expect(texts.some((text) => announcementText.test(text))).toBe(true);
  });
});
