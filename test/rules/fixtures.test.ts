import { describe, expect, test } from 'vitest';
import { severities } from '../../src/model/finding.ts';
import { rules } from '../../src/rules/index.ts';
import { fixtures } from './fixtures.ts';
import { faultsOf, judgeFixture } from './judged.ts';

test('every rule has a fixture that fires it and one that looks alike', () => {
  expect(fixtures.map(({ code }) => code)).toEqual(rules.map(({ code }) => code));
  for (const { code, fires, looksAlike } of fixtures) {
    expect(fires.length, code).toBeGreaterThan(0);
    expect(looksAlike.length, code).toBeGreaterThan(0);
  }
});

describe.each(fixtures)('$code', ({ code, fires, looksAlike }) => {
  test.each(fires)('fires: $name', async ({ on, severity }) => {
    const { findings } = await judgeFixture(on);
    const found = findings.filter((finding) => finding.code === code).map((finding) => finding.severity);
    found.sort((a, b) => severities.indexOf(a) - severities.indexOf(b));
    expect(found[0]).toBe(severity);
  });

  test.each(looksAlike)('does not fire: $name', async ({ on, info = [] }) => {
    const { findings } = await judgeFixture(on);
    expect(faultsOf(findings)).toEqual([]);
    expect([...new Set(findings.map((finding) => finding.code))]).toEqual(info);
  });
});
