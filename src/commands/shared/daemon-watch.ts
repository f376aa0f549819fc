import type { LogLine } from '../../model/log.ts';
import { printable } from '../../model/printable.ts';

/** A daemon that was replaced may have a last line; so many are more than that. */
const mostReturns = 3;
/** Restarts that are remembered. */
const mostBefore = 64;

interface Daemon {
  pid: number;
  readonly before: Set<number>;
  returns: number;
}

/** Sees where the lines of two keepalived daemons come in turn under the name of one node. */
export class DaemonWatch {
  readonly #daemons = new Map<string, Daemon>();

  /** What a person should know of it, when it is seen for the first time; else null. */
  see(node: string, { tag, pid }: LogLine): string | null {
    if (pid === null || !/vrrp/i.test(tag)) return null;
    const key = `${tag} ${node}`;
    const daemon = this.#daemons.get(key);
    if (daemon === undefined) {
      if (this.#daemons.size < mostBefore) this.#daemons.set(key, { pid, before: new Set(), returns: 0 });
      return null;
    }
    if (daemon.pid === pid) return null;
    const other = daemon.pid;
    if (daemon.before.has(pid)) daemon.returns++;
    if (daemon.before.size < mostBefore) daemon.before.add(other);
    daemon.pid = pid;
    if (daemon.returns !== mostReturns) return null;
    return `two keepalived daemons log in turn as ${printable(node)} (pids ${other} and ${pid}): two nodes of one name, told as one`;
  }
}
