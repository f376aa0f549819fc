import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { LogLine } from '../../model/log.ts';
import { rotationsOf } from '../../node/rotations.ts';
import { isHost } from '../../node/ssh.ts';
import { CommandError } from '../shared/command-error.ts';

/** A log as it was asked for: null is this machine's. */
export interface NamedLog {
  readonly path: string | null;
  /** `name=`; null where the log itself tells. */
  readonly name: string | null;
}

/** What the arguments stand for. A rotation that is named beside its log is read with it, not again (`syslog*`). */
export function namedLogs(args: readonly string[]): readonly NamedLog[] {
  if (args.length === 0) return [{ path: null, name: null }];
  const logs = args.map(namedLog);
  return logs.filter(
    ({ path }) => path === null || path === '-' || !logs.some((other) => isRotationOf(path, other.path)),
  );
}

function namedLog(arg: string): NamedLog {
  const [, name = null, rest = arg] = (existsSync(arg) ? null : /^([^=/]+)=(.+)$/.exec(arg)) ?? [];
  if (rest === '-') return { path: '-', name };
  if (rest.startsWith('file:')) return { path: rest.slice('file:'.length), name };
  if (existsSync(rest)) return { path: rest, name };
  if (rest === 'local') return { path: null, name };
  const isForced = rest.startsWith('ssh:');
  const host = isForced ? rest.slice('ssh:'.length) : rest;
  // What looks like a path is one that is not there; opening it says so.
  if (!isForced && (/[/.]/.test(host.replace(/^.*@/, '')) || !isHost(host))) return { path: rest, name };
  throw new CommandError(
    `cannot read the logs of ${host}: there is no such file, and logs of other nodes are not supported yet`,
    `ssh ${host} cat /var/log/syslog > ${host.replace(/^.*@/, '')}.log`,
  );
}

function isRotationOf(path: string, log: string | null): boolean {
  if (log === null || log === '-' || resolve(path) === resolve(log)) return false;
  return (
    resolve(dirname(path)) === resolve(dirname(log)) &&
    rotationsOf(basename(log), [basename(path)]).includes(basename(path))
  );
}

/** Names of nodes that are told apart: two logs whose lines bear the same host are two nodes. */
export class NodeNames {
  readonly #owners = new Map<string, object>();
  readonly #known = new Map<object, Map<string, string>>();
  readonly #latest = new Map<object, string>();

  /** The node that a line of a log is about; `fixed` where the log is one node's. */
  of(log: object, logName: string, fixed: string | null, line: LogLine): string {
    // A line without a host is of the one before: manuals leave it out, and some lines have lost their beginning.
    const host = fixed ?? line.host ?? this.#latest.get(log) ?? '';
    this.#latest.set(log, host);
    const names = this.#known.get(log) ?? new Map<string, string>();
    this.#known.set(log, names);
    const known = names.get(host);
    if (known !== undefined) return known;
    const name = this.#unique(log, logName, host === '' ? plainName(logName) : host);
    names.set(host, name);
    return name;
  }

  #unique(log: object, logName: string, wanted: string): string {
    const candidates = [wanted, `${wanted} (${basename(logName)})`, `${wanted} (${logName})`];
    const free = candidates.find((name) => !this.#owners.has(name)) ?? `${wanted} (${this.#owners.size})`;
    this.#owners.set(free, log);
    return free;
  }
}

/** `lb1` of `logs/lb1.log.gz`. */
function plainName(path: string): string {
  return basename(path).replace(/(\.(?:log|txt|json|gz|xz|zst|\d{1,4}))+$/, '') || basename(path);
}
