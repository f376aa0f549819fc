import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';

/** As many symbolic links as Linux follows on one path (path_resolution(7)). */
const mostLinks = 40;

/** Where a path of the node lies below `root`, symbolic links followed as the node would follow them. */
export async function place(root: string, path: string): Promise<{ readonly path: string; readonly stats: Stats }> {
  let rest = posix.normalize(posix.join('/', path)).split('/').filter(Boolean);
  const walked: string[] = [];
  let stats = await lstat(root);
  for (let links = 0; rest.length > 0; ) {
    const [part = '', ...further] = rest;
    rest = further;
    if (part === '..') {
      walked.pop();
      continue;
    }
    walked.push(part);
    const here = join(root, ...walked);
    stats = await lstat(here);
    if (!stats.isSymbolicLink()) continue;
    if (++links > mostLinks) throw Object.assign(new Error('too many symbolic links'), { code: 'ELOOP' });
    const target = await readlink(here);
    walked.pop();
    if (target.startsWith('/')) walked.length = 0;
    rest = [...target.split('/').filter((name) => name !== '' && name !== '.'), ...rest];
  }
  return { path: join(root, ...walked), stats: await lstat(join(root, ...walked)) };
}
