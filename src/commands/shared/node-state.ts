import { readIpAddressJson, readIpAddressText } from '../../host/ip-address.ts';
import { readDate, readProcesses, wholeSeconds } from '../../host/processes.ts';
import { readData } from '../../keepalived/dump/data.ts';
import { readJson } from '../../keepalived/dump/json.ts';
import { readStats } from '../../keepalived/dump/stats.ts';
import { type NodeState, type StateFile, type Unread, unreadNode } from '../../model/node-state.ts';
import { inSeconds, type Timestamp } from '../../model/time.ts';
import { readFileStats } from '../../nginx/facts/evidence.ts';
import type { OutputName } from '../../node/evidence.ts';
import type { NodePort, Reading } from '../../node/port.ts';
import type { NamedNode } from './node-argument.ts';

/** What the notify script of nginx-ha-keepalived writes. */
const stateFilePath = '/var/run/nginx-ha-keepalived.state';
const stateFileBytes = 4096;
/** Where keepalived writes what a signal asks it for (KEEPALIVED_TMPDIR of keepalived(8)). */
const dumpPaths = ['/tmp/keepalived.data', '/tmp/keepalived.json'];
const statsPath = '/tmp/keepalived.stats';
const dumpBytes = 16 * 1024 * 1024;

/** Starts to read what `readState` will ask for, so that it comes with whatever is read in the same turn. */
export function prefetchState(node: NamedNode): void {
  if (node.file === null) void Promise.all(answersOf(node, node.port));
}

/** A part of a node's state, and where it was read: what could not be read, and why, is noted. */
class Reader {
  readonly unread: Unread[] = [];
  unreachable: string | null = null;

  /** The text, or null. What is merely not there is no news. */
  text(what: string, reading: Reading): string | null {
    if (reading.bytes !== null) return new TextDecoder().decode(reading.bytes);
    if (reading.refusal === 'unreachable') this.unreachable = reading.reason;
    else if (reading.refusal !== 'missing') this.unread.push({ what, reason: reading.reason });
    return null;
  }
}

const outputs = ['date.txt', 'ip-addr.json', 'ps.json', 'nginx-t.txt'] as const satisfies readonly OutputName[];

/** All that the state is read from, asked for at once. */
function answersOf({ configPath, isLive }: NamedNode, port: NodePort): readonly Promise<unknown>[] {
  return [
    ...outputs.map((name) => port.output(name)),
    ...(isLive
      ? [
          ...['/tmp', '/var/run', folderOf(configPath)].map((folder) => port.list(folder)),
          ...[...dumpPaths, statsPath].map((path) => port.readFile(path, dumpBytes)),
        ]
      : [port.readFile('/commands/stat.json')]),
    port.readFile(stateFilePath, stateFileBytes),
  ];
}

/**
 * What a node does right now, or did when its evidence was gathered. `configFiles`: those of keepalived.conf. `port` is the
 * node's own where it is to be asked anew.
 */
export async function readState(
  node: NamedNode,
  configFiles: readonly string[],
  port: NodePort = node.port,
): Promise<NodeState> {
  const { name, file, isLive } = node;
  if (file !== null) return unreadNode(name);
  const asked = Date.now() / 1000;
  await Promise.all(answersOf(node, port));
  const answered = Date.now() / 1000;
  const reader = new Reader();
  const text = async (output: OutputName) => reader.text(output, await port.output(output));
  const date = await text('date.txt');
  if (reader.unreachable !== null) return unreadNode(name, reader.unreachable);
  const readAt = date === null ? null : readDate(date);
  const addresses = await text('ip-addr.json');
  const addressText = addresses === null ? await text('ip-addr.txt') : null;
  const processes = await text('ps.json');
  return {
    ...unreadNode(name),
    readAt,
    clockAheadSeconds: isLive && readAt !== null ? aheadOf(inSeconds(readAt), asked, answered) : null,
    interfaces:
      addresses !== null ? readIpAddressJson(addresses) : addressText === null ? null : readIpAddressText(addressText),
    processes: processes === null ? null : readProcesses(processes),
    dump: await dumpOf(port, isLive, reader),
    counters: await countersOf(port, isLive, reader),
    nginxTest: await text('nginx-t.txt'),
    configurationWritten: await youngest(port, isLive, configFiles),
    stateFiles: await stateFilesOf(port, isLive, reader),
    unread: reader.unread,
  };
}

/** How far a clock is ahead of ours at least, that was read somewhen between `asked` and `answered`. */
function aheadOf(clock: number, asked: number, answered: number): number {
  return clock > answered ? clock - answered : clock < asked ? clock - asked : 0;
}

async function dumpOf(port: NodePort, isLive: boolean, reader: Reader): Promise<NodeState['dump']> {
  for (const path of dumpPaths) {
    for (const file of isLive ? [path] : [inOutputs(path), path]) {
      const text = reader.text(file, await port.readFile(file, dumpBytes));
      const dump = text === null ? null : path.endsWith('.json') ? readJson(text) : readData(text);
      if (dump === null) continue;
      const { instances, scripts } = dump;
      return { file: path, written: await writtenAt(port, isLive, path), instances, scripts };
    }
  }
  return null;
}

async function countersOf(port: NodePort, isLive: boolean, reader: Reader): Promise<NodeState['counters']> {
  for (const file of isLive ? [statsPath] : [inOutputs(statsPath), statsPath]) {
    const text = reader.text(file, await port.readFile(file, dumpBytes));
    const instances = text === null ? null : readStats(text);
    if (instances === null) continue;
    return { file: statsPath, written: await writtenAt(port, isLive, statsPath), instances };
  }
  return null;
}

/** Where a directory of evidence has what keepalived wrote. */
function inOutputs(path: string): string {
  return path.replace('/tmp/', '/commands/');
}

/** When the last of some files was written. */
async function youngest(port: NodePort, isLive: boolean, files: readonly string[]): Promise<Timestamp | null> {
  const times = await Promise.all(files.map((file) => writtenAt(port, isLive, file)));
  return times.reduce(
    (last, time) => (time === null || (last !== null && last.seconds >= time.seconds) ? last : time),
    null,
  );
}

async function stateFilesOf(port: NodePort, isLive: boolean, reader: Reader): Promise<readonly StateFile[] | null> {
  const text = reader.text(stateFilePath, await port.readFile(stateFilePath, stateFileBytes));
  if (text === null) return [];
  const state = /^\s*(?:STATE=)?["']?([A-Za-z]+)/m.exec(text)?.[1]?.toUpperCase() ?? null;
  return [{ path: stateFilePath, state, written: await writtenAt(port, isLive, stateFilePath) }];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** When a file was last changed on the node; null where nothing tells: the time of a copy says nothing. */
async function writtenAt(port: NodePort, isLive: boolean, path: string): Promise<Timestamp | null> {
  if (isLive) {
    const beside = await port.list(folderOf(path));
    const entry = beside.find((candidate) => candidate.path === path);
    return entry === undefined ? null : wholeSeconds(entry.modifiedSeconds);
  }
  const { bytes } = await port.readFile('/commands/stat.json');
  const seconds =
    bytes === null ? null : (readFileStats(new TextDecoder().decode(bytes)).get(path)?.modifiedSeconds ?? null);
  return seconds === null ? null : wholeSeconds(seconds);
}
