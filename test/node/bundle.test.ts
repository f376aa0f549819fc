import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openBundle } from '../../src/node/bundle.ts';
import { openDirectory } from '../../src/node/directory.ts';
import type { NodePort, Reading } from '../../src/node/port.ts';
import { tarEnd, tarEntry } from '../../src/node/tar-writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ha-doctor-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = ({ bytes, ...refused }: Reading) =>
  bytes === null && 'reason' in refused ? `${refused.refusal}: ${refused.reason}` : Buffer.from(bytes ?? []).toString();

function put(path: string, content: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}

const packed = (name: string, ...args: string[]) => {
  execFileSync('tar', ['-C', folder, '-cf', join(folder, name), '--auto-compress', ...args]);
  return join(folder, name);
};

/** An archive of entries as no tar would make them; of two of one name both. */
function written(name: string, entries: readonly (readonly [string, string])[]): string {
  const parts = entries.map(([path, content]) =>
    tarEntry({ name: path, bytes: Buffer.from(content), mode: 0o644, modifiedSeconds: 1_700_000_000 }),
  );
  writeFileSync(join(folder, name), Buffer.concat([...parts, tarEnd]));
  return join(folder, name);
}

async function only(path: string): Promise<NodePort> {
  const { nodes, problem } = await openBundle(path);
  expect(problem).toBeNull();
  expect(nodes).toHaveLength(1);
  return nodes[0]!;
}

describe('nodes of a bundle', () => {
  test.each(['two.tar', 'two.tar.gz', 'two.tgz', 'two.tar.xz', 'two.tar.zst'])('%s: a folder each', async (name) => {
    put('lb1/etc/keepalived/keepalived.conf', 'one');
    put('lb2/etc/keepalived/keepalived.conf', 'two');
    put('lb2/commands/date.txt', '1700000000.5\n');
    const { nodes, problem } = await openBundle(packed(name, './lb2', 'lb1'));
    expect(problem).toBeNull();
    expect(nodes.map((node) => node.name)).toEqual(['lb1', 'lb2']);
    expect(text(await nodes[1]!.readFile('/etc/keepalived/keepalived.conf'))).toBe('two');
    expect(text(await nodes[1]!.output('date.txt'))).toBe('1700000000.5\n');
    expect(text(await nodes[0]!.output('date.txt'))).toBe('missing: it does not exist');
  });

  test('the whole archive, named by its file', async () => {
    put('etc/keepalived/keepalived.conf', 'one');
    expect((await only(packed('lb1.tar.gz', 'etc'))).name).toBe('lb1');
  });

  test('below a folder of their own', async () => {
    put('incident/today/lb1/etc/hostname', 'lb1');
    put('incident/today/lb2/commands/id.txt', 'uid=0');
    const { nodes } = await openBundle(packed('incident.tgz', 'incident'));
    expect(nodes.map(({ name }) => name)).toEqual(['lb1', 'lb2']);
  });

  test('none, where nothing is laid out as one', async () => {
    put('notes/readme.txt', 'hello');
    expect((await openBundle(packed('notes.tar', 'notes'))).nodes).toEqual([]);
  });
});

test('an archive answers as the directory does that it was made of', async () => {
  put('etc/nginx/sites-available/web', 'server {}\n');
  put('etc/nginx/large', 'x'.repeat(400_000));
  mkdirSync(join(folder, 'etc/nginx/sites-enabled'));
  symlinkSync('/etc/nginx/sites-available/web', join(folder, 'etc/nginx/sites-enabled/absolute'));
  symlinkSync('../sites-available/web', join(folder, 'etc/nginx/sites-enabled/beside'));
  symlinkSync('nowhere', join(folder, 'etc/nginx/sites-enabled/nowhere'));
  symlinkSync('../../../../../../../../etc/passwd', join(folder, 'etc/up'));
  symlinkSync('loop', join(folder, 'etc/loop'));
  symlinkSync('/', join(folder, 'etc/top'));
  symlinkSync('..', join(folder, 'etc/nginx/above'));
  execFileSync('mkfifo', [join(folder, 'etc/fifo')]);
  execFileSync('ln', [join(folder, 'etc/nginx/large'), join(folder, 'etc/same')]);
  const archive = await only(packed('node.tar.gz', 'etc'));
  const directory = openDirectory(folder);
  const paths = [
    '/etc/nginx/sites-enabled/absolute',
    '/etc/nginx/sites-enabled/beside',
    '/etc/nginx/sites-enabled/nowhere',
    '/etc/up',
    '/etc/loop',
    '/etc/fifo',
    '/etc/same',
    '/etc/top/etc/nginx/above/nginx/sites-available/web',
    '/etc/nginx/sites-enabled/../sites-available/./web',
    '/../../etc/nginx/large',
    '/etc',
    '/',
    '/etc/none',
  ];
  for (const path of paths)
    expect([path, text(await archive.readFile(path))]).toEqual([path, text(await directory.readFile(path))]);
  expect((await archive.readFile('/etc/nginx/large', 10)).refusal).toBe('too-large');
  for (const path of ['/etc/nginx/sites-enabled', '/etc/nginx', '/etc/none']) {
    const facts = (entries: Awaited<ReturnType<NodePort['list']>>) =>
      entries.map((entry) => [entry.path, entry.kind, entry.mode]);
    expect(facts(await archive.list(path))).toEqual(facts(await directory.list(path)));
  }
});

describe('a hostile archive', () => {
  test('names lead nowhere else, and are data', async () => {
    const node = await only(
      written('hostile.tar', [
        ['etc/hostname', 'lb1'],
        ['../../../../tmp/ha-doctor-pwned', 'outside'],
        ['etc/../../outside', 'outside'],
        ['/etc/absolute', 'inside'],
        ['etc/$(touch pwned)', 'dollar'],
        ['etc/\x1b[2Jred\nline', 'escape'],
        ['etc/hostname/below', 'below a file'],
        [`etc/${'n'.repeat(300)}`, 'long'],
        [`etc/${'d/'.repeat(3000)}deep`, 'deep'],
      ]),
    );
    expect((await node.list('/')).map(({ path }) => path)).toEqual(['/etc']);
    expect((await node.list('/etc')).map(({ path }) => path)).toEqual([
      '/etc/\x1b[2Jred\nline',
      '/etc/$(touch pwned)',
      '/etc/absolute',
      '/etc/hostname',
    ]);
    expect(text(await node.readFile('/etc/hostname'))).toBe('lb1');
  });

  test('of entries of one name the last counts', async () => {
    const node = await only(
      written('twice.tar', [
        ['etc/a', 'first'],
        ['etc/a', 'second'],
      ]),
    );
    expect(text(await node.readFile('/etc/a'))).toBe('second');
  });

  test('nothing is put behind a link', async () => {
    put('etc/real/file', 'real');
    symlinkSync('/etc/real', join(folder, 'etc/link'));
    packed('link.tar', 'etc');
    const more = tarEntry({ name: 'etc/link/file', bytes: Buffer.from('planted'), mode: 0o644, modifiedSeconds: 0 });
    const bytes = readFileSync(join(folder, 'link.tar'));
    // Where its zeros begin.
    let end = bytes.length;
    while (bytes.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
    writeFileSync(join(folder, 'link.tar'), Buffer.concat([bytes.subarray(0, end), more, tarEnd]));
    const node = await only(join(folder, 'link.tar'));
    expect(text(await node.readFile('/etc/link/file'))).toBe('real');
  });

  test('a sparse file is none, and what follows it is read', async () => {
    put('etc/a', 'before');
    put('etc/sparse', '');
    truncateSync(join(folder, 'etc/sparse'), 10 * 1024 ** 3);
    const sparse = openSync(join(folder, 'etc/sparse'), 'r+');
    for (let i = 0; i < 40; i++) writeSync(sparse, 'x', i * 10_000_000);
    closeSync(sparse);
    put('etc/z', 'after');
    for (const format of ['gnu', 'posix']) {
      const node = await only(packed(`${format}.tar`, '-S', `--format=${format}`, '--sort=name', 'etc'));
      expect(text(await node.readFile('/etc/sparse'))).toBe('not-a-file: it is not a file');
      expect(text(await node.readFile('/etc/z'))).toBe('after');
    }
  });

  test('what an archive that ends early does not have, nobody knows', async () => {
    put('etc/a', 'whole');
    put('etc/b', 'x'.repeat(100_000));
    packed('whole.tar', '--sort=name', 'etc');
    writeFileSync(join(folder, 'cut.tar'), readFileSync(join(folder, 'whole.tar')).subarray(0, 50_000));
    const { nodes, problem } = await openBundle(join(folder, 'cut.tar'));
    expect(problem).toBe('the archive ends early');
    expect(text(await nodes[0]!.readFile('/etc/a'))).toBe('whole');
    expect(text(await nodes[0]!.readFile('/etc/c'))).toBe('failed: the archive ends early');
  });

  test('what is no archive has no nodes, and says so', async () => {
    put('text.tar', 'no archive at all '.repeat(100));
    put('text.tgz', 'no gzip either');
    writeFileSync(join(folder, 'bad.tgz'), gzipSync('zipped, but no tar '.repeat(100)));
    for (const name of ['text.tar', 'bad.tgz']) {
      expect(await openBundle(join(folder, name))).toEqual({
        nodes: [],
        problem: 'the archive is damaged: it is no tar archive, or a damaged one',
      });
    }
    expect((await openBundle(join(folder, 'text.tgz'))).problem).toBe('the archive ends early');
  });

  test('more entries than any evidence has are not kept', async () => {
    const deep = (i: number): readonly [string, string] => [`etc/${i}/${'d/'.repeat(1500)}file`, ''];
    const { problem } = await openBundle(
      written(
        'deep.tar',
        Array.from({ length: 300 }, (_, i) => deep(i)),
      ),
    );
    expect(problem).toBe('only its first 200 entries were read');
  });
});
