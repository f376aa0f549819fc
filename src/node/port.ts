import type { OutputName } from './evidence.ts';
import type { NodeLogs } from './log-file.ts';

/** Why there are no bytes. `denied` is a lack of privilege; `unreachable` says it of the whole node. */
export type Refusal = 'missing' | 'denied' | 'not-a-file' | 'too-large' | 'failed' | 'unreachable';

/** What reading gave: the bytes, or why there are none. Never both, never an exception: what is missing is a fact. */
export type Reading =
  | {
      readonly bytes: Uint8Array;
      readonly refusal: null;
      /** Whether `sudo -n` was needed. */
      readonly viaSudo: boolean;
    }
  | { readonly bytes: null; readonly refusal: Refusal; readonly reason: string };

/** Something in a folder of the node. */
export interface FileEntry {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'other';
  /** The permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modifiedSeconds: number;
}

/** What is wanted of a node's logs. */
export interface LogReach {
  /** Seconds since the epoch; null: all that there is. */
  readonly since: number | null;
  readonly until: number | null;
  /** ASCII texts: a live node hands out only the lines that hold one of them. */
  readonly texts: readonly string[];
}

/** The same of a path, and for a regular file the hash of its content, in hexadecimal digits; null: it could not be read. */
export interface FileFacts extends FileEntry {
  readonly sha256: string | null;
}

/**
 * A node of the pair, wherever its evidence lies: this machine, another by ssh, or a directory that is laid out as the
 * node's root, with the output of commands under `commands/`. Paths are absolute, as on the node.
 */
export interface NodePort {
  readonly name: string;
  /** A file, up to `limit` bytes. */
  readFile(path: string, limit?: number): Promise<Reading>;
  /** The files and folders in a folder, symbolic links followed, in the order of their names; empty where it cannot be read. */
  list(folder: string): Promise<readonly FileEntry[]>;
  /** The output of a command, by its name under `commands/`: `ip-addr.json`. */
  output(name: OutputName): Promise<Reading>;
  /** Its journal and what daemons wrote below `/var/log`; there may be none. Rejects with UnreadableLog where it cannot be reached. */
  logs(reach: LogReach): Promise<NodeLogs>;
  /** Ends what the node still does for us, and the connection. */
  close(): Promise<void>;
}
