import { describe, expect, test } from 'vitest';
import { explainRule, listRules, ruleIndex, ruleJson, rulePage } from '../../src/report/rule.ts';
import { createStyle } from '../../src/report/style.ts';
import { rules } from '../../src/rules/index.ts';

const plain = createStyle({ colour: false, utf8: true, columns: null });
const at = (columns: number) => createStyle({ colour: false, utf8: true, columns });

describe.each(rules.map((rule) => [rule.code, rule] as const))('%s', (_, rule) => {
  test('its explanation has every part, in lines that fit', () => {
    for (const [style, most] of [
      [plain, 100],
      [at(80), 80],
      [at(60), 60],
      [at(300), 100],
    ] as const) {
      const text = explainRule(rule, style);
      for (const part of ['Consequence', 'How to confirm', 'Remedy', 'References'])
        expect(text).toContain(`\n\n${part}\n`);
      for (const line of text.split('\n')) if (line.length > most) expect(line.trim()).not.toContain(' ');
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  test('its words are sentences: no double blanks, none at the end, no line breaks of the source', () => {
    const { explanation, consequence, confirm, remedy, title } = rule;
    for (const text of [consequence, confirm, remedy, title]) expect(text).not.toMatch(/\n|\s$|^\s| {2}/);
    for (const text of [explanation, title, consequence, confirm, remedy])
      expect(text).not.toMatch(/ {2}| [,;.:]|\.\.|\( | \)/);
    expect(title).not.toMatch(/\.$/);
    expect(explanation).toMatch(/\.$/);
    expect(Object.values(ruleJson(rule)).join('')).not.toMatch(/(?<!\n)\n(?!\n)/);
    // A word of a configuration file or a command keeps its small letter: it must not start a sentence.
    const [first = ''] = remedy.split(' ');
    expect(first).not.toMatch(/_|^(systemctl|journalctl|nft|tcpdump)$/);
  });

  test('its page says the same', () => {
    const page = rulePage(rule);
    expect(page).toMatch(new RegExp(`^# ${rule.code} ${rule.name}\n\n`));
    for (const reference of rule.references) expect(page).toContain(`- ${reference}\n`);
    expect(page).toMatch(/[^\n]\n$/);
  });
});

describe('the catalogue', () => {
  test('is a line a rule, in columns', () => {
    const lines = listRules(rules, plain).trimEnd().split('\n');
    expect(lines).toHaveLength(rules.length);
    const titleAt = new Set(lines.map((line, i) => line.indexOf(rules[i]?.title ?? '?')));
    expect(titleAt.size).toBe(1);
    expect(titleAt.has(-1)).toBe(false);
  });

  test('in a narrow terminal titles are wrapped below themselves', () => {
    for (const line of listRules(rules, at(80)).trimEnd().split('\n')) {
      expect(line.length).toBeLessThanOrEqual(80);
      expect(line).toMatch(/^(HAD\d{3} | {40})/);
    }
  });

  test('has an index that links to every page', () => {
    const index = ruleIndex(rules);
    for (const { code, name } of rules) expect(index).toContain(`[${code}](${code}-${name}.md)`);
  });
});
