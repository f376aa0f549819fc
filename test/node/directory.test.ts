import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDirectory } from '../../src/node/directory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-node-'));
  for (const path of ['etc/nginx/sites-available', 'etc/nginx/sites-enabled', 'commands']) {
    mkdirSync(join(folder, path), { recursive: true });
  }
  writeFileSync(join(folder, 'etc/nginx/sites-available/web'), 'server {}\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = async (path: string) => {
  const reading = await openDirectory(folder).readFile(path);
  return reading.bytes === null ? `${reading.refusal}: ${reading.reason}` : new TextDecoder().decode(reading.bytes);
};

test('a link with an absolute target leads where it would on the node', async () => {
  symlinkSync('/etc/nginx/sites-available/web', join(folder, 'etc/nginx/sites-enabled/web'));
  expect(await text('/etc/nginx/sites-enabled/web')).toBe('server {}\n');
});

test('nothing outside is read', async () => {
  const outside = join(folder, '..', `outside-${process.pid}`);
  writeFileSync(outside, 'secret');
  symlinkSync(`../../../../../../../..${outside}`, join(folder, 'etc/up'));
  symlinkSync(outside, join(folder, 'etc/away'));
  symlinkSync('..', join(folder, 'etc/nginx/above'));
  expect(await text('/etc/up')).toBe('missing: it does not exist');
  expect(await text('/etc/away')).toBe('missing: it does not exist');
  expect(await text(`/../../${outside}`)).toBe('missing: it does not exist');
  expect(await text('/etc/nginx/above/nginx/sites-available/web')).toBe('server {}\n');
  rmSync(outside);
});

test('what is no file is refused, and nothing waits', async () => {
  symlinkSync('/etc/loop', join(folder, 'etc/loop'));
  execFileSync('mkfifo', [join(folder, 'etc/fifo')]);
  expect(await text('/etc/loop')).toBe('failed: too many symbolic links');
  expect(await text('/etc/fifo')).toBe('not-a-file: it is not a file');
  expect(await text('/etc')).toBe('not-a-file: it is a directory');
  expect(await text('/etc/nginx/sites-available/web/x')).toBe('missing: a folder on its path is a file');
  const small = await openDirectory(folder).readFile('/etc/nginx/sites-available/web', 4);
  expect(small.refusal).toBe('too-large');
});

test('a folder is listed in the order of its names, links followed', async () => {
  symlinkSync('../sites-available/web', join(folder, 'etc/nginx/sites-enabled/b'));
  symlinkSync('nowhere', join(folder, 'etc/nginx/sites-enabled/c'));
  mkdirSync(join(folder, 'etc/nginx/sites-enabled/a'));
  const entries = await openDirectory(folder).list('/etc/nginx/sites-enabled');
  expect(entries.map(({ path, kind }) => [path, kind])).toEqual([
    ['/etc/nginx/sites-enabled/a', 'directory'],
    ['/etc/nginx/sites-enabled/b', 'file'],
  ]);
});

test('the output of a command lies under commands/', async () => {
  writeFileSync(join(folder, 'commands/keepalived-version.txt'), 'Keepalived v2.2.7\n');
  const reading = await openDirectory(folder, 'lb1').output('keepalived-version.txt');
  expect(reading.bytes && new TextDecoder().decode(reading.bytes)).toBe('Keepalived v2.2.7\n');
});
