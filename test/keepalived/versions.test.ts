import { describe, expect, test } from 'vitest';
import { behavioursIn, changes } from '../../src/keepalived/versions/behaviours.ts';
import { compareVersions, parseVersions, readVersion } from '../../src/keepalived/versions/version.ts';

describe('versions', () => {
  test('are compared by numbers', () => {
    const sorted = ['1.2.15', '1.4.5', '2.0', '2.0.1', '2.2.7', '2.2.10', '2.10.0'];
    expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
    expect(compareVersions('2.0', '2.0.0')).toBe(0);
  });

  test('are found in what keepalived prints of itself', () => {
    expect(readVersion('Keepalived v2.2.7 (01/16,2022)\n\nCopyright(C) 2001-2022')).toEqual(only('2.2.7'));
    expect(readVersion('Starting Keepalived v1.2.15 (02/26,2015)')).toEqual(only('1.2.15'));
    for (const text of ['', 'bash: keepalived: command not found', 'keepalived v2'])
      expect(readVersion(text)).toBe(null);
  });

  test('are one or a range on the command line', () => {
    expect(parseVersions('2.2.7')).toEqual(only('2.2.7'));
    expect(parseVersions('v2.1-2.3.3')).toEqual({ oldest: '2.1', newest: '2.3.3' });
    for (const text of ['', '2', '2.3.3-2.1.5', '2.2.7-', 'latest', '2.2.7 ']) expect(parseVersions(text)).toBe(null);
  });
});

describe('what changed', () => {
  test('is old, new, or either where the change lies within', () => {
    const of = (text: string) => behavioursIn(parseVersions(text))['vip-list-mismatch'];
    expect([of('1.2.15'), of('2.3.2'), of('2.3.3'), of('2.4.3')]).toEqual(['old', 'old', 'new', 'new']);
    expect([of('2.3.2-2.3.3'), of('unknown')]).toEqual(['either', 'either']);
  });

  test('is not known between what was seen', () => {
    const of = (text: string) => behavioursIn(parseVersions(text))['strict-unicast'];
    expect([of('2.1.5'), of('2.2.0'), of('2.2.7')]).toEqual(['old', 'either', 'new']);
  });

  test('lies between its two versions', () => {
    for (const { lastOld, firstNew } of Object.values(changes))
      expect(compareVersions(lastOld, firstNew)).toBeLessThan(0);
  });
});

function only(version: string) {
  return { oldest: version, newest: version };
}
