import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { confOf } from '../rules/confs.ts';
import { haDoctor } from './run.ts';
import { scratch } from './scratch.ts';

const { folder, file } = scratch();
file('well.conf', confOf('lb1'));
file('empty.conf', '');
file('comment.conf', '# nothing\n! at all\n');
file(
  'binary.conf',
  Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256),
);
file('loop.conf', 'include loop.conf\n');
file('lvs.conf', 'virtual_server 10.77.0.100 80 {\n}\n');
mkdirSync(join(folder, 'nothing'));
execFileSync('mkfifo', [join(folder, 'fifo.conf')]);

describe('what cannot be read', () => {
  test.concurrent.for([
    ['nope.conf', 'cannot read nope.conf: there is no such file or directory'],
    ['empty.conf', 'empty.conf is empty'],
    ['comment.conf', 'comment.conf holds no configuration'],
    ['binary.conf', 'binary.conf is no text file'],
    ['loop.conf', 'loop.conf holds no configuration: loop.conf:1: '],
    ['fifo.conf', 'cannot read fifo.conf: it is not a file'],
    ['nothing', 'nothing has no /etc/keepalived/keepalived.conf'],
  ] as const)('%s', async ([name, message], { expect }) => {
    for (const args of [
      ['check', name],
      ['simulate', name],
      ['diff', 'well.conf', name],
      ['diff', name, 'well.conf', '--json'],
    ]) {
      const { stdout, stderr, exitCode } = await haDoctor(args, { cwd: folder });
      expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
      expect(stderr.split('\n')[0]).toContain(`ha-doctor: error: ${message}`);
      expect(stderr).not.toMatch(/ at .*\.[jt]s:/);
    }
  });

  test('nothing to simulate', async () => {
    expect(await haDoctor(['simulate', 'lvs.conf'], { cwd: folder })).toMatchObject({
      stdout: '',
      stderr: 'ha-doctor: error: lvs.conf: there is no vrrp_instance\n',
      exitCode: 2,
    });
  });
});

test('escape sequences in a configuration do not reach the terminal', async () => {
  file('escape.conf', confOf('lb1', { name: 'VI_\x1b[31m' }));
  for (const command of ['check', 'simulate', 'diff']) {
    const { stdout } = await haDoctor([command, 'escape.conf', 'well.conf'], { cwd: folder });
    expect(stdout.length).toBeGreaterThan(0);
    expect(stdout).not.toContain('\x1b');
  }
});

test('a password never stands in an answer, unless it is asked for', async () => {
  file('a.conf', confOf('lb1', { version: 2, auth: ['PASS', 'hunter22'] }));
  file('b.conf', confOf('lb2', { version: 2, auth: ['PASS', 'secretpa'] }));
  for (const args of [
    ['diff'],
    ['diff', '--all'],
    ['diff', '--json'],
    ['check'],
    ['check', '--json'],
    ['simulate', '--json'],
  ]) {
    const { stdout, exitCode } = await haDoctor([...args, 'a.conf', 'b.conf'], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(/hunter22|secretpa/);
  }
  const { stdout } = await haDoctor(['diff', '--show-secrets', 'a.conf', 'b.conf'], { cwd: folder });
  expect(stdout).toMatch(/hunter22[\s\S]*secretpa/);
});
