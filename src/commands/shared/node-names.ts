import { basename } from 'node:path';
import type { LogLine } from '../../model/log.ts';

/** A hostile log names another host in each line. */
export const mostNodes = 256;

/** Names of nodes that are told apart: two logs whose lines bear the same host are two nodes. */
export class NodeNames {
  readonly #owners = new Map<string, object>();
  readonly #known = new Map<object, Map<string, string>>();
  readonly #latest = new Map<object, string>();

  /** The node that a line of a log is about; `fixed` where the log is one node's. Null beyond the number that is followed. */
  of(log: object, logName: string, fixed: string | null, line: LogLine): string | null {
    // A line without a host is of the one before: manuals leave it out, and some lines have lost their beginning.
    const host = fixed ?? line.host ?? this.#latest.get(log) ?? '';
    this.#latest.set(log, host);
    const names = this.#known.get(log) ?? new Map<string, string>();
    this.#known.set(log, names);
    const known = names.get(host);
    if (known !== undefined) return known;
    if (this.#owners.size >= mostNodes) return null;
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
