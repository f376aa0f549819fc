import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Severity, severities } from '../../src/model/finding.ts';
import { emptySnapshot, type Snapshot } from '../../src/model/snapshot.ts';
import { findRule, rules } from '../../src/rules/index.ts';
import { defineRule, type Needed, type Rule } from '../../src/rules/rule.ts';
import { confOf } from './confs.ts';
import { fixtures } from './fixtures.ts';
import { context, judgeFixture } from './judged.ts';
import { healthyNginx } from './nginx-fixtures.ts';
import { healthyStates } from './state-fixtures.ts';

const folder = fileURLToPath(new URL('../../src/rules/', import.meta.url));
const files = readdirSync(folder).filter((file) => /^had\d/.test(file));

describe('the registry', () => {
  test('has every rule file, in the order of the codes', () => {
    expect(rules.map(({ code, name }) => `${code.toLowerCase()}-${name}.ts`)).toEqual(files.sort());
    expect(files.length).toBeGreaterThan(10);
  });

  test('has every code and every name once', () => {
    expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  test('finds a rule by code or name, in any case', () => {
    for (const rule of rules) {
      for (const word of [rule.code, rule.code.toLowerCase(), rule.name, rule.name.toUpperCase()]) {
        expect(findRule(word)).toBe(rule);
      }
    }
    for (const word of ['', 'HAD', 'HAD999', 'split', '101']) expect(findRule(word)).toBeUndefined();
  });
});

describe.each(rules.map((rule) => ({ code: rule.code, rule })))('$code', ({ rule }) => {
  test('says what it is, in whole texts', () => {
    const { code, name, title, explanation, consequence, confirm, remedy } = rule;
    expect(code).toMatch(/^HAD\d{3}$/);
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [title, explanation, consequence, confirm, remedy]) {
      expect(text.trim()).toBe(text);
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toMatch(/undefined|null|NaN|\[object|TODO|\$\{/);
    }
    expect(title).not.toMatch(/\.$/);
    expect(explanation).toMatch(/\.$/);
  });

  test('refers to what it rests on, each reference once', () => {
    expect(rule.references.length).toBeGreaterThan(0);
    expect(new Set(rule.references).size).toBe(rule.references.length);
    for (const reference of rule.references) expect(reference).toMatch(/^(RFC \d+|draft-|keepalived|OpenBSD |https:)/);
  });
});

/** A rule's row of the catalogue: its name, its severity, and every one that its findings may have. */
interface Row {
  readonly code: string;
  readonly name: string;
  readonly severity: Severity | undefined;
  readonly severities: readonly Severity[];
}

/** The catalogue is kept outside the repository; where it is not at hand it cannot be compared. */
const catalogue = fileURLToPath(new URL('../../../shared/rules.md', import.meta.url));

function catalogueRows(): Row[] {
  return readFileSync(catalogue, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, code = '', name = '', severity = '', fires = '', notes = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      if (!/^HAD\d{3}$/.test(code)) return [];
      // "errors when …" and "unicast: `info`" of the notes are severities as well.
      const wordsIn = (text: string) => severities.filter((word) => new RegExp(`\\b${word}s?\\b`).test(text));
      return [{ code, name, severity: wordsIn(severity)[0], severities: wordsIn(`${severity} ${fires} ${notes}`) }];
    });
}

describe.skipIf(!existsSync(catalogue))('the catalogue', () => {
  const rows = existsSync(catalogue) ? catalogueRows() : [];
  const rowOf = (code: string) => rows.find((row) => row.code === code);

  test('has a row for every rule, of the same name', () => {
    expect(rules.map(({ code, name }) => `${code} ${name}`)).toEqual(
      rules.map(({ code }) => `${code} ${rowOf(code)?.name}`),
    );
  });

  test('names the severity that the rule has', () => {
    expect(rules.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
      rules.map(({ code }) => `${code} ${rowOf(code)?.severity}`),
    );
  });

  test('names every severity that a finding has', async () => {
    for (const { fires } of fixtures) {
      for (const { on } of fires) {
        const { findings } = await judgeFixture(on);
        for (const { code, severity } of findings) expect(rowOf(code)?.severities, code).toContain(severity);
      }
    }
  });
});

/** A snapshot that notes which of its parts are looked at, in whatever way. */
function recording(snapshot: Snapshot): { snapshot: Snapshot; read: Set<PropertyKey> } {
  const read = new Set<PropertyKey>();
  const note = <T>(key: PropertyKey, answer: T): T => {
    read.add(key);
    return answer;
  };
  const proxy = new Proxy(snapshot, {
    get: (target, key, receiver) => note(key, Reflect.get(target, key, receiver)),
    has: (target, key) => note(key, Reflect.has(target, key)),
    getOwnPropertyDescriptor: (target, key) => note(key, Reflect.getOwnPropertyDescriptor(target, key)),
  });
  return { snapshot: proxy, read };
}

/** The parts of the snapshot that a rule looks at, over fixtures of its own and a healthy pair. */
async function partsRead(rule: Rule): Promise<PropertyKey[]> {
  const read = new Set<PropertyKey>();
  const own = fixtures.find(({ code }) => code === rule.code);
  const all = [...(own?.fires ?? []), ...(own?.looksAlike ?? [])].map(({ on }) => on);
  const healthy = [
    { capture: 'v2-multicast.pcap' },
    { lb1: confOf('lb1'), lb2: confOf('lb2') },
    healthyNginx,
    healthyStates,
  ];
  for (const on of [...all, ...healthy]) {
    const { snapshot } = await judgeFixture(on);
    if (rule.needs.some((part) => snapshot[part] === null)) continue;
    const recorded = recording(snapshot);
    rule.check(recorded.snapshot as Needed<keyof Snapshot>, context);
    for (const key of recorded.read) read.add(key);
  }
  return [...read].sort();
}

describe('what a rule reads is what it declares', () => {
  test.each(rules.map((rule) => ({ code: rule.code, rule })))('$code', async ({ rule }) => {
    expect(await partsRead(rule)).toEqual([...rule.needs, ...(rule.mayUse ?? [])].sort());
  });

  test('and a rule that does not keep to it would be found', async () => {
    const [model] = rules;
    if (model === undefined) throw new Error('no rules');
    const idle = defineRule({ ...model, needs: ['wire'], check: () => [] });
    const sly = defineRule({
      ...model,
      needs: [],
      check: (evidence) => (Object.values(evidence).length > 9 ? [] : []),
    });
    expect(await partsRead(idle)).toEqual([]);
    expect(await partsRead(sly)).toEqual(Object.keys(emptySnapshot).sort());
  });
});
