import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { haDoctor } from './run.ts';

const conf = (priority: number, vrid: number) => `vrrp_script chk { script "/usr/local/bin/check" weight 20 }
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id ${vrid}
  priority ${priority}
  authentication { auth_type PASS
    auth_pass sec${vrid} }
  virtual_ipaddress { 10.99.0.100/24 }
  track_script { chk }
}
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-bundles-'));
  for (const [name, priority, vrid] of [
    ['lb1', 101, 51],
    ['lb2', 100, 52],
  ] as const) {
    for (const part of ['etc/keepalived', 'etc/nginx', 'usr/local/bin'])
      mkdirSync(join(folder, name, part), { recursive: true });
    writeFileSync(join(folder, name, 'etc/keepalived/keepalived.conf'), conf(priority, vrid));
    writeFileSync(join(folder, name, 'etc/nginx/nginx.conf'), `events {}\nhttp { keepalive_timeout ${vrid}; }\n`);
    writeFileSync(join(folder, name, 'usr/local/bin/check'), '#!/bin/sh\nexit 0\n');
  }
  execFileSync('tar', ['-czf', join(folder, 'pair.tgz'), '-C', folder, 'lb1', 'lb2']);
  execFileSync('tar', ['-czf', join(folder, 'lb1.tgz'), '-C', join(folder, 'lb1'), 'etc', 'usr']);
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => haDoctor(args, { cwd: folder });

describe('a bundle of two nodes stands for both', () => {
  test.each([['diff'], ['check'], ['simulate']])('%s', async (command) => {
    for (const options of [[], ['--json']]) {
      const ofFolders = await run(command, ...options, '--show-secrets', 'lb1', 'lb2');
      expect(ofFolders.stdout).toContain('HAD301');
      expect(await run(command, ...options, '--show-secrets', 'pair.tgz')).toEqual(ofFolders);
    }
  });

  test('and has no name of its own, nor room for a third', async () => {
    expect(await run('diff', 'web=pair.tgz')).toMatchObject({
      exitCode: 2,
      stderr: 'ha-doctor: error: pair.tgz holds 2 nodes, which have names of their own: lb1, lb2\n',
    });
    expect(await run('diff', 'pair.tgz', 'lb1')).toMatchObject({
      exitCode: 2,
      stderr:
        'ha-doctor: error: 3 nodes (lb1-1, lb2, lb1-3), where two are expected\n' +
        'ha-doctor: hint: unpack the bundle, and name two of its folders\n',
    });
  });
});

test('a bundle of one node goes with any other', async () => {
  const ofFolders = await run('diff', '--show-secrets', 'lb1', 'lb2');
  expect(await run('diff', '--show-secrets', 'lb1.tgz', 'lb2')).toEqual(ofFolders);
  expect(await run('diff', '--show-secrets', 'file:lb1.tgz', 'lb2')).toEqual(ofFolders);
});

describe('a bundle that is none', () => {
  test('holds no node', async () => {
    execFileSync('tar', ['-czf', join(folder, 'other.tgz'), '-C', join(folder, 'lb1/etc'), 'keepalived']);
    expect(await run('check', 'other.tgz')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr:
        'ha-doctor: error: cannot read other.tgz: it holds no evidence of a node\n' +
        "ha-doctor: hint: it is to hold a folder for each node, laid out as the node's root: lb1/etc/keepalived/keepalived.conf\n",
    });
  });

  test('is not there, or no archive', async () => {
    expect((await run('check', 'absent.tgz')).stderr).toBe(
      'ha-doctor: error: cannot read absent.tgz: there is no such file or directory\n',
    );
    writeFileSync(join(folder, 'text.tgz'), 'text');
    expect(await run('check', 'text.tgz')).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('that ends early gives what it holds, and exit code 2', async () => {
    const big = join(folder, 'big');
    cpSync(join(folder, 'lb1'), join(big, 'lb1'), { recursive: true });
    writeFileSync(join(big, 'lb1/usr/zeros'), Buffer.alloc(1_000_000));
    execFileSync('tar', ['--sort=name', '-cf', join(folder, 'big.tar'), '-C', big, 'lb1']);
    writeFileSync(join(folder, 'cut.tar'), readFileSync(join(folder, 'big.tar')).subarray(0, 500_000));
    const { stdout, stderr, exitCode } = await run('check', 'cut.tar');
    expect(stdout).not.toBe('');
    expect(stderr).toBe('ha-doctor: error: cut.tar: the archive ends early\n');
    expect(exitCode).toBe(2);
  });
});
