import type { NginxConfig, NginxFile } from '../../model/nginx.ts';
import { matchesGlob } from './glob.ts';
import { loadNginx, type NginxSource } from './load.ts';

const marker = /^# configuration file (\/.*):$/gm;

/** Whether a text is what `nginx -T` prints: the files of a configuration, each behind a line that names it. */
export function isNginxDump(text: string): boolean {
  return text.search(marker) !== -1;
}

/**
 * The configuration that `nginx -T` printed. What stands before the first file (nginx's own messages) is left out, and so
 * is the line break that nginx adds behind each file; a line like a marker of a file that came before is a comment.
 */
export function loadNginxDump(text: string): NginxConfig {
  const files = filesOf(text);
  return loadNginx(files[0]?.path ?? '', filesSource(files));
}

/** A source of files that are at hand. */
export function filesSource(files: readonly NginxFile[]): NginxSource {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const paths = [...texts.keys()].sort();
  return {
    readFile: (path) => {
      const text = texts.get(path);
      return text === undefined ? { problem: '2: No such file or directory', isMissing: true } : { text };
    },
    glob: (pattern) => paths.filter((path) => matchesGlob(pattern, path)),
  };
}

function filesOf(text: string): NginxFile[] {
  const starts: { readonly path: string; readonly markerAt: number; readonly textAt: number }[] = [];
  const seen = new Set<string>();
  for (const match of text.matchAll(marker)) {
    const [line, path = ''] = match;
    if (seen.has(path)) continue;
    seen.add(path);
    starts.push({ path, markerAt: match.index, textAt: match.index + line.length + 1 });
  }
  return starts.map(({ path, textAt }, i) => {
    const end = starts[i + 1]?.markerAt ?? text.length;
    return { path, text: text.slice(textAt, end).replace(/\n$/, '') };
  });
}
