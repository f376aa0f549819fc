/** What /etc/nginx-sync.conf says: which files nginx-sync.sh copies from this node to others (NGINX Plus, package nginx-sync). */
export interface NginxSync {
  readonly nodes: readonly string[];
  readonly paths: readonly string[];
  /** Whether a file is left out on purpose: each node has its own. */
  excludes(path: string): boolean;
  /** Whether a file lies in what is copied; without CONFPATHS that is not known, and taken to be so. */
  covers(path: string): boolean;
}

/** Reads /etc/nginx-sync.conf, which the shell reads: `NODES="lb2"`, `CONFPATHS=…`, `EXCLUDE="default.conf"`. */
export function parseNginxSync(text: string): NginxSync {
  const values = new Map<string, readonly string[]>();
  for (const match of text.matchAll(
    /^[ \t]*(?:export[ \t]+)?(NODES|CONFPATHS|EXCLUDE)=(?:"([^"]*)"|'([^']*)'|(\S*))/gm,
  )) {
    const [, name = '', ...quoted] = match;
    const value = quoted.find((text) => text !== undefined) ?? '';
    values.set(name, value.split(/\s+/).filter(Boolean));
  }
  const excluded = values.get('EXCLUDE') ?? [];
  const paths = values.get('CONFPATHS') ?? [];
  return {
    nodes: values.get('NODES') ?? [],
    paths,
    covers: (path) => paths.length === 0 || paths.some((copied) => isWithin(path, copied.replace(/\/+$/, ''))),
    excludes: (path) => excluded.some((pattern) => fits(pattern, path)),
  };
}

function isWithin(path: string, copied: string): boolean {
  return path === copied || path.startsWith(`${copied}/`);
}

/** As `rsync --exclude` takes it: a name anywhere, or with a slash the end of a path. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/\/$/, '');
  return path === wanted || path.endsWith(`/${wanted.replace(/^\//, '')}`) || path.includes(`/${wanted}/`);
}
