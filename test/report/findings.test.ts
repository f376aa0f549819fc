import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Evidence, Finding } from '../../src/model/finding.ts';
import { countFindings, renderFindings, renderHeadline } from '../../src/report/finding.ts';
import { createStyle } from '../../src/report/style.ts';

const plain = createStyle({ colour: false, utf8: true, columns: null });
const ascii = createStyle({ colour: false, utf8: false, columns: null });
const narrow = createStyle({ colour: false, utf8: true, columns: 60 });
const coloured = createStyle({ colour: true, utf8: true, columns: 60 });

const packet = (frame: number, text: string, time = '2026-11-20T18:43:34.271492Z'): Evidence => ({
  kind: 'packet',
  capture: 'eth0',
  frame,
  time,
  text,
});

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    code: 'HAD113',
    name: 'auth-differs-on-wire',
    severity: 'error',
    certainty: 'certain',
    subject: { nodes: ['10.77.0.1', '10.77.0.2'], instance: null, family: 'ipv4', vrid: 51, vip: null },
    message: '10.77.0.1 sends auth ****(a1f3), 10.77.0.2 ****(77c0)',
    consequence: 'both become master',
    remedy: 'the same auth_pass on both nodes, then reload',
    evidence: [packet(7, 'second'), packet(1, 'first')],
    causes: [],
    ...changes,
  };
}

const split = finding({
  code: 'HAD101',
  name: 'split-brain',
  message: 'both are master',
  remedy: 'mend the cause: HAD113',
  evidence: [packet(7, 'short')],
  causes: ['HAD113'],
});

describe('renderFindings', () => {
  test('a finding with evidence in the order of frames, consequence and remedy', () => {
    expect(renderFindings([finding()], plain)).toBe(
      [
        'error HAD113 auth-differs-on-wire  10.77.0.1 sends auth ****(a1f3), 10.77.0.2 ****(77c0)',
        '    frame 1  18:43:34.271  first',
        '    frame 7  18:43:34.271  second',
        '  both become master',
        '  remedy: the same auth_pass on both nodes, then reload',
      ].join('\n'),
    );
  });

  test('a cause stands below what it brought about, once, with its own remedy and the longer evidence of a frame', () => {
    expect(renderFindings([split, finding()], plain)).toBe(
      [
        'error HAD101 split-brain  both are master',
        '  └ HAD113 auth-differs-on-wire: 10.77.0.1 sends auth ****(a1f3), 10.77.0.2 ****(77c0)',
        '    frame 1  18:43:34.271  first',
        '    frame 7  18:43:34.271  second',
        '  both become master',
        '  remedy: the same auth_pass on both nodes, then reload',
      ].join('\n'),
    );
  });

  test('a cause of another virtual router stands by itself', () => {
    const elsewhere = finding({ subject: { ...finding().subject, vrid: 52 } });
    expect(renderFindings([split, elsewhere], plain)).not.toContain('└');
  });

  test('ASCII where the locale is not UTF-8', () => {
    const text = renderFindings([split, finding()], ascii);
    expect(text).toContain('  `- HAD113 ');
    expect(text).toMatch(/^[\x0a\x20-\x7e]*$/);
  });

  test('doubt is told', () => {
    expect(renderHeadline(finding({ certainty: 'likely' }), plain)).toMatch(/ \(likely\)$/);
    expect(renderHeadline(finding(), plain)).not.toContain('certain');
  });

  test('infos are one line each, behind the others', () => {
    const info = finding({ severity: 'info', code: 'HAD116', name: 'password-in-clear', message: 'readable' });
    expect(renderFindings([finding(), info, info], plain).split('\n\n')[1]).toBe(
      'info HAD116 password-in-clear  readable\ninfo HAD116 password-in-clear  readable',
    );
  });

  test('much evidence is cut, and said so', () => {
    const evidence = Array.from({ length: 30 }, (_, i) => packet(i + 1, `e${i}`));
    const text = renderFindings([finding({ evidence })], plain);
    expect(text.match(/frame /g)).toHaveLength(8);
    expect(text).toContain('    and 22 more (--json)');
  });

  test('many alike are cut, each severity for itself, and the worst stay in front', () => {
    const many = (severity: Finding['severity'], count: number) =>
      Array.from({ length: count }, (_, i) => finding({ severity, message: `${severity} ${i}` }));
    const text = renderFindings([...many('error', 20), ...many('warning', 17), ...many('info', 18)], plain);
    expect(text.match(/^error /gm)).toHaveLength(16);
    expect(text.match(/^warning /gm)).toHaveLength(16);
    expect(text.match(/^info /gm)).toHaveLength(16);
    expect(text.match(/^and .*$/gm)).toEqual(
      [4, 1, 2].map((more) => `and ${more} more of HAD113 auth-differs-on-wire (--json)`),
    );
    expect(text.lastIndexOf('\nerror ')).toBeLessThan(text.indexOf('\nwarning '));
  });

  test('nothing', () => {
    expect(renderFindings([], plain)).toBe('');
    expect(countFindings([])).toBe('');
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom('\x1b', '[', '2', 'J', '\n', ' ', '\u202e', '\x9b', '\0', 'a'), maxLength: 200 }),
    fc.constant('x'.repeat(100)),
  );
  const anyFinding = fc
    .record({
      severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
      message: hostile,
      consequence: hostile,
      remedy: hostile,
      evidence: fc.array(
        fc.oneof(
          fc
            .record({ frame: fc.nat(), text: hostile, time: hostile })
            .map(({ frame, text, time }) => packet(frame, text, time)),
          fc
            .record({ node: hostile, file: hostile, line: fc.nat(), text: hostile })
            .map((fields) => ({ kind: 'config' as const, ...fields })),
          fc
            .record({ node: hostile, command: hostile, text: hostile })
            .map((fields) => ({ kind: 'command' as const, ...fields })),
        ),
        { maxLength: 12 },
      ),
      causes: fc.constantFrom<string[]>([], ['HAD113']),
    })
    .map(finding);

  test('hostile words reach the terminal as text, and nothing throws', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 5 }), fc.constantFrom(plain, ascii, narrow), (findings, style) => {
        const text = renderFindings(findings, style) + findings.map((each) => renderHeadline(each, style)).join('\n');
        expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e]/);
      }),
      { numRuns: 500, seed: 20_261_120 },
    );
  });

  test('colours are the only difference that they make', () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 4 }), (findings) => {
        expect(renderFindings(findings, coloured).replace(/\x1b\[\d+m/g, '')).toBe(renderFindings(findings, narrow));
      }),
      { numRuns: 300, seed: 20_261_120 },
    );
  });

  test('lines fit, unless a word does not', () => {
    const sentence = 'one of the words that a finding is made of '.repeat(6).trim();
    const wordy = finding({
      message: sentence,
      consequence: sentence,
      remedy: sentence,
      evidence: [packet(1, sentence)],
    });
    for (const line of renderFindings([wordy, split], narrow).split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });
});

test('countFindings', () => {
  const of = (...severities: Finding['severity'][]) =>
    countFindings(severities.map((severity) => finding({ severity })));
  expect(of('error')).toBe('1 error');
  expect(of('info', 'warning', 'error', 'error')).toBe('2 errors, 1 warning, 1 info');
  expect(of('warning', 'warning')).toBe('2 warnings');
  expect(of('info', 'info', 'info')).toBe('3 info');
});
