import type { NginxConfig } from '../../model/nginx.ts';
import { isGlob, matchesGlob } from './glob.ts';
import { loadNginx, type NginxSource } from './load.ts';

/** What a node lets us read: the bytes of a file or why there are none, and what is in a folder. */
export interface NodeFiles {
  readFile(
    path: string,
  ): Promise<
    | { readonly bytes: Uint8Array; readonly refusal: null }
    | { readonly bytes: null; readonly refusal: string; readonly reason: string }
  >;
  list(folder: string): Promise<readonly { readonly path: string; readonly kind: string }[]>;
}

type Answer = ReturnType<NginxSource['readFile']>;

/**
 * Reads a configuration from a node, wherever that is: reads what is asked for, and asks again with that at hand, once for
 * each level of includes.
 */
export async function gatherNginx(path: string, node: NodeFiles): Promise<NginxConfig> {
  const files = new Map<string, Answer>();
  const globs = new Map<string, readonly string[]>();
  for (;;) {
    const wantedFiles = new Set<string>();
    const wantedGlobs = new Set<string>();
    const config = loadNginx(path, {
      readFile: (wanted) => files.get(wanted) ?? note(wantedFiles, wanted, { problem: '', isMissing: true }),
      glob: (wanted) => globs.get(wanted) ?? note(wantedGlobs, wanted, []),
    });
    if (wantedFiles.size + wantedGlobs.size === 0) return config;
    for (const wanted of wantedFiles) files.set(wanted, await read(wanted, node));
    for (const wanted of wantedGlobs) globs.set(wanted, await find(wanted, node));
  }
}

function note<T>(wanted: Set<string>, path: string, meanwhile: T): T {
  wanted.add(path);
  return meanwhile;
}

async function read(path: string, node: NodeFiles): Promise<Answer> {
  const { bytes, ...refused } = await node.readFile(path);
  if (bytes !== null) return { text: textOf(bytes) };
  const isMissing = refused.refusal === 'missing';
  const problem = isMissing ? '2: No such file or directory' : 'reason' in refused ? refused.reason : '';
  return { problem, isMissing };
}

/** The text of a file: UTF-8, and where it is not that, each byte a character. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** The files and folders that a pattern of glob(3) names, in the order of their bytes. */
async function find(pattern: string, node: NodeFiles): Promise<readonly string[]> {
  let folders = ['/'];
  for (const part of pattern.split('/').filter((name) => name !== '')) {
    if (!isGlob(part)) {
      folders = folders.map((folder) => below(folder, part));
      continue;
    }
    const listed = await Promise.all(folders.map((folder) => node.list(folder)));
    folders = folders.flatMap((folder, i) =>
      (listed[i] ?? []).map(({ path }) => path).filter((path) => matchesGlob(below(folder, part), path)),
    );
  }
  const last = pattern.slice(pattern.lastIndexOf('/') + 1);
  const found = isGlob(last) ? folders : await existing(folders, node);
  return found.sort();
}

function below(folder: string, name: string): string {
  return `${folder === '/' ? '' : folder}/${name}`;
}

async function existing(paths: readonly string[], node: NodeFiles): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) =>
      (await node.list(path.slice(0, path.lastIndexOf('/')) || '/')).some((entry) => entry.path === path),
    ),
  );
  return paths.filter((_, i) => found[i]);
}
