import type { Certificate, NginxFileFacts, NginxLoading } from '../../model/nginx.ts';

/** JSON that came from outside: what is missing or of another type is left out. */
type Entry = Readonly<Record<string, unknown>>;

function entriesOf(text: string): readonly Entry[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value)
      ? value.filter((entry): entry is Entry => typeof entry === 'object' && entry !== null)
      : [];
  } catch {
    return [];
  }
}

function textIn(entry: Entry, key: string): string | null {
  const value = entry[key];
  return typeof value === 'string' ? value : null;
}

/** Seconds since the epoch, of a number or an RFC 3339 time. */
function secondsIn(entry: Entry, key: string): number | null {
  const value = entry[key];
  const seconds = typeof value === 'string' ? Date.parse(value) / 1000 : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : null;
}

/**
 * `commands/tls.json`, by path: a list of `path`, `fingerprint`, `names`, `issuer`, `notBefore`, `notAfter` (RFC 3339),
 * `certificatePublicKey` and `keyPublicKey` (hashes, computed on the node), `problem`; `exists` false: there was no such file.
 */
export function readTlsJson(text: string): ReadonlyMap<string, NginxFileFacts> {
  const facts = entriesOf(text).flatMap((entry) => {
    const path = textIn(entry, 'path');
    if (path === null) return [];
    return {
      path,
      exists: entry['exists'] !== false,
      sha256: textIn(entry, 'sha256'),
      certificate: certificateIn(entry),
      publicKey: textIn(entry, 'keyPublicKey'),
      problem: textIn(entry, 'problem'),
    };
  });
  return new Map(facts.map((fact) => [fact.path, fact]));
}

function certificateIn(entry: Entry): Certificate | null {
  const fingerprint = textIn(entry, 'fingerprint');
  const notAfter = secondsIn(entry, 'notAfter');
  const publicKey = textIn(entry, 'certificatePublicKey');
  if (fingerprint === null || notAfter === null || publicKey === null) return null;
  const names = Array.isArray(entry['names']) ? entry['names'].filter((name) => typeof name === 'string') : [];
  const notBefore = secondsIn(entry, 'notBefore') ?? 0;
  return { fingerprint, names, issuer: textIn(entry, 'issuer') ?? '', notBefore, notAfter, publicKey };
}

/** `commands/stat.json`: per path the time of its last change and the hash of its content; both null: no such file. */
export function readFileStats(
  text: string,
): ReadonlyMap<
  string,
  { readonly modifiedSeconds: number | null; readonly sha256: string | null; readonly exists: boolean }
> {
  return new Map(
    entriesOf(text).flatMap((entry) => {
      const path = textIn(entry, 'path');
      if (path === null) return [];
      const exists = entry['mode'] !== null && entry['mode'] !== undefined;
      return [[path, { modifiedSeconds: secondsIn(entry, 'mtime'), sha256: textIn(entry, 'sha256'), exists }] as const];
    }),
  );
}

/** The oldest worker in `commands/ps.json` that is not shutting down: a reload replaces all of them. */
export function oldestWorker(text: string): NginxLoading['oldestWorker'] {
  const workers = entriesOf(text).flatMap((entry) => {
    const [args, startSeconds, pid] = [textIn(entry, 'args'), secondsIn(entry, 'start'), entry['pid']];
    const isWorker = args !== null && /^nginx: worker process(?! is shutting down)/.test(args);
    return isWorker && startSeconds !== null && typeof pid === 'number' ? [{ pid, startSeconds }] : [];
  });
  return workers.sort((a, b) => a.startSeconds - b.startSeconds)[0] ?? null;
}

/** `net.ipv4.ip_nonlocal_bind = 1` of `commands/sysctl.txt`. */
export function readNonlocalBind(text: string): { readonly ipv4: boolean | null; readonly ipv6: boolean | null } {
  const value = (family: string) => {
    const found = new RegExp(`^net\\.${family}\\.ip_nonlocal_bind *= *(\\d+)`, 'm').exec(text)?.[1];
    return found === undefined ? null : found !== '0';
  };
  return { ipv4: value('ipv4'), ipv6: value('ipv6') };
}
