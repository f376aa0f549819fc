import { posix } from 'node:path';
import { BrokenBytes } from '../../bytes/byte-source.ts';
import { tellingTexts } from '../../keepalived/messages/parse.ts';
import type { NginxReference } from '../../model/nginx.ts';
import { gatherNginx } from '../../nginx/config/gather.ts';
import { referencesOf } from '../../nginx/tls/references.ts';
import { outputNames } from '../../node/evidence.ts';
import { type LogFile, UnreadableLog } from '../../node/log-file.ts';
import type { Manifest, Refused } from '../../node/manifest.ts';
import type { FileFacts, NodePort } from '../../node/port.ts';
import { Recorder } from '../../node/recorder.ts';
import { type Redaction, secretDefinitions } from '../../node/redaction.ts';
import type { ShellNode } from '../../node/shell-node.ts';
import { allOf } from '../../node/tar.ts';
import type { TlsContent } from '../../node/tls.ts';
import { version } from '../../version.ts';
import { type GatheredNode, gatherNode } from '../shared/gather.ts';
import type { NamedNode } from '../shared/node-argument.ts';
import { capturePackets, maskPackets } from './packets.ts';

/** Files that tell of a node beside those that its configuration names. */
const wellKnown = [
  '/etc/hostname',
  '/etc/os-release',
  '/etc/timezone',
  '/etc/default/keepalived',
  '/etc/sysconfig/keepalived',
  '/etc/nginx-sync.conf',
  '/var/run/nginx-ha-keepalived.state',
  '/var/run/keepalived-manual-failover',
];
const keepalivedFolder = '/etc/keepalived';
const nginxPath = '/etc/nginx/nginx.conf';
/** Of what lies in keepalived's folder and is not referred to. */
const mostFiles = 500;
const mostDepth = 4;
const largestFile = 1024 * 1024;

/** What is collected, for all nodes alike. */
export interface CollectOptions {
  /** Seconds since the epoch: logs from then on. */
  readonly since: number;
  /** null: none. */
  readonly packetSeconds: number | null;
  readonly now: Date;
}

/** A file of the bundle, by its path in the node's folder. */
interface CollectedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mode: number;
  readonly modifiedSeconds: number;
}

/** A node's evidence without secrets. */
export interface CollectedNode {
  readonly manifest: Manifest;
  readonly files: readonly CollectedFile[];
}

/** A live node, and how it is reached. */
export interface LiveNode {
  readonly named: NamedNode;
  readonly live: ShellNode;
  readonly through: string;
}

/**
 * Reads all that the commands read of a node, by reading it as they do, and what a person would look at beside. `tell` hears
 * what is being read.
 */
export async function collectNode(
  { named, live, through }: LiveNode,
  redaction: Redaction,
  options: CollectOptions,
  tell: (what: string) => void,
): Promise<CollectedNode> {
  const recorder = new Recorder(named.port);
  const recorded = { ...named, port: recorder, live: null };
  const refused: Refused[] = [];
  const notes: string[] = [];
  tell('configuration and state');
  const [gathered, nginxReferences] = await Promise.all([
    gatherNode(recorded, { versions: null, listenSeconds: 0, mayAllowSignal: false }),
    nginxOf(recorder),
    ...outputNames.map((name) => recorder.output(name)),
    ...wellKnown.map((path) => recorder.readFile(path, largestFile)),
    readFolder(recorder, keepalivedFolder, mostDepth, { left: mostFiles }),
  ]);
  const unreachable = gathered.state.unreachable;
  const files: CollectedFile[] = [];
  let numberedLogs: readonly string[] = [];
  if (unreachable === null) {
    await Promise.all(scriptWords(gathered).map((path) => recorder.readFile(path, largestFile)));
    tell('files');
    const facts = await factsOf(live, recorder, nginxReferences);
    const modes = new Map(facts.map((fact) => [fact.path, fact]));
    const [tls, logs, captures] = await Promise.all([
      tlsOf(live, nginxReferences, modes),
      logsOf(recorder, options.since),
      capturesOf(live, gathered, options.packetSeconds, tell),
    ]);
    const content = recordedFiles(recorder, redaction, modes, options.now);
    files.push(...content.files);
    refused.push(...content.refused, ...logs.refused, ...captures.refused);
    if (tls === null) notes.push('there is no openssl on the node: certificates were not looked into');
    const json = (path: string, value: unknown) =>
      files.push(newFile(path, Buffer.from(`${JSON.stringify(value, null, 1)}\n`), options.now));
    const withSecret = new Set(content.masked);
    json('commands/stat.json', statJson(facts, recorder, withSecret, redaction));
    if (tls !== null) json('commands/tls.json', tlsJson(tls, nginxReferences, modes, redaction));
    for (const { path, bytes } of logs.files)
      files.push(newFile(path, maskedBytes(bytes, redaction, new Set()), options.now));
    for (const { path, bytes } of captures.files) files.push(newFile(path, maskPackets(bytes, redaction), options.now));
    numberedLogs = logs.files.map(({ path }) => `/${path}`);
  }
  const manifest: Manifest = {
    ...{ schema: 'ha-doctor/1', command: 'collect', version, node: named.name },
    collected: rfc3339(options.now),
    through,
    since: rfc3339(new Date(options.since * 1000)),
    packetSeconds: options.packetSeconds,
    set: redaction.set,
    unreachable,
    refused,
    numberedLogs,
    notes,
  };
  return { manifest, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** A file of the bundle that only its owner may read. */
export function newFile(path: string, bytes: Uint8Array, now: Date): CollectedFile {
  return { path, bytes, mode: 0o600, modifiedSeconds: now.getTime() / 1000 };
}

function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Reads nginx's configuration; gives what it refers to. */
async function nginxOf(port: NodePort): Promise<readonly NginxReference[]> {
  if ((await port.readFile(nginxPath)).bytes === null) return [];
  return referencesOf(await gatherNginx(nginxPath, port)).filter(({ path }) => path.startsWith('/'));
}

/** Reads a folder and those below it. */
async function readFolder(port: NodePort, folder: string, depth: number, room: { left: number }): Promise<void> {
  const entries = await port.list(folder);
  await Promise.all(
    entries.map(async ({ path, kind }) => {
      if (kind === 'directory' && depth > 1) await readFolder(port, path, depth - 1, room);
      else if (kind === 'file' && room.left-- > 0) await port.readFile(path, largestFile);
    }),
  );
}

/** What looks like the path of a script among the words of commands: `/bin/sh /etc/keepalived/check.sh`. */
function scriptWords(gathered: GatheredNode | undefined): readonly string[] {
  const config = gathered?.evidence?.configuration.config;
  if (config === undefined) return [];
  const commands = [
    ...config.scripts.flatMap(({ script }) => script ?? []),
    ...config.instances.flatMap(({ notify }) => notify),
    ...config.syncGroups.flatMap(({ notify }) => notify),
  ];
  return [...new Set(commands.flatMap(({ command }) => command.slice(1)))].filter((word) => /^\/[^*?]+$/.test(word));
}

/** Of all files that were asked for, those that nginx refers to, and the folders above. */
async function factsOf(
  live: ShellNode,
  { files }: Recorder,
  references: readonly NginxReference[],
): Promise<readonly FileFacts[]> {
  const paths = [...files.keys(), ...references.map(({ path }) => path)];
  return live.facts([...new Set(paths.flatMap((path) => [...foldersOf(path), path]))]);
}

/** The folders above a path, but the root. */
function foldersOf(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === path || folder === '/' ? [] : [...foldersOf(folder), folder];
}

type Facts = ReadonlyMap<string, FileFacts>;
type Tls = ReadonlyMap<string, TlsContent>;

/** What certificates and keys hold; null: there is no openssl on the node. */
async function tlsOf(live: ShellNode, references: readonly NginxReference[], facts: Facts): Promise<Tls | null> {
  const contents = new Map<string, TlsContent>();
  let isThere = true;
  await Promise.all(
    references.map(async ({ path, role }) => {
      const sha256 = facts.get(path)?.sha256;
      if (sha256 == null || (role !== 'certificate' && role !== 'key')) return;
      const content = await live.tls(path, role, sha256);
      if (content === null) isThere = false;
      else contents.set(path, content);
    }),
  );
  return isThere ? contents : null;
}

/** `commands/tls.json`, of all that nginx refers to. */
function tlsJson(tls: Tls, references: readonly NginxReference[], facts: Facts, redaction: Redaction): unknown {
  const time = (seconds: number) => rfc3339(new Date(seconds * 1000));
  return [...new Map(references.map((reference) => [reference.path, reference])).values()].flatMap(({ path, role }) => {
    const fact = facts.get(path);
    if (fact === undefined) return [{ path, exists: false }];
    if (fact.sha256 === null) return [];
    // Who knows the hash of a file that holds a secret can try what it may be.
    const sha256 = role === 'certificate' || role === 'tls' ? fact.sha256 : redaction.hash(fact.sha256);
    const content = tls.get(path);
    if (content === undefined) return [{ path, exists: true, sha256 }];
    const { certificate, publicKey, problem } = content;
    const told =
      certificate === null
        ? {}
        : {
            fingerprint: certificate.fingerprint,
            names: certificate.names,
            issuer: certificate.issuer,
            notBefore: time(certificate.notBefore),
            notAfter: time(certificate.notAfter),
            certificatePublicKey: certificate.publicKey,
          };
    return [{ path, exists: true, sha256, ...told, keyPublicKey: publicKey, problem }];
  });
}

/** `commands/stat.json`: modes as octal digits; null: it is not there. */
function statJson(
  facts: readonly FileFacts[],
  { files }: Recorder,
  withSecret: ReadonlySet<string>,
  redaction: Redaction,
): unknown {
  const there = new Set(facts.map(({ path }) => path));
  const missing = [...files].filter(([path, { refusal }]) => refusal === 'missing' && !there.has(path));
  return [
    ...facts.map(({ path, mode, uid, gid, modifiedSeconds, sha256 }) => ({
      path,
      mode: mode.toString(8).padStart(4, '0'),
      uid,
      gid,
      mtime: rfc3339(new Date(modifiedSeconds * 1000)),
      sha256:
        sha256 !== null && (withSecret.has(path) || files.get(path)?.bytes == null) ? redaction.hash(sha256) : sha256,
    })),
    ...missing.map(([path]) => ({ path, mode: null })),
  ];
}

interface Recorded {
  readonly files: readonly CollectedFile[];
  readonly refused: readonly Refused[];
  /** Paths of files that hold secrets. */
  readonly masked: readonly string[];
}

/** What the node answered, with the secrets masked. */
function recordedFiles({ files, outputs }: Recorder, redaction: Redaction, facts: Facts, now: Date): Recorded {
  const texts = [...files.values()].flatMap(({ bytes }) => (bytes === null ? [] : [latin1(bytes)]));
  const definitions = secretDefinitions(texts);
  const [found, refused, masked]: [CollectedFile[], Refused[], string[]] = [[], [], []];
  for (const [path, { bytes, ...other }] of files) {
    if (bytes === null) {
      if ('reason' in other && other.refusal !== 'missing' && other.refusal !== 'not-a-file')
        refused.push({ name: path, refusal: other.refusal, reason: other.reason });
      continue;
    }
    const safe = maskedBytes(bytes, redaction, definitions);
    if (Buffer.compare(safe, bytes) !== 0) masked.push(path);
    const { mode = 0o600, modifiedSeconds = 0 } = facts.get(path) ?? {};
    found.push({ path: placeOf(path), bytes: safe, mode: mode & 0o777, modifiedSeconds });
  }
  for (const [name, { bytes, ...other }] of outputs) {
    if (bytes !== null)
      found.push(newFile(posix.join('commands', name), maskedBytes(bytes, redaction, definitions), now));
    else if ('reason' in other) refused.push({ name, refusal: other.refusal, reason: other.reason });
  }
  return { files: found, refused, masked };
}

/** Where the layout has a file of the node. */
function placeOf(path: string): string {
  return path.replace(/^\/tmp\/(?=keepalived\.(?:data|stats|json)$)/, '/commands/').slice(1);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function maskedBytes(bytes: Uint8Array, redaction: Redaction, definitions: ReadonlySet<string>): Uint8Array {
  return Buffer.from(redaction.text(latin1(bytes), definitions), 'latin1');
}

interface Gained<Bytes> {
  readonly files: readonly { readonly path: string; readonly bytes: Bytes }[];
  readonly refused: readonly Refused[];
}

/** The lines that may matter, of the journal and below /var/log, each with its number in front. */
async function logsOf(port: NodePort, since: number): Promise<Gained<Uint8Array>> {
  const refused: Refused[] = [];
  try {
    const { logs } = await port.logs({ since, until: null, texts: tellingTexts });
    const files = await Promise.all(logs.flat().map((file) => readLog(file, refused)));
    return { files: files.flat(), refused };
  } catch (error) {
    if (!(error instanceof UnreadableLog)) throw error;
    return { files: [], refused: [{ name: 'logs', refusal: 'failed', reason: error.message }] };
  }
}

async function readLog(file: LogFile, refused: Refused[]): Promise<Gained<Uint8Array>['files']> {
  const path = file.name.startsWith('/') ? file.name.slice(1) : 'commands/journal.json';
  try {
    const bytes = await allOf(await file.open(() => {}));
    // A first line that is empty is that of a log without any.
    return bytes.length <= '1:\n\n'.length ? [] : [{ path, bytes }];
  } catch (error) {
    if (!(error instanceof UnreadableLog || error instanceof BrokenBytes)) throw error;
    const name = path.startsWith('commands/') ? posix.basename(path) : `/${path}`;
    refused.push({ name, refusal: 'failed', reason: error.message });
    return [];
  }
}

async function capturesOf(
  live: ShellNode,
  gathered: GatheredNode | undefined,
  seconds: number | null,
  tell: (what: string) => void,
): Promise<Gained<Buffer>> {
  if (seconds === null) return { files: [], refused: [] };
  const instances = gathered?.evidence?.configuration.config.instances ?? [];
  const interfaces = [...new Set(instances.flatMap((instance) => instance.interface.value ?? []))];
  tell(`packets, ${seconds} s`);
  const captured = await Promise.all(
    (interfaces.length === 0 ? ['any'] : interfaces).map(async (name) => {
      const path = `captures/${name.replaceAll(/[^\w.@-]/g, '_')}.pcap`;
      const packets = await capturePackets(live, name, seconds);
      return typeof packets === 'string'
        ? { file: null, refused: { name: path, refusal: 'failed' as const, reason: packets } }
        : { file: { path, bytes: packets }, refused: null };
    }),
  );
  return {
    files: captured.flatMap(({ file }) => file ?? []),
    refused: captured.flatMap((one) => one.refused ?? []),
  };
}
