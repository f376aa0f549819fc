/** What /etc/nginx-sync.conf says: which files nginx-sync.sh copies from this node to others (NGINX Plus, package nginx-sync). */
export interface NginxSync {
  readonly nodes: readonly string[];
  readonly paths: readonly string[];
  /** Whether a file is not copied: each node has its own. */
  excludes(path: string): boolean;
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
  return {
    nodes: values.get('NODES') ?? [],
    paths: values.get('CONFPATHS') ?? [],
    excludes: (path) => excluded.some((pattern) => fits(pattern, path)),
  };
}

/** As `rsync --exclude` takes it: a name anywhere, or with a slash the end of a path. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.replace(/\/$/, '');
  return path === wanted || path.endsWith(`/${wanted.replace(/^\//, '')}`) || path.includes(`/${wanted}/`);
}
