import { describe, expect, test } from 'vitest';
import { adverts, lb1, lb2, lb3, type Step } from '../vrrp/timeline.ts';
import { sniffed } from './scripted.ts';

/** Codes and severities in the order in which they are told: those that are streamed, and those of the summary. */
async function told(steps: readonly Step[]): Promise<{ streamed: string[]; final: string[] }> {
  const lines = await sniffed(steps);
  const word = ({ code, severity }: { code: string; severity: string }) => `${code} ${severity}`;
  const streamed = lines.flatMap((line) => (line.type === 'finding' ? [word(line)] : []));
  const final = lines.flatMap((line) => (line.type === 'summary' ? line.findings.map(word) : []));
  return { streamed, final };
}

describe('a finding that becomes graver is told again', () => {
  test('AH of a third sender', async () => {
    const ah = (src: string, from: number) => adverts({ src, authType: 2, ahSequence: 1 }, 101, from, from + 3);
    const { streamed } = await told([...ah(lb1, 0), ...ah(lb2, 10), ...ah(lb3, 20)]);
    expect(streamed.filter((word) => word.startsWith('HAD105'))).toEqual([
      'HAD105 warning',
      'HAD105 warning',
      ...['HAD105 error', 'HAD105 error', 'HAD105 error'],
    ]);
  });

  test('and one that stays as it is, once', async () => {
    const { streamed, final } = await told(adverts({ src: lb1, authType: 1, auth: 'secretpa' }, 101, 0, 60));
    expect(streamed).toEqual(['HAD116 info']);
    expect(final).toEqual(['HAD116 info']);
  });
});
