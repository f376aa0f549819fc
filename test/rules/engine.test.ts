import { describe, expect, test } from 'vitest';
import type { Subject } from '../../src/model/finding.ts';
import { emptySnapshot } from '../../src/model/snapshot.ts';
import { diagnose, findingKey } from '../../src/rules/engine.ts';
import { rules, rulesOn } from '../../src/rules/index.ts';
import { defineRule, type Judgement, type Rule } from '../../src/rules/rule.ts';
import { adverts, lb1, lb2, play } from '../vrrp/timeline.ts';
import { context, judgeSteps } from './judged.ts';

const { wire } = play(adverts({ src: lb1 }, 101, 0, 5));
const about = (vrid: number | null, nodes: string[] = [lb1]): Subject => ({
  nodes,
  instance: null,
  family: 'ipv4',
  vrid,
  vip: null,
});

/** A rule that judges as it is told. */
function rule(code: string, judgements: readonly Judgement[], own: Partial<Rule<'wire'>> = {}): Rule {
  return defineRule({
    code,
    name: `rule-${code}`,
    severity: 'error',
    title: 'title',
    explanation: 'explanation',
    consequence: 'the consequence of the rule',
    confirm: 'confirm',
    remedy: 'the remedy of the rule',
    references: [],
    needs: ['wire'],
    check: () => judgements,
    ...own,
  }) as Rule;
}

const judgement = (vrid: number, own: Partial<Judgement> = {}): Judgement => ({
  subject: about(vrid),
  message: 'message',
  evidence: [],
  ...own,
});

describe('diagnose', () => {
  test('skips a rule whose evidence is missing, says what it would need, and does not call it', () => {
    const never = rule('HAD901', [], {
      check: () => {
        throw new Error('called without evidence');
      },
    });
    expect(diagnose([never], emptySnapshot, context)).toEqual({
      findings: [],
      skipped: [{ code: 'HAD901', reason: 'needs packets', needs: ['captures/*.pcap*'] }],
    });
  });

  test('skips every rule of the registry without evidence, and none with it', () => {
    const { findings, skipped } = diagnose(rules, emptySnapshot, context);
    expect(findings).toEqual([]);
    expect(skipped.map(({ code }) => code)).toEqual(rules.map(({ code }) => code));
    expect(diagnose(rulesOn('wire'), { ...emptySnapshot, wire }, context)).toEqual({ findings: [], skipped: [] });
  });

  test('puts in what the rule says where the judgement does not', () => {
    const own = { severity: 'info', certainty: 'possible', consequence: 'another', remedy: 'other' } as const;
    const { findings } = diagnose(
      [rule('HAD901', [judgement(51), judgement(52, own)])],
      { ...emptySnapshot, wire },
      context,
    );
    expect(findings).toMatchObject([
      {
        severity: 'error',
        certainty: 'certain',
        consequence: 'the consequence of the rule',
        remedy: 'the remedy of the rule',
        causes: [],
      },
      { name: 'rule-HAD901', subject: { vrid: 52 }, ...own },
    ]);
  });

  test('sorts by severity, then by code, and keeps the order of one rule', () => {
    const judging = [
      rule('HAD902', [judgement(1), judgement(2, { severity: 'info' }), judgement(3)]),
      rule('HAD901', [judgement(4, { severity: 'warning' }), judgement(5)]),
    ];
    const { findings } = diagnose(judging, { ...emptySnapshot, wire }, context);
    expect(findings.map(({ code, severity, subject }) => `${code} ${severity} ${subject.vrid}`)).toEqual([
      'HAD901 error 5',
      'HAD902 error 1',
      'HAD902 error 3',
      'HAD901 warning 4',
      'HAD902 info 2',
    ]);
  });

  test('tells one fault of one subject once, at its worst', () => {
    const judging = [rule('HAD901', [judgement(51, { severity: 'warning' }), judgement(51), judgement(52)])];
    const { findings } = diagnose(judging, { ...emptySnapshot, wire }, context);
    expect(findings.map(({ severity, subject }) => `${severity} ${subject.vrid}`)).toEqual(['error 51', 'error 52']);
  });

  test('tells a split brain once that a capture on all interfaces shows on a bridge and on its port', () => {
    // The port was added to the bridge later, so that its packets are no copies.
    const steps = ['br0', 'eth0'].flatMap((interfaceName, i) => [
      ...adverts({ src: lb1, interfaceName }, 101, i / 4, 16),
      ...adverts({ src: lb2, interfaceName }, 100, 6.609 + i / 4, 16),
    ]);
    const { findings, wire: both } = judgeSteps(steps);
    expect(both.routers).toHaveLength(2);
    expect(findings.map(({ code }) => code)).toEqual(['HAD101']);
  });

  test('leaves out causes that do not hold of the same virtual router', () => {
    const judging = [
      rule('HAD901', [judgement(51, { causes: ['HAD902', 'HAD903'] }), judgement(52, { causes: ['HAD902'] })]),
      rule('HAD902', [judgement(51)]),
      rule('HAD903', [judgement(99)]),
    ];
    const { findings } = diagnose(judging, { ...emptySnapshot, wire }, context);
    expect(findings.filter(({ code }) => code === 'HAD901').map(({ causes }) => causes)).toEqual([['HAD902'], []]);
  });
});

describe('the key of a finding', () => {
  const key = (code: string, subject: Subject) => {
    const { findings } = diagnose([rule(code, [{ ...judgement(1), subject }])], { ...emptySnapshot, wire }, context);
    return findings.map(findingKey)[0];
  };

  test('is of the fault and its subject, not of words', () => {
    const [first, second] = ['message', 'other words'].map(
      (message) =>
        diagnose([rule('HAD901', [judgement(51, { message })])], { ...emptySnapshot, wire }, context).findings[0],
    );
    if (first === undefined || second === undefined) throw new Error('no finding');
    expect(findingKey(first)).toBe(findingKey(second));
  });

  test('tells faults and subjects apart', () => {
    const keys = [
      key('HAD901', about(51)),
      key('HAD902', about(51)),
      key('HAD901', about(52)),
      key('HAD901', about(51, [lb2])),
      key('HAD901', { ...about(51), family: 'ipv6' }),
      key('HAD901', { ...about(51), vip: '10.77.0.100' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('words of findings', () => {
  const messages = (steps: Parameters<typeof judgeSteps>[0], code: string) =>
    judgeSteps(steps)
      .findings.filter((finding) => finding.code === code)
      .map(({ message, certainty, causes }) => `${message} (${[certainty, ...causes].join(' ')})`);

  test('a split brain names both, its cause, and whether it lasts', () => {
    const steps = [...adverts({ src: lb1 }, 101, 0, 16), ...adverts({ src: lb2 }, 100, 6.609, 16)];
    expect(messages(steps, 'HAD101')).toEqual([`${lb1} and ${lb2} are both master since 00:00:06.609 (certain)`]);
    const healed = [...adverts({ src: lb1 }, 101, 0, 30), ...adverts({ src: lb2 }, 100, 6.609, 16.609)];
    expect(messages(healed, 'HAD101')).toEqual([
      `${lb1} and ${lb2} were both master for 10 s, from 00:00:06.609 on (certain)`,
    ]);
    const silent = [
      ...adverts({ src: lb1 }, 101, 0, 6),
      ...adverts({ src: lb2, version: 3 }, 100, 6.609, 6.609),
      ...adverts({ src: lb1 }, 101, 7.609, 16),
    ];
    expect(messages(silent, 'HAD101')).toEqual([
      `${lb2} became master beside ${lb1} at 00:00:06.609, and keeps the VIP (likely HAD112)`,
    ]);
  });
});
