import type { NginxChange, NginxDrift, NginxMissingFile, NginxNode } from '../../model/nginx.ts';
import { absolutePath } from '../../nginx/config/load.ts';
import type { NginxSync } from '../../nginx/sync.ts';
import { compareNginx } from './drift.ts';
import { withExpected } from './expected.ts';
import type { OwnValues } from './own.ts';

/** A node that is compared with another. */
export interface ComparedNginx {
  readonly nginx: NginxNode;
  readonly own: OwnValues;
  /** Its /etc/nginx-sync.conf; null where it has none. */
  readonly sync: NginxSync | null;
}

/** What differs between two nodes: their configurations, and the files that these use. `ignorePaths` as `--ignore-path`. */
export function compareNginxNodes(a: ComparedNginx, b: ComparedNginx, ignorePaths: readonly string[]): NginxDrift {
  const factsA = factsOf(a.nginx);
  const factsB = factsOf(b.nginx);
  const isSameContent = (pathA: string, pathB: string) => {
    const one = factsA.get(absolutePath(a.nginx.config.path, pathA));
    const other = factsB.get(absolutePath(b.nginx.config.path, pathB));
    const isEqual = <T>(x: T | null | undefined, y: T | null | undefined) => x != null && x === y;
    return (
      isEqual(one?.sha256, other?.sha256) ||
      isEqual(one?.certificate?.fingerprint, other?.certificate?.fingerprint) ||
      isEqual(one?.publicKey, other?.publicKey)
    );
  };
  const sync = a.sync ?? b.sync;
  const changes = withExpected(
    [
      ...compareNginx({ config: a.nginx.config, own: a.own }, { config: b.nginx.config, own: b.own }),
      ...contentChanges(a.nginx, b.nginx),
    ],
    { ignorePaths, sync, isSameContent },
  );
  const missing = [...missingFiles(a.nginx, b.nginx, changes, 'a'), ...missingFiles(b.nginx, a.nginx, changes, 'b')];
  const absent = new Set(missing.map(({ path, node }) => `${node} ${path}`));
  const isOfMissing = ({ a: placeA, b: placeB }: NginxChange) =>
    (placeB === null && absent.has(`${b.nginx.node} ${placeA?.file}`)) ||
    (placeA === null && absent.has(`${a.nginx.node} ${placeB?.file}`));
  const differing = [...changes.flatMap((change) => [change.a, change.b]), ...missing.map(({ use }) => use)].flatMap(
    (place) => place?.file ?? [],
  );
  const files = new Set([...differing, ...missing.map(({ path }) => path)]);
  return {
    nodes: [a.nginx.node, b.nginx.node],
    changes: changes.map((change) =>
      change.code !== null && isOfMissing(change) ? { ...change, code: 'HAD506' } : change,
    ),
    missing,
    syncedFrom:
      a.sync !== null && a.sync.nodes.length > 0
        ? a.nginx.node
        : b.sync !== null && b.sync.nodes.length > 0
          ? b.nginx.node
          : null,
    unsynced: sync === null ? [] : [...files].filter((file) => !sync.covers(file)),
  };
}

function factsOf({ files }: NginxNode) {
  return new Map(files.map((facts) => [facts.path, facts]));
}

/** Files that both refer to, and whose content is not the same. What TLS needs is judged by what it holds. */
function contentChanges(a: NginxNode, b: NginxNode): NginxChange[] {
  const factsB = factsOf(b);
  return a.files.flatMap((one): NginxChange[] => {
    const other = factsB.get(one.path);
    const [useA, useB] = [a, b].map(({ references }) => references.find(({ path }) => path === one.path));
    if (other === undefined || useA === undefined || useB === undefined) return [];
    if (['certificate', 'key', 'tls'].includes(useA.role) || one.sha256 === null || other.sha256 === null) return [];
    if (one.sha256 === other.sha256) return [];
    const place = (use: typeof useA, hash: string) => ({
      value: `sha256 ${hash.slice(0, 12)}`,
      file: use.file,
      line: use.line,
    });
    return [
      {
        path: `file ${one.path}`,
        group: `file ${one.path}`,
        kind: 'changed',
        a: place(useA, one.sha256),
        b: place(useB, other.sha256),
        effect: useA.role === 'password' ? 'access' : 'served',
        severity: 'error',
        elsewhere: 0,
        expected: null,
        code: 'HAD501',
      },
    ];
  });
}

/** What the configuration of `has` uses, and `lacks` has not: included files, and those that it refers to. */
function missingFiles(
  has: NginxNode,
  lacks: NginxNode,
  changes: readonly NginxChange[],
  side: 'a' | 'b',
): NginxMissingFile[] {
  const known = new Set(lacks.config.files.map(({ path }) => path));
  const other = side === 'a' ? 'b' : 'a';
  const only = changes.filter((change) => change.code !== null && change[side] !== null && change[other] === null);
  const included = has.config.files.flatMap(({ path }): NginxMissingFile[] => {
    if (path === has.config.path || known.has(path)) return [];
    const held = only.filter((change) => change[side]?.file === path);
    const first = held[0]?.[side];
    // A file whose content stands in another there is not missed.
    if (first === undefined || first === null) return [];
    const severity = held.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
    return [{ path, node: lacks.node, other: has.node, use: first, holds: held.map(({ path }) => path), severity }];
  });
  const factsThere = factsOf(lacks);
  const referred = has.references.flatMap((reference): NginxMissingFile[] => {
    const { path, role, directive, file, line } = reference;
    // Certificates and keys are judged by what they hold.
    if (['certificate', 'key', 'tls'].includes(role) || factsThere.get(path)?.exists !== false) return [];
    if (factsOf(has).get(path)?.exists === false) return [];
    return [
      {
        path,
        node: lacks.node,
        other: has.node,
        use: { value: `${directive} ${path}`, file, line },
        holds: [],
        severity: 'error',
      },
    ];
  });
  const seen = new Set<string>();
  return [...included, ...referred].filter(({ path }) => !seen.has(path) && seen.add(path));
}
