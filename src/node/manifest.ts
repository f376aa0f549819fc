import { type LogFile, UnreadableLog } from './log-file.ts';
import type { FileEntry, NodePort, Reading, Refusal } from './port.ts';

const manifestPath = '/manifest.json';
const refusals: readonly Refusal[] = ['missing', 'denied', 'not-a-file', 'too-large', 'failed', 'unreachable'];

/** What a node did not give when its evidence was collected; `name` is a path, or an output's under `commands/`. */
export interface Refused {
  readonly name: string;
  readonly refusal: Refusal;
  readonly reason: string;
}

/** `manifest.json` of a node's evidence, as `collect` writes it. */
export interface Manifest {
  readonly schema: 'ha-doctor/1';
  readonly command: 'collect';
  readonly version: string;
  readonly node: string;
  /** RFC 3339. */
  readonly collected: string;
  /** Through what it was read: `local`, or `ssh HOST`. */
  readonly through: string;
  /** RFC 3339: how far back logs go. */
  readonly since: string;
  /** Seconds of packets; null: none were captured. */
  readonly packetSeconds: number | null;
  /** Which marks are of one key: equal ones in bundles of one set are equal secrets. */
  readonly set: string;
  readonly refused: readonly Refused[];
  /** Why the node could not be asked at all; else null. */
  readonly unreachable: string | null;
  /** Logs of which each line has its number in front, since not all lines were collected. */
  readonly numberedLogs: readonly string[];
  /** What else is to be known, a sentence each. */
  readonly notes: readonly string[];
}

/** What of a manifest answers for the node. Fields of another shape are as good as not there. */
type Answering = Pick<Manifest, 'refused' | 'unreachable' | 'numberedLogs'>;

/** Evidence with a manifest gives the reasons that the node gave; a port without one is as it was. */
export async function withManifest(port: NodePort): Promise<NodePort> {
  const { bytes } = await port.readFile(manifestPath);
  if (bytes === null) return port;
  const { refused, unreachable, numberedLogs } = read(new TextDecoder().decode(bytes));
  const byName = new Map(refused.map((entry) => [entry.name, entry]));
  const asThen = (name: string, reading: Reading): Reading => {
    if (unreachable !== null) return { bytes: null, refusal: 'unreachable', reason: unreachable };
    const then = reading.refusal === 'missing' ? byName.get(name) : undefined;
    return then === undefined ? reading : { bytes: null, refusal: then.refusal, reason: then.reason };
  };
  return {
    ...port,
    readFile: async (path, limit) =>
      path === manifestPath ? port.readFile(path, limit) : asThen(path, await port.readFile(path, limit)),
    output: async (name) => asThen(name, await port.output(name)),
    list: async (folder) => [...(await port.list(folder)), ...refused.flatMap(({ name }) => unreadIn(folder, name))],
    logs: async (reach) => {
      if (unreachable !== null) throw new UnreadableLog(unreachable, null, 'reach');
      const found = await port.logs(reach);
      const isNumbered = ({ name }: LogFile) => numberedLogs.some((path) => name.endsWith(path));
      const numbered = (file: LogFile) => (isNumbered(file) ? { ...file, isNumbered: true, peek: null } : file);
      return { ...found, logs: found.logs.map((files) => files.map(numbered)) };
    },
  };
}

/** A file that the node listed, and did not give. */
function unreadIn(folder: string, path: string): readonly FileEntry[] {
  const isIn = path.startsWith('/') && path.slice(0, path.lastIndexOf('/')) === folder.replace(/\/$/, '');
  return isIn ? [{ path, kind: 'file', mode: 0, uid: 0, gid: 0, size: 0, modifiedSeconds: 0 }] : [];
}

function read(text: string): Answering {
  const { refused, unreachable, numberedLogs } = objectIn(text);
  return {
    refused: listOf(refused).flatMap((entry) => {
      const { name, refusal, reason } = isObject(entry) ? entry : {};
      const known = refusals.find((one) => one === refusal);
      return known === undefined || typeof name !== 'string' || typeof reason !== 'string'
        ? []
        : [{ name, refusal: known, reason }];
    }),
    unreachable: typeof unreachable === 'string' ? unreachable : null,
    numberedLogs: listOf(numberedLogs).filter((path) => typeof path === 'string'),
  };
}

type Fields = Partial<Readonly<Record<string, unknown>>>;

function objectIn(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
