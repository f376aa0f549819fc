import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { terminalSvg } from '../../scripts/terminal-svg.ts';
import { builtProgram, root } from '../commands/built.ts';

/** What is drawn of `output`, behind the command line and an empty row. */
function drawn(output: string): string[] {
  return terminalSvg('x', output, 80)
    .split('\n')
    .filter((line) => line.startsWith('<text'))
    .slice(2);
}

describe('terminalSvg', () => {
  test('puts each piece of a row at its column, in its look', () => {
    expect(drawn('12:00 \x1b[31mred\x1b[39m \x1b[2mdim\x1b[22m  end \n')).toEqual([
      '<text x="18" y="70" textLength="42">12:00</text>',
      '<text class="red" x="68.4" y="70" textLength="25.2">red</text>',
      '<text class="dim" x="102" y="70" textLength="25.2">dim</text>',
      '<text x="144" y="70" textLength="25.2">end</text>',
    ]);
  });

  test('keeps colour and weight apart, over the end of a row', () => {
    expect(drawn('\x1b[32m\x1b[1ma\x1b[22mb\nc\x1b[39md')).toEqual([
      '<text class="green bold" x="18" y="70" textLength="8.4">a</text>',
      '<text class="green" x="26.4" y="70" textLength="8.4">b</text>',
      '<text x="18" y="89" textLength="8.4">c</text>',
      '<text x="26.4" y="89" textLength="8.4">d</text>',
    ]);
  });

  test('writes markup as text', () => {
    expect(drawn('a > b & <c>')).toEqual(['<text x="18" y="70" textLength="92.4">a &gt; b &amp; &lt;c&gt;</text>']);
  });

  test('refuses a colour that it does not have', () => {
    expect(() => terminalSvg('x', '\x1b[35mmagenta\x1b[39m', 80)).toThrow('ESC [ 35 m');
  });
});

test('the picture of the README shows what the command line prints', async () => {
  const args = ['scripts/run-ts.js', 'scripts/render-terminal.ts', '--check', await builtProgram()];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
