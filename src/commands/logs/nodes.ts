import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { rotationsOf } from '../../node/rotations.ts';
import { isPathLike } from '../shared/node-argument.ts';

/** A log as it was asked for. */
export interface NamedLog {
  /** A path, or `-`; null where it is this machine's, or a host's. */
  readonly path: string | null;
  /** `[user@]host`. */
  readonly host: string | null;
  /** `name=`; null where the log itself tells. */
  readonly name: string | null;
}

/** What the arguments stand for. A rotation that is named beside its log is read with it, not again (`syslog*`), and nothing twice. */
export function namedLogs(args: readonly string[]): readonly NamedLog[] {
  if (args.length === 0) return [{ path: null, host: null, name: null }];
  const logs = args.map(namedLog);
  const isPath = (path: string | null): path is string => path !== null && path !== '-';
  return logs.filter(
    ({ path }, index) =>
      !isPath(path) ||
      !logs.some(
        (other, earlier) =>
          isPath(other.path) &&
          (isRotationOf(path, other.path) || (earlier < index && resolve(path) === resolve(other.path))),
      ),
  );
}

function namedLog(arg: string): NamedLog {
  const [, name = null, rest = arg] = (existsSync(arg) ? null : /^([^=/]+)=(.+)$/.exec(arg)) ?? [];
  const log = { path: null, host: null, name };
  if (rest.startsWith('file:')) return { ...log, path: rest.slice('file:'.length) };
  if (rest.startsWith('ssh:')) return { ...log, host: rest.slice('ssh:'.length) };
  if (rest === '-' || existsSync(rest)) return { ...log, path: rest };
  if (rest === 'local') return log;
  return isPathLike(rest) ? { ...log, path: rest } : { ...log, host: rest };
}

function isRotationOf(path: string, log: string): boolean {
  if (resolve(path) === resolve(log)) return false;
  return (
    resolve(dirname(path)) === resolve(dirname(log)) &&
    rotationsOf(basename(log), [basename(path)]).includes(basename(path))
  );
}
